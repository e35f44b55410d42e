"""An inventory leaves the house without anything private, and is read line by line or refused."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import inventory, rings
from firmware.errors import PublishError
from firmware.inventory import Entry, inventory_of, read
from firmware.release import Channel
from fleet.model import Caps, Device, Endpoint, Install, Version

ROOT = Path(__file__).parents[2]
PRIVATE = ("kitchen", "anna", "02005e", "192.0.2.7", "secret", "house-of-anna")


def device(number: int = 1) -> Device:
    return Device(
        key=f"anna-{number}",
        name="Anna's lamp",
        room="kitchen",
        vendor="acme",
        model="lamp",
        hardware="B",
        version=Version("1.2.0"),
        ids=frozenset({("mac", "02005E00007F")}),
        endpoints={"native": Endpoint(broker="192.0.2.7", dialect="native", id="lamp-anna")},
        readings={"secret": 1.0},
        caps=Caps(install=frozenset({Install.URL, Install.CHUNKS})),
        skipped=frozenset({"1.1.0-secret"}),
    )


def line(number: int = 1, **other: object) -> bytes:
    entry = {"schema": 1, "id": rings.device_id(str(number)), "vendor": "acme", "model": "lamp"}
    return json.dumps(entry | other).encode() + b"\n"


def refused(tmp_path: Path, *lines: bytes) -> tuple[str, str]:
    """(code, line) of the refusal."""
    file = tmp_path / "inventory.jsonl"
    file.write_bytes(b"".join(lines))
    with pytest.raises(PublishError) as told:
        list(read(file))
    return told.value.code, str(told.value.facts.get("line", ""))


def test_what_a_house_exports_is_read_as_it_was(tmp_path):
    file = tmp_path / "inventory.jsonl"
    file.write_bytes(b"".join(inventory_of([device()], channel=Channel.STABLE, home="h")))
    assert list(read(file)) == [
        Entry(
            schema=1,
            id=rings.device_id("anna-1"),
            vendor="acme",
            model="lamp",
            hardware="B",
            version="1.2.0",
            channel=Channel.STABLE,
            home=rings.pseudonym("home", "h"),
            install=(Install.CHUNKS, Install.URL),
        )
    ]


def test_where_the_home_is_leaves_it_only_where_that_was_said():
    (silent,) = inventory_of([device()], channel=Channel.ORANGE)
    assert b"region" not in silent
    (said,) = inventory_of([device()], channel=Channel.ORANGE, region="DE")
    assert msgspec.json.decode(said, type=Entry).region == "DE"


def test_nothing_private_leaves_the_house():
    lines = inventory_of(map(device, range(3)), channel=Channel.ORANGE, home="house-of-anna")
    said = b"".join(lines).decode().lower()
    assert [word for word in PRIVATE if word in said] == []


def test_the_order_of_an_export_is_not_that_of_the_house():
    there = [*inventory_of(map(device, range(9)), channel=Channel.ORANGE)]
    back = [*inventory_of(map(device, range(8, -1, -1)), channel=Channel.ORANGE)]
    assert there == back


def test_a_word_too_long_for_the_schema_is_cut_so_that_the_line_can_be_read(tmp_path):
    wordy = msgspec.structs.replace(device(), model="x" * 1_000)
    file = tmp_path / "inventory.jsonl"
    file.write_bytes(b"".join(inventory_of([wordy], channel=Channel.ORANGE)))
    (entry,) = read(file)
    assert entry.model == "x" * 200


def test_inventories_of_several_houses_can_be_joined(tmp_path):
    file = tmp_path / "inventory.jsonl"
    houses = [inventory_of([device(n)], channel=Channel.ORANGE, home=str(n)) for n in range(3)]
    file.write_bytes(b"".join(one for house in houses for one in house))
    assert len({entry.home for entry in read(file)}) == 3


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("inventory_bad", b"{}\n"),
        ("inventory_bad", b"\n"),
        ("inventory_bad", b"\xff\xfe\n"),
        ("inventory_bad", b"[" * 5_000 + b"\n"),
        ("inventory_bad", line(2, name="Anna's lamp")),
        ("inventory_bad", line(2, room="kitchen")),
        ("inventory_bad", line(2, id="02:00:5e:00:00:7f")),
        ("inventory_bad", line(2, install=["url"] * 5)),
        ("inventory_bad", line(2, version="1" * 201)),
        ("inventory_bad", line(2, schema=0)),
        ("inventory_newer", line(2, schema=2)),
        ("inventory_newer", line(2, schema=2, colour="blue")),
        ("inventory_line_long", line(2, vendor="a" * 70_000)),
        ("inventory_repeats", line(1, version="2")),
    ],
)
def test_a_line_that_is_not_understood_is_named(tmp_path, code, bad):
    assert refused(tmp_path, line(1), bad, line(3)) == (code, "2")


def test_more_devices_than_can_be_simulated_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(inventory, "DEVICES_MAX", 2)
    assert refused(tmp_path, line(1), line(2), line(3)) == ("inventory_too_long", "")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(PublishError, match="inventory_unreadable"):
        list(read(tmp_path / "none.jsonl"))


def test_devices_are_given_before_the_file_was_read_to_its_end(tmp_path):
    file = tmp_path / "inventory.jsonl"
    file.write_bytes(line(1) + b"broken\n")
    assert next(read(file)).model == "lamp"


@given(st.binary(max_size=200))
def test_any_bytes_are_devices_or_refused(body):
    lines = body.splitlines(keepends=True)
    if lines:
        with pytest.raises(PublishError, match=r"inventory_bad"):
            list(inventory._entries(lines))


def test_the_published_schema_is_the_one_that_is_checked():
    written = json.loads((ROOT / "resources/schemas/inventory.json").read_bytes())
    assert written.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert written.pop("title") == f"orangery inventory {inventory.SCHEMA}"
    assert written == json.loads(json.dumps(msgspec.json.schema(Entry)))


def test_what_is_left_out_is_everything_private():
    left = inventory.left_out()
    assert {"name", "room", "ids", "endpoints", "readings", "battery", "via"} <= left
    assert not left & {"vendor", "model", "hardware", "version"}
