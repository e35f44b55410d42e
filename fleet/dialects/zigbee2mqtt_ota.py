"""How Zigbee2MQTT brings firmware to Zigbee devices: what it can, our orders, what it answers.

An order is published on `<base>/bridge/request/device/ota_update/update`:

    {"id": "0x02005efffe00007f", "url": "http://192.0.2.9:8078/t/x/index.json",
     "transaction": "0x02005efffe00007f k3J9"}

and answered on `<base>/bridge/response/device/ota_update/update`, an error without the id:

    {"data": {}, "error": "OTA update of 'Hall lamp' failed (...)", "status": "error",
     "transaction": "0x02005efffe00007f k3J9"}

So our transaction names the device too. Meanwhile the device's own topic says
{"update": {"state": "updating", "progress": 35, "remaining": 1150}}.

Before 2.8.0 `url` is not known to it and **is ignored: it would install what its own index has**;
a device is scheduled from 2.3.0 on. Of an image at a bare address only the version is looked at;
of an entry of an index also type, maker and sha512. After a run it says the image's version as
installed without asking the device: that word counts once the device was asked again (`check`).

Source: MQTT.md 1.4; Zigbee2MQTT's page "OTA updates" and its changelog (2.3.0, 2.8.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from fleet.dialects import lenient
from fleet.dialects.zigbee2mqtt_exposes import NAME
from fleet.model import (
    Caps,
    Device,
    Endpoint,
    Id,
    Install,
    Message,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
    Version,
)
from fleet.steps import Lay, Offer, Publish, Refusal, Step

REQUEST = "bridge/request/device/ota_update"
RESPONSE = "bridge/response/device/ota_update"
DAY_S = 86_400.0

_OURS = re.compile(r"(0x[0-9a-f]{16}) (.+)", re.ASCII)
_NUMBER = re.compile(r"\d{1,10}|0x[0-9a-fA-F]{1,8}", re.ASCII)
_RELEASE = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)
_UNSAID = frozenset({-1, 0xFFFFFFFF})
_TAKES_URL, _SCHEDULES = (2, 8), (2, 3)  # releases of Zigbee2MQTT
_BLOCK_S = 150.0  # it waits so long for a device to ask for the next block, unless told otherwise
_SLOW_S = {  # makers whose devices rest longer between two blocks
    "bosch": 3_600.0,
    "sonoff": 3_600.0,
    "legrand": 1_800.0,
}
_AFTER_S = 180.0  # it waits two minutes for the device's return, then interviews it
_SLEEPS_S = 2 * DAY_S  # until a sleeper asks for an image by itself, about once a day
_INDEX = "index.json"  # by its ending it is known for an index
_NEVER_BEGAN = ("already in progress", "does not support", "does not exist", "Invalid payload")
_KEPT = ("base", "topic", "name")
_UNDER_WAY = frozenset(
    {Phase.ACCEPTED, Phase.TRANSFERRING, Phase.INSTALLING, Phase.COMMITTED}
)  # one that is told so is not done


# --- versions -------------------------------------------------------------------------------------


def file_version(value: object) -> int | None:
    """Return an image's file version, also from its text; None for none, null and -1."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = int(value, 0) if value.strip().startswith("0x") else int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value in _UNSAID:
        return None
    return value if 0 <= value <= 0xFFFFFFFF else None  # noqa: PLR2004 - 32 bits


def version_of(file: int | None, build: str) -> Version | None:
    """Return what it runs: the file version, which images count in, before its maker's own name.

    Of the name alone nothing is compared: "192" of an image is not newer than "2.2.010".
    """
    if file is not None:
        return Version(str(file), build)
    return Version(build, plain=f"build {build}") if build else None


def arrived(device: Device, version: str) -> bool:
    """Whether it runs `version`, and that is not only what Zigbee2MQTT takes for granted."""
    runs = device.version
    if runs is None or not version or (device.word and device.word.phase in _UNDER_WAY):
        return False
    wanted = file_version(version)
    if wanted is None:
        return version in (runs.raw, runs.build)
    return not runs.plain and file_version(runs.raw) == wanted


# --- what can be done -----------------------------------------------------------------------------


def caps(device: Mapping[str, str], bridge: Mapping[str, str]) -> Caps:
    """Return what is possible for a device: `device` as its route keeps it, `bridge` likewise."""
    if not device.get("ota"):
        return Caps()
    release, sleeps = _release(bridge.get("version", "")), bool(device.get("sleeps"))
    install = {Install.OWN, Install.URL} if release >= _TAKES_URL else {Install.OWN}
    block_s = lenient.number(bridge.get("block_s")) or _BLOCK_S
    slow_s = max(_SLOW_S.get(device.get("vendor", "").casefold(), 0.0), block_s)
    return Caps(
        install=frozenset(install),
        progress=True,
        check=True,
        asleep=sleeps and release >= _SCHEDULES,
        idle_s=max(_SLEEPS_S if sleeps else 0.0, slow_s + _AFTER_S),
    )


def _release(version: str) -> tuple[int, int]:
    """Return (2, 8) of "2.8.0-dev"; (0, 0) where it is not known: it could be an old one."""
    found = _RELEASE.match(version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


# --- orders ---------------------------------------------------------------------------------------


def plan(device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
    """Have the bridge fetch our file by an index of one entry, or begin its maker's own update."""
    at = device.endpoints.get(NAME)
    if at is None or not at.data.get("base"):
        return Refusal("no_command_topic")
    can = caps(at.data, at.data)
    if not can.install:
        return Refusal("no_way_to_install")
    verb = "schedule" if can.asleep else "update"
    if offer is None:
        return (_order(at, verb, {}, "own"),)
    return _offered(device, at, offer, verb) if Install.URL in can.install else _too_old(at)


def _too_old(at: Endpoint) -> Refusal:
    return Refusal("bridge_too_old", at.data.get("version", ""))


def _offered(device: Device, at: Endpoint, offer: Offer, verb: str) -> Sequence[Step] | Refusal:
    if not offer.url or not offer.place:
        return Refusal("needs_url")
    entry = _entry(device, offer)
    if isinstance(entry, Refusal):
        return entry
    runs = device.version
    runs_file = file_version(runs.raw) if runs and not runs.plain else None
    if runs_file is not None and runs_file > int(str(entry["fileVersion"])):
        verb += "/downgrade"  # else it takes nothing older
    index = msgspec.json.encode([entry])
    url = {"url": offer.place + _INDEX}
    return (Lay(name=_INDEX, payload=index), _order(at, verb, url, offer.transfer))


def check(device: Device, why: str) -> Sequence[Publish] | Refusal:
    """Have the device asked what it runs, and the bridge's own index whether it has more."""
    at = device.endpoints.get(NAME)
    if at is None or not at.data.get("base") or not at.data.get("ota"):
        return Refusal("cannot_check")
    return (_order(at, "check", {}, why),)


def take_back(device: Device) -> Sequence[Publish]:
    """Unschedule what a sleeper has not asked for; it would be tried at each of its questions."""
    at = device.endpoints.get(NAME)
    waits = device.word is not None and device.word.phase is Phase.ACCEPTED
    if at is None or not at.data.get("base") or not waits or not caps(at.data, at.data).asleep:
        return ()
    return (_order(at, "unschedule", {}, "after"),)


def _order(at: Endpoint, verb: str, more: Mapping[str, str], transfer: str) -> Publish:
    said = {"id": at.id, **more, "transaction": f"{at.id} {transfer}"}
    topic = f"{at.data['base']}/{REQUEST}/{verb}"
    return Publish(topic=topic, payload=msgspec.json.encode(said), qos=1)


def _entry(device: Device, offer: Offer) -> dict[str, object] | Refusal:
    """Return the index entry for an offered image, from what its own header says."""
    facts = offer.facts
    form = facts.get("format", "")
    maker, kind = file_version(facts.get("manufacturer")), file_version(facts.get("image_type"))
    version = file_version(facts.get("version")) or file_version(offer.version)
    digest = facts.get("sha512", "")
    if form != "zigbee-ota" or maker is None or kind is None or version is None or not digest:
        return Refusal("not_zigbee_image", form)
    only_for = lenient.ieee(f"0x{facts.get('destination', '')}")
    if only_for and only_for not in device.ids:
        return Refusal("image_of_another_device", only_for[1])
    entry: dict[str, object] = {
        "fileName": quote(offer.path.rpartition("/")[2]),
        "fileVersion": version,
        "fileSize": offer.size,
        "url": offer.url,
        "imageType": kind,
        "manufacturerCode": maker,
        "sha512": digest.lower(),
    }
    bounds = {
        "hardwareVersionMin": facts.get("hardware_min"),
        "hardwareVersionMax": facts.get("hardware_max"),
        "minFileVersion": offer.minimum,
    }
    found = {
        name: number for name, said in bounds.items() if (number := file_version(said)) is not None
    }
    return {**entry, **found}


# --- answers --------------------------------------------------------------------------------------


def answered(
    message: Message, verb: str, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    """Read an answer on `bridge/response/device/ota_update/<verb>`."""
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    ours = _OURS.fullmatch(lenient.text(values.get("transaction")) or "")
    data = values.get("data")
    data = data if isinstance(data, dict) else {}
    error = lenient.text(values.get("error")) or ""
    failed = values.get("status") == "error" or bool(error)
    if verb == "check":
        return _checked(lenient.text(data.get("id")), ours[1] if ours else "", error, routes)
    device = lenient.ieee(ours[1]) if ours else None
    if ours is None or device is None:
        return ()  # somebody else's order: the device's own topic tells enough
    transfer = "" if ours[2] == "own" else ours[2]
    if failed:
        never = any(words in error for words in _NEVER_BEGAN)
        phase = Phase.REFUSED if never else Phase.FAILED
    elif verb == "schedule":
        phase = Phase.ACCEPTED
    elif verb == "update":
        phase = Phase.VERIFYING if _says_another_build(data) else Phase.COMMITTED
    else:
        return ()
    word = UpdateWord(phase=phase, transfer=transfer, error=error)
    return [Observation(dialect=NAME, ids=frozenset({device}), word=word)]


def _says_another_build(data: Mapping[str, object]) -> bool:
    """Whether the device itself, read before and after, has told another build or date."""
    was, now = data.get("from"), data.get("to")
    if not isinstance(was, dict) or not isinstance(now, dict):
        return False
    pairs = [
        (lenient.text(was.get(name)), lenient.text(now.get(name)))
        for name in ("software_build_id", "date_code")
    ]
    return any(before and after and before != after for before, after in pairs)


def _checked(
    named: str | None, ours: str, error: str, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    """Of a device whose run has ended: what its topic said before this answer is its own word now.

    Also where it did not answer: then there is nothing better than what the bridge has said.
    """
    if "in progress" in error:
        return ()
    for route in routes:
        name = route.device[1]
        if route.role == "update" and (
            ours == name or (named and named in {name, route.args.get("name")})
        ):
            settled = {**route.args, "ran": ""}
            return [
                Observation(
                    dialect=NAME,
                    ids=frozenset({route.device}),
                    word=UpdateWord(phase=Phase.VERIFYING),
                    routes=remember(route.device, settled),
                    source="update",
                )
            ]
    return ()


# --- what is remembered of a device's update ------------------------------------------------------


def remember(device: Id, args: Mapping[str, str]) -> tuple[Route, ...]:
    """Return routes that bring `args` back where they are needed to read what comes next."""
    base = args.get("base", "")
    topics = [args.get("topic", ""), f"{base}/bridge/devices"]
    if args.get("ran"):
        topics.append(f"{base}/{RESPONSE}/check")
    return tuple(
        Route(topic=topic, device=device, role="update", args=args, subscribe=False)
        for topic in topics
        if topic
    )


def told_before(update: Mapping[str, object], before: Mapping[str, str]) -> bool:
    """Whether this is word for word what is remembered: it stands in each message of a device."""
    said = before.get
    return (
        update.get("state") == said("state")
        and lenient.text(update.get("installed_version")) == said("installed")
        and lenient.text(update.get("latest_version")) == said("latest")
        and "progress" not in update
    )


def told(
    device: Id, update: Mapping[str, object], here: Mapping[str, str], before: Mapping[str, str]
) -> Observation | None:
    """Return what the `update` part of a device's state says that was not known `before`.

    `here`: the args of its own route. None: nothing new.
    """
    state = lenient.text(update.get("state")) or ""
    installed = file_version(update.get("installed_version"))
    latest = file_version(update.get("latest_version"))
    percent = lenient.percent(update.get("progress"))
    now = {
        **{name: here.get(name, "") for name in _KEPT},
        "state": state,
        "installed": before.get("installed", "") if installed is None else str(installed),
        "latest": before.get("latest", "") if latest is None else str(latest),
        "percent": "" if percent is None else f"{percent:g}",
        "ran": before.get("ran", ""),
    }
    if now == before:
        return None
    word = _word(now, before, percent)
    if word is not None:
        asks = word.phase is Phase.COMMITTED and bool(here.get("ota"))
        now["ran"] = "yes" if asks else ""
        if word.phase is Phase.COMMITTED and not asks:  # there is no better word to wait for
            word = UpdateWord(phase=Phase.VERIFYING)
    return Observation(
        dialect=NAME,
        ids=frozenset({device}),
        version=version_of(file_version(now["installed"]), here.get("build", ""))
        if now["installed"]
        else None,
        offer=_offer(file_version(now["installed"]), file_version(now["latest"])),
        notes=lenient.text(update.get("latest_release_notes"), 4_096),
        word=word,
        routes=remember(device, now),
        source="update",
    )


def _offer(installed: int | None, latest: int | None) -> Version | None:
    """Return what its maker has for it; Version("") where that is what it runs."""
    if latest is None:
        return None
    return Version(str(latest)) if installed is None or latest > installed else Version("")


def _word(
    now: Mapping[str, str], before: Mapping[str, str], percent: float | None
) -> UpdateWord | None:
    """Return what a step from one state to the next means; a failed run explains itself apart."""
    state, was = now["state"], before.get("state", "")
    if state == "updating":
        whole = percent is not None and percent >= 100  # noqa: PLR2004 - per cent
        phase = Phase.INSTALLING if whole else Phase.TRANSFERRING
        return UpdateWord(phase=phase, percent=percent)
    if state == "scheduled":
        return None if was == state else UpdateWord(phase=Phase.ACCEPTED)
    if was == "updating" and state == "idle":
        whole = before.get("percent") == "100"
        if whole or now["installed"] != before.get("installed"):
            return UpdateWord(phase=Phase.COMMITTED)
    if was in {"updating", "scheduled"} and state == "idle":  # restarted, or no image for it
        return UpdateWord(phase=Phase.FAILED, error="update.state: idle")
    return None
