"""The same source, built in another folder at another time, gives the same bytes."""

import pytest

from scripts.packaging import ROOT, twice
from tests.live.conftest import BUILD_LIMIT_S

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * BUILD_LIMIT_S)]


def test_a_second_build_elsewhere_differs_in_no_byte(built, tmp_path):
    other = twice.elsewhere(ROOT, tmp_path, "--quick", "archive")
    made = [path.name for path in other.iterdir()]
    assert len(made) >= 3
    assert twice.differences(built, other, made) == []
