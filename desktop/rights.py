"""Which right each command needs: the table that the house's gate goes by.

A command that stands in no row needs `DEFAULT`, which nobody below an admin has; a test wants each
command that people can send (desktop/wire.py) to have its row all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop import agree_commands as agree
from desktop import commands
from desktop import heirs_commands as heirs
from desktop import members_commands as members
from desktop import messages_commands as messages
from desktop import plot_commands as plots
from desktop import program_commands as program
from desktop import settings_commands as settings
from desktop import welcome_commands as welcome
from feedback import campaign_commands as campaigns
from feedback import commands as feedback
from firmware import orders
from fleet import commands as fleet
from fleet.capability import Capability, Deed
from fleet.members import Right
from fleet.model import Actor, Device

DEFAULT = Right.POLICY

_ROWS: Mapping[Right, tuple[type, ...]] = {
    Right.LOOK: (
        commands.History,
        commands.VerifyHistory,
        commands.TrustOf,
        feedback.ShowOutcomes,
        orders.Foresee,
        plots.KeptValues,
        plots.ReadPlots,
        settings.AskData,
    ),
    Right.SELF: (
        members.MayI,  # or what it asks for
        members.SignIn,
        members.SignOut,
        members.WhoIsHere,
        fleet.Leave,
    ),
    Right.REPORT: (
        commands.AttachFile,
        commands.CheckWords,
        commands.GatherEvidence,
        commands.SyncNow,
        feedback.Attach,
        feedback.Confirm,
        feedback.Detach,
        feedback.DropDraft,
        feedback.FindSimilar,
        feedback.SaveDraft,
        feedback.SendReply,
        feedback.SendReport,
    ),
    Right.SWITCH: (commands.Act,),  # or RISKY, by what is set
    Right.ARRANGE: (
        fleet.Join,
        fleet.Rename,
        fleet.SetAskFirst,
        fleet.SetRoom,
        fleet.SetSpare,
        fleet.SetTags,
        fleet.Split,
    ),
    Right.UPDATE: (
        commands.CheckNow,
        commands.CheckOffer,
        commands.StageWeek,
        fleet.Pin,
        fleet.SkipVersion,
        orders.ApproveUpdate,
        orders.CancelUpdate,
        orders.OwnUpdate,
        orders.PauseRollout,
        orders.ResumeRollout,
        orders.RetryUpdate,
        orders.StartRollout,
        orders.UndoUpdate,
        program.CheckProgram,
    ),
    Right.MESSAGES: (
        commands.Explore,
        feedback.RecordNow,
        feedback.StopRecording,
        messages.Messages,
        messages.MessageTopics,
        messages.Understand,
    ),
    Right.SEND: (messages.SendRaw,),
    Right.VOICE: (
        campaigns.LeaveCampaign,
        campaigns.PreviewCampaign,
        campaigns.TakePart,
        feedback.CheckBooksAnew,
        feedback.Say,
    ),
    Right.LOOKS: (commands.SetLook, commands.SetSimple),
    Right.FORGET: (fleet.Forget, fleet.Restore),
    Right.POLICY: (
        agree.Agree,
        agree.StopAgreeing,
        commands.AllowHttp,
        commands.SetPlan,
        commands.SetRegion,
        commands.SetShare,
        commands.ShowUpdates,
        commands.TellNight,
        members.Lock,
        program.ChooseRenewal,
        program.GoBack,
        program.RenewProgram,
        program.RestartProgram,
        program.StopRenewing,
    ),
    Right.MAKERS: (
        commands.AddMaker,
        commands.AddMakerLink,
        commands.AdmitStale,
        commands.RemoveMaker,
        commands.SetChannel,
    ),
    Right.BROKERS: (
        commands.AccessList,
        commands.AddBroker,
        commands.ClaimHome,
        commands.KeepSecrets,
        commands.RemoveBroker,
        commands.SetBroker,
        commands.TryBroker,
        settings.MakeBroker,
        welcome.FindBrokers,
        welcome.TestBroker,
    ),
    Right.HUB: (
        commands.AskHub,
        commands.ChangeKey,
        commands.FetchExport,
        commands.WaitAtHub,
        feedback.CarryOutbox,
        feedback.Enrol,
        feedback.LeaveHub,
        feedback.MoveHub,
        feedback.SetConsent,
        feedback.TakeReceipt,
    ),
    Right.STAFF: (commands.SetReleaseFolder, commands.SetStaff, commands.StaffToken),
    Right.MEMBERS: (
        members.AddMember,
        members.RemoveMember,
        members.RenameMember,
        members.RestoreMember,
        members.SetPin,  # or SELF, one's own
        members.SetRole,
    ),
    Right.HEIRS: (heirs.DenyClaim, heirs.EndHeirs, heirs.NameHeirs),
    Right.CLAIM: (heirs.ClaimHouse, heirs.TakeOver),  # with shares, which prove it
}

NEEDS: Mapping[type, Right] = {kind: right for right, kinds in _ROWS.items() for kind in kinds}
"""Command -> right; what is set or whose it is may ask for another (`needed`)."""

HOME_ASSISTANT = Actor("Home Assistant", frozenset(), visit="agent/home-assistant")
"""Who pressed an update of ours in Home Assistant: whoever may publish at the broker."""

AGENTS: Mapping[str, frozenset[Right]] = {HOME_ASSISTANT.visit: frozenset({Right.UPDATE})}
"""Programs that ask something of the house over MQTT -> the rights that they need for it."""

_HARMLESS = frozenset(
    {Capability.ON_OFF, Capability.LEVEL, Capability.COLOUR, Capability.COLOUR_TEMPERATURE}
)
_LIGHTS = frozenset({"light", "lamp", "bulb", "strip"})
_RISKY_KINDS = frozenset(
    {
        *("alarm", "climate", "cover", "garage", "gate", "heater", "heating", "lock", "siren"),
        *("thermostat", "trv", "valve", "water_heater", "boiler", "door", "gateway", "bridge"),
    }
)


def needed(command: object, devices: Mapping[str, Device], me: str) -> Right:
    """Return the right that this command needs; `me`: id of the member who asks, or ""."""
    if isinstance(command, commands.Act) and _is_risky(command, devices):
        return Right.RISKY
    if isinstance(command, members.SetPin) and me and command.member == me:
        return Right.SELF
    if isinstance(command, members.MayI):
        return command.right
    return NEEDS.get(type(command), DEFAULT)


def _is_risky(command: commands.Act, devices: Mapping[str, Device]) -> bool:
    """Whether it can let somebody in, hurt or freeze them; what is not known is taken for that."""
    device = devices.get(command.device)
    feature = device.features.get(command.feature) if device else None
    if device is None or feature is None:
        return True
    if feature.deed is Deed.IDENTIFY:  # it blinks
        return False
    kind = device.kind.casefold()
    if feature.capability is Capability.MODE and kind in _LIGHTS:  # an effect of a light
        return False
    return feature.capability not in _HARMLESS or kind in _RISKY_KINDS
