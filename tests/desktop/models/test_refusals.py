from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.models import refusals
from fleet.model import Caps, Install, No, UpdateState, Version
from tests.desktop.fake_house import device, update


@pytest.fixture(autouse=True)
def english(spoken) -> None:
    """Sentences are those of the window."""


def test_the_way_it_was_tried_is_told_and_who_checks_signatures() -> None:
    failed = update("d1", UpdateState.FAILED, way="url", dialect="tasmota", version_to="2")
    told = list(refusals.lines(device("d1", "Lamp"), failed))
    assert told[0] == "Tried: it fetches the file from this computer (tasmota)."
    assert told[-1] == "Only Orangery checks the signatures; the device does not."


def test_what_each_dialect_said_is_told_in_words() -> None:
    no = (No("tasmota", "no_way_to_install"), No("homie", "own_updates_only", "3"))
    failed = update("d1", UpdateState.FAILED, refused=no, version_to="2")
    told = list(refusals.lines(device("d1", "Lamp"), failed))
    assert told[0] == "In tasmota: We know no way to bring a file to this device."
    assert told[1].startswith("In homie: ")


def test_what_was_never_brought_says_nothing_of_ways_and_signatures() -> None:
    failed = update("d1", UpdateState.FAILED, version_to="2")
    assert not any("sign" in one.lower() for one in refusals.lines(device("d1", "x"), failed))


@pytest.mark.parametrize("way", ["url", "chunks", "http", "own"])
def test_every_way_has_words(way: str) -> None:
    assert refusals.way(way)


def test_a_way_that_nobody_knows_has_none() -> None:
    assert refusals.way("pigeon") == ""


def test_a_device_that_checks_by_itself_says_what() -> None:
    strict = device(
        "d1", "Lamp", caps=Caps(install=frozenset({Install.URL}), checks_signature=True)
    )
    assert refusals.signature(strict).startswith("The device checks by itself: Signatures")
    own = device("d2", "Camera", caps=Caps(install=frozenset({Install.OWN})))
    assert refusals.signature(own) == "Nobody here checks what its own maker gives it."
    assert refusals.signature(device("d3", "x", caps=Caps())) == ""


def test_what_does_not_fit_says_what_can_be_done_and_what_its_maker_offers() -> None:
    camera = replace(device("d1", "Camera"), offer=Version("0.9.4"))
    assert refusals.misfit(camera, "own_updates_only", "").endswith("Its own maker offers 0.9.4.")
