"""Questions and orders to Shelly's later generations: JSON-RPC over MQTT.

A frame on `<prefix>/rpc` is answered on `<src>/rpc`, where `src` is what the frame names. Ours is
`orangery/shelly/<prefix>`: so the answer says which prefix it comes from, and a broker can let each
device write only its own. What a frame asked is told by its number, for an answer does not say.

    {"id": 1, "src": "orangery/shelly/hall", "method": "Shelly.GetDeviceInfo"}
    {"id": 1, "src": "shellyplus1pm-02005e00007f", "dst": "orangery/shelly/hall",
     "result": {"id": "shellyplus1pm-02005e00007f", "mac": "02005E00007F", "gen": 2,
                "app": "Plus1PM", "model": "SNSW-001P16EU", "name": null, "ver": "1.4.4",
                "fw_id": "20241011-114449/1.4.4-g6d2a586", "auth_en": false}}
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import msgspec

from fleet.steps import Ask, Publish

_ROOT = "orangery/shelly/"
ANSWERS = _ROOT + "#"
"""The topic filter of all answers to us."""

AGAIN_S = 60.0
"""A device that comes back is asked anew, but one that comes and goes not each time."""


class Number(IntEnum):
    """The number of each frame we send, which its answer repeats."""

    INFO = 1
    STATUS = 2
    CHECK = 3
    UPDATE = 4
    ORDER = 5
    COMPONENTS = 6
    MQTT = 7
    LOG = 8
    LOG_SET = 9


def request(
    prefix: str, number: Number, method: str, params: Mapping[str, object] | None = None
) -> Publish:
    """Return a frame for the device at this prefix."""
    frame: dict[str, object] = {"id": int(number), "src": _ROOT + prefix, "method": method}
    if params is not None:
        frame["params"] = params
    return Publish(topic=f"{prefix}/rpc", payload=msgspec.json.encode(frame), qos=1)


def who_are_you(prefix: str) -> Publish:
    """Ask for its name, model and version: any Shelly answers, whatever else is switched off."""
    return request(prefix, Number.INFO, "Shelly.GetDeviceInfo")


def introductions(prefix: str, *, again: bool = False) -> tuple[Ask, ...]:
    """Ask a device that was just met, or has come back, who it is and how it is."""
    if not orderable(prefix):
        return ()
    steps = [who_are_you(prefix), request(prefix, Number.STATUS, "Shelly.GetStatus")]
    if not again:
        steps.append(request(prefix, Number.MQTT, "MQTT.GetConfig"))
    return tuple(Ask(step=step, rest_s=AGAIN_S) if again else Ask(step=step) for step in steps)


def components(prefix: str, offset: int = 0) -> Ask:
    """Ask for what was added to it: Bluetooth devices, components of the owner's own."""
    params = {"dynamic_only": True, "include": ["status", "config"], "offset": offset}
    return Ask(step=request(prefix, Number.COMPONENTS, "Shelly.GetComponents", params))


def orderable(prefix: str) -> bool:
    """Whether something can be sent to this prefix."""
    return bool(prefix) and not set(prefix) & set("+#\0")


def answers_of(prefix: str) -> str:
    """Return the topic on which the device at this prefix answers us."""
    return f"{_ROOT}{prefix}/rpc"


def answered_by(topic: str) -> str:
    """Return the prefix whose answer comes on this topic; "" on the topics of others."""
    if not topic.startswith(_ROOT):
        return ""
    return topic.removeprefix(_ROOT).removesuffix("/rpc")
