from __future__ import annotations

import pytest

from desktop.models.wish import FORGET_S, LATE_S, Stand, Wish, keeps, stand
from fleet.capability import Capability


def wish(kind: Capability, value, before=None) -> Wish:
    return Wish(feature="x", capability=kind, value=value, at=100.0, before=before)


@pytest.mark.parametrize(
    ("kind", "wanted", "said", "kept"),
    [
        (Capability.ON_OFF, True, True, True),
        (Capability.ON_OFF, True, False, False),
        (Capability.LEVEL, 40.0, 40.2, True),  # counted in 254 steps
        (Capability.LEVEL, 40.0, 43.0, False),  # on its way
        (Capability.COLOUR_TEMPERATURE, 3_300, 3_333, True),  # whole mireds
        (Capability.COLOUR_TEMPERATURE, 3_300, 4_000, False),
        (Capability.COLOUR, "#ff8000", "#ff8309", True),
        (Capability.TARGET_TEMPERATURE, 21.5, 21.5, True),
        (Capability.TARGET_TEMPERATURE, 21.5, 21.0, False),
        (Capability.MODE, "Auto", "auto", True),
        (Capability.COVER, "OPEN", "opening", True),
        (Capability.COVER, "OPEN", None, False),
    ],
)
def test_a_wish_is_kept_where_the_device_says_it_as_near_as_it_counts(
    kind, wanted, said, kept
) -> None:
    before = said if kind is Capability.COLOUR else None
    assert keeps(wish(kind, wanted, before), said) is kept


def test_another_colour_than_before_is_its_answer() -> None:
    asked = wish(Capability.COLOUR, "#00ff00", before="#ffffff")
    assert keeps(asked, "#30ff58")
    assert not keeps(asked, "#ffffff")


def test_time_passes_over_a_wish() -> None:
    asked = wish(Capability.ON_OFF, value=True)
    assert stand(asked, False, 100.0 + LATE_S - 1) is Stand.ASKED
    assert stand(asked, False, 100.0 + LATE_S) is Stand.LATE
    assert stand(asked, True, 100.0 + LATE_S) is Stand.KEPT
    assert stand(asked, False, 100.0 + FORGET_S) is Stand.OLD


def test_a_press_has_no_word_to_wait_for() -> None:
    asked = wish(Capability.BUTTON, None)
    assert stand(asked, None, 101.0) is Stand.ASKED
    assert stand(asked, None, 100.0 + LATE_S) is Stand.OLD


def test_a_cover_that_is_told_to_stop_is_not_waited_for() -> None:
    asked = wish(Capability.COVER, "STOP", before="closed")
    assert stand(asked, "closed", 101.0) is Stand.ASKED
    assert stand(asked, "closed", 100.0 + LATE_S) is Stand.OLD
