"""Short ways to let a Shelly of the later generations speak."""

from __future__ import annotations

import json

from fleet.dialects.shelly2 import Shelly2
from fleet.model import Device, Message
from fleet.registry import Heard
from fleet.steps import Offer, Publish
from tests.fleet.dialects.saying import house, message, only

DIALECT = Shelly2()
ID = "shellyplus1pm-02005e00007f"
MAC = ("mac", "02005E00007F")
BUILD, NEW = "20231219-133956/1.1.0-g34b5d4f", "20241011-114449/1.4.4-g6d2a586"


def notified(params: object, *, method: str = "NotifyStatus", prefix: str = ID) -> Message:
    said = {"src": ID, "dst": f"{prefix}/events", "method": method, "params": params}
    return message(f"{prefix}/events/rpc", said)


def happened(*events: object) -> Message:
    return notified({"ts": 1.0, "events": list(events)}, method="NotifyEvent")


def answered(result: object, *, number: int = 1, prefix: str = ID, **more: object) -> Message:
    said = {"id": number, "src": ID, "dst": f"orangery/shelly/{prefix}", "result": result} | more
    return message(f"orangery/shelly/{prefix}/rpc", said)


def refused(code: int, text: str, number: int = 4) -> Message:
    said = {"id": number, "src": ID, "dst": "x", "error": {"code": code, "message": text}}
    return message(f"orangery/shelly/{ID}/rpc", said)


def identity(**more: object) -> dict[str, object]:
    return {
        "id": ID,
        "mac": "02005E00007F",
        "model": "SNSW-001P16EU",
        "app": "Plus1PM",
        "gen": 2,
        "name": None,
        "ver": "1.1.0",
        "fw_id": BUILD,
        "auth_en": False,
    } | more


def known(**more: object) -> Device:
    return only(house(answered(identity(**more))))


def offer(url: str = "http://192.0.2.2:8917/t/abc.zip") -> Offer:
    return Offer(
        transfer="t", version=NEW, sha256="0", size=1, path="p", url=url, mirror="",
        facts={"format": "zip"},
    )  # fmt: skip


def asked(heard: Heard) -> list[tuple[str, str]]:
    return [(ask.step.topic, json.loads(ask.step.payload)["method"]) for ask in heard.asks]


def sent(step: object) -> dict[str, object]:
    assert isinstance(step, Publish)
    frame: dict[str, object] = json.loads(step.payload)
    return frame
