from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.models import detail
from desktop.models.detail import Mark
from desktop.models.mirror import Mirror
from feedback.known_issues import KnownIssue
from feedback.wire import ClusterState, Kind
from feedback.wire_triage import ClusterDoc, PublicWords
from firmware.release import Back, Fit
from fleet.capability import Capability, Feature
from fleet.model import UpdateState, Version
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, target, update


def composed(key: str, device=None, **facts) -> detail.Detail:
    mirror = Mirror(fake_house.house(**facts))
    if device is not None:
        mirror.devices[key] = device
    found = detail.compose(mirror, key, NOW)
    assert found is not None
    return found


def test_the_marks_of_a_device_are_shown_as_they_are() -> None:
    marked = replace(fake_house.devices()["d1"], spare=True, pinned=True)
    assert composed("d1", marked).marks == (
        (Mark.ASK_FIRST, False),
        (Mark.SPARE, True),
        (Mark.PIN, True),
    )


def test_what_it_measures_now_is_told_and_what_is_of_no_interest_is_not() -> None:
    def feature(capability: Capability, **more: object) -> Feature:
        return Feature(capability=capability, dialect="x", **more)  # type: ignore[arg-type]

    device = replace(
        fake_house.devices()["d1"],
        features={
            "t": feature(Capability.TEMPERATURE, unit="°C"),
            "rssi": feature(Capability.SIGNAL, unit="dBm", aside=True),
            "go": feature(Capability.BUTTON, settable=True),
        },
        readings={"t": 21.5, "rssi": -60.0},
    )
    assert composed("d1", device).measures == (("Temperature", "21.5 °C"),)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (Version("14.2.0", build="tasmota"), "14.2.0 (tasmota)"),
        (Version("2023/v1.1.0-g34", plain="1.1.0"), "2023/v1.1.0-g34"),
    ],
)
def test_what_it_runs_is_told_as_it_says_it(version: Version, said: str) -> None:
    device = replace(fake_house.devices()["d1"], version=version)
    assert ("Installed", said, True) in composed("d1", device).facts


@pytest.mark.parametrize("mark", Mark)
def test_every_mark_has_words(mark: Mark) -> None:
    assert detail.mark_words(mark)


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (Back.YES, "one tap goes back afterwards"),
        (Back.CABLE, "back only by cable"),
        (Back.NO, "once it runs there is no way back"),
    ],
)
def test_can_i_go_back_is_answered_before_the_tap(back: Back, said: str) -> None:
    fit = Fit(target=target("1.128.0"), score=1, back=back)
    assert ("Afterwards", said, False) in composed("d1", fit={"d1": fit}).facts


@pytest.mark.parametrize(
    ("state", "back", "undo"),
    [
        (UpdateState.DONE, "yes", "1.122.2"),
        (UpdateState.DONE, "cable", ""),
        (UpdateState.DONE, "no", ""),
        (UpdateState.TRANSFERRING, "yes", ""),
    ],
)
def test_going_back_is_offered_where_it_is_done_and_signed(
    state: UpdateState, back: str, undo: str
) -> None:
    done = update("d3", state, version_from="1.122.2", version_to="1.128.0", back=back)
    assert composed("d3", update={"d3": done}).undo == undo


def test_a_device_that_runs_something_else_by_now_has_nothing_to_undo() -> None:
    done = update("d3", UpdateState.DONE, version_from="1", version_to="1.130.0", back="yes")
    assert not composed("d3", update={"d3": done}).undo


def test_what_the_makers_know_of_a_device_stands_with_it(spoken) -> None:
    words = PublicWords(title="Goes back", workaround="Wait for Friday.")
    doc = ClusterDoc(
        id="c1", kind=Kind.PROBLEM, state=ClusterState.OPEN, vendor="Acme", model="LGT-01",
        component="boot", words={"en": words, "zh_CN": words}, made=NOW,
    )  # fmt: skip
    hit = {"d1": KnownIssue(clusters=("c1", "gone"))}
    assert composed("d1", known_issue=hit, cluster={"c1": doc}).known == (
        ("Goes back", "Wait for Friday."),
    )
    assert composed("d2", known_issue=hit, cluster={"c1": doc}).known == ()
