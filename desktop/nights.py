"""The morning's line: what became of the night, in one sentence. No Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from desktop import words
from firmware.morning import Night
from fleet.model import Availability, Device

_DAY_S = 86_400.0
_ENDS = ("rolled_back", "failed", "silent")


def line(night: Night, devices: Mapping[str, Device], now: float, language: str = "en") -> str:
    """Return "Last night: 41 of 43 confirmed, 1 went back, 1 asleep"; "" where nothing was to do.

    `devices`: of the house, for who is asleep and what the one is called that made it stop.
    """
    total = sum(len(keys) for keys in counted(night).values())
    if not total:
        return ""
    asleep = {key for key in night.waiting if _sleeps(devices.get(key))}
    said = [_say("done", language, count=len(night.done), total=total)]
    said += [_part(code, getattr(night, code), language) for code in _ENDS]
    said += [
        _part("running", night.running, language),
        _part("asleep", asleep, language),
        _part("waiting", set(night.waiting) - asleep, language),
    ]
    told = _say("joined", language).join(one for one in said if one)
    if night.halted:
        known = devices.get(night.device)
        name = known.name if known else night.device
        told += _say("halted" if name else "halted_somewhere", language, device=name)
    return _when(night, now, language) + told


def counted(night: Night) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of devices by what became of them."""
    return {name: getattr(night, name) for name in ("done", *_ENDS, "running", "waiting")}


def _when(night: Night, now: float, language: str) -> str:
    if night.end >= now - 60 or night.running:  # it goes on
        return _say("tonight", language)
    if now - night.end < _DAY_S:
        return _say("last_night", language)
    day = dt.datetime.fromtimestamp(night.end).astimezone().date().isoformat()
    return _say("night_of", language, day=day)


def _part(code: str, keys: Collection[str], language: str) -> str:
    return _say(code, language, count=len(keys)) if keys else ""


def _sleeps(device: Device | None) -> bool:
    return device is not None and device.availability is Availability.SLEEPING


def _say(code: str, language: str, **facts: object) -> str:
    told = {name: str(value) for name, value in facts.items()}
    return words.say(code, told, language, book="night")[0]
