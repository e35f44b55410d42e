"""What the status and the events of a Shelly of the later generations say, as readings."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from fleet.dialects import lenient, shelly_words
from fleet.dialects.lenient import Reading
from fleet.dialects.shelly2_features import COMPONENTS, VIRTUAL
from fleet.model import Phase, UpdateWord, Version

CHILDREN = ("bthomedevice:", "bthomesensor:", "blutrv:")
_SKIPPED = frozenset(
    {
        *("id", "ts", "minute_ts", "by_minute", "tF", "source", "errors", "flags", "rgb"),
        *(
            "user_calibrated_current",
            "last_update_ts",
            "timer_started_at",
            "timer_duration",
            "transition",
        ),
    }
)
_READ = (COMPONENTS | VIRTUAL) - {"sys", "wifi", "mqtt"}  # of those only what is read one by one
_WORDS = {
    "ota_begin": Phase.ACCEPTED,
    "ota_progress": Phase.TRANSFERRING,
    "ota_success": Phase.REBOOTING,
    "ota_error": Phase.FAILED,
}
_BYTE = 255
_RGB = 3


class Events(msgspec.Struct, frozen=True):
    """What the events of one notification come to."""

    readings: Mapping[str, Reading] = {}
    children: Mapping[str, Mapping[str, object]] = {}  # component -> {"event", "event_at"}
    word: UpdateWord | None = None
    sleeps: bool = False  # it has just gone to sleep


def readings_of(status: Mapping[str, object]) -> dict[str, Reading]:
    """Return the measures in the status of any components, whole or what has changed of it."""
    told: dict[str, object] = {}
    colours: dict[str, Reading] = {}
    for key, part in status.items():
        if type(part) is not dict:
            continue
        kind = key.partition(":")[0]
        if kind not in _READ:
            continue
        told[key] = part
        if "rgb" in part and (colour := _colour(part["rgb"])):
            colours[f"{key}.rgb"] = colour
    readings = lenient.flat(told, skip=_SKIPPED)
    if colours:
        readings |= colours
    if "wifi" in status or "sys" in status:
        readings |= _about_itself(status)
    return readings


def _about_itself(status: Mapping[str, object]) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for key, member in (("sys", "uptime"), ("wifi", "rssi")):
        part = status.get(key)
        number = lenient.number(part.get(member)) if isinstance(part, dict) else None
        if number is not None:
            readings[f"{key}.{member}"] = number
    offered = _updates(status)
    if offered is not None:
        beta = offered.get("beta")
        said = lenient.text(beta.get("version")) if isinstance(beta, dict) else None
        readings["sys.available_updates.beta.version"] = said or ""
    return readings


def _colour(value: object) -> str | None:
    if not isinstance(value, list) or len(value) != _RGB:
        return None
    parts = [lenient.number(part) for part in value]
    if not all(part is not None and 0 <= part <= _BYTE for part in parts):
        return None
    return "#" + "".join(f"{int(part or 0):02x}" for part in parts)


def _updates(status: Mapping[str, object]) -> Mapping[str, object] | None:
    system = status.get("sys")
    offered = system.get("available_updates") if isinstance(system, dict) else None
    return offered if isinstance(offered, dict) else None


def offer_of(status: Mapping[str, object]) -> Version | None:
    """Return what its maker offers; Version("") for nothing; None where that is not said."""
    offered = _updates(status)
    return None if offered is None else stable(offered)


def stable(offered: Mapping[str, object]) -> Version:
    """Return the stable one of what is offered: a beta is never taken by itself."""
    found = offered.get("stable")
    if not isinstance(found, dict):
        return Version("")
    known = shelly_words.version(found.get("build_id"), found.get("version"))
    return known or Version("")


def wakes_s(status: Mapping[str, object]) -> float | None:
    """Return after how many seconds it wakes at the latest; None for one that does not sleep."""
    system = status.get("sys")
    period = lenient.number(system.get("wakeup_period")) if isinstance(system, dict) else None
    return period if period and period > 0 else None


def battery_of(readings: Mapping[str, Reading]) -> float | None:
    """Return its charge, of the first of its batteries."""
    said = readings.get("devicepower:0.battery.percent")
    return None if said is None else lenient.percent(said)


def radio_of(status: Mapping[str, object]) -> str | None:
    """Return how it is in the network, by the address it has there; None: it does not say."""
    for key, member, radio in (("eth", "ip", "ethernet"), ("wifi", "sta_ip", "wifi")):
        part = status.get(key)
        if isinstance(part, dict) and lenient.text(part.get(member)):
            return radio
    return None


def events_of(params: Mapping[str, object]) -> Events:
    """Read {"events": [{"component": "input:0", "event": "single_push", "ts": 1.5}, ...]}."""
    readings: dict[str, Reading] = {}
    children: dict[str, Mapping[str, object]] = {}
    word, sleeps = None, False
    listed = params.get("events")
    for each in listed[:20] if isinstance(listed, list) else ():
        if not isinstance(each, dict):
            continue
        component, event = lenient.text(each.get("component")), lenient.text(each.get("event"))
        at = lenient.number(each.get("ts"))
        if component is None or event is None:
            continue
        if event in _WORDS:
            word = _word(event, each)
        elif component == "sys":
            sleeps = sleeps or event == "sleep"
        elif component.startswith(CHILDREN):
            children[component] = {"event": event, "event_at": at}
        elif component.startswith("input:"):
            readings[f"{component}.event"] = event
            if at is not None:
                readings[f"{component}.event_at"] = at
    return Events(readings, children, word, sleeps)


def _word(event: str, said: Mapping[str, object]) -> UpdateWord:
    text = lenient.text(said.get("msg")) or ""
    return UpdateWord(
        phase=_WORDS[event],
        percent=lenient.percent(said.get("progress_percent")),
        error=text if event == "ota_error" else "",
    )
