from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.redaction import Redactor

MAC = "AABBCCDDEEFF"
KNOWN = {MAC: "id", "0x00158d0001aabbcc": "id", "Anna's bedroom": "name", "mosquitto-anna": "user"}


def redactor(**known: str) -> Redactor:
    return Redactor({**KNOWN, **known}, salt=b"salt")


@pytest.mark.parametrize(
    "text",
    [
        "aa:bb:cc:dd:ee:ff",
        "AA-BB-CC-DD-EE-FF",
        "aabbccddeeff",
        "DVES_DDEEFF",
        "tele/shelly-AABBCCDDEEFF/STATE",
        "anna's BEDROOM",
        quote("Anna's bedroom", safe=""),
        base64.b64encode(b"Anna's bedroom").decode(),
        base64.b64encode(b"x:Anna's bedroom!").decode(),
        "0X00158D0001AABBCC",
    ],
)
def test_a_known_value_is_gone_however_it_is_written(text):
    said = redactor().text(f"before {text} after")
    assert text.casefold() not in said.casefold()
    assert said.startswith("before ")


@pytest.mark.parametrize(
    "secret",
    [
        "12:34:56:78:9a:bc",
        "0x00158d0009999999",
        "123456789abc",
        "192.168.1.17",
        "fe80::1ff:fe23:4567:890a",
        "tester@example.org",
        "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
        "-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----",
    ],
)
def test_a_pattern_is_gone_though_nobody_knew_the_value(secret):
    assert secret not in redactor().text(f"x {secret} y")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("mqtt://anna:hunter2@host", "hunter2"),
        ("Authorization: Bearer abcdefgh12345", "abcdefgh12345"),
        ("password=hunter2&x=1", "hunter2"),
        ('cmnd Password1: "hunter2"', "hunter2"),
        ("SSId1=HomeNet", "HomeNet"),
    ],
)
def test_what_stands_behind_a_word_for_secrets_is_gone(text, secret):
    assert secret not in redactor().text(text)


@pytest.mark.parametrize(
    "key", ["password", "MqttPassword", "SSId1", "psk", "auth_token", "network_key", "ext_pan_id"]
)
def test_the_value_under_a_secret_key_is_gone_whatever_it_is(key):
    for value in ("plain word", 4711, ["list", {"deep": "plain word"}]):
        said = json.dumps(redactor().data({key: value}))
        assert "plain word" not in said
        assert "4711" not in said


def test_a_known_value_is_gone_where_it_is_a_key():
    said = json.dumps(redactor().data({"neighbours": {"aabbccddeeff": {"lqi": 80}}}))
    assert "aabbccddeeff" not in said
    assert '"lqi": 80' in said


def test_the_same_value_gives_the_same_token_in_one_report_and_another_in_the_next():
    one = redactor()
    tokens = {
        one.text("aa:bb:cc:dd:ee:ff"),
        one.text("AABBCCDDEEFF"),
        one.data({"token": MAC})["token"],
    }
    assert len(tokens) == 1
    other = Redactor(KNOWN, salt=b"other")
    assert other.text(MAC) not in tokens


@pytest.mark.parametrize(
    "harmless",
    [
        "LAMP-1 runs 1.28.0",
        "12:30:45",
        "POWER ON",
        "2026-11-22T12:42:25Z",
        "tele/lamp/STATE",
        "1795352728",
    ],
)
def test_what_is_no_secret_stays_readable(harmless):
    assert redactor().text(harmless) == harmless


def test_a_version_that_looks_like_an_address_stays_where_the_house_knows_it():
    assert Redactor({}, salt=b"s", keep=["14.2.0.3"]).text("runs 14.2.0.3") == "runs 14.2.0.3"


def test_places_counts_what_was_replaced():
    one = redactor()
    one.text("aa:bb:cc:dd:ee:ff and 192.168.1.17")
    assert one.places == 2


def test_a_word_that_is_only_part_of_another_does_not_tear_it_apart():
    assert redactor(pi="user").text("spinning pi") == f"spinning {redactor(pi='user').text('pi')}"


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=4, max_size=20)


@given(value=NAMES, before=st.text(max_size=10), after=st.text(max_size=10))
def test_no_known_value_comes_out_wherever_it_stands(value, before, after):
    one = Redactor({value: "name"}, salt=b"s")
    data = {before + value + after: [value, {"x": before + value}, quote(value)]}
    said = re.sub(r"<[a-z]+-[0-9a-f]{6}>", "", str(one.data(data)))
    assert value not in said


def test_a_device_s_own_name_does_not_hide_what_its_maker_calls_the_model():
    one = Redactor({"lamp-1": "id"}, salt=b"s", public=["Lamp 1"])
    assert one.text("Lamp 1") == "Lamp 1"
    assert one.text("tele/lamp-1/STATE") != "tele/lamp-1/STATE"
