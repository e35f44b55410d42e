"""Somebody at the window, with the keyboard alone or with the mouse alone; each step is counted.

Keys go to whatever has the focus, clicks to where a control is seen: nothing is set from behind.
Words are typed by both, and counted apart. With a folder each step leaves a picture, NN-what.png.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QDialog, QWidget

from desktop.window import Window

_MOST_TABS = 40
_WAIT_S = 10.0


@dataclass(slots=True)
class Walk:
    """One task, walked."""

    window: Window
    name: str
    folder: Path | None = None
    keys: int = 0  # presses, a chord is one
    clicks: int = 0
    letters: int = 0
    steps: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Come to the window: until it is the active one, no key reaches it."""
        self.window.activateWindow()
        self.until(lambda: QApplication.activeWindow() is self.window, "the window")

    # --- by keys ---

    def press(self, keys: str, what: str = "") -> None:
        """Press keys ("Ctrl+F", "Tab, Space"), wherever the focus is."""
        for one in keys.split(", "):
            chord = QKeySequence(one)[0]
            QTest.keyClick(self._focus(), chord.key(), chord.keyboardModifiers())
            self.keys += 1
            QApplication.processEvents()
        if what:
            self._seen(what)

    def type(self, text: str, what: str = "") -> None:
        """Type words, wherever the focus is."""
        QTest.keyClicks(self._focus(), text)
        self.letters += len(text)
        QApplication.processEvents()
        if what:
            self._seen(what)

    def tab_to(self, wanted: QWidget) -> None:
        """Press Tab until `wanted` has the focus."""
        for _ in range(_MOST_TABS):
            if self._focus() is wanted:
                return
            self.press("Tab")
        raise AssertionError(
            f"Tab does not come to {wanted.accessibleName()!r} within {_MOST_TABS}"
        )

    # --- by mouse ---

    def click(self, target: QWidget, what: str = "") -> None:
        """Click in the middle of a control that is seen."""
        self._click(target, target.rect().center(), what or target.accessibleName())

    def click_button(self, text: str, what: str = "") -> None:
        """Click the button that says so, in the dialog that is open or in the window."""
        self.click(button(self.top, text), what or text)

    def click_row(self, table: QAbstractItemView, row: int, what: str) -> None:
        """Click a row of a table or a list."""
        area = table.visualRect(table.model().index(row, 0))
        assert area.isValid(), f"row {row} is not there"
        self._click(table.viewport(), area.center(), what)

    # --- both ---

    @property
    def top(self) -> QWidget:
        """What is in front: the open dialog, else the window."""
        return self.dialog or self.window

    @property
    def dialog(self) -> QDialog | None:
        """The dialog that is open."""
        return self.window.dialog

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something is so; the picture shows it."""
        end = time.monotonic() + _WAIT_S
        while not holds():
            assert time.monotonic() < end, f"{self.name}: never {what}"
            QTest.qWait(20)
        self._seen(what)

    def line(self) -> str:
        """Return what it took."""
        taken = f"{self.keys:>3} keys, {self.clicks:>2} clicks, {self.letters:>3} letters typed"
        return f"{self.name:<28} {taken}, {len(self.steps):>2} steps"

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.top

    def _click(self, target: QWidget, at: QPoint, what: str) -> None:
        assert target.isVisible(), f"{what!r} is not seen"
        assert target.isEnabled(), f"{what!r} cannot be clicked"
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        self.clicks += 1
        QApplication.processEvents()
        self._seen(what)

    def _seen(self, what: str) -> None:
        self.steps.append(what)
        if self.folder is None:
            return
        QTest.qWait(150)
        self.folder.mkdir(parents=True, exist_ok=True)
        word = "-".join("".join(c if c.isalnum() else " " for c in what.lower()).split())
        file = self.folder / f"{self.name.replace(' ', '-')}-{len(self.steps):02}-{word[:40]}.png"
        picture = self.window.grab()
        if self.dialog is not None:
            picture = self.dialog.grab()
        picture.save(str(file))


def button(inside: QWidget, text: str) -> QAbstractButton:
    """Return the button that says so and is seen; AssertionError with those there are."""
    shown = [one for one in inside.findChildren(QAbstractButton) if one.isVisible()]
    for one in shown:
        if one.text() == text or one.accessibleName() == text:
            return one
    raise AssertionError(f"no button says {text!r}, but {[one.text() for one in shown]}")


def words(inside: QWidget) -> str:
    """Return all that can be read in a widget."""
    texts = [str(getattr(one, "text", str)()) for one in inside.findChildren(QWidget)
             if one.isVisible() and callable(getattr(one, "text", None))]  # fmt: skip
    return "\n".join(texts)
