"""The story of one bug, from a device to a thanked tester: seven steps on real parts.

Every step looks at what the household itself says, not at what was done to it; the first that does
not hold ends the story with StoryBroken.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from desktop import words
from desktop.commands import CheckNow, GatherEvidence, StageWeek, SyncNow
from desktop.demo.devices import LAMP, VENDOR, Lamp
from desktop.demo.makers import BAD, BEFORE, MAKER, MENDED
from desktop.demo.program import Program
from desktop.demo.world import World
from feedback.commands import Confirm, Enrol, SaveDraft, SendReport
from feedback.evidence import facts_of, preview
from feedback.outbox import payload
from feedback.report import ReportState
from firmware.orders import StartRollout
from firmware.release import Fit
from fleet.brokers import OwnBroker
from fleet.errors import OrangeryError
from fleet.model import Availability, Device, Snapshot, UpdateState

_DEVICES = 12
_PATIENCE_S = 120.0


class StoryBroken(Exception):  # noqa: N818 - it is how a story ends
    """A step did not hold; the words say which and what was seen instead."""


def tell(folder: Path, *, protocol: str, language: str, say: Callable[[str], None]) -> int:
    """Tell the story in `folder`; returns 0 where every step held, else 1."""
    try:
        with World(folder, protocol=protocol) as world:
            _tell_in(world, say, language)
    except StoryBroken as broken:
        say(f"   {broken}")
        return 1
    except OrangeryError as error:  # the world of the story did not come to be
        say("   step 1 DID NOT HOLD: " + " ".join(words.say(error.code, error.facts, language)))
        return 1
    say("\nEvery step held.")
    return 0


def _tell_in(world: World, say: Callable[[str], None], language: str) -> None:
    keep_old_mirror(world)
    program = Program(world.folder / "house")
    world.furnish(program.folder)
    program.start()
    try:
        Story(world, program, say, language).run()
    finally:
        program.stop()


class Story:
    """Seven steps; `tell` gets one line for each thing that was seen."""

    def __init__(
        self, world: World, program: Program, tell: Callable[[str], None], language: str = "en"
    ) -> None:
        self.world = world
        self.program = program
        self.tell = tell
        self.language = language
        self.week = str(world.week)
        self.next_week = str(world.week.next())

    def run(self) -> None:
        """Tell the whole story, or raise StoryBroken."""
        steps = (
            ("The house appears", self.house_appears),
            (f"Release staff sign week {self.week}", self.staff_sign),
            ("The house verifies it, and refuses what is not genuine", self.house_verifies),
            ("The canary goes first; one device falls back by itself", self.canary_first),
            ("The tester reports it while the hub is down", self.tester_reports),
            (f"Week {self.next_week} mends it, and the tester is told", self.fix_arrives),
            ("A bundle file brings a second, unconnected house to the same", self.bundle_travels),
        )
        for number, (title, step) in enumerate(steps, 1):
            started = time.monotonic()
            self.tell(f"\n{number}. {title}")
            try:
                step()
            except (StoryBroken, OrangeryError) as error:
                raise StoryBroken(f"step {number} DID NOT HOLD: {self._why(error)}") from error
            self.tell(f"   step {number} held ({time.monotonic() - started:.1f} s)")

    # --- the steps -------------------------------------------------------------------------------

    def house_appears(self) -> None:
        """Twelve or more devices by their dialects, each with name, model, version, state."""
        snapshot = self.program.until(_all_there, "12 devices with name, model and version", 60)
        link: Any = snapshot.facts["connection"]["home"]
        self.tell(f"   broker {link.address}, MQTT {link.protocol}")
        self._hold(link.protocol == self.world.protocol, f"MQTT {self.world.protocol} is spoken")
        for device in sorted(snapshot.devices.values(), key=lambda one: one.name):
            self.tell(
                f"   {device.name:<16} {device.vendor} {device.model} · {device.version} · "
                f"{device.availability} · {', '.join(device.dialects)}"
            )
        code = self.world.hub.invite()
        self.program.do(Enrol(hub_url=self.world.hub.url, code=code, name="Mei"))
        self.program.do(SyncNow())
        self.program.until(lambda now: _member(now).enrolled, "membership")
        self.tell("   the household joined the makers' hub with an invitation code")

    def staff_sign(self) -> None:
        """Two of three sign each of the roles; with one signature missing it is refused."""
        makers = self.world.makers
        makers.open(
            self.week,
            BAD,
            time.time(),
            notes=("The lamp dims without flicker.", "调光不再闪烁。"),
        )
        makers.sign("build-lamp")
        makers.sign("build-plug")
        makers.sign("train-orange", people=1)
        self._refused("signatures_missing", lambda: makers.publish(time.time()))
        makers.sign_all()
        self._hold(not makers.missing(), "two of three keys signed build-lamp, build-plug, train")
        makers.publish(time.time())
        self.tell(f"   week {self.week} is published")

    def house_verifies(self) -> None:
        """What fits whom and why not; a tampered image and a rolled-back mirror are refused."""
        old = self.world.folder / "mirrors" / "old"
        tampered = self.world.makers.copy_mirror(self.world.folder / "mirrors" / "tampered")
        week = self.program.do(CheckNow())
        self._hold(week.id == self.week, f"the house verified week {week.id}")
        for one in week.signed:
            self.tell(f"   {one.role}: signed by {len(one.signers)} of {one.keys}")
        self._tell_fits(self.program.until(_fits_known, "what fits"))
        for image in (tampered / "targets" / "fw").rglob("*.bin"):
            data = bytearray(image.read_bytes())
            data[len(data) // 2] ^= 1
            image.write_bytes(bytes(data))
        self.world.mirror.folder = tampered
        self._refused("target_tampered", lambda: self.program.do(StageWeek()))
        self.world.mirror.folder = old
        self._refused("mirror_rolled_back", lambda: self.program.do(CheckNow()))
        self.world.mirror.folder = self.world.makers.publisher.mirror
        lamp = next(target.sha256 for target in week.targets if target.line == "lamp")
        staged = self._staged()
        self._hold(
            lamp not in staged and all(name == digest for name, digest in staged.items()),
            "nothing false was staged",
        )
        self.program.do(CheckNow())

    def canary_first(self) -> None:
        """The canary confirms; one boots badly and falls back; the rollout stops and says so."""
        self.program.do(StartRollout())
        snapshot = self.program.until(_halted, "a halted rollout", _PATIENCE_S)
        updates = snapshot.facts["update"]
        canaries = [
            one for one in updates.values() if one.canary and _is_lamp(snapshot, one.device)
        ]
        self._hold(
            bool(canaries) and all(one.state is UpdateState.DONE for one in canaries),
            f"the canary {_name(snapshot, canaries[0].device)} reports {BAD.lamp} itself",
        )
        self.broken = next(
            one.device for one in updates.values() if one.state is UpdateState.ROLLED_BACK
        )
        device = snapshot.devices[self.broken]
        self._hold(
            str(device.version) == BEFORE.lamp,
            f"{device.name} went back by itself and reports {device.version}",
        )
        rollout = next(one for one in snapshot.facts["rollout"].values() if one.state == "halted")
        self._hold(
            rollout.device == self.broken,
            "the rollout stopped: " + self._words(rollout.reason),
        )
        waiting = [one for one in updates.values() if not one.state.ended]
        self._hold(bool(waiting), f"{len(waiting)} devices wait untouched")

    def tester_reports(self) -> None:
        """The report waits, survives SIGKILL, arrives once, is answered and linked to a week."""
        self.world.hub.stop()
        parts = self.program.do(GatherEvidence(device=self.broken))
        chosen = tuple(part.name for part in parts)
        shown = preview(parts, chosen)
        draft = self.program.do(
            SaveDraft(
                device=self.broken,
                title="Hall lamp does not take 1.1.0",
                text="It went dark for a moment and came back with the old version.",
                facts=facts_of(self.program.snapshot().devices[self.broken]),
            )
        )
        body = payload(draft, shown)
        report = self.program.do(
            SendReport(report=draft.id, evidence=shown, shown=sha256(body).hexdigest())
        )
        self.report = report.id
        self._report_is(ReportState.WAITING, "the report waits: the hub is down")
        self.program.kill()
        self.tell("   the program was killed (SIGKILL)")
        self.program.start()
        self._report_is(ReportState.WAITING, "after the restart the report still waits")
        self.world.hub.start()
        self.program.do(SyncNow())
        self._report_is(ReportState.SENT, "the hub is back and has the report")
        hub, lin = self.world.hub, self.world.hub.add_staff("Lin")
        found = hub.staff(lin, "list")
        self._hold(len(found) == 1, f"staff see {len(found)} report, {found[0]['title']!r}")
        self._hold(found[0]["id"] == self.report, "it is the tester's")
        whole = hub.staff(lin, "show", self.report)
        self._hold(
            whole["payload_sha256"] == report.sha256,
            f"what the hub has is what was shown, {report.size} bytes",
        )
        hub.staff(lin, "answer", self.report, "Thank you! Hardware B starts slowly; we mend it.")
        hub.staff(lin, "fix", self.report, self.next_week, "--version", MENDED.lamp)
        self.program.do(SyncNow())
        self._report_is(ReportState.FIX_PLANNED, f"answered, and fixed in week {self.next_week}")

    def fix_arrives(self) -> None:
        """The mended image arrives on the device; the tester confirms; the points arrive."""
        makers = self.world.makers
        makers.release(
            self.next_week,
            MENDED,
            time.time(),
            notes=("Lamps with hardware B start again.", "硬件 B 的灯可以正常启动。"),
            fixes=[self.report],
        )
        week = self.program.do(CheckNow())
        self._hold(week.id == self.next_week, f"the house verified week {week.id}")
        self.program.do(StartRollout())
        snapshot = self.program.until(
            lambda now: _all_run(now, MENDED.lamp, MENDED.plug),
            "all on the new versions",
            _PATIENCE_S,
        )
        device = snapshot.devices[self.broken]
        self.tell(f"   {device.name} reports {device.version}")
        self._report_is(
            ReportState.ON_DEVICE, f"the tester is told: fixed in week {self.next_week}"
        )
        self.program.do(Confirm(report=self.report, fixed=True))
        member = self.program.until(lambda now: (me := _member(now)).points and me, "points")
        self._report_is(ReportState.CONFIRMED, f"confirmed, and {member.points} points arrived")

    def bundle_travels(self) -> None:
        """A bundle file alone brings a second house to the same versions."""
        file = self.world.makers.bundle(self.next_week)
        self.tell(f"   {file.name}: {file.stat().st_size:,} bytes")
        folder = self.world.folder / "second-house"
        lamps = (
            Lamp(id="attic-1", name="Attic lamp"),
            Lamp(id="attic-2", name="Cellar lamp", hardware="B"),
        )
        with OwnBroker() as broker:
            self.world.furnish(folder, port=broker.port, url=str(file))
            agents = self.world.agents(broker.port, "second-agents")
            second = Program(folder)
            try:
                for lamp in lamps:
                    agents.start(lamp, BEFORE.lamp)
                second.start()
                second.until(lambda now: len(now.devices) == len(lamps), "two lamps")
                second.do(CheckNow())
                second.do(StartRollout())
                second.until(lambda now: _all_run(now, MENDED.lamp, ""), "the same", _PATIENCE_S)
            finally:
                second.stop()
                agents.stop()
        self.tell(f"   both lamps of the second house report {MENDED.lamp}")

    # --- what the steps share --------------------------------------------------------------------

    def _report_is(self, state: ReportState, words: str) -> None:
        def there(now: Snapshot) -> bool:
            found = now.facts.get("report", {}).get(self.report)
            return getattr(found, "state", None) is state

        try:
            self.program.until(there, f"the report to be {state}")
        except OrangeryError as error:
            seen = self.program.snapshot().facts.get("report", {}).get(self.report)
            raise StoryBroken(f"the report should be {state}: {seen}") from error
        self.tell(f"   {words}")

    def _why(self, error: Exception) -> str:
        if isinstance(error, OrangeryError):
            return self._words(error.code, error.facts)
        return str(error)

    def _refused(self, code: str, act: Callable[[], Any]) -> None:
        try:
            act()
        except OrangeryError as error:
            self._hold(error.code == code, "refused: " + self._words(error.code, error.facts))
        else:
            raise StoryBroken(f"{code}: it was taken")

    def _words(self, code: str, facts: dict[str, str] | None = None) -> str:
        return words.say(code, facts, self.language)[0]

    def _hold(self, fact: bool, words: str) -> None:  # noqa: FBT001 - it is the claim itself
        if not fact:
            raise StoryBroken(words)
        self.tell(f"   {words}")

    def _tell_fits(self, snapshot: Snapshot) -> None:
        fits: Any = snapshot.facts["fit"]
        for key, answer in fits.items():
            name = _name(snapshot, key)
            if isinstance(answer, Fit):
                self.tell(f"   fits    {name:<16} {answer.target.version}")
            else:
                said = self._words(answer.code, {"fact": answer.fact})
                self.tell(f"   does not {name:<15} {said}")

    def _staged(self) -> dict[str, str]:
        """Return name -> sha256 of what lies in the house's stage, half files included."""
        files = (self.program.folder / "stage" / "blobs").rglob("*")
        return {one.name: sha256(one.read_bytes()).hexdigest() for one in files if one.is_file()}


def keep_old_mirror(world: World) -> None:
    """Copy the mirror as it is before the week of the story is published."""
    world.makers.copy_mirror(world.folder / "mirrors" / "old")


def forget(folder: Path) -> None:
    """Remove a demo's folder."""
    shutil.rmtree(folder, ignore_errors=True)


def _all_there(now: Snapshot) -> Snapshot | None:
    known = [one for one in now.devices.values() if _known(one)]
    return now if len(known) >= _DEVICES else None


def _known(device: Device) -> bool:
    there = device.availability is not Availability.UNKNOWN
    return bool(device.name and device.model and device.version and there)


def _fits_known(now: Snapshot) -> Snapshot | None:
    fits = now.facts.get("fit", {})
    return now if any(isinstance(one, Fit) for one in fits.values()) else None


def _halted(now: Snapshot) -> Snapshot | None:
    rollouts: Any = now.facts.get("rollout", {}).values()
    updates: Any = now.facts.get("update", {}).values()
    halted = any(one.state == "halted" for one in rollouts)
    busy = any(not one.state.ended and one.started for one in updates)
    return now if halted and not busy else None


def _all_run(now: Snapshot, lamp: str, plug: str) -> Snapshot | None:
    wanted = {LAMP: lamp, "Sonoff Basic": plug}
    wrong = [
        one
        for one in now.devices.values()
        if one.model in wanted and str(one.version) != wanted[one.model]
    ]
    return None if wrong else now


def _is_lamp(now: Snapshot, key: str) -> bool:
    return now.devices[key].model == LAMP and now.devices[key].vendor == VENDOR


def _member(now: Snapshot) -> Any:  # noqa: ANN401 - feedback.report.Membership
    return now.facts["member"]["me"]


def _name(now: Snapshot, key: str) -> str:
    return now.devices[key].name if key in now.devices else key


__all__ = ["MAKER", "Story", "StoryBroken", "forget", "keep_old_mirror"]
