"""The figures of the packaged program can be taken. What they are is not judged here."""

import pytest

from benchmarks import package
from tests.live.conftest import BUILD_LIMIT_S

pytestmark = [pytest.mark.slow, pytest.mark.bench, pytest.mark.timeout(BUILD_LIMIT_S)]


def test_size_start_and_memory_of_both_sides_are_told(built, capsys):
    figures = package.run(built, short=True)
    assert [figure.reference for figure in figures] == ["at most"] * 2 + ["from source"] * 5
    assert all(figure.ours > 0 and figure.theirs > 0 for figure in figures)
    assert "ICU" in capsys.readouterr().out
