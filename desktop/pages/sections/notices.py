"""The section about notices: how much is told outside the window, and when it is there at all."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from desktop.aside import aside
from desktop.desk import Desk
from desktop.language import mark, translate
from desktop.models.notices import NAMES, Level
from desktop.noticing import LEVEL
from desktop.pages.sections.setting import Setting, at_once, meaning
from desktop.widgets import parts
from desktop.widgets.tick import Tick
from fleet.later import later

if TYPE_CHECKING:
    from desktop import autostart
else:
    autostart = later("desktop.autostart")

CLOSES = "tray.close_to"
"""What this desktop remembers of it (desktop/shell.py)."""

_MEANS = {
    Level.FAILURES: mark(
        "Settings", "Only what went wrong, what waits for you, and what is dangerous."
    ),
    Level.USUAL: mark(
        "Settings", "Failures, a new week, replies to your reports, and the night in a line."
    ),
    Level.ALL: mark(
        "Settings", "Also each update that was done and each device that comes and goes."
    ),
}


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (LevelCard(desk), TrayCard(desk))


class LevelCard(Setting):
    """Three levels; each says what it means."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "How much is told"))
        self.levels = {
            level: parts.button(translate("Notices", words), look="segment")
            for level, words in NAMES.items()
        }
        group = QButtonGroup(self)
        for level, button in self.levels.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, level=level: self._chose(level))
            group.addButton(button)
        frame = QFrame()
        frame.setObjectName("segments")
        row = parts.row(*self.levels.values(), spacing=2)
        row.setContentsMargins(2, 2, 2, 2)
        frame.setLayout(row)
        self._means = meaning()
        self.add(parts.row(frame, None))
        self.add(self._means)
        self.show_now()

    def show_now(self) -> None:
        """Show the level that this desktop remembers."""
        level = self._level()
        self.levels[level].setChecked(True)
        self._means.setText(translate("Settings", _MEANS[level]))

    def _level(self) -> Level:
        said = self._desk.memory.get(LEVEL, str, Level.USUAL)
        return Level(said) if said in tuple(Level) else Level.USUAL

    def _chose(self, level: Level) -> None:
        before = self._level()
        if level is not before:
            self._put(level)
            what = translate("Settings", "How much is told")
            self.change(what, at_once(lambda: None), lambda: at_once(lambda: self._put(before)))

    def _put(self, level: Level) -> None:
        self._desk.memory.put(LEVEL, str(level))
        self.show_now()


class TrayCard(Setting):
    """Whether Orangery stays when its window is closed, and comes when one logs in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "When the window is closed"))
        self.stays = Tick(translate("Settings", "Stay in the tray when the window is closed"))
        self.begins = Tick(translate("Settings", "Begin, minimised, when I log in"))
        self.stays.clicked.connect(self._chose_stays)
        self.begins.clicked.connect(self._chose_begins)
        text = translate(
            "Settings",
            "Updates in their hours, and notices, need Orangery to run: in the tray, or as a "
            "service on a computer that is always on (“orangery serve”).",
        )
        for part in (parts.row(self.stays, None), parts.row(self.begins, None)):
            self.add(part)
        self.add(meaning(text))
        self.add(self.wrong)
        can = autostart.is_possible()
        self.begins.setVisible(can)
        self.show_now()
        if can:
            desk.ask(aside(autostart.is_on), self, self.begins.setChecked, self.tell_wrong)

    def show_now(self) -> None:
        """Show what this desktop remembers."""
        self.stays.setChecked(self._desk.memory.get(CLOSES, bool, default=False))

    def _chose_stays(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._keep(on)
        back = lambda: at_once(lambda: self._keep(not on))  # noqa: E731 - the way back
        self.change(self.stays.text(), at_once(lambda: None), back)

    def _keep(self, on: bool) -> None:  # noqa: FBT001 - what is kept
        self._desk.memory.put(CLOSES, on)
        self.show_now()

    def _chose_begins(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        def put(wanted: bool) -> Future[None]:  # noqa: FBT001 - what is put
            self.begins.setChecked(wanted)
            return aside(lambda: autostart.put(wanted, self._desk.folder))

        self.change(self.begins.text(), put(on), lambda: put(not on))
