"""How the command line shows messages: a line each, or an object each for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from desktop.models.messages import one_line, text_of
from desktop.plain import in_line
from fleet.families import TITLES
from fleet.model import Device
from fleet.ring import Noted


def line(one: Noted, devices: Mapping[str, Device]) -> str:
    """Return a message in a line: when, which way, topic, payload, who."""
    at = dt.datetime.fromtimestamp(one.at).strftime("%H:%M:%S.%f")[:-3]  # noqa: DTZ006 - the reader's own clock
    way = "->" if one.sent else "<-"
    kept = " (retained)" if one.retain else ""
    said = f"{one.topic}  {one_line(one.payload)}  [{whose(one, devices)}{kept}]"
    return f"{at} {way} {in_line(said)}"


def whose(one: Noted, devices: Mapping[str, Device]) -> str:
    """Return who said a message, or for whom it was."""
    known = [devices[key] for key in one.devices if key in devices]
    if not known:
        return "Orangery" if one.sent else "unknown"
    first = known[0].dialects[0] if known[0].dialects else ""
    names = ", ".join(device.name for device in known)
    return f"{TITLES.get(first, first)}: {names}" if first else names


def told(one: Noted, devices: Mapping[str, Device]) -> dict[str, Any]:
    """Return a message as an object, which `orangery replay` can read as well.

    `payload` is its text; of bytes that are none it is "", and `hex` has them. `cut`: only the
    first 8 KiB are kept.
    """
    text = text_of(one.payload)
    said: dict[str, Any] = {
        "number": one.number,
        "at": one.at,
        "broker": one.broker,
        "topic": one.topic,
        "payload": text or "",
        "retain": one.retain,
        "sent": one.sent,
        "qos": one.qos,
        "size": one.size,
        "devices": [devices[key].name for key in one.devices if key in devices],
        "unknown": one.unknown,
    }
    if text is None:
        said["hex"] = one.payload.hex()
    if one.size > len(one.payload):
        said["cut"] = True
    return said
