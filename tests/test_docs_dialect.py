"""The dialect of docs/dialects/adding.md is taken out of the page and run."""

import re
import sys
import types
from pathlib import Path

import pytest

from fleet.capability import values
from fleet.dialects import Dialect
from fleet.model import Device, Message, Unknown
from fleet.registry import Registry
from fleet.steps import Refusal
from tests.fleet.dialects.saying import message

PAGE = Path(__file__).parents[1] / "docs" / "dialects" / "adding.md"
CODE = dict(re.findall(r"```python\n# (\S+)\n(.*?)```", PAGE.read_text(), re.DOTALL))


def house_of(dialect: Dialect, *said: Message) -> Device:
    registry = Registry([dialect])
    for each in said:
        assert registry.hear(each).unknown == ""
    (device,) = registry.settle().values()
    assert device is not None
    return device


@pytest.fixture
def lawn(monkeypatch):
    module = types.ModuleType("fleet.dialects.lawn")
    exec(compile(CODE["fleet/dialects/lawn.py"], str(PAGE), "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module.Lawn()


def test_the_page_s_own_test_passes(lawn):
    written: dict[str, object] = {}
    exec(compile(CODE["tests/fleet/dialects/test_lawn.py"], str(PAGE), "exec"), written)
    written["test_a_sprinkler_is_found_measured_and_opened"](house_of)


def test_it_measures_takes_an_address_and_is_removed(lawn):
    about = {"model": "S4", "fw": "1.2.0", "mac": "02:00:5e:00:00:01"}
    said = message("lawn/s1/state", {"valve": "open", "soil": 31.5})
    device = house_of(lawn, message("lawn/s1/about", about), said)
    told = {
        name: (value.value, value.unit)
        for name, _, value in values(device.features, device.readings)
    }
    assert told == {"valve": (True, ""), "soil": (31.5, "%")}
    assert lawn.arrived(device, "1.2.0")
    assert lawn.plan(device, None) == Refusal("no_own_updates")
    assert lawn.act(device, "soil", 5) == Refusal("not_settable", "soil")
    assert lawn.read(message("lawn/s1/about"), ())[0].gone


@pytest.mark.parametrize(
    ("topic", "payload"), [("here", "perhaps"), ("state", "{"), ("about", "[]")]
)
def test_what_it_does_not_understand_it_says(lawn, topic, payload):
    assert isinstance(lawn.read(message(f"lawn/s1/{topic}", payload), ()), Unknown)
    assert lawn.read(message("lawn/s1/other", payload), ()) is None
