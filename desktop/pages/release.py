"""The Release page, for staff: the open week, what it changes, who has signed, what stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.dialogs.sign import KeyDialog
from desktop.language import translate
from desktop.models import release
from desktop.models.release import Page
from desktop.models.updates import Deed
from desktop.release_desk import ReleaseDesk, Seen
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.lines import Lines
from desktop.widgets.notes import Notes
from firmware.release import Channel
from fleet.model import WeekId

_FRESH_MS = 60_000


class ReleasePage(QWidget):
    """One release folder. Everything slow or secret happens behind desktop/release_desk.py."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        super().__init__()
        self._desk = desk
        self._room = ReleaseDesk(folder, desk.clock)
        self._page: Page | None = None
        self._seen: Seen | None = None
        self._key = ""  # chosen last; never a passphrase
        self._online = ""
        self.dialog: QDialog | None = None
        self._make_buttons()
        self._make_cards()
        self._lay()
        self._timer = QTimer(self, interval=_FRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.destroyed.connect(self._room.close)
        self.refresh()

    def refresh(self) -> None:
        """Look at the folder again."""
        self._ask(self._room.look())

    # --- making ---

    def _make_buttons(self) -> None:
        def made(
            text: str, do: Callable[[], object], icon: str = "", look: str = ""
        ) -> QPushButton:
            return parts.button(text, do, icon=icon, look=look)

        self.open = made(translate("Release", "Open a week…"), self._open_week, look="primary")
        self.drop = made(translate("Release", "Drop it…"), self._drop, "trash-2", "quiet")
        self.add = made(translate("Release", "Add images…"), self._add_images, "cpu")
        self.notes = made(translate("Release", "Notes…"), self._write_notes, "pencil")
        self.sign = made(translate("Release", "Sign with my key…"), self._sign, "lock")
        self.publish = made(translate("Release", "Publish…"), self._publish, "send", "primary")

    def _make_cards(self) -> None:
        self.week = parts.Card(" ")
        self.state = parts.label(bold=True)
        self.facts = parts.label(tone="muted", wrap=True)
        self.said = Notes()
        self.images = Lines()
        self.images.asked.connect(self._asked)
        self.week.head.addWidget(self.drop)
        for part in (parts.row(self.state, None), self.facts, self.said, self.images):
            self.week.add(part)
        self.week.add(parts.row(self.add, self.notes, None))
        self.signing_card, self.signing = self._card(translate("Release", "Signatures"))
        self.signing_card.add(parts.row(self.sign, None, self.publish))
        self.standing_card, self.standing = self._card(translate("Release", "As published"))

    def _card(self, title: str) -> tuple[parts.Card, Lines]:
        card, lines = parts.Card(title, spacing=6), Lines()
        card.add(lines)
        lines.asked.connect(self._asked)
        return card, lines

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 0, 0)
        page.setSpacing(16)
        title = parts.label(translate("Release", "Release"), percent=parts.PAGE_TITLE, bold=True)
        self.maker = parts.label(tone="muted")
        head = parts.row(title, self.maker, None, self.open, spacing=12)
        head.setContentsMargins(0, 0, 24, 0)
        page.addLayout(head)
        area, self._body = parts.scrolled(translate("Release", "Release"))
        self._body.setContentsMargins(0, 0, 24, 24)
        for card in (self.week, self.signing_card, self.standing_card):
            self._body.addWidget(card)
        self._body.addStretch(1)
        page.addWidget(area, 1)

    # --- showing ---

    def _show(self, seen: Seen) -> None:
        page = release.compose(seen)
        self._seen = seen
        if page == self._page:
            return
        self._page = page
        self.maker.setText(f"{page.maker} · {page.folder}")
        self.week.title.setText(page.title)
        self.week.setAccessibleName(page.title)
        self.state.setText(page.state)
        parts.tint(self.state, page.tone)
        self.facts.setText(page.facts)
        self.facts.setVisible(bool(page.facts))
        self.said.show_text("\n".join(page.notes))
        self.images.show_lines(page.images)
        self.signing.show_lines(page.signing)
        self.signing_card.setVisible(bool(page.signing))
        self.standing.show_lines(page.standing)
        self.standing_card.setVisible(bool(page.standing))
        self.open.setVisible(not page.open)
        self.drop.setVisible(page.open)
        for one in (self.add, self.notes):
            one.setVisible(page.is_week)
        self.publish.setEnabled(page.ready)
        parts.dress(self.publish, "send", "on_accent" if page.ready else "muted")

    # --- what is pressed ---

    def _open_week(self) -> None:
        today = dt.datetime.fromtimestamp(self._desk.clock(), dt.UTC).date()
        dialog = AskDialog(
            translate("Release", "Open a week"),
            translate("Release", "It begins with the images of the last one."),
            translate("Release", "Open"),
            fields={translate("Release", "Week, as 2026-W48"): str(WeekId.of(today).next())},
            parent=self,
        )
        channels = self._channels(dialog)
        dialog.answer_with(
            lambda values: self._answer(
                dialog, self._room.open_week(values[0], channels.currentData())
            )
        )
        self._open(dialog)

    def _channels(self, dialog: AskDialog) -> Choice:
        name = translate("Release", "Channel")
        made = Choice(name)
        for channel in Channel:
            made.addItem(release.channel_name(channel), channel)
        dialog.put(name, made)
        return made

    def _drop(self) -> None:
        dialog = AskDialog(
            translate("Release", "Drop what is open?"),
            translate("Release", "Its signatures are lost; what is published stays."),
            translate("Release", "Drop it"),
            fields={},
            parent=self,
        )
        dialog.answer_with(lambda _: self._answer(dialog, self._room.close_week()))
        self._open(dialog)

    def _add_images(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, translate("Release", "Add images"))
        if not files or self._seen is None:
            return
        dialog = AskDialog(
            translate("Release", "Add images"),
            translate("Release", "Each image's own header says what it is; the line says whose."),
            translate("Release", "Add"),
            fields={translate("Release", "Product line"): self._seen.lines[0]},
            parent=self,
        )
        dialog.suggest(list(self._seen.lines))
        chosen = [Path(file) for file in files]
        dialog.answer_with(lambda values: self._answer(dialog, self._room.add(chosen, values[0])))
        self._open(dialog)

    def _write_notes(self) -> None:
        en, zh = self._page.notes if self._page else ("", "")
        dialog = AskDialog(
            translate("Release", "What is new"),
            translate("Release", "Both languages: nobody reads half a note."),
            translate("Release", "Keep"),
            fields={"English": en, "中文": zh},
            long=True,
            parent=self,
        )
        dialog.answer_with(lambda values: self._answer(dialog, self._room.notes(*values)))
        self._open(dialog)

    def _sign(self) -> None:
        def ask(key: Path, passphrase: str) -> None:
            self._key = str(key)
            self._answer(dialog, self._room.sign(key, passphrase))

        dialog = KeyDialog(
            translate("Release", "Sign with my key"),
            translate(
                "Release",
                "Signs all that this key may sign and you see here. The key is used in a process"
                " of its own, which ends; it never comes into this window.",
            ),
            translate("Release", "Sign"),
            folder=False,
            start=self._key,
            ask=ask,
            parent=self,
        )
        self._open(dialog)

    def _publish(self) -> None:
        def ask(folder: Path, passphrase: str) -> None:
            self._online = str(folder)
            self._answer(dialog, self._room.publish(folder, passphrase))

        dialog = KeyDialog(
            translate("Release", "Publish"),
            translate(
                "Release",
                "Writes plain files to the folder mirror, the timestamp last. From then on homes"
                " that look there have this week.",
            ),
            translate("Release", "Publish"),
            folder=True,
            start=self._online,
            ask=ask,
            parent=self,
        )
        self._open(dialog)

    def _asked(self, key: str, deed: str) -> None:
        if deed == Deed.REMOVE:
            self._ask(self._room.remove(key))

    # --- asking ---

    def _ask(self, future: Future[Seen]) -> None:
        self._desk.ask(future, self, self._show)

    def _answer(self, dialog: AskDialog | KeyDialog, future: Future[Seen]) -> None:
        def done(seen: Seen) -> None:
            self._show(seen)
            dialog.accept()

        self._desk.ask(future, dialog, done, dialog.tell_wrong)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
