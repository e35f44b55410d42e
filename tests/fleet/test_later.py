"""Modules that are loaded at their first use."""

import subprocess
import sys

import pytest

from fleet.later import later

_LOADED = """
import sys
from fleet.later import later
colours = later("colorsys")
before = "colorsys" in sys.modules
colours.rgb_to_hls(1, 1, 1)
print(before, "colorsys" in sys.modules)
"""


def test_a_module_is_loaded_at_its_first_use_and_not_before():
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "True"]


def test_what_the_module_has_not_is_an_attribute_error():
    with pytest.raises(AttributeError):
        later("colorsys").no_such_thing  # noqa: B018 - the access is the test
