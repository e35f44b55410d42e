"""Who is here: a choice of the household's members, and the PIN of who has one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import members
from desktop.models.entries import EntriesModel, Entry
from desktop.models.states import Look
from desktop.widgets import parts
from desktop.widgets.entries import EntryList
from fleet.members import Role

_WIDTH = 420
_ROWS = 6  # members that are seen without scrolling


class WhoDialog(QDialog):
    """Stays open until it has worked. `error`: what was refused, and led here."""

    def __init__(self, desk: Desk, parent: QWidget, error: BaseException | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._people = {one.id: one for one in desk.mirror.people()}
        self.setWindowTitle(translate("Members", "Who is here?"))
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self.model = EntriesModel(self)
        self.list = EntryList(translate("Members", "Members of this home"))
        self.list.setModel(self.model)
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(translate("Members", "PIN"))
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self.go = parts.button("", self._enter, look="primary")
        self.go.setDefault(True)
        self.nobody = parts.button(translate("Members", "Only look"), self._leave, look="quiet")
        parts.show_if(self.nobody, members.here(desk.mirror).role is not Role.NOBODY)
        self._lay(error)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._chose())
        self.list.doubleClicked.connect(lambda _: self._enter())
        self._fill()

    def choose(self, member: str) -> None:
        """Choose a member by id, as a click does."""
        self.list.setCurrentIndex(self.model.index(self.model.place(member)))

    def _lay(self, error: BaseException | None) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = translate("Members", "Who is here?")
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        if error is not None:
            sentence, hint = problem.said(error)
            line = parts.row(spacing=12)
            line.addWidget(parts.picture("hand", "warn"), 0, Qt.AlignmentFlag.AlignTop)
            said = parts.column(parts.label(sentence, wrap=True), parts.label(hint, wrap=True))
            line.addLayout(said, 1)
            column.addLayout(line)
        column.addWidget(self.list, 1)
        self._caption = parts.label(translate("Members", "PIN"), percent=parts.SMALL, tone="muted")
        self._caption.setBuddy(self.pin)
        column.addLayout(parts.column(self._caption, self.pin))
        column.addWidget(self._wrong)
        no = parts.button(translate("Ask", "Cancel"), self.reject)
        column.addLayout(parts.row(self.nobody, None, no, self.go))

    def _fill(self) -> None:
        entries = [
            Entry(
                id=one.id,
                title=one.name,
                look=Look(word="", icon=members.role_icon(one.role), tone="muted"),
                under=members.role_word(one.role),
            )
            for one in self._people.values()
        ]
        self.model.show(entries)
        row = self.list.sizeHintForRow(0)
        self.list.setMinimumHeight(min(len(entries), _ROWS) * max(row, 1) + 4)
        me = members.here(self._desk.mirror)
        self.choose(me.id or next(iter(self._people)))
        self._chose()
        self.list.setFocus()

    def _chose(self) -> None:
        one = self._people.get(self.list.chosen)
        asks = one is not None and one.pin
        for part in (self._caption, self.pin):
            part.setVisible(asks)
        self.pin.clear()
        self._wrong.hide()
        self.go.setEnabled(one is not None)
        if one is not None:
            words = translate("Members", "I am {name}").format(name=one.name)
            self.go.setText(words)
            self.go.setAccessibleName(words)

    def _enter(self) -> None:
        one = self._people.get(self.list.chosen)
        if one is None:
            return
        if one.pin and not self.pin.text():
            self.pin.setFocus()
            return
        typed = self.pin.text()
        self.pin.clear()
        self.go.setEnabled(False)
        self._desk.presence.enter(one.id, typed, self.accept, self._tell_wrong)

    def _leave(self) -> None:
        self._desk.presence.leave()
        self.accept()

    def _tell_wrong(self, error: BaseException) -> None:
        self.go.setEnabled(True)
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
        self.pin.setFocus()
        self.adjustSize()
