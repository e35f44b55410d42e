"""An update of every kind of device, under every trouble: what a person is told at its end.

All of it is real but the devices of other makers, which are simulated: broker, household, signed
week, file server, and the file is really fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.app import Household
from desktop.commands import CheckNow, CheckOffer
from desktop.demo.simulated.common import Trouble
from firmware import seeing
from firmware.jobs import Plan
from firmware.orders import OwnUpdate, StartRollout
from fleet.client import Client
from fleet.model import Availability, Device, Message, Observation, Snapshot, Update
from tests.desktop.homes import furnish, until
from tests.desktop.updates_everywhere import KINDS, Kind, There
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker

PLAN = Plan(
    canary=False,
    wait_while_in_use=False,
    soak_s=0.1,
    fetch_s=4.0,
    transfer_idle_s=4.0,
    come_back_s=4.0,
    answer_s=0.6,
)
CASES = [
    pytest.param(name, trouble, id=f"{name}-{trouble or 'well'}",
                 marks=[pytest.mark.slow] if trouble else [])
    for name in KINDS
    for trouble in Trouble
]  # fmt: skip


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no kind of device rest for the minutes or days that it really may."""
    monkeypatch.setattr(seeing, "rests_s", lambda device: min(device.caps.idle_s, 4.0))


def week_for(kind: Kind, folder: Path) -> Simulator:
    """A maker who has signed this kind's file; nothing of it for what installs only its own."""
    maker = Simulator(folder)
    if kind.file:
        path = f"fw/acme/lamp/{kind.file}"
        maker.files = {path: kind.image}
        about = {"version": kind.after, "counter": 2, "vendor": kind.vendor, "model": kind.model}
        maker.about = {path: about}
    maker.publish()
    return maker


@contextmanager
def home_of(kind: Kind, trouble: Trouble, port: int, folder: Path) -> Iterator[tuple[Client, str]]:
    """A household with this one device, which it knows; gives its key."""
    maker = week_for(kind, folder / "mirror")
    house = furnish(folder / "house", port, maker, plan=PLAN, lan_http=kind.http)
    with Household(house) as household:
        there = There(
            port=port,
            trouble=trouble,
            folder=folder,
            root=maker.maker().root,
            locate=partial(locate, household),
        )
        with kind.plugged(there):
            device = until(household.client, known(kind))
            if not kind.file:
                offered(household.client, device)
            yield household.client, device.key


def locate(household: Household, found: Callable[[Device], Observation | None]) -> None:
    """Tell the house what mDNS would, as soon as it knows a device that this is about."""

    def seen(now: Snapshot) -> Observation | None:
        return next((one for one in map(found, now.devices.values()) if one), None)

    said = Message(broker="", topic="mdns", payload=b"", retain=True)
    household._house.observe(said, [until(household.client, seen)])


def known(kind: Kind) -> Any:
    def find(now: Snapshot) -> Device | None:
        each = now.devices.values()
        ours = (one for one in each if (one.vendor, one.model) == (kind.vendor, kind.model))
        device = next(ours, None)
        says = device is not None and device.version is not None
        there = says and device.version.says(kind.before)
        return device if there and awake(device) else None

    return find


def offered(client: Client, device: Device) -> None:
    """Have it look for its maker's update, where it can be asked, and wait for what it finds."""
    if device.caps.check:
        client.send(CheckOffer(device=device.key)).result(20)
    until(client, lambda now: now.devices[device.key].offer)


def awake(device: Device) -> bool:
    return device.availability is Availability.ONLINE


def updated(client: Client, key: str, kind: Kind) -> Update:
    """Start its update, as a person does, and wait for its end."""
    if kind.file:
        client.send(CheckNow()).result(20)
        client.send(StartRollout(devices=(key,))).result(20)
    else:
        client.send(OwnUpdate(device=key)).result(20)

    def ended(now: Snapshot) -> Any:
        update = now.facts.get("update", {}).get(key)
        return update if isinstance(update, Update) and update.state.ended else None

    return until(client, ended, limit=60)


@pytest.mark.parametrize(("name", "trouble"), CASES)
def test_an_update_ends_as_it_is_told(name: str, trouble: Trouble, broker, tmp_path: Path) -> None:
    kind = KINDS[name]
    wanted = kind.end(trouble)
    with home_of(kind, trouble, broker.port, tmp_path) as (client, key):
        end = updated(client, key, kind)
        device = client.snapshot().devices[key]
    assert (end.state, end.reason) == wanted, end
    assert end.own is not bool(kind.file)
    if trouble is Trouble.NONE:
        assert (end.dialect, end.way) == (name.partition(" ")[0], kind.way)
        assert device.version.says(kind.after)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.file])
def test_the_week_names_a_file_for_each_kind(name: str, broker, tmp_path: Path) -> None:
    """What the table would not show: a kind whose week does not fit is never updated at all."""
    kind = KINDS[name]
    with home_of(kind, Trouble.NONE, broker.port, tmp_path) as (client, key):
        client.send(CheckNow()).result(20)
        fit = until(client, lambda now: now.facts.get("fit", {}).get(key))
    assert fit.target.version == kind.after
