"""The seven ways trust can fail, from a mirror that lies to the words on the card."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PySide6.QtWidgets import QAbstractButton, QWidget
from tuf.api.metadata import MetaFile

from desktop import words
from desktop.app import Household
from desktop.cli import main
from desktop.models import updates
from desktop.models.mirror import Mirror
from desktop.models.trust import WAYS, Way
from firmware.orders import RetryUpdate, StartRollout
from fleet.client import Client
from fleet.errors import OrangeryError
from fleet.model import UpdateState
from tests.desktop.fake_client import FakeClient
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker

Check = Callable[[], object]
HARMLESS = {"Check now", "Details", "Report a problem", "Hide", "Show why", "Open"}


def away(sim: Simulator, check: Check) -> None:
    del check
    sim.folder.rename(sim.folder.with_name("away"))


def altered(sim: Simulator, check: Check) -> None:
    del check
    sim.publish()
    file = sim.file("train-orange")
    file.write_bytes(file.read_bytes().replace(b'"version":2', b'"version":7'))


def mixed(sim: Simulator, check: Check) -> None:
    del check
    old = sim.file("train-orange").read_bytes()
    sim.on_snapshot = lambda snapshot: snapshot.meta.update({"train-orange.json": MetaFile(2)})
    sim.publish()
    sim.file("train-orange").write_bytes(old)


def frozen(sim: Simulator, check: Check) -> None:
    del check
    sim.days["timestamp"] = -1
    sim.heartbeat()


def stopped(sim: Simulator, check: Check) -> None:
    del check
    sim.days["train-orange"] = -1
    sim.publish()


def rolled_back(sim: Simulator, check: Check) -> None:
    old = sim.copy(sim.folder.with_name("old"))
    sim.publish()
    check()
    sim.folder.rename(sim.folder.with_name("new"))
    old.rename(sim.folder)


def one_signature(sim: Simulator, check: Check) -> None:
    del check
    sim.signers["train-orange"] = sim.keys["train-orange"][:1]
    sim.publish()


def no_agreement(sim: Simulator, check: Check) -> None:
    del check
    sim.on_train = lambda train: train["files"][0].update(sha256="e" * 64)
    sim.publish()


LIES = [
    pytest.param(away, Way.UNREACHABLE, False, id="unreachable"),
    pytest.param(altered, Way.ALTERED, True, id="altered"),
    pytest.param(mixed, Way.MIXED, True, id="mixed"),
    pytest.param(frozen, Way.TOO_OLD, True, id="too old: a frozen mirror"),
    pytest.param(stopped, Way.TOO_OLD, True, id="too old: a stopped maker"),
    pytest.param(rolled_back, Way.ROLLED_BACK, True, id="rolled back"),
    pytest.param(one_signature, Way.TOO_FEW, True, id="too few signatures"),
    pytest.param(no_agreement, Way.DISAGREE, True, id="no agreement"),
]
TITLES = {
    Way.UNREACHABLE: "The maker's weeks cannot be reached",
    Way.ALTERED: "What the source shows was altered",
    Way.MIXED: "The source mixes different weeks",
    Way.TOO_OLD: "This week is too old",
    Way.ROLLED_BACK: "The source goes back to an older state",
    Way.TOO_FEW: "Too few people have signed",
    Way.DISAGREE: "The makers do not agree on what ships",
}


@dataclass(frozen=True)
class Home:
    """A house with one lamp and one maker, whose mirror is on this disk."""

    sim: Simulator
    client: Client
    lamp: Voice
    folder: Path

    def run(self, *typed: str) -> Result:
        whole = ["--folder", str(self.folder), "--lang", "en", *typed]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    def begin(self) -> None:
        """Take a good week."""
        assert self.run("check").exit_code == 0
        until(self.client, fits)

    def bend(self, lie: Callable[[Simulator, Check], None]) -> None:
        lie(self.sim, lambda: self.run("check"))


@pytest.fixture
def home(tmp_path, broker):
    sim = Simulator(tmp_path / "mirror")
    folder = furnish(tmp_path / "house", broker.port, sim)
    with Household(folder) as opened, Voice(broker.port) as lamp:
        until(opened.client, device_called("Hall lamp"))
        yield Home(sim, opened.client, lamp, folder)


def fits(now: Any) -> bool:
    return any(hasattr(one, "target") for one in now.facts.get("fit", {}).values())


def controls(under: QWidget) -> list[QAbstractButton]:
    """Everything a person could press or tick."""
    return [
        one
        for one in under.findChildren(QAbstractButton)
        if one.isVisible() and one.isEnabled() and (one.text() or one.accessibleName())
    ]


@pytest.mark.parametrize(("lie", "way", "before"), LIES)
def test_a_way_trust_fails_is_told_in_a_sentence_and_installs_nothing(
    lie: Callable[[Simulator, Check], None], way: Way, before: bool, home: Home, make_face
) -> None:
    if before:
        home.begin()
    home.bend(lie)
    answer = home.run("--json", "check")
    error = json.loads(answer.stdout)["error"]
    assert WAYS[error["code"]] is way
    until(home.client, lambda now: not fits(now))

    snapshot = home.client.snapshot()
    page = updates.compose(Mirror(snapshot), time.time())
    card = page.trouble
    assert card is not None
    assert card.title == TITLES[way]
    assert error["sentence"] in card.text  # the same words as on the command line
    assert card.hint == error["hint"]
    assert error["code"] in card.details
    assert "…" not in card.text
    assert page.week is None
    assert page.ready == page.chosen == ()
    known = card.notices[0].text
    said = "Week 47 (Friday 20 November)" if before else "No week has been verified here yet."
    assert said in known

    shown = home.run("trust").stdout
    assert ("2026-W47" if before else "none yet") in shown
    assert home.run("update", "Hall lamp").exit_code == 1
    assert not home.lamp.told

    window = make_face(FakeClient(snapshot)).window
    window.show_page("updates")
    assert {
        one.text() or one.accessibleName() for one in controls(window.page("updates"))
    } <= HARMLESS
    window.devices.choose(device_called("Hall lamp")(snapshot).key)
    assert not window.devices.updatable()
    assert not window.actions_["update"].isEnabled()


@pytest.mark.parametrize("way", list(Way))
def test_each_way_is_told_in_chinese_too(way: Way, qapp) -> None:
    codes = [code for code, one in WAYS.items() if one is way]
    for code in codes:
        assert words.say(code, {}, "zh_CN")[0] != words.say(code, {}, "en")[0]
    assert codes


def test_a_source_that_is_only_away_leaves_the_verified_week_until_its_date(home: Home) -> None:
    """Who cuts the line must not be able to keep a mended fault from a house."""
    home.begin()
    home.bend(away)
    assert home.run("check").exit_code == 1
    mirror = Mirror(home.client.snapshot())
    page = updates.compose(mirror, time.time())
    assert page.chosen
    assert [one.icon for one in page.week.notices] == ["clock", "wifi-off"]
    assert "cannot be read" in page.week.notices[1].text
    later = updates.compose(mirror, mirror.week().expires + 1)
    assert later.trouble.title == TITLES[Way.TOO_OLD]
    assert later.chosen == ()


def test_what_failed_on_a_device_is_not_begun_again_while_trust_fails(home: Home) -> None:
    home.begin()
    home.client.send(StartRollout()).result(20)
    offer = home.lamp.order("offer")
    refused = {"transfer": offer["transfer"], "accepted": False}
    home.lamp.say("ack", json.dumps(refused).encode())
    key = device_called("Hall lamp")(home.client.snapshot()).key
    until(home.client, lambda now: now.facts["update"][key].state is UpdateState.FAILED)
    home.bend(one_signature)
    home.run("check")
    with pytest.raises(OrangeryError, match="threshold_missing"):
        home.client.send(RetryUpdate(device=key)).result(20)
    page = updates.compose(Mirror(home.client.snapshot()), time.time())
    assert page.needs
    assert {deed.value for line in page.needs for deed in line.deeds} <= {"stay", "report"}
