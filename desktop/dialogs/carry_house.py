"""The whole house as one file, asked for in the window: out of here, and in again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.language import translate
from desktop.members_commands import MayI
from desktop.models import carrying
from desktop.widgets import parts
from desktop.widgets.tick import Tick
from desktop.wishes_settings import SettingsWishes
from fleet.errors import CommandError
from fleet.later import later
from fleet.members import Right

if TYPE_CHECKING:
    from desktop import move_in, move_out
    from desktop.house_file import Manifest
    from desktop.ops import Op
else:
    move_in, move_out = later("desktop.move_in"), later("desktop.move_out")

_WIDTH = 480
_ENDINGS = "*.zip *.age"


class _Going:
    """An export or import in a thread of its own: how far it is, and the word to stop."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.op: Op | None = None

    def told(self, done: int, whole: int) -> None:
        """Say how far it is; from its thread."""
        if self.op is not None:
            self.op.tell(done, whole)


class ExportDialog(AskDialog):
    """Asks whether it is to be locked, then where it goes; the strip shows how far it is."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        text = translate(
            "Carry",
            "Devices, names, history, updates, reports, what the makers signed, settings. Not in "
            "it: passwords and keys. You can go on meanwhile.",
        )
        names = (translate("Carry", "Passphrase"), translate("Carry", "Once more"))
        super().__init__(
            translate("Carry", "Export the whole house"),
            text,
            translate("Carry", "Choose where…"),
            fields=dict.fromkeys(names, ""),
            parent=parent,
        )
        self._desk = desk
        self.lock = Tick(translate("Carry", "Lock it with a passphrase"))
        self.lock.setChecked(True)
        self.note = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        for field in self._secrets:
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(lambda _: self._typed())
        self.lock.toggled.connect(lambda _: self._typed())
        self._more.addWidget(self.lock)
        self._more.addWidget(self.note)
        self.answer_with(lambda _: self._checked())
        self._typed()

    @property
    def _secrets(self) -> list[QLineEdit]:
        return [field for field in self.fields if isinstance(field, QLineEdit)]

    def _typed(self) -> None:
        locks, passphrase = self.lock.isChecked(), self._secrets[0].text()
        for field in self._secrets:
            field.setEnabled(locks)
        self.note.setText(
            carrying.weakness(passphrase)
            or translate("Carry", "Without the passphrase nobody opens the file again, we neither.")
            if locks
            else translate("Carry", "Whoever has the file can read all of it.")
        )

    def _checked(self) -> None:
        one, again = (field.text() for field in self._secrets)
        if self.lock.isChecked() and (not one or one != again):
            self.tell_wrong(CommandError("passphrase_differs" if one else "passphrase_empty"))
            return
        may = self._desk.wishes.client.send(MayI(right=Right.EXPORT))
        self._desk.ask(may, self, lambda _: self._ask_where(), self.tell_wrong)

    def _ask_where(self) -> None:
        asked = SettingsWishes(self._desk.wishes.client).data()
        self._desk.ask(asked, self, lambda state: self._choose(Path(state.folder)), self.tell_wrong)

    def _choose(self, folder: Path) -> None:
        day = time.strftime("%Y-%m-%d", time.localtime(self._desk.clock()))
        ending = ".orangery.zip.age" if self.lock.isChecked() else ".orangery.zip"
        name = carrying.suggested(day) + ending
        title = translate("Carry", "Export the whole house")
        chosen, _ = QFileDialog.getSaveFileName(self, title, name, f"*{ending}")
        if not chosen:
            self.go.setEnabled(True)
            return
        passphrase = self._secrets[0].text() if self.lock.isChecked() else ""
        export(self._desk, folder, Path(chosen), passphrase)
        self.accept()


def export(
    desk: Desk, folder: Path, file: Path, passphrase: str, *, key: bytes | None = None
) -> None:
    """Write the file in a thread; how far it is stands in the strip, where it can be ended.

    `key`: the public half of one, for whoever has the other half.
    """
    going = _Going()

    def work() -> Manifest:
        return move_out.write(
            folder,
            file,
            key=key,
            passphrase=passphrase,
            told=going.told,
            stopped=going.stopped.is_set,
        )

    def done(made: Manifest) -> None:
        said = translate("Carry", "Exported to {file}: {what}")
        desk.say(said.format(file=file.name, what=carrying.summary(made, desk.clock())))

    words = translate("Carry", "Exporting the house")
    going.op = desk.ask(
        _in_thread(work), desk, done, _unless_ended(desk), words=words, cancel=going.stopped.set
    )


class ImportDialog(AskDialog):
    """Shows what is in a file before anything is taken; then makes it ready for the next start."""

    def __init__(self, desk: Desk, parent: QWidget, file: Path | None = None) -> None:
        text = translate(
            "Carry",
            "The house in the file takes the place of this one, which is kept beside it. Passwords "
            "are typed again, and a hub is joined again.",
        )
        super().__init__(
            translate("Carry", "Import a house"),
            text,
            translate("Carry", "Choose the file…"),
            fields={translate("Carry", "Passphrase"): ""},
            parent=parent,
        )
        self._desk, self.file = desk, file
        self.manifest: Manifest | None = None
        self.passphrase = self.fields[0]
        if isinstance(self.passphrase, QLineEdit):
            self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.what = parts.label(wrap=True)
        self._more.addWidget(self.what)
        self._ask_passphrase(on=False)
        self.answer_with(lambda _: self._next())
        if file is not None:
            self._look()

    def _ask_passphrase(self, *, on: bool) -> None:
        for caption in self.findChildren(QLabel):
            if caption.buddy() == self.passphrase:
                caption.setVisible(on)
        self.passphrase.setVisible(on)
        if on:
            self.passphrase.setFocus()

    def _next(self) -> None:
        if self.file is None:
            title = translate("Carry", "Import a house")
            chosen, _ = QFileDialog.getOpenFileName(self, title, "", _ENDINGS)
            self.file = Path(chosen) if chosen else None
            self.go.setEnabled(self.file is None)
        if self.file is not None and self.manifest is None:
            self._look()
        elif self.manifest is not None:
            may = self._desk.wishes.client.send(MayI(right=Right.IMPORT))
            self._desk.ask(may, self, lambda _: self._ask_where(), self.tell_wrong)

    def _look(self) -> None:
        file, passphrase = self.file, self.values[0]

        def work() -> Manifest:
            assert file is not None  # noqa: S101 - it was chosen
            with move_in.opened(file, passphrase=passphrase) as found:
                return found.manifest

        self.go.setEnabled(False)
        self._desk.ask(_in_thread(work), self, self._seen, self._unseen)

    def _seen(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._wrong.hide()
        self.what.setText(carrying.summary(manifest, self._desk.clock()))
        self.go.setText(translate("Carry", "Take this house"))
        self.go.setEnabled(True)
        self.adjustSize()

    def _unseen(self, error: BaseException) -> None:
        """Ask for the passphrase where that is missing or wrong; else for another file."""
        code = error.code if isinstance(error, CommandError) else ""
        if code in ("move_sealed", "sealed_wrong"):
            self._ask_passphrase(on=True)
            self.go.setText(translate("Carry", "Open"))
        else:
            self.file = None
            self.go.setText(translate("Carry", "Choose the file…"))
        if code == "move_sealed":
            self.go.setEnabled(True)
            self.what.setText(translate("Carry", "{file} is locked.").format(file=self._name))
        else:
            self.tell_wrong(error)

    @property
    def _name(self) -> str:
        return self.file.name if self.file is not None else ""

    def _ask_where(self) -> None:
        asked = SettingsWishes(self._desk.wishes.client).data()
        self._desk.ask(asked, self, lambda state: self._take(Path(state.folder)), self.tell_wrong)

    def _take(self, folder: Path) -> None:
        if self.file is not None:
            prepare(self._desk, self.file, folder, self.values[0])
            self.accept()


def prepare(desk: Desk, file: Path, folder: Path, passphrase: str) -> None:
    """Make the house in `file` ready in a thread; when it is, ask to begin anew."""
    going = _Going()

    def work() -> list[dict[str, str]]:
        move_in.prepare(
            file, folder, passphrase=passphrase, told=going.told, stopped=going.stopped.is_set
        )
        return move_in.missing_in_arrived(folder)

    def done(missing: list[dict[str, str]]) -> None:
        desk.dialog_wanted.emit(lambda parent: ReadyDialog(desk, folder, missing, parent))

    words = translate("Carry", "Unpacking and checking the house")
    going.op = desk.ask(
        _in_thread(work), desk, done, _unless_ended(desk), words=words, cancel=going.stopped.set
    )


class ReadyDialog(QDialog):
    """What was made ready moves in at the next start; until then it can be dropped."""

    def __init__(
        self, desk: Desk, folder: Path, missing: Sequence[Mapping[str, str]], parent: QWidget
    ) -> None:
        """`missing`: what is to be said again then (move_in.to_type_again)."""
        super().__init__(parent)
        self._desk, self._folder = desk, folder
        self.missing = parts.label(carrying.missing(missing), wrap=True)
        self.missing.setVisible(bool(missing))
        title = translate("Carry", "The house is ready to move in")
        self.setWindowTitle(title)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        text = translate(
            "Carry",
            "It was unpacked and checked. It takes its place when Orangery is opened the next "
            "time; the house of now is kept beside it, in the same place.",
        )
        self.now = parts.button(translate("Carry", "Close Orangery now"), self._now, look="primary")
        self.now.setDefault(True)
        self.later = parts.button(translate("Carry", "Later"), self.accept)
        self.drop = parts.button(translate("Carry", "Do not take it"), self._drop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True, wrap=True))
        column.addWidget(parts.label(text, tone="muted", wrap=True))
        column.addWidget(self.missing)
        column.addStretch(1)
        column.addLayout(parts.row(self.drop, None, self.later, self.now))
        self.now.setFocus()

    def _now(self) -> None:
        self.accept()
        self._desk.actions["quit"].trigger()

    def _drop(self) -> None:
        folder = self._folder
        said = translate("Carry", "The imported house was dropped; all is as before.")
        self._desk.ask(
            _in_thread(lambda: move_in.drop(folder)), self._desk, lambda _: self._desk.say(said)
        )
        self.accept()


def _unless_ended(desk: Desk) -> Callable[[BaseException], None]:
    """Show what went wrong; that a person ended it is only told."""

    def failed(error: BaseException) -> None:
        if isinstance(error, CommandError) and error.code == "move_cancelled":
            desk.say(translate("Carry", "Cancelled; nothing has changed."))
        else:
            desk.failed.emit(error)

    return failed


def _in_thread(do: Callable[[], Any]) -> Future[Any]:
    pool = ThreadPoolExecutor(1, "carry-house")
    future: Future[Any] = pool.submit(do)
    pool.shutdown(wait=False)
    return future
