"""What is chosen is kept, told and gone by, or nothing of it."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from desktop import commands, settings
from desktop.chosen import Chosen
from firmware.plan import PRESETS
from fleet.errors import CommandError, StoreError
from fleet.model import OWNER


class House:
    """Takes orders for the part, and what the part tells."""

    def __init__(self) -> None:
        self.handlers, self.facts = {}, {}

    def handle(self, kind, role, fn):
        self.handlers[kind] = fn

    def tell(self, facts):
        self.facts |= facts

    def do(self, command):
        return self.handlers[type(command)](command, OWNER)


@pytest.fixture
def house(tmp_path):
    one = House()
    one.used, one.shared = [], []
    one.chosen = Chosen(tmp_path)
    one.chosen.join(one, use=one.used.append, share=lambda on: one.shared.append(on) or Future())
    return one


@pytest.mark.parametrize(
    ("command", "fact"),
    [
        (commands.SetPlan(plan=PRESETS["weekend"]), ("plan", "house")),
        (commands.SetLook(language="zh_CN", theme="dark"), ("look", "window")),
        (commands.SetReleaseFolder(folder="/there"), ("release", "folder")),
        (commands.SetRegion(region="CN"), ("region", "home")),
        (commands.AllowHttp(allow=True), ("http", "home")),
    ],
)
def test_a_choice_is_told_and_is_still_there_after_a_start_anew(command, fact, house, tmp_path):
    house.do(command)
    told = house.facts[fact[0]][fact[1]]
    assert told == getattr(command, "plan", command)
    again = House()
    Chosen(tmp_path).join(again, use=lambda _: None, share=lambda _: Future())
    assert again.facts[fact[0]][fact[1]] == told


def test_a_plan_is_gone_by_at_once(house):
    house.do(commands.SetPlan(plan=PRESETS["weekend"]))
    assert house.used == [PRESETS["weekend"]]


def test_a_region_is_two_letters_and_another_changes_nothing(house):
    house.do(commands.SetRegion(region=" de "))
    with pytest.raises(CommandError, match="region_bad"):
        house.do(commands.SetRegion(region="Germany"))
    assert house.chosen.now.region == "DE"


def test_sharing_is_asked_about_without_changing_it(house):
    house.do(commands.SetShare(on=True))
    house.do(commands.SetShare())
    assert house.shared == [True, True]


def test_what_cannot_be_kept_is_not_gone_by(house, monkeypatch):
    def full(*_):
        raise StoreError("disk_full")

    monkeypatch.setattr(settings, "save", full)
    with pytest.raises(StoreError):
        house.do(commands.SetPlan(plan=PRESETS["weekend"]))
    assert (house.used, house.chosen.now.plan) == ([], PRESETS["by_hand"])
