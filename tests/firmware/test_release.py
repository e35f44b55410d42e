import pytest

from firmware.release import version_key


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.9", "1.10"),
        ("1.2b1", "1.2"),
        ("1.2.0b1", "1.2"),
        ("1.2.0-rc1", "1.2.0-rc2"),
        ("1.2", "1.2.1"),
        ("14.2.0", "14.2.0.6"),
        ("", "0.1"),
        ("20260101-1", "20260102-0"),
    ],
)
def test_versions_are_ordered_as_people_read_them(lower, higher):
    assert version_key(lower) < version_key(higher)


@pytest.mark.parametrize(
    ("one", "other"), [("v1.2", "1.2.0"), ("1.02", "1.2"), ("1.2.0b1", "1.2b1")]
)
def test_the_same_version_written_differently_is_the_same(one, other):
    assert version_key(one) == version_key(other)
