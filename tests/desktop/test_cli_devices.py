"""Devices found by words and told one thing each, as a person types it, on a real broker."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from desktop.app import Household
from desktop.cli import main
from fleet.commands import SetRoom, SetTags
from fleet.steps import Publish
from tests.desktop.homes import Listener, device_called, furnish, until
from tests.fleet.dialects.test_wled import state

pytestmark = pytest.mark.broker
NAMES = ("Attic", "Hall", "Stairs")


@pytest.fixture
def folder(tmp_path, broker):
    return furnish(tmp_path / "house", broker.port)


@pytest.fixture
def house(folder):
    with Household(folder) as opened:
        yield opened


@pytest.fixture
def orders(broker):
    """Three strips, which can be restarted, and a button of Home Assistant's, which cannot."""
    with Listener(broker.port, "wled/+/api") as heard:
        for number, name in enumerate(NAMES):
            put(heard, f"wled/00000{number}/v", state(name).encode())
        plain = {"stat_t": "b/s", "uniq_id": "b", "dev": {"ids": ["b"], "name": "Blinds"}}
        put(heard, "homeassistant/sensor/b/it/config", json.dumps(plain).encode())
        yield heard


@pytest.fixture
def keys(house, orders):
    """The key of each device, once all are there."""
    found = {name: until(house.client, device_called(name)).key for name in (*NAMES, "Blinds")}
    house.client.send(SetRoom(device=found["Hall"], room="Hall")).result(10)
    house.client.send(SetTags(device=found["Attic"], tags=frozenset({"old", "=x"}))).result(10)
    return found


@pytest.fixture
def run(folder, keys):
    def orangery(*words, code=0):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        answer = CliRunner().invoke(main, whole, catch_exceptions=False)
        assert answer.exit_code == code, answer.output
        return answer.output

    return orangery


def put(heard: Listener, topic: str, payload: bytes) -> None:
    heard._bus.publish(Publish(topic=topic, payload=payload, qos=1, retain=True))


class TestFind:
    def test_words_find_devices(self, run):
        assert "Hall" in run("find", "room:hall")
        assert "1 of 4 device(s)" in run("find", "room:hall")
        assert "0 of 4 device(s)" in run("find", "battery<20")

    def test_the_same_as_json_and_csv(self, run, keys):
        (row,) = json.loads(run("find", "room:hall", "--json"))["devices"]
        assert (row["key"], row["name"], row["room"]) == (keys["Hall"], "Hall", "Hall")
        title, line = csv.reader(io.StringIO(run("find", "tag:old", "--csv"), newline=""))
        assert dict(zip(title, line, strict=True))["Tags"] == "'=x, old"

    def test_into_a_file_whose_ending_says_how(self, run, tmp_path):
        run("find", "-room:hall", "--file", str(tmp_path / "rest.csv"))
        lines = (tmp_path / "rest.csv").read_bytes().decode("utf-8-sig").splitlines()
        assert [line.split(",")[1] for line in lines] == ["Name", "Attic", "Blinds", "Stairs"]

    def test_a_word_that_means_nothing_is_told(self, run):
        assert "“romm:hall” means nothing here. Possible: is has room" in run(
            "find", "romm:hall", code=1
        )


class TestEach:
    def test_a_room_for_all_that_are_found(self, run, house):
        assert "3 of 3 done." in run("each", "dialect:wled", "room", "Under", "the", "roof")
        rooms = {one.name: one.room for one in house.client.snapshot().devices.values()}
        assert rooms == {**dict.fromkeys(NAMES, "Under the roof"), "Blinds": ""}

    def test_tags_are_given_and_taken(self, run, house, keys):
        run("each", "attic", "tag", "+new", "-old")
        assert house.client.snapshot().devices[keys["Attic"]].tags == {"=x", "new"}

    def test_marks_are_set_and_taken(self, run, house, keys):
        run("each", "hall", "ask-first")
        assert house.client.snapshot().devices[keys["Hall"]].ask_first
        run("each", "is:ask-first", "ask-first", "no")
        assert not house.client.snapshot().devices[keys["Hall"]].ask_first

    def test_what_could_not_be_done_is_told_with_the_reason(self, run, orders):
        said = run("each", "-room:hall", "restart", "--yes", code=1)
        assert "2 of 3 done." in said
        assert "Blinds: It has no way to be restarted from here." in said
        assert {orders.next().payload, orders.next().payload} == {b"RB"}

    def test_programs_are_told_the_same(self, run, keys):
        told = json.loads(run("each", "attic", "locate", "--json", code=1))
        assert told["done"] == {}
        assert told["refused"]["Attic"]["code"] == "cannot_locate"

    def test_nothing_is_restarted_without_a_yes(self, run):
        assert "Restart 3 device(s)?" in run("each", "dialect:wled", "restart", code=1)

    def test_nothing_is_done_where_a_word_means_nothing(self, run, house):
        run("each", "is:broken", "forget", "--yes", code=1)
        assert len(house.client.snapshot().devices) == 4

    def test_what_no_device_is_is_told(self, run):
        assert "nobody" in run("each", "nobody", "ask-first", code=1)

    def test_nothing_to_skip_is_told(self, run):
        assert "nothing for it that could be skipped" in run("each", "hall", "skip", code=1)


def test_what_was_forgotten_is_restored_with_its_room(run, house, keys):
    assert f"orangery restore {keys['Hall']}" in run("each", "hall", "forget", "--yes")
    assert keys["Hall"] not in house.client.snapshot().devices
    run("restore", keys["Hall"])
    assert house.client.snapshot().devices[keys["Hall"]].room == "Hall"
    assert "no device nobody" in run("restore", "nobody", code=1)
