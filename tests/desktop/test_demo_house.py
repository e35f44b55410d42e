import sys

import pytest

from desktop import demo_house


@pytest.mark.parametrize(
    ("command", "opens"), [([sys.executable, "-c", "pass"], True), (["/nowhere/at/all"], False)]
)
def test_it_is_told_whether_the_demo_house_opens(qapp, monkeypatch, command, opens) -> None:
    asked: list[str] = []

    def own_command(*words: str) -> list[str]:
        asked.extend(words)
        return command

    monkeypatch.setattr(demo_house, "own_command", own_command)
    assert demo_house.open_demo() is opens
    assert asked == ["demo"]
