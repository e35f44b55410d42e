"""A recording says nothing of who lives there, and still gives the same devices."""

import json
import re

import pytest

from desktop.pseudonyms import Pseudonyms
from fleet.model import Message
from fleet.replay import replay
from tests.fleet.dialects.captures import lines

MAC = "24A160F1E2D3"
CAPTURES = (
    *("esphome", "ha_discovery", "homie", "omg_theengs", "openbeken", "shelly_gen1"),
    *("shelly_gen2", "tasmota", "valetudo", "wled", "xiaomi_gateway", "zigbee2mqtt"),
)
KEYS = ("vendor", "model", "version", "availability", "kind", "room", "battery", "offer")


def message(topic, payload="", *, retain=False):
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return Message(broker="x", topic=topic, payload=text.encode(), retain=retain, at=0.0)


def changed(*messages, salt=b"salt"):
    """Return (topic, payload) of each as they would be recorded."""
    others = Pseudonyms(messages, salt=salt)
    return [(others.topic(one.topic), others.payload(one.payload.decode())) for one in messages]


def only(payload, topic="t"):
    return changed(message(topic, payload))[0][1]


def test_an_address_keeps_its_maker_and_loses_its_own_half():
    said = only(f"it is {MAC}")
    assert re.fullmatch(r"it is 24A160[0-9A-F]{6}", said)
    assert MAC not in said


@pytest.mark.parametrize(
    "written",
    ["24A160F1E2D3", "24a160f1e2d3", "24:A1:60:F1:E2:D3", "24-a1-60-f1-e2-d3", "24_A1_60_F1_E2_D3"],
)
def test_it_is_the_same_other_one_however_it_is_written(written):
    said = changed(message("a", f"x {MAC}"), message("b", f"x {written}"))
    plain = [re.sub("[:_-]", "", payload).lower() for _, payload in said]
    assert plain[0] == plain[1]
    assert re.sub("[0-9A-Fa-f]", "0", said[1][1]) == re.sub("[0-9A-Fa-f]", "0", f"x {written}")
    assert said[1][1][2:].isupper() == written.isupper()


def test_a_name_made_of_its_end_follows_it_also_before_it_was_met():
    said = changed(
        message("tele/tasmota_F1E2D3/LWT", "Online"),
        message(f"tasmota/discovery/{MAC}/config", {"mac": MAC, "t": "tasmota_F1E2D3"}),
    )
    end = json.loads(said[1][1])["mac"][-6:]
    assert said[0][0] == f"tele/tasmota_{end}/LWT"
    assert json.loads(said[1][1])["t"] == f"tasmota_{end}"
    assert end != "F1E2D3"


def test_the_number_behind_it_follows_too():
    number = int("F1E2D3", 16) & 0x1FFF
    said = only({"mac": MAC, "hn": f"tasmota-F1E2D3-{number:04d}"})
    told = json.loads(said)
    end = told["mac"][-6:]
    assert told["hn"] == f"tasmota-{end}-{int(end, 16) & 0x1FFF:04d}"


@pytest.mark.parametrize(
    "nobodys", ["00:00:00:00:00:00", "AABBCCDDEEFF", "FF:FF:FF:FF:FF:FF", "112233445566"]
)
def test_an_address_that_is_nobodys_stays(nobodys):
    assert only({"mac": nobodys}) == json.dumps({"mac": nobodys})


def test_an_address_of_digits_alone_is_one_where_its_name_says_so():
    said = json.loads(only({"mac": "240160112233", "at": "202611271345"}))
    assert said["mac"][:6] == "240160"
    assert said["mac"] != "240160112233"
    assert said["at"] == "202611271345"


@pytest.mark.parametrize(
    "key", ["SSId", "wifi_ssid", "password", "Token", "network_key", "MqttUser"]
)
def test_what_stands_under_the_name_of_a_secret_is_gone(key):
    said = only({"a": {key: "MyHomeNet"}, "b": 1})
    assert "MyHomeNet" not in said
    assert json.loads(said)["b"] == 1


def test_a_secret_is_gone_elsewhere_too():
    said = changed(message("a", {"ssid": "MyHomeNet"}), message("b", "joined MyHomeNet at once"))
    assert "MyHomeNet" not in said[1][1]


def test_a_secret_that_is_the_name_of_a_topic_is_only_gone_in_its_place():
    said = changed(message("garden/x", {"ssid": "garden"}), message("garden/y", "garden"))
    assert [topic for topic, _ in said] == ["garden/x", "garden/y"]
    assert "garden" not in said[0][1]


def test_numbers_and_lists_keep_their_kind():
    said = json.loads(only({"latitude": 52.5, "network_key": [1, 2], "pan_id": 6754, "psk": None}))
    assert said == {"latitude": 0, "network_key": [0, 0], "pan_id": 0, "psk": None}


def test_what_says_nothing_is_left_byte_for_byte():
    payload = '{"b" : 1.0,  "a": [true, "\\u00e4"], "ip": "192.168.1.5", "ver": "13.3.0.1"}'
    assert only(payload) == payload


def test_an_address_of_the_internet_is_gone():
    assert "8.8.4.4" not in only({"seen_from": "8.8.4.4"})


@pytest.mark.parametrize("payload", ["[" * 5_000, "{", "nan", "", '"x"', "\x00", "[[[1]]]"])
def test_any_payload_is_answered(payload):
    assert isinstance(only(payload), str)


def test_another_recording_has_other_pseudonyms():
    one, two = (changed(message("t", MAC), salt=salt) for salt in (b"a", b"b"))
    assert one != two


@pytest.mark.parametrize("name", CAPTURES)
def test_what_real_devices_said_gives_the_same_devices(name):
    raw = [json.loads(line) for line in lines(name) if line.strip()]
    said = [message(one["topic"], one.get("payload", ""), retain=one["retain"]) for one in raw]
    found = [
        json.dumps({"topic": topic, "payload": payload, "retain": one.retain})
        for (topic, payload), one in zip(changed(*said), said, strict=True)
    ]
    before, after = replay(lines(name)), replay(found)
    assert [[d[key] for key in KEYS] for d in after["devices"]] == [
        [d[key] for key in KEYS] for d in before["devices"]
    ]
    assert [one["reason"] for one in after["unknown"]] == [
        one["reason"] for one in before["unknown"]
    ]
