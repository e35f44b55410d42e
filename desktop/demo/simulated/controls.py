"""What a simulated Home Assistant device can be told: a switch, a lamp, a blind, a mode, ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

Said = Mapping[str, str]
"""Part of a topic, under the device's own, to what is said there."""


@dataclass(frozen=True, slots=True)
class Control:
    """One thing a device can be told: `state` in the words of its platform."""

    platform: str  # of Home Assistant: switch, light, cover, lock, number, select, button
    state: str = ""

    def component(self, name: str) -> dict[str, object]:
        """Return its part of the announcement."""
        return {
            "p": self.platform,
            "name": name.capitalize(),
            "cmd_t": f"~/{name}/set",
            **_PARTS[self.platform](f"~/{name}"),
        }

    def told(self, topic: str, payload: str) -> Control | None:
        """Return it after an order on `topic` under its own; None: it does not take that."""
        state = _TAKES[self.platform](self.state, topic, payload)
        return None if state is None else Control(self.platform, state)

    def says(self) -> Said:
        """Return what it says now, by topic under its own."""
        if self.platform == "cover":
            return {"position": self.state, "state": "open" if self.state != "0" else "closed"}
        return {} if self.platform == "button" else {"state": self.state}


def _switch(place: str) -> dict[str, object]:
    return {"stat_t": f"{place}/state"}


def _light(place: str) -> dict[str, object]:
    modes = ["xy", "color_temp"]
    return {"schema": "json", "stat_t": f"{place}/state", "sup_clrm": modes, "bri_scl": 254}


def _cover(place: str) -> dict[str, object]:
    return {
        "stat_t": f"{place}/state",
        "pos_t": f"{place}/position",
        "set_pos_t": f"{place}/position/set",
    }


def _number(place: str) -> dict[str, object]:
    return {"stat_t": f"{place}/state", "min": 5, "max": 30, "unit_of_meas": "min"}


def _select(place: str) -> dict[str, object]:
    return {
        "stat_t": f"{place}/state",
        "val_tpl": "{{ value_json.mode }}",
        "cmd_tpl": '{"mode": {{ value | to_json }}}',
        "ops": ["eco", "comfort", "off"],
    }


def _button(place: str) -> dict[str, object]:
    del place
    return {"pl_prs": "PRESS"}


_PARTS: Mapping[str, Callable[[str], dict[str, object]]] = {
    "switch": _switch,
    "light": _light,
    "cover": _cover,
    "lock": _switch,
    "number": _number,
    "select": _select,
    "button": _button,
}


def _switched(state: str, topic: str, payload: str) -> str | None:
    del state, topic
    return payload if payload in {"ON", "OFF"} else None


def _locked(state: str, topic: str, payload: str) -> str | None:
    del state, topic
    return {"LOCK": "LOCKED", "UNLOCK": "UNLOCKED"}.get(payload)


def _lit(state: str, topic: str, payload: str) -> str | None:
    """Take a document as a lamp does: what it does not name stays."""
    del topic
    try:
        wish = msgspec.json.decode(payload, type=dict[str, object])
    except msgspec.DecodeError:
        return None
    before = msgspec.json.decode(state, type=dict[str, object])
    return msgspec.json.encode(before | wish).decode()


def _moved(state: str, topic: str, payload: str) -> str | None:
    if topic == "position/set":
        return payload if payload.isdecimal() and int(payload) <= 100 else None  # noqa: PLR2004 - per cent
    return {"OPEN": "100", "CLOSE": "0", "STOP": state}.get(payload)


def _set(state: str, topic: str, payload: str) -> str | None:
    del state, topic
    return payload


def _pressed(state: str, topic: str, payload: str) -> str | None:
    del topic
    return f"{state}!" if payload == "PRESS" else None


_TAKES: Mapping[str, Callable[[str, str, str], str | None]] = {
    "switch": _switched,
    "light": _lit,
    "cover": _moved,
    "lock": _locked,
    "number": _set,
    "select": _set,
    "button": _pressed,
}
