"""What the program is made of: each part, found by a word, with the text of its licence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from desktop import made_of
from desktop.language import translate
from desktop.made_of import Part
from desktop.models import about
from desktop.models.entries import EntriesModel
from desktop.widgets import parts
from desktop.widgets.entries import EntryList

_SIZE = (980, 600)
_LIST = 300


class MadeOfDialog(QDialog):
    """The parts on the left, what their licence says on the right."""

    def __init__(self, found: Sequence[Part], parent: QWidget) -> None:
        super().__init__(parent)
        self._parts = found
        self.setWindowTitle(translate("About", "What it is made of"))
        self.resize(parts.scaled(_SIZE[0]), _SIZE[1])
        self.search = QLineEdit()
        self.count = parts.label(tone="muted")
        self.model = EntriesModel(self)
        self.list = EntryList(translate("About", "Parts"))
        self.text = QPlainTextEdit()
        self.copy = parts.button(translate("Problem", "Copy"), self._copy, icon="copy")
        self._dress()
        self._lay()
        self._find("")

    def _dress(self) -> None:
        asked = translate("About", "Search: a part, a licence")
        self.search.setPlaceholderText(asked)
        self.search.setAccessibleName(asked)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.list.setModel(self.model)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show())
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setProperty("look", "well")
        parts.fixed(self.text)
        self.text.setAccessibleName(translate("About", "Text of the licence"))

    def _lay(self) -> None:
        close = parts.button(translate("Problem", "Close"), self.accept, look="primary")
        close.setDefault(True)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self.list)
        both.addWidget(self.text)
        both.setStretchFactor(1, 1)
        both.setSizes([parts.scaled(_LIST), parts.scaled(_SIZE[0] - _LIST)])
        top = parts.row(spacing=12)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = parts.label(self.windowTitle(), percent=parts.CARD_TITLE, bold=True)
        thanks = translate("About", "With thanks to those who wrote it.")
        column.addWidget(title)
        column.addWidget(parts.label(f"{thanks}\n{about.exchange()}", tone="muted", wrap=True))
        column.addLayout(top)
        column.addWidget(both, 1)
        column.addLayout(parts.row(self.copy, None, close))

    def _find(self, words: str) -> None:
        found = about.found(self._parts, words)
        self.model.show([about.entry(one) for one in found])
        of = translate("About", "{shown} of {all}")
        self.count.setText(of.format(shown=len(found), all=len(self._parts)))
        if found and self.model.place(self.list.chosen) < 0:
            self.list.setCurrentIndex(self.model.index(0))
        self._show()

    def _show(self) -> None:
        chosen = self.list.chosen
        part = next((one for one in self._parts if about.entry(one).id == chosen), None)
        none = translate("About", "The text of this licence is not here.")
        self.text.setPlainText((made_of.text(part) or none) if part else "")
        self.copy.setEnabled(part is not None)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
