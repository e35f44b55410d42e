"""Makers, channels and trust as a person types them."""

import json

import pytest
from click.testing import CliRunner

from desktop import door
from desktop.cli import main
from firmware import inventory
from firmware.release import Channel
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator


@pytest.fixture
def maker(tmp_path):
    return Simulator(tmp_path / "mirror")


@pytest.fixture
def folder(tmp_path, maker, monkeypatch):
    monkeypatch.setattr(door, "_SETTLE_S", 0.0)
    return furnish(tmp_path / "house", 0, maker)


@pytest.fixture
def run(folder):
    def orangery(*words):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    return orangery


@pytest.fixture
def told(run):
    def orangery(*words):
        answer = run("--json", *words)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    return orangery


def test_a_maker_is_added_with_all_its_mirrors_and_a_channel(run, told, maker, tmp_path):
    maker.add_stable(week="2026-W44")
    maker.publish()
    root = tmp_path / "root.json"
    root.write_bytes(maker.maker().root)
    away, here = str(tmp_path / "away"), str(maker.folder)
    added = run("maker", "acme", away, str(root), "--url", here, "--channel", "stable")
    assert added.exit_code == 0
    assert told("check")["week"]["id"] == "2026-W44"
    trust = told("trust")["trust"]
    assert (trust["urls"], trust["channel"]) == ([away, here], "stable")
    shown = " ".join(run("trust").stdout.split())
    assert "mirror_unreachable" in shown
    assert "channel stable" in shown


def test_the_channel_is_changed_by_one_word(run, told, maker):
    maker.add_stable(week="2026-W44")
    maker.publish()
    told("check")
    assert run("channel", "stable").exit_code == 0
    assert told("check")["week"]["id"] == "2026-W44"
    assert run("channel", "nightly").exit_code != 0


def test_an_expired_stick_is_taken_only_with_a_reason_which_is_shown(run, told, maker):
    maker.days["timestamp"] = -1
    maker.publish()
    stick = str(maker.copy(maker.folder.with_name("stick")))
    words = ["check", "--source", stick]
    assert "too old" in run(*words).stderr
    assert "only with a reason" in run(*words, "--admit-stale").stderr
    why = "the line is down until Monday"
    told(*words, "--admit-stale", "--reason", why, "--by", "Ana")
    (admitted,) = told("trust")["trust"]["admissions"]
    assert (admitted["by"], admitted["reason"]) == ("Ana", why)
    assert "by Ana" in run("trust").stdout


def test_what_is_believed_names_the_floor_and_who_signed(run, told):
    told("check")
    shown = run("trust").stdout
    assert "train-orange: 2 of 3 keys (train-orange1, train-orange2)" in shown
    assert "counter:train|orange 1" in shown
    assert told("trust")["trust"]["floors"]["counter:train|orange"] == 1


def test_why_a_week_is_held_and_when_its_rings_open_is_shown(run, told, maker):
    def say(train):
        rings = [{"name": "friday", "percent": 20, "opens": 1_796_150_000}]
        train.update(held={"en": "We look at a report."}, rings=rings, salt="s")

    maker.on_train = say
    maker.publish()
    told("check")
    shown = run("trust").stdout
    assert "We look at a report." in shown
    assert "friday: 20 % from 2026-12-0" in shown


def test_a_maker_nobody_knows_is_named(run):
    for words in (["trust"], ["check"], ["channel", "stable"]):
        answer = run(*words, "--maker", "nobody")
        assert answer.exit_code == 1
        assert '"nobody"' in answer.stderr


@pytest.mark.broker
def test_an_inventory_for_release_staff_holds_no_names(tmp_path, broker, maker):
    folder = furnish(tmp_path / "house", broker.port, maker)
    file = tmp_path / "devices.jsonl"
    with Voice(broker.port), door.open_client(folder) as client:
        until(client, device_called("Hall lamp"))
        words = ["--folder", str(folder), "devices", "export", str(file)]
        answer = CliRunner().invoke(main, words, catch_exceptions=False)
    assert answer.exit_code == 0
    assert "1 device" in answer.stdout
    assert "room" in answer.stdout
    (entry,) = inventory.read(file)
    assert (entry.model, entry.version, entry.channel) == ("Lamp 1", "0.9", Channel.ORANGE)
    assert b"Hall" not in file.read_bytes()
