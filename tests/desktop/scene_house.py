"""Houses to look at: one with something of everything, a new one, a large one, one in trouble."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.build import Packaged
from desktop.commands import History, SetReleaseFolder, SetStaff
from desktop.messages_commands import Understood
from desktop.selfupdate.facts import Mode, Offer, Program
from firmware.release import Channel, Standing
from fleet.model import BrokerState, Connection, Snapshot
from tests.desktop import fake_house, fake_messages, fake_voice, household
from tests.desktop.detail_house import devices as telling_devices
from tests.desktop.detail_house import kept, plots
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_hub import HUB

_ROOMS = ("Kitchen", "Hall", "Study", "Bedroom", "Bath", "Cellar", "Attic", "Garden")
_KINDS = ("light", "plug", "sensor", "cover", "climate")


def furnished(release: Path | None = None) -> FakeClient:
    """A house of devices, messages, members and a hub; `release`: of release staff too."""
    talk = fake_messages.Talk()
    client = talk.client
    facts = {**client.now.facts, **fake_voice.facts(), "person": household.PEOPLE}
    facts["staff"] = {"me": SetStaff(hub=HUB, name="Lin")}
    facts["program"] = {"here": program()}
    if release is not None:
        facts["release"] = {"folder": SetReleaseFolder(folder=str(release))}
    devices = {**client.now.devices, **telling_devices()}
    client.now = replace(client.now, facts=facts, devices=devices)
    client.answers |= {
        "SaveDraft": fake_house.reports()["p1"],
        "KeptValues": kept,
        "ReadPlots": plots,
        "StaffToken": "token",
        "WhoIsHere": household.here("a"),
        "Outcomes": (),
        "Understand": Understood(unknown="no_dialect"),
        "History": lambda asked: fake_house.history(History(device=asked.device or "d3")),
    }
    for number in range(40):
        talk.say("orangery/v1/dev/d1/state", {"on": number % 2 == 0, "level": number}, "d1")
        talk.say("zigbee2mqtt/attic/thermometer", {"temperature": 20 + number / 10})
    talk.send("orangery/v1/dev/d1/set", {"on": True}, "d1")
    return client


def program(**said: object) -> Program:
    """A copy that renews itself, for which there is something new."""
    known = {
        "version": "0.2.0",
        "platform": "linux-x86_64",
        "packaged": Packaged.VERSIONS,
        "commit": "9f3c2b1a0d4e5f60718293a4b5c6d7e8f9012345",
        "made": int(fake_house.NOW - 12 * 86_400),
        "maker": "orangery",
        "root": "/opt/orangery",
        "channel": Channel.ORANGE,
        "mode": Mode.RENEW,
        "checked": fake_house.NOW - 7_200,
        "next_check": fake_house.NOW + 6 * 86_400,
        "before": "0.1.0",
        "offer": Offer(
            version="0.3.0",
            size=47_800_000,
            sha256="0" * 64,
            counter=3,
            week="2026-W48",
            notes={
                "en": "The map of a large home is drawn twice as fast.",
                "zh_CN": "大型家庭的地图绘制速度提高了一倍。",
            },
        ),
    }
    return Program(**{**known, **said})


def new() -> FakeClient:
    """A house in which nothing has been set up or heard."""
    client = fake_messages.Talk().client
    client.now = Snapshot(number=1, devices={}, facts={})
    return client


def large(count: int = 2_000) -> FakeClient:
    """A house of so many devices behind twenty gateways."""
    client = fake_messages.Talk().client
    gateways = {
        f"g{at}": fake_house.device(f"g{at}", f"Gateway {at + 1}", kind="gateway", model="MG-3")
        for at in range(20)
    }
    others = {
        f"m{at}": fake_house.device(
            f"m{at}",
            f"{_ROOMS[at % 8]} {_KINDS[at % 5]} {at // 8 + 1}",
            kind=_KINDS[at % 5],
            room=_ROOMS[at % 8],
            via=f"g{at % 20}",
        )
        for at in range(count - len(gateways))
    }
    client.now = replace(client.now, devices={**client.now.devices, **gateways, **others})
    return client


def troubled() -> FakeClient:
    """A house whose broker refuses it and whose makers' words cannot be verified."""
    refused = Connection(
        broker="home",
        state=BrokerState.REFUSED,
        address="192.168.1.4:8883",
        error="broker_tls_untrusted",
        fact="self-signed certificate",
        since=fake_house.NOW - 600,
    )
    standing = Standing(
        maker="acme",
        week=fake_house.week(),
        checked=fake_house.NOW - 90_000,
        tried=fake_house.NOW - 300,
        code="metadata_tampered",
        facts={"file": "root"},
        source="https://fw.example",
    )
    client = fake_messages.Talk().client
    facts = {**client.now.facts, "connection": {"home": refused}, "trust": {"acme": standing}}
    client.now = replace(client.now, facts=facts)
    return client
