"""The card on this copy of the program: whether it is as it was signed, and how to be sure."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QProgressBar, QWidget

from desktop import copy_check
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import own_copy
from desktop.pages.sections.setting import Setting, meaning
from desktop.widgets import parts
from desktop.widgets.flow import flowing

_PICTURE = 24
_LINES = 8  # of files that differ, without scrolling
_REPORTED = 40  # files that a report names
_ROOM = 20  # pixels that the frame of the list takes


class CopyCard(Setting):
    """It changes nothing, so whoever is here may look."""

    PLACE = copy_check.PLACE.subject.partition("/")[2]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("OwnCopy", "Check this copy"))
        self._look = copy_check.of(desk)
        self._picture = parts.picture("circle-dashed", "muted", _PICTURE)
        self.told = parts.label(bold=True, wrap=True)
        self.text = parts.label(tone="muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(translate("OwnCopy", "How much is read"))
        self.files = _Files()
        self.check = parts.button(translate("OwnCopy", "Check this copy"), self._press)
        self.bring = parts.button(
            translate("OwnCopy", "With a file of its week…"), self._bring, icon="file-text"
        )
        self.copy = parts.button(translate("OwnCopy", "Copy"), self._copy, icon="copy")
        self.report = parts.button(translate("OwnCopy", "Report it"), self._report, icon="bug")
        self.sure = _Command(desk, translate("OwnCopy", "Copy the command for another computer"))
        self.manager = _Command(desk, translate("OwnCopy", "Copy the package manager's command"))
        self._lay()
        self._look.changed.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        """Show what is known of this copy."""
        own, look = self._look.own, self._look.look
        shown = own_copy.shown(own, look, self._desk.clock())
        parts.redraw(self._picture, shown.icon, shown.tone)
        self.told.setText(shown.title)
        self.text.setText(shown.text)
        self.text.setVisible(bool(shown.text))
        self.bar.setVisible(shown.percent is not None)
        if shown.percent is not None:
            self.bar.setRange(0, 0 if shown.percent < 0 else 100)
            self.bar.setValue(max(shown.percent, 0))
        self._show_files(shown.files)
        self._show_buttons(shown)
        self.sure.show_(own_copy.elsewhere(own), own_copy.command_elsewhere())
        self.manager.show_(own_copy.by_manager(own), own_copy.manager(own))

    # --- making ---

    def _lay(self) -> None:
        text = translate(
            "OwnCopy",
            "Each file of the program is held against the list that its makers signed, two parties "
            "with keys of their own. Nothing is changed. Where the list is not kept here, their "
            "mirrors are asked for it; nothing about you is sent.",
        )
        line = parts.row(spacing=12)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(parts.column(self.told, self.text, self.bar), 1)
        state = QWidget()
        line.setContentsMargins(0, 0, 0, 0)
        state.setLayout(line)
        self.add(meaning(text))
        self.add(state)
        self.add(self.files)
        self.buttons = flowing(self.check, self.bring, self.copy, self.report)
        self.add(self.buttons)
        self.add(self.sure)
        self.add(self.manager)

    def _show_files(self, files: str) -> None:
        if files != self.files.toPlainText():
            self.files.setPlainText(files)
        self.files.setVisible(bool(files))

    def _show_buttons(self, shown: own_copy.Shown) -> None:
        own, look = self._look.own, self._look.look
        known = look.verdict is not None or look.error is not None
        again = translate("OwnCopy", "Check again")
        first = translate("OwnCopy", "Check this copy")
        words = translate("OwnCopy", "Stop") if look.running else again if known else first
        self.check.setText(words)
        self.check.setAccessibleName(words)
        self.check.setVisible(own.can_be_held)
        parts.dress(self.check, "square" if look.running else "shield-check", "text")
        self.bring.setVisible(shown.lacks_list)
        self.copy.setVisible(known)
        self.report.setVisible(shown.differs)
        self.buttons.setVisible(own.can_be_held or known)

    # --- what happens ---

    def _press(self) -> None:
        """The one button begins and stops, so that it keeps the focus."""
        if self._look.look.running:
            self._look.stop()
        else:
            self._look.begin()

    def _bring(self) -> None:
        title = translate("OwnCopy", "The week in which this version came")
        chosen, _ = QFileDialog.getOpenFileName(self, title)
        if chosen:
            self.check.setFocus()  # what was pressed goes away
            self._look.begin(chosen)

    def _copy(self) -> None:
        look = self._look
        QGuiApplication.clipboard().setText(own_copy.text(look.own, look.look, self._desk.clock()))
        self._desk.say(translate("OwnCopy", "Copied"))

    def _report(self) -> None:
        """Begin a report that says what was found."""
        look, now = self._look, self._desk.clock()
        title = own_copy.shown(look.own, look.look, now).title
        text = own_copy.text(look.own, look.look, now, _REPORTED)
        self._desk.report_with.emit(title, f"\n\n{text}")


class _Command(QWidget):
    """What to type elsewhere, and why; it can be copied."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self.words = meaning()
        self.line = parts.fixed(parts.label(wrap=True))
        self.copy = parts.icon_button("copy", name, self._copy)
        self._say: Callable[[str], None] = desk.say
        column = parts.column(parts.rule(), self.words, spacing=8)
        line = parts.row(self.line)
        line.setStretch(0, 1)
        line.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)
        self.setLayout(column)

    def show_(self, words: str, command: str) -> None:
        """Show a command; "": there is none here."""
        self.words.setText(words)
        self.line.setText(command)
        self.setVisible(bool(words))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self._say(translate("OwnCopy", "Copied"))


class _Files(QPlainTextEdit):
    """Those that differ: as high as they are, up to some lines; Tab goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setProperty("look", "well")
        parts.fixed(self)
        self.setAccessibleName(translate("OwnCopy", "Files that are not as they were signed"))

        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be higher where a narrow window folds the lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = min(_LINES, round(self.document().size().height()))
        self.setFixedHeight(self.cursorRect().height() * lines + _ROOM)
