"""The files of a report that is being written: added, dropped, pasted, taken away again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.dialogs.drafting import Drafting
from desktop.language import translate
from desktop.models import attached
from desktop.widgets import parts
from desktop.widgets.attached import Attached
from feedback.report import Report
from fleet.model import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One that is to go along; `path` of this computer, or the bytes themselves."""

    path: str = ""
    name: str = ""
    data: bytes = b""


class FilesCard(parts.Card):
    """Each file is read and redacted in the house; what went wrong with one is said here."""

    def __init__(self, desk: Desk, drafting: Drafting, device: Callable[[], str]) -> None:
        super().__init__(translate("Report", "Files"), spacing=10)
        self._desk, self._drafting, self._device = desk, drafting, device
        self._wait: list[_File] = []  # for a draft to belong to
        self.files = Attached()
        self.files.remove_wanted.connect(self._remove)
        self.add_button = parts.button(translate("Report", "Add a file…"), self._choose)
        self.paste = parts.button(
            translate("Report", "Paste a picture"), self.paste_picture, icon="copy"
        )
        for button in (self.add_button, self.paste):
            button.setAutoDefault(False)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self.add(self.files)
        self.add(parts.row(self.add_button, self.paste, None))
        drop = translate("Report", "Or drop files onto this window.")
        said = f"{drop} {attached.limits()}"
        self.add(parts.label(said, percent=parts.SMALL, tone="muted", wrap=True))
        self.add(self._wrong)
        desk.changed.connect(self._changed)
        drafting.kept.connect(self._kept)
        self._show()

    @property
    def also(self) -> str:
        """Which files go beside the bytes of the preview."""
        return attached.also(self._desk.mirror.attachments(self._drafting.report))

    @staticmethod
    def takes(mime: QMimeData) -> bool:
        """Whether something of this can be attached."""
        return mime.hasImage() or any(url.isLocalFile() for url in mime.urls())

    def take(self, mime: QMimeData) -> None:
        """Attach what was dropped or pasted."""
        paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        for path in paths:
            self._attach(_File(path=path))
        image = mime.imageData() if not paths and mime.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self._attach(_File(name="picture.png", data=_png(image)))

    def attach(self, path: str) -> None:
        """Attach a file of this computer."""
        self._attach(_File(path=path))

    def paste_picture(self) -> None:
        """Attach the picture, or the files, that were copied."""
        mime = QGuiApplication.clipboard().mimeData()
        if self.takes(mime):
            self.take(mime)
        else:
            self._tell(translate("Report", "There is no picture to paste: copy one first."))

    def _choose(self) -> None:
        title = translate("Report", "Add a file")
        chosen, _ = QFileDialog.getOpenFileNames(self, title)
        for path in chosen:
            self._attach(_File(path=path))

    def _attach(self, file: _File) -> None:
        self._tell("")
        self._wait.append(file)
        self._drafting.save(lambda _: None)  # what is attached needs a draft; `_kept` goes on

    def _kept(self, report: Report) -> None:
        waiting, self._wait = self._wait, []
        for one in waiting:
            asked = self._desk.wishes.attach(
                report.id, self._device(), path=one.path, name=one.name, data=one.data
            )
            self._desk.ask(asked, self, lambda _: self._show(), self._failed)

    def _remove(self, name: str) -> None:
        asked = self._desk.wishes.detach(name)
        self._desk.ask(asked, self, lambda _: self._show(), self._failed)

    def _failed(self, error: BaseException) -> None:
        self._tell(" ".join(problem.said(error)))

    def _tell(self, text: str) -> None:
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))

    def _changed(self, changes: Changes) -> None:
        if "attachment" in changes.facts:
            self._show()

    def _show(self) -> None:
        known = self._desk.mirror.attachments(self._drafting.report)
        self.files.show_lines(attached.lines(known) if self._drafting.report else ())


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # the stubs know a file's name only
    return bytes(buffer.data().data())
