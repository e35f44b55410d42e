"""How a bridge is asked for updates, and what its answers and states mean for one."""

import json

import pytest

from fleet.dialects.zigbee2mqtt import Zigbee2Mqtt
from fleet.dialects.zigbee2mqtt_ota import file_version
from fleet.model import Caps, Device, Install, Phase, UpdateWord, Version
from fleet.registry import Registry
from fleet.steps import Lay, Offer, Publish, Refusal, Step
from tests.fleet.dialects.saying import house, message
from tests.fleet.dialects.test_zigbee2mqtt import (
    LAMP,
    LEAF,
    entry,
    hear,
    info,
    listed,
    named,
    sleeper,
)

ORDER = "zigbee2mqtt/bridge/request/device/ota_update"
ANSWER = "zigbee2mqtt/bridge/response/device/ota_update"
FACTS = {
    "format": "zigbee-ota",
    "manufacturer": "0x1234",
    "image_type": "0x0001",
    "sha512": "AB" * 64,
}
Z2M = Zigbee2Mqtt()


def offer(**more: object) -> Offer:
    said = {
        "transfer": "t1", "version": "200", "sha256": "", "size": 2110, "mirror": "",
        "path": "fw/acme/lamp 2.ota", "url": "http://192.0.2.9/t/lamp.ota",
        "place": "http://192.0.2.9/t/", "facts": FACTS,
    }  # fmt: skip
    return Offer(**(said | more))  # type: ignore[arg-type] # of these keys


def running(*, version: str = "2.12.1", **more: object) -> Registry:
    return house(info(version=version), listed(entry(**more), sleeper()))


def lamp(registry: Registry) -> Device:
    registry.settle()
    return named(registry, "Hall/lamp")


def steps(found: object) -> tuple[Step, ...]:
    assert isinstance(found, tuple), found
    return found


def order(found: object) -> tuple[str, dict[str, object]]:
    published = [step for step in steps(found) if isinstance(step, Publish)]
    assert len(published) == 1
    return published[0].topic, json.loads(published[0].payload)


def update(registry: Registry, **said: object) -> UpdateWord | None:
    """Let the lamp say its update; return the word that this is."""
    heard = registry.hear(message("zigbee2mqtt/Hall/lamp", {"state": "ON", "update": said}))
    assert not heard.unknown
    registry.settle()
    return heard.words[-1][1] if heard.words else None


# --- what can be done -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "install", "asleep"),
    [
        ("1.42.0", {Install.OWN}, False),
        ("2.2.1-dev", {Install.OWN}, False),
        ("2.7.2", {Install.OWN}, True),
        ("2.8.0", {Install.OWN, Install.URL}, True),
        ("2.12.1", {Install.OWN, Install.URL}, True),
        ("3.0.0", {Install.OWN, Install.URL}, True),
        ("strange", {Install.OWN}, False),
    ],
)
def test_what_a_bridge_can_depends_on_its_release(
    version: str, install: set[Install], asleep: bool
) -> None:
    leaf = named(running(version=version), "Leaf")
    assert (leaf.caps.install, leaf.caps.asleep) == (install, asleep)


def test_before_a_bridge_has_said_its_release_it_gets_no_file_of_ours() -> None:
    device = named(house(listed(entry())), "Hall/lamp")
    assert device.caps.install == {Install.OWN}
    assert Z2M.plan(device, offer()) == Refusal("bridge_too_old", "")


@pytest.mark.parametrize(
    ("vendor", "idle_s"),
    [("Acme", 480), ("Bosch", 3_780), ("Legrand", 1_980), ("SONOFF", 3_780)],
)
def test_patience_is_that_of_the_bridge_and_of_the_devices_maker(
    vendor: str, idle_s: float
) -> None:
    definition = {"vendor": vendor, "model": "x", "supports_ota": True, "exposes": []}
    assert lamp(running(definition=definition)).caps.idle_s == idle_s


def test_a_sleeper_has_two_days_to_ask() -> None:
    assert named(running(), "Leaf").caps.idle_s == 172_800


@pytest.mark.parametrize("said", [False, None, "yes", 1])
def test_what_supports_no_ota_has_no_way(said: object) -> None:
    definition = {"vendor": "Acme", "model": "L1", "supports_ota": said}
    device = lamp(running(definition=definition))
    assert device.caps == Caps()
    assert Z2M.plan(device, offer()) == Refusal("no_way_to_install")
    assert Z2M.plan(device, None) == Refusal("no_way_to_install")
    assert Z2M.check(device) == Refusal("cannot_check")
    assert Z2M.verify(device) == ()


# --- orders ---------------------------------------------------------------------------------------


def test_a_file_of_ours_goes_by_an_index_of_one_entry() -> None:
    lay, publish = steps(Z2M.plan(lamp(running()), offer()))
    assert isinstance(lay, Lay)
    assert isinstance(publish, Publish)
    assert lay.name == "index.json"
    assert json.loads(lay.payload) == [
        {
            "fileName": "lamp%202.ota",
            "fileVersion": 200,
            "fileSize": 2110,
            "url": "http://192.0.2.9/t/lamp.ota",
            "imageType": 1,
            "manufacturerCode": 0x1234,
            "sha512": "ab" * 64,
        }
    ]
    assert publish.topic == f"{ORDER}/update"
    assert json.loads(publish.payload) == {
        "id": LAMP,
        "url": "http://192.0.2.9/t/index.json",
        "transaction": f"{LAMP} t1",
    }


def test_bounds_of_the_image_and_of_the_release_stand_in_the_index() -> None:
    facts = {**FACTS, "hardware_min": "0", "hardware_max": "1"}
    lay = steps(Z2M.plan(lamp(running()), offer(facts=facts, minimum="0x64")))[0]
    assert isinstance(lay, Lay)
    (said,) = json.loads(lay.payload)
    bounds = ("hardwareVersionMin", "hardwareVersionMax", "minFileVersion")
    assert [said[bound] for bound in bounds] == [0, 1, 100]


def test_the_version_in_the_header_comes_before_the_weeks_name_for_it() -> None:
    lay = steps(Z2M.plan(lamp(running()), offer(version="2.0", facts={**FACTS, "version": "201"})))[
        0
    ]
    assert isinstance(lay, Lay)
    assert json.loads(lay.payload)[0]["fileVersion"] == 201


def test_a_sleepers_file_is_scheduled() -> None:
    topic, said = order(Z2M.plan(named(running(), "Leaf"), offer()))
    assert topic == f"{ORDER}/schedule"
    assert said["id"] == LEAF


def test_an_older_file_is_asked_for_as_a_downgrade() -> None:
    registry = running()
    update(registry, state="idle", installed_version=300, latest_version=300)
    topic, _ = order(Z2M.plan(lamp(registry), offer()))
    assert topic == f"{ORDER}/update/downgrade"


def test_its_makers_own_update_names_no_address() -> None:
    topic, said = order(Z2M.plan(lamp(running(version="1.30.0")), None))
    assert topic == f"{ORDER}/update"
    assert said == {"id": LAMP, "transaction": f"{LAMP} own"}


def test_a_check_and_a_question_differ_in_their_transaction_only() -> None:
    device = lamp(running())
    check, verify = order(Z2M.check(device)), order(Z2M.verify(device))
    assert check[0] == verify[0] == f"{ORDER}/check"
    assert (check[1]["transaction"], verify[1]["transaction"]) == (
        f"{LAMP} check",
        f"{LAMP} verify",
    )


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"url": ""}, Refusal("needs_url")),
        ({"place": ""}, Refusal("needs_url")),
        ({"facts": {**FACTS, "format": "esp"}}, Refusal("not_zigbee_image", "esp")),
        ({"facts": {}}, Refusal("not_zigbee_image")),
        ({"facts": {**FACTS, "manufacturer": ""}}, Refusal("not_zigbee_image", "zigbee-ota")),
        ({"facts": {**FACTS, "sha512": ""}}, Refusal("not_zigbee_image", "zigbee-ota")),
        ({"version": "two"}, Refusal("not_zigbee_image", "zigbee-ota")),
        (
            {"facts": {**FACTS, "destination": LEAF[2:]}},
            Refusal("image_of_another_device", LEAF),
        ),
    ],
)
def test_a_file_that_no_index_can_name_is_refused(
    more: dict[str, object], refusal: Refusal
) -> None:
    assert Z2M.plan(lamp(running()), offer(**more)) == refusal


def test_a_file_made_for_this_device_alone_goes_to_it() -> None:
    facts = {**FACTS, "destination": LAMP[2:]}
    assert len(steps(Z2M.plan(lamp(running()), offer(facts=facts)))) == 2


@pytest.mark.parametrize("version", ["1.42.0", "2.7.9"])
def test_a_bridge_that_would_ignore_the_address_is_not_asked(version: str) -> None:
    refused = Z2M.plan(lamp(running(version=version)), offer())
    assert refused == Refusal("bridge_too_old", version)


def test_a_device_whose_bridge_is_not_known_cannot_be_asked() -> None:
    met = named(house(message("zigbee2mqtt/x", {"linkquality": 1})), "x")
    assert Z2M.plan(met, offer()) == Refusal("no_command_topic")
    assert Z2M.check(met) == Refusal("cannot_check")


# --- versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "number"),
    [
        (268776729, 268776729), ("268776729", 268776729), ("0x10052519", 268772633), (90.0, 90),
        (0, 0), (-1, None), (None, None), (True, None), (0xFFFFFFFF, None), (2**32, None),
        ("", None), ("1.2", None), ("9" * 40, None), ([], None), (1.5, None), (float("inf"), None),
    ],
)  # fmt: skip
def test_a_file_version_is_read_in_each_spelling(said: object, number: int | None) -> None:
    assert file_version(said) == number


def test_the_file_version_comes_before_the_makers_name_for_it() -> None:
    registry = running()
    assert lamp(registry).version == Version("1.2.0", plain="build 1.2.0")
    update(registry, state="available", installed_version=100, latest_version=150)
    assert lamp(registry).version == Version("100", "1.2.0")
    assert lamp(registry).offer == Version("150")
    hear(registry, listed(entry(software_build_id="1.3.0")))
    assert lamp(registry).version == Version("100", "1.3.0")


@pytest.mark.parametrize(
    ("installed", "latest", "offered"),
    [(100, 150, "150"), (100, 100, ""), (100, 90, ""), (None, 150, "150")],
)
def test_an_offer_is_what_is_newer_than_what_it_runs(
    installed: int | None, latest: int, offered: str
) -> None:
    registry = running()
    update(registry, state="available", installed_version=1, latest_version=2)
    update(registry, state="idle", installed_version=installed, latest_version=latest)
    assert str(lamp(registry).offer or "") == offered


@pytest.mark.parametrize(
    "said",
    [
        {"state": None, "installed_version": -1, "latest_version": -1},
        {"state": "idle"},
        {"state": "idle", "installed_version": None, "latest_version": None},
        {},
    ],
)
def test_old_ways_to_say_nothing_of_versions_say_nothing(said: dict[str, object]) -> None:
    registry = running()
    assert update(registry, **said) is None
    assert (str(lamp(registry).version), lamp(registry).offer) == ("1.2.0", None)


def test_the_old_update_available_is_a_reading() -> None:
    registry = running()
    hear(registry, message("zigbee2mqtt/Hall/lamp", {"update_available": True}))
    assert lamp(registry).readings["update_available"] is True


def test_notes_of_an_offer_are_told() -> None:
    registry = running()
    update(registry, state="available", latest_version=9, latest_release_notes="Fixes\nall")
    assert lamp(registry).notes == "Fixes all"


def test_the_same_update_in_each_message_is_told_once() -> None:
    registry = running()
    said = {"state": "available", "installed_version": 100, "latest_version": 150}
    update(registry, **said)
    routes = registry.record(lamp(registry).key).sources  # type: ignore[union-attr] # it is there
    update(registry, **said)
    assert registry.record(lamp(registry).key).sources is routes  # type: ignore[union-attr] # as above


@pytest.mark.parametrize(
    ("version", "wanted", "there"),
    [
        (Version("268776729", "1.50.2"), "268776729", True),
        (Version("268776729", "1.50.2"), "0x10053519", True),
        (Version("268776729", "1.50.2"), "268776730", False),
        (Version("268776729", "1.50.2"), "1.50.2", True),
        (Version("192", plain="build 192"), "192", False),
        (Version("192", plain="build 192"), "build", False),
        (None, "192", False),
        (Version("192"), "", False),
    ],
)
def test_arrival_is_judged_by_file_versions(
    version: Version | None, wanted: str, there: bool
) -> None:
    assert Z2M.arrived(Device(key="k", name="n", version=version), wanted) is there


@pytest.mark.parametrize(
    "phase", [Phase.ACCEPTED, Phase.TRANSFERRING, Phase.INSTALLING, Phase.COMMITTED]
)
def test_while_a_run_goes_on_nothing_has_arrived(phase: Phase) -> None:
    device = Device(key="k", name="n", version=Version("9"), word=UpdateWord(phase=phase))
    assert not Z2M.arrived(device, "9")
