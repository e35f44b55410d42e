"""Before a week is signed everybody can see who gets what and when, and who is skipped and why."""

import dataclasses
import random

import msgspec
import pytest

from firmware import catalogue, rings
from firmware.draft import Draft, Image
from firmware.inventory import Entry, inventory_of
from firmware.release import Channel, Fit, Fits, Misfit, Ring, Target, Week
from firmware.signed import About
from firmware.simulate import canonical, digest, simulate, verdicts, week_of
from fleet.model import Caps, Device, Install, Version

MODELS = (("acme", "lamp"), ("acme", "plug"), ("other", "lamp"))
WAYS = (frozenset({Install.URL}), frozenset({Install.OWN}), frozenset())


def target(model: str = "lamp", version: str = "1.3.0", **other: object) -> Target:
    values = {
        "path": f"fw/acme/{model}/{model}-{version}.bin",
        "sha256": (model + version).encode().hex().ljust(64, "0"),
        "size": 10,
        "version": version,
        "counter": 3,
        "line": model,
        "fits": Fits(vendor="acme", model=model, **other),
    }
    return Target(**values)


def week(*targets: Target, **other: object) -> Week:
    values = {"id": "2026-W48", "maker": "acme", "channel": Channel.ORANGE, "counter": 1}
    return Week(**values | {"targets": targets} | other)


def entry(number: int, **other: object) -> Entry:
    values = {
        "schema": 1,
        "id": rings.device_id(str(number)),
        "vendor": "acme",
        "model": "lamp",
        "version": "1.2.0",
        "install": (Install.URL,),
    }
    return Entry(**values | other)


def street(count: int, seed: int = 1) -> list[Device]:
    """Devices of all kinds, as houses know them."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        vendor, model = chance.choice(MODELS)
        said = chance.choice(["", "1.0.0", "1.2.0", "1.3.0", "1.3.0-rc1", "9.0", "spring"])
        made.append(
            Device(
                key=str(number),
                name="",
                vendor=vendor,
                model=model,
                hardware=chance.choice(["", "A", "B"]),
                version=Version(said) if said else None,
                caps=Caps(install=chance.choice(WAYS)),
            )
        )
    return made


def entries_of(devices: list[Device]) -> list[Entry]:
    lines = inventory_of(devices, channel=Channel.ORANGE)
    return [msgspec.json.decode(line, type=Entry) for line in lines]


def test_the_rules_are_those_of_the_house():
    devices = street(600)
    of = week(
        target(minimum="1.1.0", hardware=("B",)),
        target(version="1.2.5"),
        target("cam"),
        recalled=(target(version="1.2.5").sha256,),
    )
    by_id = {rings.device_id(device.key): device for device in devices}
    codes = set()
    for one in verdicts(entries_of(devices), of):
        expected = catalogue.best(of, by_id[one.entry.id])
        if isinstance(expected, Fit):
            assert (one.target, one.code) == (expected.target, "")
        else:
            assert Misfit(code=one.code, fact=one.fact) == expected
        codes.add(one.code)
    assert len(codes) > 7


def test_each_device_has_the_week_when_its_ring_opens():
    opening = (Ring(name="early", percent=20, opens=100), Ring(name="all", percent=100, opens=200))
    of = week(target(), rings=opening, salt="W48")
    devices = [entry(number) for number in range(300)]
    for one in verdicts(devices, of):
        assert one.ring is not None
        assert one.ring.opens == rings.opens_for(one.entry.id, of)
    told = simulate(devices, of)
    assert [(ring.name, ring.opens) for ring in told.rings] == [("early", 100), ("all", 200)]
    assert 0 < told.rings[0].devices < told.rings[1].devices
    assert sum(ring.devices for ring in told.rings) == told.gets == 300


def test_whom_no_ring_holds_is_skipped_for_that_reason():
    of = week(target(), rings=(Ring(name="some", percent=50, opens=100),), salt="W48")
    told = simulate((entry(number) for number in range(200)), of)
    assert told.reasons == {"in_no_ring": 200 - told.gets}
    assert 0 < told.gets < 200


def test_without_rings_everybody_is_told_at_once():
    (ring,) = simulate([entry(1), entry(2)], week(target())).rings
    assert (ring.name, ring.percent, ring.opens, ring.devices) == ("", 100, 0, 2)


def test_a_house_of_the_other_train_is_skipped():
    told = simulate([entry(1, channel=Channel.STABLE)], week(target()))
    assert told.gets == 0
    assert told.reasons == {"other_channel": 1}


def test_a_device_is_simulated_where_its_home_is():
    of = week(dataclasses.replace(target(), regions=("DE",)))
    told = simulate([entry(1), entry(2, region="DE"), entry(3, region="US")], of)
    assert (told.gets, told.reasons) == (1, {"other_region": 1, "region_unknown": 1})


def test_each_step_over_a_stone_is_counted():
    stone = dataclasses.replace(target(version="1.5.0"), path="1", counter=5)
    last = dataclasses.replace(target(version="2.0.0", minimum="1.5.0"), path="2", counter=6)
    told = simulate([entry(1, version="1.0.0"), entry(2, version="1.5.0")], week(stone, last))
    assert [(one.version_from, one.version_to, one.devices) for one in told.steps] == [
        ("1.0.0", "1.5.0", 1),
        ("1.5.0", "2.0.0", 2),
    ]
    assert told.gets == 2


def test_totals_by_model_by_step_and_by_reason():
    devices = [
        entry(1),
        entry(2, version="1.1.0"),
        entry(3, version="1.1.0"),
        entry(4, version="1.3.0"),
        entry(5, model="plug"),
        entry(6, version=""),
    ]
    told = simulate(devices, week(target()))
    assert [(m.model, m.named, m.devices, m.gets) for m in told.models] == [
        ("lamp", True, 5, 3),
        ("plug", False, 1, 0),
    ]
    assert [(s.version_from, s.version_to, s.devices) for s in told.steps] == [
        ("1.1.0", "1.3.0", 2),
        ("1.2.0", "1.3.0", 1),
    ]
    assert told.reasons == {"already_there": 1, "other_model": 1, "version_unknown": 1}
    assert (told.devices, told.gets, told.unnamed) == (6, 3, 1)


def test_every_device_is_counted_once_in_each_table():
    told = simulate(entries_of(street(500)), week(target(), target("plug", "2.0.0")))
    skipped = told.devices - told.gets
    assert sum(model.devices for model in told.models) == told.devices == 500
    assert sum(model.gets for model in told.models) == told.gets
    assert sum(step.devices for step in told.steps) == told.gets
    assert sum(row.devices for row in told.skipped) == sum(told.reasons.values()) == skipped


def test_the_same_week_and_inventory_give_the_same_digest():
    of = week(target(), rings=(Ring(name="all", percent=100, opens=1),), salt="W48")
    devices = entries_of(street(300))
    once, again = simulate(devices, of), simulate(iter(devices), of)
    assert canonical(once) == canonical(again)
    assert digest(once) == digest(again)
    assert msgspec.json.decode(canonical(once), type=type(once)) == once


CHANGED = {
    "another salt": {"salt": "W49"},
    "another ring": {"rings": (Ring(name="half", percent=50, opens=1),)},
    "a later opening": {"rings": (Ring(name="half", percent=60, opens=2),)},
    "another week": {"id": "2026-W49"},
    "a recall": {"recalled": (target().sha256,)},
    "another file": {"targets": (dataclasses.replace(target(), sha256="f" * 64),)},
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_another_week_has_another_digest(change):
    values = {"salt": "W48", "rings": (Ring(name="half", percent=60, opens=1),)}
    devices = [entry(number) for number in range(100)]
    signed = week(target(), **values)
    assert digest(simulate(devices, signed)) != digest(
        simulate(devices, dataclasses.replace(signed, **change))
    )


def test_two_devices_that_change_places_change_the_digest_but_no_total():
    of = week(target())
    one, other = [entry(1), entry(2, version="1.1.0")], [entry(1, version="1.1.0"), entry(2)]
    told, changed = simulate(one, of), simulate(other, of)
    assert told.steps == changed.steps
    assert digest(told) != digest(changed)


def test_a_draft_is_simulated_as_the_week_that_it_will_be():
    about = About(
        schema=1, version="1.3.0", counter=3, vendor="acme", model="lamp", hardware=("B",),
        minimum="1.1.0",
    )  # fmt: skip
    path = "fw/acme/lamp/lamp-1.3.0.bin"
    image = Image(path=path, sha256="a" * 64, size=10, line="lamp", about=about)
    draft = Draft(
        week="2026-W48",
        opened=1,
        counter=1,
        images=(image,),
        recalled=("a" * 64,),
        channel=Channel.STABLE,
        rings=(Ring(name="all", percent=100, opens=5),),
        salt="W48",
    )
    of = week_of(draft, "acme")
    assert (of.channel, of.rings, of.salt, of.recalled) == (
        Channel.STABLE, draft.rings, "W48", ("a" * 64,),
    )  # fmt: skip
    told = simulate([entry(1, channel=Channel.STABLE, hardware="B")], of)
    assert told.reasons == {"recalled": 1}
    assert of.targets[0].fits == Fits(vendor="acme", model="lamp", hardware=("B",), minimum="1.1.0")
