"""What the window can ask of the house, one method each; the only place that names its commands."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands
    from feedback import campaign_commands as campaigns
    from feedback import commands as feedback
    from feedback.outcome import Level
    from feedback.report import Details, DeviceFacts, Kind
    from firmware import orders
    from firmware.plan import Plan
    from firmware.release import Channel
    from fleet import commands as household
    from fleet.client import Client
else:  # nothing is asked before the window is drawn
    commands, feedback = later("desktop.commands"), later("feedback.commands")
    campaigns = later("feedback.campaign_commands")
    orders, household = later("firmware.orders"), later("fleet.commands")


class Wishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._send = client.send

    # --- devices ---

    def rename(self, key: str, name: str) -> Future[Any]:
        """Give a device a name; "": its own again."""
        return self._send(household.Rename(device=key, name=name))

    def room(self, key: str, room: str) -> Future[Any]:
        """Put a device into a room."""
        return self._send(household.SetRoom(device=key, room=room))

    def ask_first(self, key: str, *, on: bool) -> Future[Any]:
        """Mark a device: never update it without a question."""
        return self._send(household.SetAskFirst(device=key, ask=on))

    def spare(self, key: str, *, on: bool) -> Future[Any]:
        """Mark a device: it may go first."""
        return self._send(household.SetSpare(device=key, spare=on))

    def pin(self, key: str, *, on: bool) -> Future[Any]:
        """Keep a device on the version it runs."""
        return self._send(household.Pin(device=key, pin=on))

    def skip(self, key: str, version: str) -> Future[Any]:
        """Skip one version on a device."""
        return self._send(household.SkipVersion(device=key, version=version))

    def forget(self, key: str) -> Future[Any]:
        """Forget a device until it speaks again."""
        return self._send(household.Forget(device=key))

    def history(self, key: str) -> Future[Any]:
        """Ask for the UpdateEvents of a device, oldest first."""
        return self._send(commands.History(device=key))

    def verify_history(self) -> Future[Any]:
        """Ask whether the record of all steps hangs together: a VerifiedHistory."""
        return self._send(commands.VerifyHistory())

    # --- updates ---

    def check(self) -> Future[Any]:
        """Look for a new week."""
        return self._send(commands.CheckNow())

    def channel(self, maker: str, channel: Channel) -> Future[Any]:
        """Ride this train of a maker from now on."""
        return self._send(commands.SetChannel(maker=maker, channel=channel))

    def update(self, keys: Sequence[str], *, in_hours: bool = False) -> Future[Any]:
        """Start this week's rollout for these devices, canary first; `in_hours`: not before."""
        return self._send(orders.StartRollout(devices=tuple(keys), in_hours=in_hours))

    def again(self, key: str) -> Future[Any]:
        """Try an ended update again."""
        return self._send(orders.RetryUpdate(device=key))

    def approve(self, key: str) -> Future[Any]:
        """Say yes to the update of a device that is asked for first."""
        return self._send(orders.ApproveUpdate(device=key))

    def cancel(self, key: str) -> Future[Any]:
        """Take an update back that has not begun on the device."""
        return self._send(orders.CancelUpdate(device=key))

    def pause(self, rollout: str) -> Future[Any]:
        """Start no further device."""
        return self._send(orders.PauseRollout(rollout=rollout))

    def resume(self, rollout: str) -> Future[Any]:
        """Go on after a pause or a stop."""
        return self._send(orders.ResumeRollout(rollout=rollout))

    def foresee(self, keys: Sequence[str], *, in_hours: bool = False) -> Future[Any]:
        """Ask what `update` of the same would do: a Forecast."""
        return self._send(orders.Foresee(devices=tuple(keys), in_hours=in_hours))

    def undo(self, keys: Sequence[str] = (), rollout: str = "") -> Future[Any]:
        """Bring devices, or all that a rollout updated, back to the version before."""
        return self._send(orders.UndoUpdate(devices=tuple(keys), rollout=rollout))

    def own_update(self, key: str) -> Future[Any]:
        """Let a device install what its own maker offers: not verified by us."""
        return self._send(orders.OwnUpdate(device=key))

    # --- reports ---

    def gather(self, key: str, report: str = "") -> Future[Any]:
        """Gather what may go along with a report: a tuple of evidence Parts."""
        return self._send(commands.GatherEvidence(device=key, report=report))

    def save_draft(
        self,
        *,
        report: str,
        kind: Kind,
        title: str,
        text: str,
        device: str,
        facts: DeviceFacts,
        details: Details,
    ) -> Future[Any]:
        """Keep what is written so far; the result is the Report with its id."""
        return self._send(
            feedback.SaveDraft(
                report=report,
                kind=kind,
                title=title,
                text=text,
                device=device,
                facts=facts,
                details=details,
            )
        )

    def send_report(self, report: str, evidence: bytes, shown: str) -> Future[Any]:
        """Queue a draft with this evidence; `shown`: sha256 of what "exactly what is sent" says."""
        return self._send(feedback.SendReport(report=report, evidence=evidence, shown=shown))

    def check_words(self, report: str, device: str, title: str, text: str) -> Future[Any]:
        """Look through somebody's own words for what is better not sent: CheckedWords."""
        return self._send(commands.CheckWords(report=report, device=device, title=title, text=text))

    def similar(self, device: str, title: str, text: str) -> Future[Any]:
        """Search for what is like these words: a tuple of Similar."""
        return self._send(feedback.FindSimilar(title=title, text=text, device=device))

    def attach(
        self, report: str, device: str, *, path: str = "", name: str = "", data: bytes = b""
    ) -> Future[Any]:
        """Let a file of this computer, or these bytes, go along: an Attachment."""
        return self._send(
            commands.AttachFile(report=report, device=device, path=path, name=name, data=data)
        )

    def detach(self, attachment: str) -> Future[Any]:
        """Take a file away again."""
        return self._send(feedback.Detach(attachment=attachment))

    def record(self, device: str, seconds: float) -> Future[Any]:
        """Record a device for so long, louder where it can be: a Recording."""
        return self._send(feedback.RecordNow(device=device, seconds=seconds))

    def stop_recording(self, device: str) -> Future[Any]:
        """End a recording before its time."""
        return self._send(feedback.StopRecording(device=device))

    def drop_draft(self, report: str) -> Future[Any]:
        """Throw a draft away."""
        return self._send(feedback.DropDraft(report=report))

    def confirm(self, report: str, *, fixed: bool) -> Future[Any]:
        """Say whether it is fixed for us."""
        return self._send(feedback.Confirm(report=report, fixed=fixed))

    def reply(self, report: str, text: str) -> Future[Any]:
        """Say something more about a report."""
        return self._send(feedback.SendReply(report=report, text=text))

    def enrol(self, *, code: str, hub: str, name: str) -> Future[Any]:
        """Join a hub with an invitation code."""
        return self._send(feedback.Enrol(code=code, hub_url=hub, name=name))

    def say(self, kind: str, body: bytes, about: str = "") -> Future[Any]:
        """Ask something else of the hub: it is kept, and goes out by itself. Result: its id."""
        return self._send(feedback.Say(kind=kind, body=body, about=about))

    def take_part(self, campaign: str) -> Future[Any]:
        """Agree to be measured for this campaign alone: a Joined."""
        return self._send(campaigns.TakePart(campaign=campaign))

    def leave_campaign(self, campaign: str) -> Future[Any]:
        """Take it back; the hub deletes what it has of this home: a Joined."""
        return self._send(campaigns.LeaveCampaign(campaign=campaign))

    def preview_campaign(self, campaign: str) -> Future[Any]:
        """Ask what leaves this home for a campaign, or would: a Preview."""
        return self._send(campaigns.PreviewCampaign(campaign=campaign))

    def carry(self) -> Future[Any]:
        """Write what waits to be sent into a signed file: a CarriedFile."""
        return self._send(feedback.CarryOutbox())

    def take_receipt(self, receipt: str) -> Future[Any]:
        """Take what the hub answered to a carried file: the Membership."""
        return self._send(feedback.TakeReceipt(receipt=receipt))

    def sync(self) -> Future[Any]:
        """Send and fetch now."""
        return self._send(commands.SyncNow())

    # --- settings ---

    def claim(self, broker: str) -> Future[Any]:
        """Say that this broker is home."""
        return self._send(commands.ClaimHome(broker=broker))

    def region(self, region: str) -> Future[Any]:
        """Say where this home is; "": not."""
        return self._send(commands.SetRegion(region=region))

    def share(self, *, on: bool) -> Future[Any]:
        """Share files with other desktops of this home, or no longer: a Shared."""
        return self._send(commands.SetShare(on=on))

    def tell_night(self, *, on: bool) -> Future[Any]:
        """Tell each morning over MQTT what became of the night, or no more."""
        return self._send(commands.TellNight(tell=on))

    def consent(self, level: Level) -> Future[Any]:
        """Say what the makers may hear of updates: a Consent."""
        return self._send(feedback.SetConsent(level=level))

    def outcomes(self) -> Future[Any]:
        """Ask for the newest outcomes as they are sent: JSON texts."""
        return self._send(feedback.ShowOutcomes())

    def add_maker(self, link: str) -> Future[Any]:
        """Take weeks of the maker that a link names: the maker's name."""
        return self._send(commands.AddMakerLink(link=link))

    def remove_maker(self, name: str) -> Future[Any]:
        """Take no more weeks of this maker."""
        return self._send(commands.RemoveMaker(name=name))

    def plan(self, plan: Plan) -> Future[Any]:
        """Let weeks go through this home in this way from now on."""
        return self._send(commands.SetPlan(plan=plan))

    def set_broker(self, host: str, port: int, user: str, password: str) -> Future[Any]:
        """Use this broker from now on."""
        return self._send(commands.SetBroker(host=host, port=port, user=user, password=password))

    def look(self, language: str, theme: str) -> Future[Any]:
        """Keep language and theme."""
        return self._send(commands.SetLook(language=language, theme=theme))

    def staff(self, hub: str, name: str, token: str) -> Future[Any]:
        """Work as staff of this hub; hub "": no longer."""
        return self._send(commands.SetStaff(hub=hub, name=name, token=token))

    def staff_token(self) -> Future[Any]:
        """Ask for our token at the hub whose staff we are."""
        return self._send(commands.StaffToken())

    def simple(self, phone: str, *, on: bool) -> Future[Any]:
        """Open the window in the simple view from now on; `phone`: whom it says to call."""
        return self._send(commands.SetSimple(on=on, phone=phone))

    def release_folder(self, folder: str) -> Future[Any]:
        """Show the Release page on this folder; "": no longer."""
        return self._send(commands.SetReleaseFolder(folder=folder))
