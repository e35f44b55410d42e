"""The section about language and look: both change at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from desktop import actions, language, tongues
from desktop.desk import Desk
from desktop.language import translate
from desktop.pages.sections.setting import Setting, at_once, grid, line, meaning, wide
from desktop.theme import Mode
from desktop.widgets import parts
from desktop.widgets.choice import Choice


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (LookCard(desk),)


class LookCard(Setting):
    """Language, light or dark, and how large all is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "Language and look"))
        at = grid()
        self.languages = Choice(translate("Settings", "Language"))
        wide(self.languages)
        for code, name in tongues.NAMES.items():
            self.languages.addItem(name, code)
        self.languages.setCurrentIndex(self.languages.findData(language.current()))
        self.languages.activated.connect(lambda _: self._spoke())
        line(at, translate("Settings", "Language"), self.languages)
        line(at, translate("Settings", "Look"), self._modes())
        can_zoom = "zoom_in" in {known.name for known in actions.ALL}
        if can_zoom:
            line(at, translate("Settings", "Size"), self._zooms())
        self.add(at)
        text = translate("Settings", "Ctrl and + or - change the size anywhere; Ctrl+0 resets it.")
        if can_zoom:
            self.add(meaning(text))

    def _modes(self) -> QWidget:
        words = {
            Mode.LIGHT: translate("Settings", "Light"),
            Mode.DARK: translate("Settings", "Dark"),
            Mode.SYSTEM: translate("Settings", "Like the system"),
        }
        self.modes = {mode: parts.button(word, look="segment") for mode, word in words.items()}
        group = QButtonGroup(self)
        for mode, button in self.modes.items():
            button.setCheckable(True)
            button.setChecked(mode is self._desk.mode)
            button.clicked.connect(lambda _=False, mode=mode: self._wore(mode))
            group.addButton(button)
        made = QFrame()
        made.setObjectName("segments")
        row = parts.row(*self.modes.values(), spacing=2)
        row.setContentsMargins(2, 2, 2, 2)
        made.setLayout(row)
        return made

    def _zooms(self) -> QWidget:
        """Return smaller, usual and larger, which are actions of the window."""
        deeds = self._desk.actions
        percent = self._desk.memory.get("zoom", int, 100)
        texts = {"zoom_out": "-", "zoom_reset": f"{percent} %", "zoom_in": "+"}
        self.zooms = {
            name: parts.button(text, deeds[name].trigger, name=deeds[name].text())
            for name, text in texts.items()
        }
        made = QWidget()
        made.setLayout(parts.row(*self.zooms.values(), None))
        return made

    def _spoke(self) -> None:
        before, desk = language.current(), self._desk
        code = self.languages.currentData()
        if code != before:
            desk.language_chosen.emit(code)
            self._told(lambda: desk.language_chosen.emit(before))

    def _wore(self, mode: Mode) -> None:
        before, desk = self._desk.mode, self._desk
        if mode is not before:
            desk.mode_chosen.emit(str(mode))
            self._told(lambda: desk.mode_chosen.emit(str(before)))

    def _told(self, back: Callable[[], object]) -> None:
        """Say it in the language and look of now, with the way back; this card is gone by then."""
        said = translate("Settings", "Changed: {what}")
        what = translate("Settings", "Language and look")
        self._desk.say(said.format(what=what), lambda: at_once(back))
