"""Names of two brokers, told apart or not."""

import pytest

from fleet.model import Observation
from fleet.scopes import scope_of, scoped, unscoped

NEWS = Observation(
    dialect="tasmota",
    ids=frozenset({("tasmota", "plug"), ("mac", "02005E00007F")}),
    via=("ha", "hub"),
    source="homeassistant/x/config",
)


@pytest.mark.parametrize(
    ("broker", "scope"),
    [("home", ""), ("cabin", "cabin"), ("attic", ""), ("loft", ""), ("x", "y"), ("y", "x")],
)
def test_bridges_carry_the_names_of_the_broker_they_bridge(broker, scope):
    bridged = {"attic": "home", "loft": "attic", "x": "y", "y": "x"}
    assert scope_of(broker, bridged) == scope


def test_at_another_broker_only_what_names_the_hardware_is_the_same():
    there = scoped(NEWS, "cabin")
    assert ("mac", "02005E00007F") in there.ids
    assert ("tasmota", "plug") not in there.ids
    assert there.via != NEWS.via
    assert there.source != NEWS.source
    assert sorted(unscoped(value) for _, value in there.ids) == ["02005E00007F", "plug"]


def test_at_home_nothing_is_changed():
    assert scoped(NEWS, "") is NEWS
