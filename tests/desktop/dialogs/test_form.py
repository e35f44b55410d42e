from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.form import Field, FormDialog, Kind
from firmware.errors import PublishError

Make = Callable[..., FormDialog]


@pytest.fixture
def asked() -> list[list[Any]]:
    return []


@pytest.fixture
def make(owner: QWidget, asked: list[list[Any]]) -> Make:
    def made(*fields: Field) -> FormDialog:
        dialog = FormDialog("Title", "Why", "Do it", fields, ask=asked.append, parent=owner)
        dialog.open()
        return dialog

    return made


def test_it_waits_for_what_must_be_answered(make: Make) -> None:
    dialog = make(Field(name="Reason"), Field(name="Remark", optional=True))
    assert not dialog.go.isEnabled()
    dialog.fields[0].setText("  because ")
    assert dialog.go.isEnabled()
    assert dialog.values == ["because", ""]


def test_each_kind_has_its_own_answer(make: Make) -> None:
    dialog = make(
        Field(name="Lines", kind=Kind.LONG, value="a\nb\n"),
        Field(name="Many", kind=Kind.NUMBER, value=7, least=1, most=9),
        Field(name="None", kind=Kind.NUMBER, optional=True),
        Field(name="Which", kind=Kind.CHOICE, options=(("One", (1,)), ("Two", (2,))), value=(2,)),
        Field(name="Yes", kind=Kind.TICK, value=True),
    )
    assert dialog.values == ["a\nb", 7, 0, (2,), True]


@pytest.mark.parametrize(("typed", "fits"), [("0", False), ("5", True), ("10", False), ("", False)])
def test_a_number_stays_in_its_bounds(make: Make, typed: str, fits: bool) -> None:
    dialog = make(Field(name="Many", kind=Kind.NUMBER, least=1, most=9))
    dialog.fields[0].setText(typed)
    assert dialog.go.isEnabled() is fits


def test_a_choice_of_nothing_cannot_be_made(make: Make) -> None:
    assert not make(Field(name="Which", kind=Kind.CHOICE)).go.isEnabled()


def test_what_was_wrong_is_told_and_nothing_typed_is_lost(
    qtbot: QtBot, make: Make, asked: list[list[Any]]
) -> None:
    dialog = make(Field(name="Week"))
    dialog.fields[0].setText("48")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert asked == [["48"]]
    assert not dialog.go.isEnabled()  # asked once, not twice
    dialog.tell_wrong(PublishError("week_bad", week="48"))
    assert "48" in dialog._wrong.text()
    assert dialog.values == ["48"]
    assert dialog.go.isEnabled()


def test_another_way_is_offered_once_and_gets_the_same_answers(qtbot: QtBot, make: Make) -> None:
    dialog, other = make(Field(name="File", value="a")), []
    dialog.offer("Take theirs", other.append)
    dialog.offer("Take theirs", other.append)
    qtbot.mouseClick(dialog.other, Qt.MouseButton.LeftButton)
    assert other == [["a"]]


def test_what_is_rarely_said_is_folded_until_it_is_wanted_or_something_is_wrong(
    qtbot: QtBot, make: Make
) -> None:
    fields = (Field(name="File"), Field(name="Vendor", optional=True, rare=True))
    first, second = make(*fields), make(*fields)
    assert not first.fields[1].isVisible()
    qtbot.mouseClick(first.unfold, Qt.MouseButton.LeftButton)
    assert first.fields[1].isVisible()
    assert not first.unfold.isVisible()
    second.tell_wrong(PublishError("week_bad", week="48"))
    assert second.fields[1].isVisible()


def test_nothing_is_offered_to_unfold_where_nothing_is_folded(make: Make) -> None:
    dialog = make(Field(name="File"))
    dialog.tell_wrong(PublishError("week_bad", week="48"))
    assert not dialog.unfold.isVisible()


@pytest.mark.parametrize(
    ("kind", "name"), [(Kind.OPEN, "getOpenFileName"), (Kind.SAVE, "getSaveFileName")]
)
def test_files_are_chosen_in_the_systems_own_dialog(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: Kind, name: str
) -> None:
    monkeypatch.setattr(QFileDialog, name, lambda *_: (str(tmp_path / "a"), ""))
    dialog = make(Field(name="File", kind=kind))
    dialog._chooser(dialog._asked[0], dialog.fields[0]).click()
    assert dialog.values == [str(tmp_path / "a")]
