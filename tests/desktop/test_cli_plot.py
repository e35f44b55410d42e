"""What a device measured, asked for as a person types it; the house is real, its broker not."""

from __future__ import annotations

import csv
import io
import json
import time

import pytest
from click.testing import CliRunner

from desktop.app import Household
from desktop.cli import main
from fleet.archive import Archive
from fleet.commands import Forget
from fleet.history import FILE
from fleet.model import Message
from tests.desktop.homes import furnish

HELLO = {
    "id": "hall",
    "name": "Hall",
    "features": [
        {"name": "t", "capability": "temperature", "unit": "°C"},
        {"name": "on", "capability": "on_off"},
    ],
}


@pytest.fixture
def folder(tmp_path):
    """A house that has heard a device, and is closed again."""
    place = furnish(tmp_path / "house")
    with Household(place) as house:
        for word, said in (("hello", HELLO), ("tele", {"t": 20.5, "on": True})):
            house._house.post(_message(word, said))
        house._house.announced().result(10)
    return place


def _message(word, said):
    topic = f"orangery/v1/dev/hall/{word}"
    return Message(broker="home", topic=topic, payload=json.dumps(said).encode(), at=time.time())


def run(folder, *words, code=0):
    whole = ["--folder", str(folder), "--lang", "en", *words]
    answer = CliRunner().invoke(main, whole, catch_exceptions=False)
    assert answer.exit_code == code, answer.output
    return answer.output if code else answer.stdout


def test_what_a_device_measured_is_kept_and_shown(folder):
    told = json.loads(run(folder, "plot", "Hall", "t", "--json"))
    assert (told["series"]["unit"], [one["mean"] for one in told["points"]]) == ("°C", [20.5])
    assert "20.5" in run(folder, "plot", "hall", "t", "--since", "90min")


def test_a_value_may_be_named_by_what_it_is(folder):
    told = json.loads(run(folder, "plot", "Hall", "temperature", "--json"))
    assert told["series"]["feature"] == "t"


def test_a_share_of_the_time_is_shown_of_what_is_on_or_off(folder):
    assert "% of the time" in run(folder, "plot", "Hall", "on")


def test_without_a_value_those_that_are_kept_are_named(folder):
    told = json.loads(run(folder, "plot", "Hall", "--json"))
    assert [one["feature"] for one in told["values"]] == ["on", "t"]


def test_it_leaves_as_csv(folder):
    (row,) = csv.DictReader(io.StringIO(run(folder, "plot", "Hall", "t", "--csv")))
    assert (row["low"], row["mean"], row["high"]) == ("20.5", "20.5", "20.5")
    assert abs(float(row["at"]) - time.time()) < 600


def test_what_is_not_kept_is_said_with_what_is(folder):
    assert "on, t" in run(folder, "plot", "Hall", "x", code=1)
    assert "No device" in run(folder, "plot", "Nobody", "t", code=1)


def test_a_device_of_which_nothing_is_kept_says_so(folder):
    with Archive.open(folder / FILE) as archive:
        for one in archive.series():
            archive.forget(one.device)
    assert "No values of Hall are kept yet" in run(folder, "plot", "Hall", "t", code=1)


def test_a_forgotten_device_takes_its_history_along(folder):
    with Household(folder) as house:
        (key,) = house.client.snapshot().devices
        house.client.send(Forget(device=key)).result(10)
    with Archive.look(folder / FILE) as reader:
        assert reader.series() == []
