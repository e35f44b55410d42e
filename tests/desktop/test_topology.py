"""Where each device stands: by its gateway, its dialect, its router, its broker."""

from __future__ import annotations

import json

from msgspec.structs import replace

from desktop.topology import HOUSE, Count, Kind, Topology, compose, device_id
from fleet import dialects
from fleet.model import Availability, Device, Endpoint, Message
from fleet.registry import Registry
from tests.desktop import big_house, fake_house
from tests.desktop.fake_house import device
from tests.fleet.dialects.captures import lines


def names(made: Topology, place: str) -> list[str]:
    return [made.places[one].name for one in made.below.get(place, ())]


def at(broker: str, dialect: str = "native", id_: str = "") -> dict[str, Endpoint]:
    return {dialect: Endpoint(broker=broker, dialect=dialect, id=id_)}


def of(*devices: Device, brokers: tuple[str, ...] = ("home",)) -> Topology:
    return compose({one.key: one for one in devices}, brokers)


def test_a_house_is_told_from_broker_to_gateway_to_device() -> None:
    made = compose(fake_house.devices(), ["home"])
    assert names(made, HOUSE) == ["home"]
    assert names(made, "broker:home")[0] == "Multimode gateway"
    assert names(made, device_id("d7")) == ["Door sensor"]
    assert names(made, "broker:home/network") == ["homeassistant", "native", "tasmota"]
    assert made.way(device_id("d6")) == (HOUSE, "broker:home", device_id("d7"), device_id("d6"))


def test_places_above_say_how_many_are_below_offline_and_asleep() -> None:
    made = compose(fake_house.devices(), ["home"])
    assert made.places[HOUSE].count == Count(all=14, offline=1, asleep=1)
    assert made.places[device_id("d7")].count == Count(all=1, asleep=1)
    assert made.places[device_id("d6")].count == Count()


def test_a_device_stands_at_the_broker_it_speaks_at() -> None:
    made = of(
        device("a", "Lamp", endpoints=at("home")),
        device("b", "Shed", endpoints=at("garden")),
        brokers=("home",),
    )
    assert names(made, HOUSE) == ["garden", "home"]
    assert names(made, "broker:garden/network/native") == ["Shed"]


def test_a_house_without_a_broker_still_has_places() -> None:
    made = of(device("a", "Lamp"), brokers=())
    assert made.way(device_id("a"))[0] == HOUSE
    assert made.places[HOUSE].count.all == 1


def test_who_is_behind_a_gateway_that_never_spoke_stands_apart() -> None:
    made = of(device("a", "Leaf", via_claim="g9"), device("b", "Bud", via="gone"))
    assert made.places[device_id("a")].parent == "broker:home/orphans/native"
    assert made.places[device_id("b")].parent == "broker:home/orphans/native"


def test_gateways_behind_each_other_end_the_way_instead_of_going_round() -> None:
    made = of(
        device("a", "A", via="b"), device("b", "B", via="a"), device("c", "C", via="a")
    )  # fmt: skip
    assert made.places[device_id("a")].parent == "broker:home"
    assert {made.way(device_id(key))[0] for key in "abc"} == {HOUSE}


def test_a_very_long_row_of_gateways_is_counted_too() -> None:
    row = [device("n0", "N0"), *(device(f"n{n}", f"N{n}", via=f"n{n - 1}") for n in range(1, 1500))]
    assert of(*row).places[HOUSE].count.all == 1500


def test_the_router_that_a_device_speaks_through_is_known_by_its_dialects_name() -> None:
    made = of(
        device("g", "Gateway"),
        device("r", "Plug", via="g", endpoints=at("home", id_="0x01")),
        device("s", "Sensor", via="g", parent="0x01"),
        device("t", "Other", via="g", parent="g"),
        device("u", "Lost", via="g", parent="0x99"),
    )
    assert made.places[device_id("s")].through == device_id("r")
    assert made.places[device_id("t")].through == ""  # its gateway itself
    assert made.places[device_id("u")].through == ""
    assert made.neighbours(device_id("r")) == (device_id("g"), device_id("s"))
    assert made.neighbours(device_id("s")) == (device_id("g"), device_id("r"))


def test_a_name_from_another_broker_is_no_router_of_this_mesh() -> None:
    made = of(
        device("r", "Plug", endpoints=at("shed", id_="0x01")),
        device("s", "Sensor", endpoints=at("home", id_="0x02"), parent="0x01"),
        brokers=("home", "shed"),
    )
    assert made.places[device_id("s")].through == ""


def test_what_has_not_changed_is_the_same_as_before() -> None:
    devices = big_house.devices()
    before = compose(devices, ["home"])
    devices["n3"] = replace(devices["n3"], availability=Availability.OFFLINE)
    after = compose(devices, ["home"], before)
    changed = {key for key, one in after.places.items() if one is not before.places[key]}
    assert changed == {device_id("n3"), device_id("g3"), "broker:home", HOUSE}


def test_where_too_many_stand_at_one_place_rooms_come_between() -> None:
    few, many = (compose(big_house.devices(), ["home"], rooms_above=most) for most in (14, 13))
    assert not [one for one in few.places.values() if one.kind is Kind.ROOM]
    assert names(many, device_id("g0")) == ["Bath", "Kitchen"]
    assert many.places[HOUSE].count == few.places[HOUSE].count


def test_recorded_zigbee_devices_stand_behind_their_bridge_with_their_link() -> None:
    registry = Registry(dialects.ALL, new_key=iter(map(str, range(10_000))).__next__)
    for line in lines("zigbee2mqtt"):
        said = json.loads(line)
        payload = said.get("payload", "").encode()
        registry.hear(Message(broker="home", topic=said["topic"], payload=payload, retain=True))
    registry.settle()
    made = compose(registry.devices, ["home"])
    bridge = next(key for key, one in made.places.items() if one.name == "Zigbee2MQTT")
    assert made.places[bridge].parent == "broker:home"
    assert "hue1" in names(made, bridge)
    told = [one.reception for one in made.places.values() if one.reception]
    assert told
    assert all(0 <= one.bars <= 4 for one in told)
    assert made.places[HOUSE].count.all == len(registry.devices)
