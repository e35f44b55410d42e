"""What a thing is called, and what its maker offers, of all that its dialects say."""

import pytest

from fleet.model import Device, Observation, Version
from fleet.registry import Registry
from tests.fleet.plain import Plain

MAC = ("mac", "02005E00007F")


def thing(*said: Observation) -> Device:
    registry = Registry([Plain("near", 0), Plain("far", 50)], new_key=lambda: "key")
    registry.fold(said, now=1.0)
    (device,) = registry.devices.values()
    return device


def says(dialect: str, **more: object) -> Observation:
    return Observation(dialect=dialect, ids=frozenset({MAC}), **more)  # type: ignore[arg-type] # its fields


@pytest.mark.parametrize(
    ("said", "name", "model"),
    [
        ([says("near", model="SN-1", product="Plus 1")], "Plus 1 00007F", "SN-1"),
        ([says("near", model="SN-1")], "SN-1 00007F", "SN-1"),
        ([says("near", product="Plus 1")], "Plus 1 00007F", "Plus 1"),
        ([says("near", product="Plus 1"), says("far", model="M")], "Plus 1 00007F", "M"),
        ([says("near", product="Plus 1"), says("far", name="Porch")], "Porch", "Plus 1"),
        ([says("near")], "02005E00007F", ""),
    ],
)
def test_what_people_call_it_names_it_until_it_has_a_name(
    said: list[Observation], name: str, model: str
) -> None:
    device = thing(*said)
    assert (device.name, device.model) == (name, model)


@pytest.mark.parametrize(
    ("said", "offer"),
    [
        ([says("near", offer=Version("2"))], Version("2")),
        ([says("near", offer=Version("2")), says("near")], Version("2")),
        ([says("near", offer=Version("2")), says("near", offer=Version(""))], None),
        ([says("near", offer=Version("")), says("far", offer=Version("2"))], None),
        ([says("near"), says("far", offer=Version("2"))], Version("2")),
    ],
)
def test_an_offer_stays_until_the_best_that_knows_says_there_is_none(
    said: list[Observation], offer: Version | None
) -> None:
    assert thing(*said).offer == offer
