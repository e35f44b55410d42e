"""The dialog of the parts: found by a word, each with the text of its licence."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop import made_of
from desktop.dialogs.made_of import MadeOfDialog
from desktop.made_of import Part

FOUND = (
    Part(name="Qt", version="6.11.3", licence="LGPL-3.0-only", texts=("qt",)),
    Part(name="msgspec", version="0.22", licence="BSD-3-Clause", texts=("msgspec",)),
    Part(name="nameless", licence="MIT"),
)


@pytest.fixture
def dialog(qtbot, monkeypatch):
    monkeypatch.setattr(made_of, "text", lambda part: f"text of {part.name}" * bool(part.texts))
    parent = MadeOfDialog((), None)
    qtbot.addWidget(parent)
    made = MadeOfDialog(FOUND, parent)
    qtbot.addWidget(made)
    return made


def titles(dialog):
    return [dialog.model.index(row).data() for row in range(dialog.model.rowCount())]


def test_the_first_part_is_chosen_and_its_text_is_shown(dialog):
    assert titles(dialog) == ["Qt 6.11.3", "msgspec 0.22", "nameless"]
    assert dialog.text.toPlainText() == "text of Qt"
    assert dialog.count.text() == "3 of 3"


def test_a_word_finds_parts_by_name_and_by_licence(dialog, qtbot):
    qtbot.keyClicks(dialog.search, "bsd")
    assert titles(dialog) == ["msgspec 0.22"]
    assert dialog.text.toPlainText() == "text of msgspec"
    assert dialog.count.text() == "1 of 3"


def test_a_word_that_fits_nothing_shows_nothing(dialog, qtbot):
    qtbot.keyClicks(dialog.search, "gpl-2")
    assert titles(dialog) == []
    assert dialog.text.toPlainText() == ""
    assert not dialog.copy.isEnabled()


def test_keys_walk_the_list_and_copy_takes_the_text(dialog, qtbot):
    dialog.show()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "text of msgspec"


def test_a_part_whose_text_is_nowhere_says_so(dialog, qtbot):
    qtbot.keyClicks(dialog.search, "nameless")
    assert dialog.text.toPlainText() == "The text of this licence is not here."
