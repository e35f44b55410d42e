"""All of one device on the command line."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from desktop import show_about
from desktop.app import Household
from desktop.cli import main
from feedback.known_issues import KnownIssue
from feedback.wire import ClusterState, Kind
from feedback.wire_triage import ClusterDoc, PublicWords
from fleet.model import Message, Snapshot
from tests.desktop import detail_house, fake_house
from tests.desktop.homes import furnish
from tests.desktop.test_show_updates import printed


def house(**facts) -> Snapshot:
    made = fake_house.house(**facts)
    return Snapshot(number=1, devices={**made.devices, **detail_house.devices()}, facts=made.facts)


def shown(key: str, **facts) -> str:
    now = house(**facts)
    return printed(show_about.table(now, now.devices[key]))


def test_how_it_went_elsewhere_stands_beside_what_could_be_installed() -> None:
    path = fake_house.target("1.128.0").path
    said = shown("d1", outcome_stats={path: detail_house.numbers()})
    assert "1.128.0" in said
    assert "1,204 confirmed, 6 refused, 2 lost" in said
    assert "no numbers yet" in shown("d1")
    assert "other homes" not in shown("d12")


def test_where_it_stands_is_told_with_all_its_gateways() -> None:
    now = house()
    now.devices["d7"] = replace(now.devices["d7"], via="d12")
    said = printed(show_about.table(now, now.devices["thermo"]))
    assert "Multimode gateway, behind Hall camera" in said
    assert "0x00158d0001020304" in said


def test_gateways_in_a_circle_end() -> None:
    now = house()
    now.devices["d7"] = replace(now.devices["d7"], via="thermo")
    found = show_about.gateways(now, now.devices["thermo"])
    assert [one.key for one in found] == ["d7"]


def test_a_known_issue_comes_with_what_helps() -> None:
    words = PublicWords(title="Goes back", workaround="Wait for Friday.")
    doc = ClusterDoc(
        id="c1", kind=Kind.PROBLEM, state=ClusterState.OPEN, vendor="Acme", model="LGT-01",
        component="boot", words={"en": words}, made=1.0,
    )  # fmt: skip
    hit = {"known_issue": {"d1": KnownIssue(clusters=("c1",))}, "cluster": {"c1": doc}}
    assert "Goes back Wait for Friday." in shown("d1", **hit)


def test_programs_are_told_the_same() -> None:
    now = house()
    told = show_about.told(now, now.devices["thermo"])
    assert (told["gateways"], told["radio"]) == (["Multimode gateway"], "zigbee")
    assert told["elsewhere"] is None


@pytest.fixture
def folder(tmp_path):
    place = furnish(tmp_path / "house")
    hello = json.dumps({"id": "hall", "name": "Hall"}).encode()
    with Household(place) as opened:
        message = Message(
            broker="home", topic="orangery/v1/dev/hall/hello", payload=hello, at=time.time()
        )
        opened._house.post(message)
        opened._house.announced().result(10)
    return place


def test_it_is_a_command(folder) -> None:
    words = ["--folder", str(folder), "--lang", "en", "about", "hall", "--json"]
    answer = CliRunner().invoke(main, words, catch_exceptions=False)
    assert json.loads(answer.stdout)["device"] == "Hall"
