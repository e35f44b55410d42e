"""Our week's update of a device, as an update entity for Home Assistant: seen and pressed there.

What Home Assistant reads (retained) on `homeassistant/update/orangery/3f2a9c.../config`:

    {"~": "orangery/v1/updates/3f2a9c...", "name": "Firmware",
     "uniq_id": "orangery_3f2a9c..._firmware", "dev_cla": "firmware", "ent_cat": "config",
     "stat_t": "~/state", "cmd_t": "~/set", "pl_inst": "install", "qos": 1,
     "avty_t": "orangery/v1/updates/status/9d01",
     "dev": {"ids": ["orangery_3f2a9c...", "lamp-7f"], "cns": [["mac", "02:00:5e:00:00:7f"]]},
     "o": {"name": "Orangery"}}

and on `orangery/v1/updates/3f2a9c.../state`: {"installed_version": "1.2.0", "latest_version":
"1.3.0", "title": "Lamp", "release_summary": "...", "in_progress": true, "update_percentage": 40}.
A word that is not known is left out: since 2024.11 Home Assistant drops a whole message in which a
text is null, or in which there is a word that it does not know.

`3f2a9c...` is the device's name in lease topics, the same at every desktop of a home, so the entity
stays itself when another desktop shows it; `9d01` is the desktop that shows it now.

A device that Home Assistant knows by discovery already gets the entity beside its others: by the
same identifiers, and without a name, which would rename it. Pressing is an order like that of a
person at this desktop: whoever may write the command topic may give it.

Source: Home Assistant's pages "MQTT update", "MQTT discovery". Home Assistant has no word for a
failure: in_progress ends and the installed version is the old one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from fleet import lease
from fleet.model import Device
from fleet.scopes import unscoped
from fleet.steps import Publish

COMMANDS = "orangery/v1/updates/+/set"
"""The filter of what Home Assistant's button sends."""

WRITES = (
    "homeassistant/update/orangery/+/config",
    "orangery/v1/updates/+/state",
    "orangery/v1/updates/status/+",
)
"""The filters of what is published here."""

CONFIGS = "homeassistant/update/orangery/+/config"
"""The filter of what we, or another desktop, have announced."""

DUTY = "updates"
"""What one desktop of a home does for all: it has a lease (fleet/lease.py) by this name."""

_STATUS = "orangery/v1/updates/status/"
_INSTALL = b"install"
_OURS = re.compile(r"homeassistant/[^/]+/orangery/[^/]+/config")
_SET = re.compile(r"orangery/v1/updates/([^/]+)/set")
_KEY = re.compile(r"[a-zA-Z0-9_-]{1,64}", re.ASCII)
_CONFIG = re.compile(r"homeassistant/update/orangery/([^/]+)/config")
_SUMMARY = 255  # characters that Home Assistant keeps
_TITLE = 255  # of a title, on a screen


def ours(topic: str) -> bool:
    """Whether an announcement is our own (so is the night's): it teaches us nothing."""
    return _OURS.fullmatch(topic) is not None


def name_of(device: Device) -> str:
    """Return what a device is called in these topics; "": it has no id that others know it by."""
    return lease.device_of(device.ids)


def announced(
    device: Device,
    *,
    offered: str,
    by: str,
    notes: str = "",
    under_way: bool = False,
    percent: float | None = None,
) -> list[Publish]:
    """Return the entity and its state; `offered`: the week's version for it, "" where none is.

    `by`: the desktop that shows it. `percent` only counts while it is `under_way`. Empty for a
    device without an id, or of which nobody knows what it runs and nothing is offered.
    """
    name = name_of(device)
    installed = device.version.raw if device.version else ""
    latest = offered or installed
    if not name or not latest:
        return []
    state: dict[str, object] = {
        "installed_version": installed,
        "latest_version": latest,
        "title": (device.model or device.name)[:_TITLE],
        "release_summary": notes[:_SUMMARY],
    }
    state = {word: value for word, value in state.items() if value}
    state["in_progress"] = under_way
    state["update_percentage"] = percent if under_way else None
    config = f"homeassistant/update/orangery/{name}/config"
    return [
        _retained(config, _document(device, name, by)),
        _retained(f"{_place(name)}/state", state),
    ]


def withdrawn(name: str) -> list[Publish]:
    """Return what takes the entity of a device back."""
    topics = (f"homeassistant/update/orangery/{name}/config", f"{_place(name)}/state")
    return [Publish(topic=topic, payload=b"", qos=1, retain=True) for topic in topics]


def announced_as(topic: str) -> str:
    """Return the name of the device whose entity stands at a topic of `CONFIGS`, "" for none."""
    found = _CONFIG.fullmatch(topic)
    return found[1] if found else ""


def present(desktop: str, *, here: bool) -> Publish:
    """Return what says whether a desktop listens for its buttons: also its last will."""
    said = b"online" if here else b"offline"
    return Publish(topic=_STATUS + desktop, payload=said, qos=1, retain=True)


def ordered(topic: str, payload: bytes) -> str:
    """Return the name of the device whose update was pressed, "" where this is no such order."""
    found = _SET.fullmatch(topic)
    return found[1] if found and payload == _INSTALL and _KEY.fullmatch(found[1]) else ""


def _place(name: str) -> str:
    return f"orangery/v1/updates/{name}"


def _document(device: Device, name: str, by: str) -> Mapping[str, object]:
    return {
        "~": _place(name),
        "name": "Firmware",
        "uniq_id": f"orangery_{name}_firmware",
        "dev_cla": "firmware",
        "ent_cat": "config",
        "stat_t": "~/state",
        "cmd_t": "~/set",
        "pl_inst": _INSTALL.decode(),
        "qos": 1,
        "avty_t": _STATUS + by,
        "dev": _who(device, name),
        "o": {"name": "Orangery"},
    }


def _who(device: Device, name: str) -> Mapping[str, object]:
    announced_ids = (unscoped(value) for scheme, value in device.ids if scheme == "ha")
    known = sorted(value for value in announced_ids if "/" not in value)  # "/": where it speaks
    macs = sorted(value for scheme, value in device.ids if scheme == "mac")
    who: dict[str, object] = {"ids": [f"orangery_{name}", *known]}
    if macs:
        who["cns"] = [["mac", ":".join(re.findall("..", mac)).lower()] for mac in macs]
    if not known:
        said = {"name": device.name, "mf": device.vendor, "mdl": device.model}
        said |= {"hw": device.hardware, "sa": device.room}
        who |= {key: value for key, value in said.items() if value}
    return who


def _retained(topic: str, said: Mapping[str, object]) -> Publish:
    return Publish(topic=topic, payload=msgspec.json.encode(said), qos=1, retain=True)
