"""Whatever value the house knows, wherever and however it is written: it does not come out."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedback import patterns
from feedback.redaction import Redactor
from tests.feedback.leaks import leaks

HEX = "0123456789ABCDEF"
LETTERS = st.characters(codec="utf-8", categories=["L", "N"])
NAMES = st.text(LETTERS | st.sampled_from(" _-'.\"/\\&%+"), min_size=4, max_size=20)
NAMES = NAMES.map(str.strip).filter(lambda name: len(name) >= 4 and any(map(str.isalnum, name)))
MACS = st.text(HEX, min_size=12, max_size=12)
IEEES = st.text(HEX.lower(), min_size=16, max_size=16).map("0x{}".format)
VALUES = NAMES | MACS | IEEES
AROUND = st.text(st.sampled_from("ab/:;.# {}[]é"), max_size=6)
TOPICS = st.text(st.sampled_from("abc_-"), max_size=5)


def b64(value: str, offset: int, *, url: bool = False) -> str:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    return encode(b"#" * offset + value.encode() + b"##").decode()


def colons(value: str) -> str:
    bare = value.removeprefix("0x")
    return ":".join(bare[at : at + 2] for at in range(0, len(bare), 2))


WRITTEN = {
    "plain": str,
    "small": str.lower,
    "large": str.upper,
    "url": lambda value: quote(value, safe=""),
    "every letter": lambda value: "".join(f"%{byte:02x}" for byte in value.encode()),
    "form": quote_plus,
    "base64 at 0": lambda value: b64(value, 0),
    "base64 at 1": lambda value: b64(value, 1),
    "base64 at 2": lambda value: b64(value, 2),
    "base64 for addresses": lambda value: b64(value, 1, url=True),
    "hexadecimal": lambda value: value.encode().hex(),
    "json": json.dumps,
    "json in json": lambda value: json.dumps({"a": json.dumps({value: value})}),
    "json in base64": lambda value: b64(json.dumps({"name": value}), 0),
    "entities": lambda value: "".join(f"&#{ord(letter)};" for letter in value),
}


def placed(where: str, written: str, before: str, after: str, redactor: Redactor) -> object:
    text = before + " " + written + " " + after
    if where == "value":
        return redactor.data({"x": [1, {"y": text}]})
    if where == "key":
        return redactor.data({"neighbours": {text: {"lqi": 80}}})
    if where == "topic":
        return redactor.text(f"tele/{written}/STATE")
    if where == "payload":
        return redactor.under("tele/lamp/STATE", text)
    return redactor.text(text)


@given(
    value=VALUES,
    how=st.sampled_from(sorted(WRITTEN)),
    where=st.sampled_from(["value", "key", "topic", "payload", "text"]),
    before=AROUND,
    after=AROUND,
)
@example(value="The 5 o'clock", how="json in json", where="value", before="", after="")
@example(value='Say "x"', how="json in json", where="key", before="", after="")
@example(value="a\\b\\c", how="json", where="text", before="", after="")
def test_a_known_value_never_comes_out(value, how, where, before, after):
    redactor = Redactor({value: "name"}, salt=b"s")
    said = placed(where, WRITTEN[how](value), before, after, redactor)
    assert leaks(json.dumps(said, ensure_ascii=False).encode(), [value]) == set()


@given(value=MACS.filter(lambda mac: not mac.isdigit()), before=TOPICS, after=TOPICS)
def test_an_address_is_gone_in_every_order_and_as_bare_bytes(value, before, after):
    redactor = Redactor({value: "id"}, salt=b"s")
    raw = bytes.fromhex(value)
    said = [
        redactor.text(f"x {way} y")
        for way in (
            colons(value),
            colons(value).lower(),
            raw[::-1].hex(),
            f"{before}{value}{after}",
        )
    ]
    said += [redactor.text(b64_raw(raw, offset)) for offset in range(3)]
    assert leaks(json.dumps(said).encode(), [value]) == set()
    assert base64.b64encode(raw).decode() not in said


def b64_raw(raw: bytes, offset: int) -> str:
    return base64.b64encode(b"\0" * offset + raw + b"\0").decode()


@given(text=st.text(max_size=200))
def test_any_text_at_all_can_be_read_and_stays_text(text):
    redactor = Redactor({"Anna's lamp": "name"}, salt=b"s")
    assert isinstance(redactor.text(text), str)
    assert all(0 <= s.start < s.end <= len(text) for s in redactor.suspects(text))


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(data=st.recursive(LEAVES, lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_no_entry_of_any_data_is_lost(data):
    said = Redactor({"Anna's lamp": "name"}, salt=b"s").data(data)
    assert count(said) == count(data)


def count(data: object) -> int:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return 1 + sum(map(count, inner))


HOSTILE = ("y", "a.", ":", "://", "ab:", "-", "eyJ", "-----BEGIN A-----", "1.", '"a":', "ssid",
           "=a", "\\", "%41", "&#65;", "a@", "[", "pin ", "+1 ", "Password1 ", "is ", "eyJ.",
           '"psk":[')  # fmt: skip


@pytest.mark.parametrize("again", HOSTILE)
def test_no_text_takes_longer_than_in_proportion_to_it(again):
    """200,000 letters: a pattern that looked at each of them from each of them would never end."""
    redactor = Redactor({"AABBCCDDEEFF": "id"}, salt=b"s")
    hostile = again * (200_000 // len(again))
    assert redactor.text(hostile)
    assert len(redactor.suspects(hostile)) <= len(hostile)


def test_a_person_is_offered_to_leave_out_what_they_typed_without_meaning_to():
    text = "Since the update my password is hunter2-blue, call +49 170 1234567. 密码是abc12345"
    found = {text[s.start : s.end] for s in Redactor({}, salt=b"s").suspects(text)}
    assert found == {"hunter2-blue", "+49 170 1234567", "abc12345"}


@pytest.mark.parametrize(
    "harmless",
    ["The password is wrong, it says.", "It asks for the PIN again and again", "pin 4 is dead",
     "It failed 3 times since 2026-11-22", "1.28.0 worked, 1.29.0 does not"],
)  # fmt: skip
def test_what_is_only_about_passwords_is_not_marked(harmless):
    assert Redactor({}, salt=b"s").suspects(harmless) == ()


def test_what_is_offered_has_the_token_of_the_evidence():
    redactor = Redactor({"Anna's lamp": "name"}, salt=b"s")
    (suspect,) = redactor.suspects("It is Anna's lamp.")
    assert suspect.token == redactor.text("Anna's lamp")
    assert (suspect.start, suspect.end) == (6, 17)


def test_tokens_of_others_are_no_hiding_place():
    assert "anna" not in Redactor({"anna": "name"}, salt=b"s").text("<anna-0123ab>")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('MQTT tele/x {"Wifi":{"SSId":"My Home Net","RSSI":7', "Home Net"),
        ("Backlog SSId1 HomeNet; Password1 hunter22", "HomeNet"),
        ("GET /x?user=annamarie&x=1", "annamarie"),
        ('{\\"psk\\":\\"deep secret\\"', "deep secret"),
        ('"network_key": [1, 3, 5, 77', "77"),
    ],
)
def test_a_line_of_a_log_is_redacted_by_the_keys_in_it(text, secret):
    assert secret not in Redactor({}, salt=b"s").text(text)


def test_what_stands_beside_a_secret_name_is_gone():
    said = Redactor({}, salt=b"s").data(
        [{"name": "SSID", "value": "HomeNet"}, {"name": "x", "value": 1}]
    )
    assert "HomeNet" not in str(said)
    assert said[1] == {"name": "x", "value": 1}


def test_what_a_topic_says_is_private_is_gone():
    redactor = Redactor({}, salt=b"s")
    assert "HomeNet" not in str(redactor.under("homie/x/wifi/ssid", "HomeNet"))
    assert "door code" not in str(redactor.under("home/g/2GtoMQTT", {"message": "door code 12"}))
    assert redactor.under("tele/x/STATE", "ON") == "ON"


def test_two_keys_that_become_one_token_both_stay():
    said = Redactor({"anna": "name"}, salt=b"s").data({"anna": 1, "Anna": 2})
    assert sorted(said.values()) == [1, 2]


def test_patterns_know_what_an_address_is():
    assert list(patterns.addresses("aa:bb:cc:dd:ee:0f 0x00158d0001aabbcc")) == [
        "aa:bb:cc:dd:ee:0f",
        "0x00158d0001aabbcc",
    ]
