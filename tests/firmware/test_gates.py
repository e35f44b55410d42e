"""The gates before signing: what each finds, how grave it is, and who may answer for it."""

import datetime as dt
import hashlib
import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from desktop.demo.images import make_esp_demo
from firmware.findings import CODES
from firmware.gates import Severity, open_findings
from firmware.release import Channel
from firmware.signed import Waiver
from tests.firmware.gated import DAY, NOTES, NOW, PAYLOAD, House, image, lamp, train, week
from tests.firmware.images import esp32, ikea, shelly, zigbee
from tests.firmware.test_image_scan import certificate

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.fixture
def one(house):
    house.keep(lamp())
    return image(lamp())


def test_a_sound_week_passes(house):
    house.had(lamp("1.1.0", 11), version="1.1.0", counter=11)
    house.trains.append(train(*house.published))
    assert house.gate(lamp(), minimum="1.0.0") == []


# --- the header ----------------------------------------------------------------------------------


def test_an_image_that_is_not_there_or_was_changed_is_refused(house):
    one = image(lamp())
    assert house.codes(week(one)) == ["image_missing"]
    (house.folder / one.sha256).write_bytes(lamp("1.2.0", 12, payload=PAYLOAD[::-1]))
    assert house.codes(week(one)) == ["image_changed"]


def test_a_header_that_cannot_be_read_is_refused(house):
    assert house.gate(b"hello", hardware=()) == ["header_unreadable"]
    (one, *_) = house.find(week(image(b"hello")))
    assert one.facts["why"] == "format_unknown"


@pytest.mark.parametrize("body", [esp32(spoil=bytes(32)), make_esp_demo("1")[:-1] + b"\0"])
def test_bytes_that_fail_their_own_checksum_are_refused(house, body):
    assert house.gate(body, version="5.1" if len(body) < 1000 else "1") == ["checksum_wrong"]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("vendor", "Acne"),
        ("model", "Lump"),
        ("version", "1.2.1"),
        ("hardware", ("B",)),
        ("counter", 13),
    ],
)
def test_what_is_declared_against_the_header_is_refused(house, name, asked):
    body = lamp()
    house.keep(body)
    (one,) = house.find(week(image(body, **{name: asked})))
    assert (one.code, one.facts["field"]) == ("image_disagrees", name)
    assert one.facts["asked"] == str(asked)


def test_every_disagreement_is_told_at_once(house):
    assert house.gate(lamp(), model="X", version="9", counter=9) == ["image_disagrees"] * 3


def test_what_nobody_says_is_refused_once(house):
    assert house.gate(make_esp_demo("1"), model="") == ["image_incomplete"]


def test_hardware_outside_of_a_zigbee_headers_range_is_refused(house):
    body = zigbee(control=4, hardware=(2, 7))
    assert house.gate(body, version="42", hardware=("2", "7")) == []
    assert house.gate(body, version="42", hardware=("2", "8")) == ["image_disagrees"]
    assert house.gate(lamp(hardware=("8",)), hardware=("8",)) == []  # a header without a range


def test_a_format_the_line_never_had_stops_it(house):
    house.had(lamp("1.1.0", 11), version="1.1.0", counter=11)
    assert house.gate(esp32(data=PAYLOAD), version="5.1") == ["format_new"]


def test_without_the_earlier_images_the_format_is_said_to_be_unchecked(house):
    gone = house.had(lamp("1.1.0", 11), version="1.1.0", counter=11)
    (house.folder / gone.sha256).unlink()
    assert house.gate(lamp()) == ["format_unchecked"]


def test_a_vendors_wrapper_is_noted(house):
    assert house.gate(ikea(zigbee()), version="42", hardware=()) == ["wrapped"]


# --- against what was published ------------------------------------------------------------------


def test_version_and_counter_have_to_rise(house):
    house.had(lamp("1.1.0", 11), version="1.1.0", counter=11)
    assert house.gate(lamp("1.1.0", 12), version="1.1.0") == ["version_not_rising"]
    assert house.gate(lamp("1.2.0", 11), counter=11) == ["counter_not_rising"]
    other = {"version": "1.0", "counter": 9, "model": "Bulb"}
    assert house.gate(lamp("1.0", 9, model="Bulb"), **other) == []


def test_an_older_image_may_become_stable_while_a_newer_one_rides_orange(house):
    old = house.had(lamp("1.1.0", 11), version="1.1.0", counter=11)
    new = house.had(lamp(payload=PAYLOAD * 4))
    house.trains = [train(old, number=45), train(old, number=46), train(new)]
    stable = week(old, channel=Channel.STABLE)
    assert house.codes(stable) == []
    assert house.codes(week(old)) == ["version_not_rising"]  # orange itself does not go back
    assert house.codes(week(old, recalled=(new.sha256,))) == []


def test_a_minimum_above_the_version_itself_is_refused(house):
    assert house.gate(lamp(), minimum="1.2") == ["minimum_above_version"]
    assert house.gate(lamp(), minimum="1.10") == ["minimum_above_version"]


def test_a_minimum_that_no_published_image_reaches_stops_it(house):
    house.had(lamp("1.1.0", 11), version="1.1.0", counter=11)
    assert house.gate(lamp(), minimum="1.1.5") == ["minimum_leaves_out"]
    assert house.gate(lamp(), minimum="1.1.0") == []


@pytest.mark.parametrize(
    ("size", "codes"),
    [(800, []), (1990, []), (900, []), (4000, ["size_jump"]), (300, ["size_jump"])],
)
def test_a_jump_in_size_stops_it(house, size, codes):
    house.had(lamp("1.1.0", 11, payload=b"a1" * 500), version="1.1.0", counter=11)
    assert house.gate(lamp(payload=b"b2" * (size // 2))) == codes


@pytest.mark.parametrize("seconds", [1, 14, 1801, 86_400])
def test_an_unusual_come_back_time_stops_it(house, seconds):
    assert house.gate(lamp(), come_back_s=seconds) == ["come_back_unusual"]
    assert house.gate(lamp(), come_back_s=180) == []


def test_the_same_bytes_for_another_model_are_refused(house):
    body = make_esp_demo("1")
    house.had(body, model="Bulb", version="1")
    assert house.gate(body, version="1") == ["duplicate_bytes"]
    house.published.clear()
    two = week(image(body, version="1"), image(body, version="1", model="Bulb"))
    assert house.codes(two) == ["duplicate_bytes"] * 2


def test_the_same_bytes_under_another_path_are_refused_and_unchanged_ones_not(house):
    house.had(lamp())
    assert house.gate(lamp()) == []
    assert house.gate(lamp(), path="fw/acme/lamps/other.bin") == ["duplicate_bytes"]


def test_bytes_that_were_recalled_are_refused_this_week_and_ever(house):
    body = lamp()
    house.keep(body)
    one = image(body)
    assert house.codes(week(one, recalled=(one.sha256,))) == ["recalled_bytes"]
    house.trains = [train(number=40, recalled=(one.sha256,)), train(number=41)]
    assert house.codes(week(one)) == ["recalled_bytes"]


def test_signed_chunks_have_to_fit_the_bytes(house):
    body = lamp()
    chunks = tuple(
        hashlib.sha256(body[n : n + 5000]).hexdigest() for n in range(0, len(body), 5000)
    )
    assert house.gate(body, chunk_size=5000, chunks=chunks) == []
    assert house.gate(body, chunk_size=5001, chunks=chunks) == ["chunks_wrong"]
    assert house.gate(body, chunk_size=5000, chunks=chunks[:-1]) == ["chunks_wrong"]
    assert house.gate(body, chunk_size=0, chunks=chunks) == ["chunks_wrong"]
    assert house.gate(body, chunk_size=2**32, chunks=chunks) == ["chunks_wrong"]


# --- the bytes -----------------------------------------------------------------------------------


def test_padding_behind_the_image_stops_it_and_anything_else_is_refused(house):
    assert house.gate(esp32() + b"\xff" * 64, version="5.1") == ["trailing_padding"]
    assert house.gate(esp32() + b"evil" * 16, version="5.1") == ["trailing_bytes"]
    assert house.gate(zigbee(tail=b"evil"), version="42", hardware=()) == ["trailing_bytes"]


def test_members_that_a_manifest_does_not_name_stop_it(house):
    body = shelly(more=[("SHSW-1-1.0/readme", b"hello")])
    declared = {"model": "SHSW-1", "version": "20230913-112003/v1.14.0-gcb84623"}
    assert house.gate(body, **declared) == ["members_unlisted"]


@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
def test_an_empty_image_is_refused_and_a_long_gap_stops_it(house, fill):
    assert house.gate(lamp(payload=fill * 65_536)) == ["image_blank"]
    gap = PAYLOAD * 8 + fill * 100_000 + PAYLOAD
    assert house.gate(lamp(payload=gap)) == ["long_run"]
    assert house.gate(lamp(payload=PAYLOAD * 4 + fill * 60_000)) == []
    assert house.gate(lamp(payload=fill * 4096)) == []
    assert house.gate(lamp(payload=PAYLOAD + fill * 100_000)) == ["long_run"]  # 85 % empty
    assert house.gate(lamp(payload=PAYLOAD * 36 + fill * 80_000)) == []  # an eighth of it


def test_words_and_secrets_in_the_bytes_stop_it(house):
    body = lamp(payload=PAYLOAD + b" INTERNAL USE ONLY AKIAABCDEFGHIJKLMNOP ")
    assert house.gate(body) == ["mark_found", "secret_found"]


def test_a_private_key_in_the_bytes_is_refused(house):
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert house.gate(lamp(payload=pem)) == ["private_key_found"]


def test_an_inner_certificate_has_to_be_valid_now(house):
    ends = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    body = lamp(payload=certificate(ends=ends).public_bytes(Encoding.DER))
    house.keep(body)
    draft = week(image(body))
    (one,) = house.find(draft)
    assert (one.code, one.facts["on"]) == ("certificate_expired", "2026-11-26")
    assert one.facts["subject"] == "CN=Acme CA"
    assert "certificate_expired" not in house.codes(draft, now=NOW - DAY)
    assert "certificate_not_yet" in house.codes(draft, now=NOW - 200 * DAY)


def test_a_search_that_was_cut_short_stops_it(house):
    likenesses = bytes.fromhex("3082000a30820002a003020102") * 1000
    assert house.gate(lamp(payload=likenesses)) == ["scan_incomplete"]


# --- waivers -------------------------------------------------------------------------------------


def waiver(code, sha256):
    return Waiver(code=code, sha256=sha256, person="Ada", reason="Seen on ten devices.")


def test_a_waiver_answers_for_one_stop_of_one_image(house):
    body = lamp(payload=PAYLOAD + b" DO NOT SHIP ")
    house.keep(body)
    draft = week(image(body), notes={"en": NOTES["en"]})
    found = house.find(draft)
    sha256 = draft.images[0].sha256
    assert [one.code for one in open_findings(found, ())] == ["mark_found", "notes_missing"]
    left = open_findings(found, [waiver("mark_found", sha256)])
    assert [one.code for one in left] == ["notes_missing"]
    assert open_findings(found, [waiver("mark_found", sha256), waiver("notes_missing", "")]) == ()
    other = [waiver("mark_found", "0" * 64), waiver("size_jump", sha256)]
    assert open_findings(found, other) == open_findings(found, ())


def test_nobody_can_answer_for_a_refusal(house):
    body = lamp()
    house.keep(body)
    draft = week(image(body, model="Lump"))
    sha256 = draft.images[0].sha256
    draft = replace(draft, waivers=(waiver("image_disagrees", sha256),))
    found = house.find(draft)
    assert [one.code for one in found] == ["image_disagrees", "waiver_powerless"]
    assert [one.code for one in open_findings(found, draft.waivers)] == ["image_disagrees"]


def test_a_waiver_for_nothing_is_noted_and_stops_nobody(house, one):
    found = house.find(week(one, waivers=(waiver("size_jump", one.sha256),)))
    assert [each.code for each in found] == ["waiver_unused"]
    assert open_findings(found, ()) == ()


# --- as a whole ----------------------------------------------------------------------------------


def test_bytes_that_were_looked_at_are_not_read_again(house, one):
    seen = {}
    first = house.find(week(one), seen=seen)
    assert set(seen) == {one.sha256}
    (house.folder / one.sha256).unlink()
    assert house.find(week(one), seen=seen) == first


WORDS = json.loads((ROOT / "resources/i18n/gates.json").read_bytes())


def test_every_finding_has_its_words_in_both_languages_and_no_words_are_kept_for_nothing():
    assert WORDS.keys() == CODES.keys()
    for words in WORDS.values():
        assert [len(words[language]) for language in ("en", "zh_CN")] == [2, 2]
        assert all(re.search(r"[\u4e00-\u9fff]", text) for text in words["zh_CN"])


def test_the_words_only_ask_for_facts_that_are_given():
    for code, (_, facts) in CODES.items():
        for text in [text for language in WORDS[code].values() for text in language]:
            assert set(re.findall(r"\{(\w+)\}", text)) <= set(facts), code
        assert text.format(**dict.fromkeys(facts, ""))


def test_every_finding_is_brought_about_by_a_test_here():
    files = Path(__file__).parent.glob("test_gates*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [code for code in CODES if f'"{code}"' not in source] == []


def test_a_note_stops_nobody():
    assert {CODES[code][0] for code in ("wrapped", "format_unchecked")} == {Severity.NOTE}
