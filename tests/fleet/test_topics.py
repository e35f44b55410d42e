import pytest

from fleet.topics import valid


@pytest.mark.parametrize("name", ["", "a#", "a/#/b", "a+/b", "a\0b", "\ud800", "x" * 70_000, "##"])
def test_what_is_no_filter(name):
    assert not valid(name)


@pytest.mark.parametrize("name", ["#", "+", "a/+/b/#", "/", "a//b", "灯/+"])
def test_what_is_a_filter(name):
    assert valid(name)
