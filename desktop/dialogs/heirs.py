"""The shares of new heirs, shown this once: words and a code, each to be saved for who gets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import language
from desktop.dialogs import problem
from desktop.heirs_commands import HeirsMade
from desktop.language import translate
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from fleet.errors import StoreError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import heirs_told, qr
    from firmware import durable
else:
    heirs_told, qr = later("desktop.heirs_told"), later("desktop.qr")
    durable = later("firmware.durable")

_SIZE = (720, 640)


class SharesDialog(QDialog):
    """Closes when each share was saved or copied, or when the person says that they have them."""

    def __init__(self, made: HeirsMade, parent: QWidget) -> None:
        super().__init__(parent)
        self._made = made
        self._pages = heirs_told.pages(made.heirs, made.words, language.current())
        self._kept: set[int] = set()  # shares that were saved or copied
        title = translate("Members", "Shares of the heirs")
        self.setWindowTitle(title)
        self.resize(*_SIZE)
        self.who = Choice(translate("Members", "Whose share"))
        self.who.addItems(list(made.heirs.names))
        self.page = QPlainTextEdit()
        self.page.setReadOnly(True)
        self.page.setTabChangesFocus(True)
        self.page.setProperty("look", "well")
        parts.fixed(self.page)
        self.page.setAccessibleName(translate("Members", "The share as a page"))
        self.save = parts.button(
            translate("Members", "Save the page…"), self._save, icon="download"
        )
        self.code = parts.button(translate("Members", "Save as a QR code…"), self._save_code)
        self.copy = parts.button(translate("Problem", "Copy"), self._copy, icon="copy")
        self.left = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self.close_ = parts.button(translate("Problem", "Close"), self.accept, look="primary")
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self._lay(title)
        self.who.currentIndexChanged.connect(lambda _: self._show())
        self._show()

    def _lay(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        text = translate(
            "Members",
            "They are shown this once; the house keeps none. Give each to its heir, on paper, and "
            "keep none yourself.",
        )
        column.addWidget(parts.label(text, wrap=True))
        column.addLayout(parts.row(self.who, None))
        column.addWidget(self.page, 1)
        column.addWidget(self._wrong)
        column.addLayout(parts.row(self.save, self.code, self.copy, None))
        foot = parts.row()
        foot.addWidget(self.left, 1)
        foot.addWidget(self.close_)
        column.addLayout(foot)

    @property
    def _at(self) -> int:
        return max(0, self.who.currentIndex())

    def _show(self) -> None:
        self.page.setPlainText(self._pages[self._at])
        left = [name for at, name in enumerate(self._made.heirs.names) if at not in self._kept]
        words = translate("Members", "Not saved or copied yet: {who}").format(who=", ".join(left))
        self.left.setText(words if left else "")

    def _save(self) -> None:
        self._into(translate("Members", "Pages (*.txt)"), ".txt", self._write)

    def _save_code(self) -> None:
        self._into(
            translate("Members", "Pictures (*.png *.svg)"),
            ".png",
            lambda file: qr.save(self._made.words[self._at], file),
        )

    def _write(self, file: Path) -> None:
        durable.write(file, self._pages[self._at].encode(), mode=0o600)

    def _into(self, kinds: str, ending: str, write: Callable[[Path], object]) -> None:
        heir = re.sub(r"[^\w-]+", "-", self._made.heirs.names[self._at]).strip("-")
        start = f"share-{self._at + 1}-{heir}{ending}"
        chosen, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), start, kinds)
        if not chosen:
            return
        try:
            write(Path(chosen))
        except StoreError as error:
            self._wrong.setText(" ".join(problem.said(error)))
            self._wrong.show()
        else:
            self._wrong.hide()
            self._keep()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._pages[self._at])
        self._keep()

    def _keep(self) -> None:
        self._kept.add(self._at)
        self._show()
