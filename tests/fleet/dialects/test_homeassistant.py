import pytest

from fleet.dialects.homeassistant import HomeAssistant
from fleet.model import Availability, Caps, Install, Phase, Unknown, Version
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = HomeAssistant()
CONFIG = "homeassistant/update/lamp/firmware/config"
OFFER = Offer(
    transfer="t", version="2", sha256="0", size=1, path="a", url="http://h/a", mirror="http://h"
)


def lamp(**more: object) -> dict[str, object]:
    return {
        "~": "lamps/7f",
        "name": "Firmware",
        "uniq_id": "lamp-7f-fw",
        "stat_t": "~/update",
        "cmd_t": "~/set",
        "pl_inst": "go",
        "dev": {
            "ids": ["lamp-7f"],
            "cns": [["mac", "02:00:5e:00:00:7f"]],
            "name": "Hall lamp",
            "mf": "Acme",
            "mdl": "Lamp",
            "mdl_id": "L1",
            "hw": "B",
            "sw": "1.2.0",
            "sa": "Hall",
        },
    } | more


def test_short_and_long_keys_say_the_same() -> None:
    short = one(DIALECT, message(CONFIG, lamp()))
    device = {
        "identifiers": "lamp-7f",
        "connections": [["mac", "02:00:5E:00:00:7F"]],
        "name": "Hall lamp",
        "manufacturer": "Acme",
        "model": "Lamp",
        "model_id": "L1",
        "hw_version": "B",
        "sw_version": "1.2.0",
        "suggested_area": "Hall",
    }
    config = {
        "name": "Firmware",
        "unique_id": "lamp-7f-fw",
        "state_topic": "lamps/7f/update",
        "command_topic": "lamps/7f/set",
        "payload_install": "go",
        "device": device,
    }
    assert one(DIALECT, message(CONFIG, config)) == short


def test_an_announcement_says_who_the_device_is() -> None:
    seen = one(DIALECT, message(CONFIG, lamp()))
    assert seen.ids == {("ha", "lamp-7f"), ("mac", "02005E00007F")}
    assert (seen.name, seen.vendor, seen.model) == ("Hall lamp", "Acme", "Lamp")
    assert (seen.hardware, seen.room, str(seen.version)) == ("B", "Hall", "1.2.0")


def test_a_device_document_gives_one_device_with_all_its_components() -> None:
    document = {
        "~": "stove/1",
        "dev": {"ids": "stove", "name": "Stove", "via_device": "hub-1"},
        "o": {"name": "firmware", "sw": "3"},
        "avty_t": "~/online",
        "cmps": {
            "heat": {"p": "sensor", "uniq_id": "h", "stat_t": "~/heat", "dev_cla": "temperature"},
            "fw": {"p": "update", "uniq_id": "f", "stat_t": "~/fw", "cmd_t": "~/go"},
        },
    }
    registry = house(
        message("homeassistant/device/stove/config", document, retain=True),
        message("stove/1/online", "online"),
        message("stove/1/heat", "81.5"),
        message("stove/1/fw", {"installed_version": "3.0", "latest_version": "3.1"}),
    )
    device = only(registry)
    assert device.availability is Availability.ONLINE
    assert device.readings == {"heat": 81.5}
    assert (str(device.version), str(device.offer)) == ("3.0", "3.1")
    assert device.via_claim == "ha:hub-1"


def test_a_device_behind_a_gateway_names_it() -> None:
    child = {"dev": {"ids": ["leaf"], "name": "Leaf", "via_device": "hub"}, "stat_t": "leaf/state"}
    hub = {"dev": {"ids": ["hub"], "name": "Hub"}, "stat_t": "hub/state"}
    registry = house(
        message("homeassistant/sensor/leaf/config", child),
        message("homeassistant/sensor/hub/config", hub),
    )
    devices = {device.name: device for device in registry.devices.values()}
    assert devices["Leaf"].via == devices["Hub"].key


@pytest.mark.parametrize(
    "spelled", ["NoMAC", "00:00:00:00:00:00", "aa:bb:cc:dd:ee:ff", "AABBCC", "", 7, None]
)
def test_a_mac_that_is_nobodys_identifies_nothing(spelled: object) -> None:
    device = {"ids": ["x"], "cns": [["mac", spelled]]}
    seen = one(DIALECT, message("homeassistant/sensor/x/config", {"dev": device}))
    assert seen.ids == {("ha", "x")}


@pytest.mark.parametrize("spelled", ["02005E00007F", "02-00-5e-00-00-7f", "02_00_5E_00_00_7F"])
def test_an_identifier_spelled_like_a_mac_is_one(spelled: str) -> None:
    seen = one(DIALECT, message("homeassistant/sensor/x/config", {"dev": {"ids": spelled}}))
    assert ("mac", "02005E00007F") in seen.ids


def test_an_identifier_that_ends_in_an_ieee_address_is_one() -> None:
    device = {"ids": ["bridge_0x00124B0012000001"]}
    seen = one(DIALECT, message("homeassistant/sensor/x/config", {"dev": device}))
    assert ("ieee", "0x00124b0012000001") in seen.ids


def test_two_devices_with_the_same_example_mac_stay_two() -> None:
    device = {"ids": ["aa:bb:cc:dd:ee:ff"], "cns": [["mac", "aa:bb:cc:dd:ee:ff"]]}
    registry = house(
        message("homeassistant/switch/a/config", {"stat_t": "plug-1/state", "dev": device}),
        message("homeassistant/switch/b/config", {"stat_t": "plug-2/state", "dev": device}),
    )
    assert len(registry.devices) == 2


def test_two_spellings_of_one_mac_are_one_device() -> None:
    by_mac = {"dev": {"cns": [["mac", "02:00:5E:00:00:7F"]], "name": "One"}}
    by_id = {"dev": {"ids": ["z9"], "cns": [["mac", "02005e00007f"]], "name": "Other"}}
    registry = house(
        message("homeassistant/sensor/a/config", by_mac),
        message("homeassistant/sensor/b/config", by_id),
    )
    assert only(registry).ids == {("ha", "z9"), ("mac", "02005E00007F")}


@pytest.mark.parametrize(
    ("state", "version", "offer"),
    [
        ("1.9", "1.9", ""),
        ('{"installed_version": "1.9.0", "latest_version": "2.0"}', "1.9.0", "2.0"),
        ('{"installed_version": 7, "latest_version": 8}', "7", "8"),
        ('{"installed_version": -1, "latest_version": "unknown"}', "1.2.0", ""),
        ("{}", "1.2.0", ""),
        ("", "1.2.0", ""),
    ],
)
def test_an_update_entitys_state_is_plain_or_json(state: str, version: str, offer: str) -> None:
    device = only(house(message(CONFIG, lamp()), message("lamps/7f/update", state)))
    assert (str(device.version), str(device.offer or "")) == (version, offer)


def test_a_state_that_is_no_version_is_unknown_and_changes_nothing() -> None:
    registry = house(message(CONFIG, lamp()))
    assert registry.hear(message("lamps/7f/update", "no idea")).unknown == "not_a_version"
    assert str(only(registry).version) == "1.2.0"


def test_the_latest_version_may_come_on_a_topic_of_its_own_through_a_template() -> None:
    config = lamp(l_ver_t="~/latest", l_ver_tpl="{{ value_json.fw.newest }}")
    said = message("lamps/7f/latest", {"fw": {"newest": "1.4.0"}})
    assert str(only(house(message(CONFIG, config), said)).offer) == "1.4.0"


@pytest.mark.parametrize(
    ("said", "notes"),
    [
        ({"release_summary": "Quieter.", "release_url": "http://a/1"}, "Quieter.\nhttp://a/1"),
        ({"release_summary": "Quieter."}, "Quieter."),
        ({"release_url": "http://a/1"}, "http://a/1"),
        ({"title": "Lamp"}, "http://a/0"),  # no news, only what the program is called
    ],
)
def test_what_is_new_is_read_with_the_offer(said: dict[str, str], notes: str) -> None:
    state = {"installed_version": "1", "latest_version": "2"} | said
    config = message(CONFIG, lamp(rel_u="http://a/0"))
    assert only(house(config, message("lamps/7f/update", state))).notes == notes


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("1.4.0 (ESPHome 2026.1)", "1.4.0"),
        ("2026.8.0 (config hash 0x0dd1e1e6)", "2026.8.0"),
        ("1.4.0", ""),
        ("1.4.0 beta", ""),
    ],
)
def test_what_it_is_built_with_does_not_count_where_versions_are_compared(
    said: str, plain: str
) -> None:
    version = only(house(message(CONFIG, lamp()), message("lamps/7f/update", said))).version
    assert version == Version(said, plain=plain)


def test_a_button_on_a_topic_with_wildcards_is_none() -> None:
    device = only(house(message(CONFIG, lamp(cmd_t="lamps/+/set"))))
    assert device.caps == Caps(progress=True)
    assert DIALECT.plan(device, None) == Refusal("no_update_entity")


@pytest.mark.parametrize("key", ["migrate_discovery", "migr_discvry"])
def test_a_migration_moves_a_component_into_its_devices_document(key: str) -> None:
    single, whole = "homeassistant/sensor/x/a/config", "homeassistant/device/x/config"
    part = {"stat_t": "x/a", "uniq_id": "a"}
    device = {"ids": "x", "name": "X"}
    registry = house(
        message(single, {"dev": device} | part),
        message(single, {key: True}),
        message(whole, {"dev": device, "o": {"name": "o"}, "cmps": {"a": {"p": "sensor"} | part}}),
        message(single),
        message("x/a", "5"),
    )
    assert (only(registry).name, only(registry).readings) == ("X", {"a": 5.0})


def test_a_bluetooth_address_is_one_and_says_the_radio() -> None:
    device = {"cns": [["bluetooth", "02:00:5e:00:00:7f"]]}
    seen = one(DIALECT, message("homeassistant/sensor/x/config", {"dev": device}))
    assert (seen.ids, seen.radio) == ({("mac", "02005E00007F")}, "ble")


def test_a_model_that_is_a_list_in_a_text_is_read() -> None:
    device = {"ids": "omg", "model": '["BT", "RF"]'}
    seen = one(DIALECT, message("homeassistant/sensor/x/config", {"dev": device}))
    assert seen.model == "BT, RF"


def test_progress_is_told_while_it_installs() -> None:
    said = {"installed_version": "1", "in_progress": True, "update_percentage": 40}
    registry = house(message(CONFIG, lamp()))
    word = registry.hear(message("lamps/7f/update", said)).words[0][1]
    assert (word.phase, word.percent) == (Phase.INSTALLING, 40)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"in_progress": True}, 1),
        ({"update_percentage": 0}, 1),
        ({"in_progress": False}, 0),
        ({"in_progress": False, "update_percentage": 40}, 0),
        ({"in_progress": None, "update_percentage": None}, 0),
    ],
)
def test_it_is_under_way_only_while_it_says_so(said: dict[str, object], words: int) -> None:
    registry = house(message(CONFIG, lamp()))
    state = {"installed_version": "1"} | said
    assert len(registry.hear(message("lamps/7f/update", state)).words) == words


def test_a_percentage_beyond_a_hundred_is_none() -> None:
    registry = house(message(CONFIG, lamp()))
    said = {"installed_version": "1", "update_percentage": 150}
    assert registry.hear(message("lamps/7f/update", said)).words == ()


def test_an_update_entity_that_is_switched_off_has_no_say() -> None:
    config = lamp(en="false", stat_t="~/beta", cmd_t="~/beta/set")
    registry = house(message(CONFIG, config), message("lamps/7f/beta", {"latest_version": "9"}))
    assert only(registry).offer is None


def listed(mode: str) -> dict[str, object]:
    entries = [
        {"t": "~/a", "pl_avail": "1", "pl_not_avail": "0"},
        {"topic": "bridge/state", "value_template": "{{ value_json.state }}"},
    ]
    return lamp(avty=entries, avty_mode=mode)


@pytest.mark.parametrize(
    ("mode", "own", "bridge", "expected"),
    [
        ("all", "1", "online", "online"),
        ("all", "0", "online", "offline"),
        ("all", "1", "offline", "offline"),
        ("all", "1", None, "unknown"),
        ("any", "0", "online", "online"),
        ("any", "0", "offline", "offline"),
        ("any", "0", None, "unknown"),
        ("latest", "1", "offline", "offline"),
        ("latest", "0", "online", "online"),
    ],
)
def test_several_availability_topics_combine(
    mode: str, own: str, bridge: str | None, expected: str
) -> None:
    said = [message(CONFIG, listed(mode)), message("lamps/7f/a", own)]
    if bridge is not None:
        said.append(message("bridge/state", {"state": bridge}))
    assert only(house(*said)).availability == expected


def test_an_empty_payload_removes_an_entity_and_the_device_with_its_last() -> None:
    other = "homeassistant/light/lamp/config"
    registry = house(message(CONFIG, lamp()), message(other, lamp()), message(CONFIG))
    assert only(registry).name == "Hall lamp"
    registry.hear(message(other))
    registry.settle()
    assert registry.devices == {}


def test_battery_and_readings_come_through_templates() -> None:
    config = {
        "stat_t": "door/state",
        "dev_cla": "battery",
        "val_tpl": "{{ value_json.bat | float / 10 | round(0) }}",
        "dev": {"ids": ["door"], "name": "Door"},
    }
    registry = house(
        message("homeassistant/sensor/door/config", config), message("door/state", {"bat": 870})
    )
    assert only(registry).battery == 87


def test_a_template_with_an_unknown_filter_leaves_its_field_unknown() -> None:
    config = lamp(val_tpl="{{ value | of_tomorrow }}")
    device = only(house(message(CONFIG, config), message("lamps/7f/update", "5.0")))
    assert str(device.version) == "1.2.0"


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (CONFIG, '{"dev": ', "not_json_object"),
        (CONFIG, b"\xff\xfe", "not_json_object"),
        (CONFIG, "[]", "not_json_object"),
        ("homeassistant/sensor/bad id/config", "{}", "id_not_allowed"),
        ("homeassistant/sensor/x/config", '{"name": "x"}', "names_no_device"),
    ],
)
def test_what_it_cannot_read_has_a_reason(topic: str, payload: object, reason: str) -> None:
    assert DIALECT.read(message(topic, payload), ()) == Unknown(reason)


def test_other_topics_are_not_its_own() -> None:
    assert DIALECT.read(message("homeassistant/status", "online"), ()) is None
    assert DIALECT.read(message("other/sensor/x/config", "{}"), ()) is None


def test_things_without_a_device_are_one_where_they_share_a_topic() -> None:
    topic = "yard/station/state"
    registry = house(
        *(
            message(f"homeassistant/sensor/{name}/config", {"name": name, "stat_t": topic})
            for name in ("warmth", "damp")
        )
    )
    assert len(registry.devices) == 1


def test_its_own_update_is_started_by_its_button_only() -> None:
    device = only(house(message(CONFIG, lamp(qos=1))))
    assert device.caps == Caps(install=frozenset({Install.OWN}), progress=True)
    assert DIALECT.plan(device, None) == (Publish(topic="lamps/7f/set", payload=b"go", qos=1),)
    assert DIALECT.plan(device, OFFER) == Refusal("own_updates_only")


def test_without_an_update_entity_there_is_nothing_to_press() -> None:
    config = {"dev": {"ids": ["x"]}, "stat_t": "x/state"}
    device = only(house(message("homeassistant/sensor/x/config", config)))
    assert DIALECT.plan(device, None) == Refusal("no_update_entity")


def test_arrived_wants_the_very_version() -> None:
    for said, expected in [("2.0", True), ("2.0.1", False), ("2.0 (ESPHome 2026.1)", True)]:
        device = only(house(message(CONFIG, lamp()), message("lamps/7f/update", said)))
        assert DIALECT.arrived(device, "2.0") is expected
