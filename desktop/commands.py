"""What people may ask of a household beyond its devices, its rollout and its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from feedback.report import Attachment, Part, Suspect
from feedback.wire_accounts import RequestDoc, WaitingAnswer
from firmware.plan import Plan
from firmware.release import Admitted, Channel, Standing, Week
from fleet.brokers import BrokerSettings
from fleet.capability import Reading
from fleet.examined import Examined, Explored
from fleet.model import UpdateEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckNow:
    """Look for a new week; `source`: a mirror, folder or bundle other than the maker's own.

    Result: the verified Week. Raises TrustError; then nothing has changed.
    """

    ANSWER: ClassVar[type] = Week
    maker: str = ""  # "": the first
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitStale:
    """Take the week of a file or folder of this computer although it is past its date.

    Only where that is all that is wrong, and nothing is below what this house has seen. Who and
    why are kept for good and shown. Result: the verified Week. Raises TrustError: of whatever else
    is wrong; metadata_expired where `source` is not on this computer.
    CommandError: reason_missing, source_missing.
    """

    ANSWER: ClassVar[type] = Week
    source: str
    reason: str
    maker: str = ""  # "": the first
    by: str = ""  # who takes it, where the house knows only its owner


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustState:
    """What this house believes of a maker, and from when."""

    maker: str
    channel: Channel
    urls: tuple[str, ...]
    standing: Standing
    barred: str = ""  # code for which nothing may be installed now
    root: str = ""  # fingerprint of the pinned root, in hex; "": it cannot be read
    floors: Mapping[str, int] = field(default_factory=dict)  # what may not fall -> its number
    admissions: tuple[Admitted, ...] = ()  # every expired stick that was let in, oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustOf:
    """Ask what is believed of a maker. Result: TrustState. Raises TrustError."""

    ANSWER: ClassVar[type] = TrustState
    maker: str = ""  # "": the first


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWeek:
    """Fetch, verify and keep the files of this week that fit a device here.

    Result: paths of the files now staged. Raises TrustError or StoreError.
    """

    ANSWER: ClassVar[object] = tuple[str, ...]
    maker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    """Gather what may go along with a report about `device` ("": about the house).

    Result: the Parts, redacted; evidence.preview of the chosen ones is what is sent. `report`: the
    draft that they are for; then the same value has the same token in all that goes along with it.
    """

    ANSWER: ClassVar[object] = tuple[Part, ...]
    device: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHub:
    """One signed request to a hub, about the membership. Result: its JSON answer.

    `hub_url` "": our hub; else one where this house is or was. Every HubError of the hub.
    """

    ANSWER: ClassVar[type] = bytes
    method: str
    path: str
    body: bytes = b""
    hub_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKey:
    """Take a new key; the hub ends the old one when the new one is first used. HubError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchExport:
    """Fetch everything the hub has of this house into `file`, once it is ready (`done`). HubError.

    Result: the request.
    """

    ANSWER: ClassVar[type] = RequestDoc
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitAtHub:
    """Take a place in a hub's waiting list, or ask how far it has come. HubError."""

    ANSWER: ClassVar[type] = WaitingAnswer
    hub_url: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedWords:
    """What in title and text is better not sent, with what could stand there instead."""

    title: tuple[Suspect, ...] = ()
    text: tuple[Suspect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWords:
    """Look through a person's own words for names, addresses and passwords. Result: CheckedWords.

    An offer: what is sent is what they wrote, unless they take it. `report` as in GatherEvidence.
    """

    ANSWER: ClassVar[type] = CheckedWords
    title: str = ""
    text: str = ""
    device: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile:
    """Let a file, or a picture that was pasted, go along with a draft or a report.

    It is read, redacted and written anew (feedback/attachments.py) before it is kept. `path` is on
    this computer; where it is "", `data` is the file itself. Result: the Attachment.
    HubError: attachment_empty, _too_large, _unknown, _damaged, attachments_too_many, _too_large;
    CommandError: attachment_unreadable, report_unknown.
    """

    ANSWER: ClassVar[type] = Attachment
    report: str
    path: str = ""
    name: str = ""
    data: bytes = b""
    device: str = ""  # as in GatherEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncNow:
    """Push what waits to the hub and pull what is new. Raises HubError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The steps of past updates of `device` ("": of all), oldest first."""

    ANSWER: ClassVar[object] = tuple[UpdateEvent, ...]
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedHistory:
    """Whether the record of all steps hangs together: each row names the one before by its hash."""

    rows: int
    broken_at: int | None = None  # number of the first row that was altered or is not in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyHistory:
    """Read the record of all steps and check its chain. Result: VerifiedHistory."""

    ANSWER: ClassVar[type] = VerifiedHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPlan:
    """Let weeks go through this home in this way from now on; what runs is not stopped.

    CommandError: zone_unknown (zone), hours_empty (hours): hours that end when they begin.
    """

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBroker:
    """Change a broker of this house; what is None stays. The first one is added where none is.

    Result: since when it is connected to anew (seconds, UTC), as `Connection.since` counts.

    The password goes to the keyring and nowhere else; without one, that which is kept for this user
    and broker is used. CommandError: broker_unknown, those of fleet.brokers.check.
    """

    ANSWER: ClassVar[type] = float
    name: str = ""  # "": the house's first
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str = ""
    protocol: str | None = None
    tls: bool | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    transport: str | None = None
    path: str | None = None
    read_only: bool | None = None
    bridged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBroker:
    """Use one more broker from now on. Result: since when. CommandError: as fleet.brokers.check."""

    ANSWER: ClassVar[type] = float
    settings: BrokerSettings
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBroker:
    """Leave a broker; its password is forgotten unless another broker of this house needs it.

    CommandError: broker_unknown; broker_bridged, while another one is a bridge of it.
    """

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryBroker:
    """Ask what we may do at a broker, over a connection of its own. Result: Examined.

    BrokerError: why there is no connection. CommandError("broker_unknown").
    """

    ANSWER: ClassVar[type] = Examined
    name: str = ""  # "": the house's first


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessList:
    """Ask for the access list of this home's broker (fleet/acl.py). Result: its text.

    CommandError("broker_name_bad"), where the name is one of a tree of topics.
    """

    ANSWER: ClassVar[type] = str
    user: str
    devices: bool = False  # also rules for an account per device
    read_only: bool = False  # for an account that only listens


@dataclass(frozen=True, slots=True, kw_only=True)
class Explore:
    """Hear everything at a broker for so many seconds or bytes, whichever is first. Result: Heard.

    Over a connection of its own, which ends with it. Raises like TryBroker; CommandError:
    explore_too_long.
    """

    ANSWER: ClassVar[type] = Explored
    name: str = ""  # "": the house's first
    seconds: float = 20.0
    limit: int = 4_000_000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimHome:
    """Say that a broker which is not known as this home's is home now.

    A mark that stands there is taken up, never overwritten. BrokerError("broker_away");
    CommandError("nothing_to_claim").
    """

    broker: str = ""  # "": each that is connected and not this home's


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowHttp:
    """Let devices be asked over HTTP that cannot be asked over MQTT, or no more.

    At private addresses only (fleet/lan_http.py); off until a person says so.
    """

    allow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Set a feature of a device to a value as fleet/capability.py types it; None: press it.

    What comes of it the device says itself. CommandError: unknown_device, not_settable,
    wish_refused (fact: what it takes), or why its dialect cannot. BrokerError: it was not sent.
    """

    device: str
    feature: str
    value: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOffer:
    """Have a device, or its gateway, look for its own maker's update; found, it is its `offer`.

    CommandError: unknown_device, cannot_check, or why its dialect cannot. BrokerError.
    """

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellNight:
    """Say each morning over MQTT what became of the night, or no more (desktop/night_mqtt.py)."""

    tell: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowUpdates:
    """Show this week's updates to Home Assistant, or no more (desktop/entities_mqtt.py)."""

    show: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMaker:
    """Take weeks of this maker: its mirrors, and the root that is pinned from now on.

    CommandError: maker_name_bad; maker_exists, where this house has pinned, or had before, another
    root under that name and `repin` is not said. TrustError("root_bad").
    """

    name: str
    root: str  # the text of its root.json
    urls: tuple[str, ...] = ()  # the main one first
    channel: Channel = Channel.ORANGE
    repin: bool = False  # a person knows why this maker has another root now


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMakerLink:
    """Take weeks of the maker that a link names (firmware/maker_link.py), believed by its root.

    Result: the maker's name. Raises TrustError: link_bad, root_not_the_named, or why its mirrors
    cannot be read; else as AddMaker.
    """

    ANSWER: ClassVar[type] = str
    link: str
    repin: bool = False
    source: str = ""  # a bundle file or folder that has the root; "": the maker's own mirrors


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMaker:
    """Take no more weeks of this maker; what waits for its files is cancelled.

    What this house has seen of it stays, so adding it again is no way back to an older week.
    TrustError("maker_unknown").
    """

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetChannel:
    """Ride this train of a maker from now on; its week is looked for at once.

    Until it is verified nothing is installed: a week of the other train is not this house's.
    TrustError("maker_unknown", "no_maker").
    """

    channel: Channel
    maker: str = ""  # "": the first


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepSecrets:
    """Say where passwords and keys are kept: the owner's consent to a file, or back to the keyring.

    Back: what the file holds goes to the keyring and the file goes. StoreError("keyring_missing")
    where that cannot be; then all stays.
    """

    in_file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRegion:
    """Say where this home is: two letters of ISO 3166-1, or "" for not said.

    It stays here; some files may be installed only in certain regions. CommandError("region_bad").
    """

    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReleaseFolder:
    """Where this person's release folder lies, for release staff; "": none, and no such page."""

    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStaff:
    """Say at which hub this person is staff, and as whom; hub "": nowhere, and no Triage page.

    The token goes to the keyring and nowhere else; "" keeps the one that is there. HubError:
    hub_url_bad, hub_not_https; StoreError("keyring_missing"). As a fact it never has the token.
    """

    hub: str = ""
    name: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffToken:
    """Ask for this person's token, for a client of the hub in this computer. Result: the token.

    CommandError("not_staff_here"); StoreError("keyring_missing").
    """

    ANSWER: ClassVar[type] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSimple:
    """Whether the window opens in the simple view, and whom it says to call."""

    on: bool = False
    phone: str = ""  # as it is to be shown and dialled


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLook:
    """Language ("en", "zh_CN" or "" for the system's) and theme (light, dark, system)."""

    language: str = ""
    theme: str = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Whether this desktop shares what it fetched with others of its home; `code`: why not."""

    on: bool
    address: str = ""  # "address:port" where it hands on; "": nowhere
    others: int = 0  # desktops of this home that share as well
    code: str = ""  # of an OrangeryError
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetShare:
    """Share with other desktops of this home from now on, or not; None: only ask. Result: Shared.

    Only on the home's own network, and only what the makers publish to everybody.
    """

    ANSWER: ClassVar[type] = Shared
    on: bool | None = None
