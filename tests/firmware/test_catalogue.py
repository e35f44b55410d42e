"""Each rule of the catalogue says its own no, and the best fit is found."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from firmware import catalogue
from firmware.release import Channel, Fit, Fits, Misfit, Target, Week
from fleet.model import Caps, Device, Install, Version

LAMP = Device(
    key="lamp",
    name="Lamp",
    vendor="acme",
    model="lamp",
    hardware="A",
    version=Version("1.0.0"),
    caps=Caps(install=frozenset({Install.URL})),
)


def target(**other: object) -> Target:
    fits = {
        name: other.pop(name)
        for name in ("vendor", "model", "hardware", "minimum")
        if name in other
    }
    values = {
        "path": "fw/acme/lamp/lamp-1.2.0.bin",
        "sha256": "aa",
        "size": 10,
        "version": "1.2.0",
        "counter": 2,
        "line": "lamp",
        "fits": Fits(**{"vendor": "acme", "model": "lamp"} | fits),
    }
    return Target(**values | other)


def week(*targets: Target, recalled: tuple[str, ...] = ()) -> Week:
    return Week(
        id="2026-W48",
        maker="acme",
        channel=Channel.ORANGE,
        counter=1,
        targets=targets,
        recalled=recalled,
    )


@pytest.mark.parametrize(
    ("misfit", "of", "device"),
    [
        ("other_vendor", {"vendor": "other"}, {}),
        ("other_model", {"model": "Lamp"}, {}),
        ("other_hardware", {"hardware": ("B", "C")}, {}),
        ("hardware_unknown", {"hardware": ("B",)}, {"hardware": ""}),
        ("version_unknown", {}, {"version": None}),
        ("own_updates_only", {}, {"caps": Caps(install=frozenset({Install.OWN}))}),
        ("no_way_to_install", {}, {"caps": Caps()}),
        ("already_there", {}, {"version": Version("v1.2")}),
        ("older_than_installed", {}, {"version": Version("1.10.0")}),
        ("older_than_installed", {"version": "1.0.0-rc1"}, {}),
        ("versions_not_comparable", {"version": "blue"}, {"version": Version("red")}),
        ("versions_not_comparable", {"version": "20261120"}, {}),
        ("below_minimum", {"minimum": "1.1.0"}, {}),
        ("skipped", {}, {"skipped": frozenset({"1.2.0"})}),
    ],
)
def test_each_rule_says_its_own_no(misfit, of, device):
    answer = catalogue.fits(target(**of), replace(LAMP, **device))
    assert isinstance(answer, Misfit)
    assert answer.code == misfit


@pytest.mark.parametrize(
    ("of", "device"),
    [
        ({}, {}),
        ({"hardware": ("A",)}, {}),
        ({"minimum": "1.0"}, {}),
        ({"version": "1.0.0"}, {"version": Version("1.0.0-rc1")}),
        ({}, {"caps": Caps(install=frozenset({Install.CHUNKS, Install.OWN}))}),
    ],
)
def test_a_file_that_suits_fits(of, device):
    assert isinstance(catalogue.fits(target(**of), replace(LAMP, **device)), Fit)


def test_the_most_basic_reason_is_told():
    other = replace(LAMP, model="plug", version=None, caps=Caps())
    assert catalogue.fits(target(), other) == Misfit(code="other_model", fact="plug")


def test_the_best_fit_has_the_highest_counter_then_the_exact_hardware():
    old, any_, exact = (
        target(path="1", version="1.1.0", counter=1),
        target(path="2"),
        target(path="3", hardware=("A",)),
    )
    for order in ((old, any_, exact), (exact, any_, old)):
        found = catalogue.best(week(*order), LAMP)
        assert isinstance(found, Fit)
        assert found.target == exact


def test_a_device_is_told_the_reason_of_the_file_that_came_closest():
    answer = catalogue.best(week(target(minimum="1.1"), target(model="plug")), LAMP)
    assert answer == Misfit(code="below_minimum", fact="1.1")


def test_a_recalled_file_fits_nobody_and_says_so_only_to_those_it_was_for():
    of = week(target(), recalled=("aa",))
    plug = replace(LAMP, key="plug", model="plug")
    told = catalogue.table(of, [LAMP, plug])
    assert [told["lamp"].code, told["plug"].code] == ["recalled", "other_model"]


def test_an_empty_week_says_that_it_holds_nothing_for_the_device():
    assert catalogue.best(week(), LAMP) == Misfit(code="not_in_week", fact="2026-W48")
