"""What crosses the local socket of a household: the commands it takes and its kinds of facts.

Nothing that does any work is loaded for it: a window or a command line that only asks the house of
another process starts without TUF, a file server or a broker's client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop import (
    agree_commands,
    commands,
    facts,
    heirs,
    heirs_commands,
    members_commands,
    messages_commands,
    plot_commands,
    program_commands,
    settings_commands,
    welcome_commands,
)
from desktop.selfupdate.facts import Program
from feedback import campaign_commands
from feedback import commands as feedback_commands
from feedback.acts import Act
from feedback.books import Checked
from feedback.known_issues import KnownIssue
from feedback.outcome import Consent
from feedback.recording import Recording
from feedback.report import Attachment, Membership, Report
from feedback.wire_docs import DOCS
from feedback.wire_outcomes import Numbers
from firmware import orders
from firmware.morning import Night
from firmware.plan import Plan
from firmware.release import Fit, Misfit, Standing, Week
from firmware.scrub import Damage
from fleet import commands as fleet_commands
from fleet.brokers import BrokerSettings
from fleet.found import Found
from fleet.model import Connection, Rollout, Update

COMMANDS: tuple[type, ...] = (
    *fleet_commands.ALL,
    orders.StartRollout,
    orders.Foresee,
    orders.UndoUpdate,
    orders.ApproveUpdate,
    orders.CancelUpdate,
    orders.RetryUpdate,
    orders.PauseRollout,
    orders.ResumeRollout,
    orders.OwnUpdate,
    orders.Foresee,
    orders.UndoUpdate,
    feedback_commands.SaveDraft,
    feedback_commands.DropDraft,
    feedback_commands.SendReport,
    feedback_commands.SendReply,
    feedback_commands.Confirm,
    feedback_commands.RecordNow,
    feedback_commands.StopRecording,
    feedback_commands.CarryOutbox,
    feedback_commands.TakeReceipt,
    feedback_commands.Attach,
    feedback_commands.Detach,
    feedback_commands.FindSimilar,
    feedback_commands.Say,
    feedback_commands.CheckBooksAnew,
    feedback_commands.Enrol,
    feedback_commands.MoveHub,
    feedback_commands.LeaveHub,
    feedback_commands.SetConsent,
    feedback_commands.ShowOutcomes,
    campaign_commands.TakePart,
    campaign_commands.LeaveCampaign,
    campaign_commands.PreviewCampaign,
    commands.CheckNow,
    commands.AdmitStale,
    commands.TrustOf,
    commands.StageWeek,
    commands.GatherEvidence,
    commands.AttachFile,
    commands.CheckWords,
    commands.SyncNow,
    commands.AskHub,
    commands.ChangeKey,
    commands.FetchExport,
    commands.WaitAtHub,
    commands.History,
    commands.VerifyHistory,
    commands.SetPlan,
    commands.SetBroker,
    commands.AddBroker,
    commands.RemoveBroker,
    commands.TryBroker,
    commands.AccessList,
    commands.Explore,
    commands.ClaimHome,
    commands.AllowHttp,
    commands.Act,
    commands.CheckOffer,
    commands.TellNight,
    commands.ShowUpdates,
    commands.AddMaker,
    commands.AddMakerLink,
    commands.RemoveMaker,
    commands.SetChannel,
    commands.KeepSecrets,
    commands.SetLook,
    commands.SetRegion,
    commands.SetReleaseFolder,
    commands.SetStaff,
    commands.StaffToken,
    commands.SetSimple,
    commands.SetShare,
    *messages_commands.ALL,
    *welcome_commands.ALL,
    *plot_commands.COMMANDS,
    *program_commands.ALL,
    settings_commands.AskData,
    settings_commands.MakeBroker,
    *members_commands.ALL,
    *heirs_commands.ALL,
    agree_commands.Agree,
    agree_commands.StopAgreeing,
)
"""What people may ask of a household, here or over its socket."""

FACTS: Mapping[str, Any] = {
    "connection": Connection,
    "broker": BrokerSettings,
    "home": facts.Place,
    "lease": str,
    "power": facts.Power,
    "program": Program,
    "update": Update,
    "rollout": Rollout,
    "night": Night,
    "week": Week,
    "fit": Fit | Misfit,
    "trust": Standing,
    "report": Report,
    "member": Membership,
    "act": Act,
    "attachment": Attachment,
    "campaign_joined": campaign_commands.Joined,
    "books": Checked,
    **DOCS,
    "consent": Consent,
    "outcome_stats": Numbers,
    "known_issue": KnownIssue,
    "recording": Recording,
    "unknown": str,
    "store": str,
    "damage": Damage,
    "channel": commands.SetChannel,
    "plan": Plan,
    "look": commands.SetLook,
    "region": commands.SetRegion,
    "release": commands.SetReleaseFolder,
    "staff": commands.SetStaff,
    "simple": commands.SetSimple,
    "share": commands.Shared,
    "tell": commands.TellNight,
    "entities": commands.ShowUpdates,
    "agreement": agree_commands.Agreement,
    "policy_moved": agree_commands.PolicyMoved,
    "http": commands.AllowHttp,
    "found_broker": Found,
    "broker_search": welcome_commands.Search,
    "person": members_commands.Person,
    "lock": members_commands.Lock,
    "heirs": heirs.Heirs,
    "claim": heirs.Claim,
}
"""Kind of fact -> type of its values: what crosses the local socket."""
