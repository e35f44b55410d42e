"""Our week's update of a device, as an update entity for Home Assistant: seen and pressed there.

What Home Assistant reads (retained) on `homeassistant/update/orangery/3f2a9c/config`:

    {"~": "orangery/v1/updates/3f2a9c", "name": "Firmware", "uniq_id": "orangery_3f2a9c_firmware",
     "dev_cla": "firmware", "ent_cat": "config", "stat_t": "~/state", "cmd_t": "~/set",
     "pl_inst": "install", "qos": 1, "avty_t": "orangery/v1/updates/status",
     "dev": {"ids": ["orangery_3f2a9c", "lamp-7f"], "cns": [["mac", "02:00:5e:00:00:7f"]]},
     "o": {"name": "Orangery"}}

and on `orangery/v1/updates/3f2a9c/state`: {"installed_version": "1.2.0", "latest_version": "1.3.0",
"release_summary": "...", "in_progress": true, "update_percentage": 40}.

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

from fleet.model import Device
from fleet.scopes import unscoped
from fleet.steps import Publish

COMMANDS = "orangery/v1/updates/+/set"
"""The filter of what Home Assistant's button sends."""

WRITES = (
    "homeassistant/update/orangery/+/config",
    "orangery/v1/updates/+/state",
    "orangery/v1/updates/status",
)
"""The filters of what is published here."""

_STATUS = "orangery/v1/updates/status"
_INSTALL = b"install"
_OURS = re.compile(r"homeassistant/[^/]+/orangery/[^/]+/config")
_SET = re.compile(r"orangery/v1/updates/([^/]+)/set")
_KEY = re.compile(r"[a-zA-Z0-9_-]{1,64}", re.ASCII)
_SUMMARY = 255  # characters that Home Assistant keeps


def ours(topic: str) -> bool:
    """Whether an announcement is our own (so is the night's): it teaches us nothing."""
    return _OURS.fullmatch(topic) is not None


def announced(
    device: Device,
    *,
    offered: str,
    notes: str = "",
    under_way: bool = False,
    percent: float | None = None,
) -> list[Publish]:
    """Return the entity and its state; `offered`: the week's version for it, "" where none is.

    `percent` only counts while it is `under_way`. Empty for a device whose key is none of ours.
    """
    if not _KEY.fullmatch(device.key):
        return []
    config = f"homeassistant/update/orangery/{device.key}/config"
    installed = device.version.raw if device.version else ""
    state = {
        "installed_version": installed,
        "latest_version": offered or installed,
        "title": device.model or device.name,
        "release_summary": notes[:_SUMMARY],
        "in_progress": under_way,
        "update_percentage": percent if under_way else None,
    }
    return [_retained(config, _document(device)), _retained(f"{_place(device.key)}/state", state)]


def withdrawn(key: str) -> list[Publish]:
    """Return what takes the entity of a device back."""
    topics = (f"homeassistant/update/orangery/{key}/config", f"{_place(key)}/state")
    return [Publish(topic=topic, payload=b"", qos=1, retain=True) for topic in topics]


def present(*, here: bool) -> Publish:
    """Return what says whether anybody listens for the button: also a desktop's last will."""
    return Publish(topic=_STATUS, payload=b"online" if here else b"offline", qos=1, retain=True)


def ordered(topic: str, payload: bytes) -> str:
    """Return the key of the device whose update was pressed, "" where this is no such order."""
    found = _SET.fullmatch(topic)
    return found[1] if found and payload == _INSTALL and _KEY.fullmatch(found[1]) else ""


def _place(key: str) -> str:
    return f"orangery/v1/updates/{key}"


def _document(device: Device) -> Mapping[str, object]:
    return {
        "~": _place(device.key),
        "name": "Firmware",
        "uniq_id": f"orangery_{device.key}_firmware",
        "dev_cla": "firmware",
        "ent_cat": "config",
        "stat_t": "~/state",
        "cmd_t": "~/set",
        "pl_inst": _INSTALL.decode(),
        "qos": 1,
        "avty_t": _STATUS,
        "dev": _who(device),
        "o": {"name": "Orangery"},
    }


def _who(device: Device) -> Mapping[str, object]:
    announced_ids = (unscoped(value) for scheme, value in device.ids if scheme == "ha")
    known = sorted(value for value in announced_ids if "/" not in value)  # "/": where it speaks
    macs = sorted(value for scheme, value in device.ids if scheme == "mac")
    who: dict[str, object] = {"ids": [f"orangery_{device.key}", *known]}
    if macs:
        who["cns"] = [["mac", ":".join(re.findall("..", mac)).lower()] for mac in macs]
    if not known:
        said = {"name": device.name, "mf": device.vendor, "mdl": device.model}
        said |= {"hw": device.hardware, "sa": device.room}
        who |= {key: value for key, value in said.items() if value}
    return who


def _retained(topic: str, said: Mapping[str, object]) -> Publish:
    return Publish(topic=topic, payload=msgspec.json.encode(said), qos=1, retain=True)
