"""Report a problem: what happened, what goes along, and exactly what is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QFontDatabase, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop import language
from desktop.desk import Desk
from desktop.language import translate
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.tick import Tick
from feedback import evidence, outbox
from feedback.report import DeviceFacts, Kind, Part, PartName, Report
from fleet.errors import OrangeryError

_SIZE = (640, 640)
_TYPING_MS = 700


class ReportDialog(QDialog):
    """Writes one report; it is a draft from the first letter on, so nothing typed can be lost."""

    def __init__(self, desk: Desk, parent: QWidget, device: str = "", draft: str = "") -> None:
        super().__init__(parent)
        self._desk = desk
        self._report = desk.mirror.report(draft)
        self._draft = draft
        self._saving = False
        self._again = False
        self._then: Callable[[Report], None] | None = None
        self._sending_done = False
        self.gathered: tuple[Part, ...] = ()
        self.boxes: dict[PartName, Tick] = {}
        self.setWindowTitle(translate("Report", "Report a problem"))
        self.resize(*_SIZE)
        self._make(self._report.device if self._report else device)
        self._lay()
        self._connect()
        self.send.setEnabled(self._ready())
        self.see.setEnabled(False)
        self._gather()

    @property
    def chosen(self) -> frozenset[PartName]:
        """Which parts go along."""
        return frozenset(name for name, box in self.boxes.items() if box.isChecked())

    @property
    def evidence(self) -> bytes:
        """The chosen parts as they go along. HubError where they are too large."""
        return evidence.preview(self.gathered, self.chosen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what was typed."""
        self._save_now()
        super().closeEvent(event)

    # --- making ---

    def _make(self, device: str) -> None:
        report = self._report
        self.kinds = {
            Kind.PROBLEM: parts.button(translate("Report", "Problem"), look="segment"),
            Kind.WISH: parts.button(translate("Report", "Wish"), look="segment"),
            Kind.QUESTION: parts.button(translate("Report", "Question"), look="segment"),
        }
        for kind, button in self.kinds.items():
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setAutoDefault(False)
            button.setChecked(kind is (report.kind if report else Kind.PROBLEM))
        self.about = Choice(translate("Report", "About"))
        self.about.addItem(translate("Report", "The house or this program"), "")
        for known in sorted(self._desk.mirror.devices.values(), key=lambda one: one.name.lower()):
            version = known.version.raw if known.version else ""
            self.about.addItem(f"{known.name}   {version}", known.key)
        self.about.setCurrentIndex(max(0, self.about.findData(device)))
        self.headline = QLineEdit(report.title if report else "")
        self.headline.setAccessibleName(translate("Report", "Title"))
        self.headline.setMaxLength(200)
        self.text = QPlainTextEdit(report.text if report else "")
        self.text.setAccessibleName(translate("Report", "What happened"))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(96)
        self._saved = parts.label(percent=parts.SMALL, tone="muted")
        self._replaced = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._boxes = parts.column(spacing=6)
        self._make_buttons()

    def _make_buttons(self) -> None:
        self.see = parts.button(
            translate("Report", "See exactly what is sent"), self._see, icon="eye"
        )
        self.see.setAutoDefault(False)
        self.keep = parts.button(translate("Report", "Keep as draft"), self.close)
        self.keep.setAutoDefault(False)
        self.send = parts.button(
            translate("Report", "Send"), self._send, look="primary", icon="send"
        )
        self.send.setAutoDefault(False)
        QShortcut(QKeySequence("Ctrl+Return"), self, self._send)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = parts.label(self.windowTitle(), percent=parts.CARD_TITLE, bold=True)
        column.addLayout(parts.row(title, None, self._saved))
        segments = QFrame()
        segments.setObjectName("segments")
        line = parts.row(*self.kinds.values(), spacing=2)
        line.setContentsMargins(2, 2, 2, 2)
        segments.setLayout(line)
        about = parts.label(translate("Report", "about"), tone="muted")
        about.setBuddy(self.about)
        head = parts.row(segments, about, spacing=12)
        head.addWidget(self.about, 1)
        column.addLayout(head)
        column.addLayout(_named(translate("Report", "Title"), self.headline))
        asked = translate("Report", "What happened, and what did you expect?")
        column.addLayout(_named(asked, self.text), 1)
        column.addWidget(self._along())
        column.addLayout(parts.row(self.see, None, self.keep, self.send))
        self.headline.setFocus()

    def _along(self) -> QWidget:
        made = QFrame()
        made.setObjectName("card")
        column = QVBoxLayout(made)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(parts.label(translate("Report", "What goes along"), bold=True))
        column.addLayout(self._boxes)
        shield = parts.picture("shield-check", "ok", 16)
        line = parts.row(shield)
        line.addWidget(self._replaced, 1)
        column.addLayout(line)
        return made

    def _connect(self) -> None:
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._save_now)
        self.headline.textChanged.connect(lambda _: self._typed())
        self.text.textChanged.connect(self._typed)
        self.about.currentIndexChanged.connect(lambda _: self._gather())
        for button in self.kinds.values():
            button.clicked.connect(lambda _=False: self._typed())

    # --- what happens ---

    def _typed(self) -> None:
        self.send.setEnabled(self._ready())
        self._see_or_not()
        self._typing.start()

    def _ready(self) -> bool:
        return bool(self.headline.text().strip())

    def _kind(self) -> Kind:
        return next(kind for kind, button in self.kinds.items() if button.isChecked())

    def _written(self) -> dict[str, Any]:
        device = self._desk.mirror.devices.get(self.about.currentData())
        gateway = self._desk.mirror.devices.get(device.via) if device else None
        return {
            "kind": self._kind(),
            "title": self.headline.text().strip(),
            "text": self.text.toPlainText().strip(),
            "device": device.key if device else "",
            "facts": evidence.facts_of(device, gateway) if device else DeviceFacts(),
        }

    def _save_now(self, then: Callable[[Report], None] | None = None) -> None:
        """Keep what is written, then go on with the Report that came of it."""
        self._typing.stop()
        self._then = then or self._then
        written = self._written()
        if self._sending_done or not (written["title"] or written["text"]):
            return
        if self._saving:  # one at a time: the answer brings the id the next one needs
            self._again = True
            return
        self._saving = True
        asked = self._desk.wishes.save_draft(report=self._draft, **written)
        self._desk.ask(asked, self, self._kept, self._not_kept)

    def _kept(self, report: Report) -> None:
        self._saving = False
        self._draft = report.id
        now = self._desk.clock()
        said = translate("Report", "draft saved {time}")
        self._saved.setText(said.format(time=language.moment(now, now)))
        if self._again:
            self._again = False
            self._save_now()
        elif self._then is not None:
            then, self._then = self._then, None
            then(report)

    def _not_kept(self, error: BaseException) -> None:
        self._saving = False
        self._then = None
        self.send.setEnabled(self._ready())
        self._saved.setText(translate("Report", "the draft could not be saved"))
        self._desk.failed.emit(error)

    def _see_or_not(self) -> None:
        written = bool(self.headline.text().strip() or self.text.toPlainText().strip())
        self.see.setEnabled(written and bool(self.gathered))

    def _gather(self) -> None:
        self.gathered = ()
        self.see.setEnabled(False)
        device = self.about.currentData()
        asked = self._desk.wishes.gather(device)
        self._desk.ask(asked, self, lambda found: self._show_parts(device, found))

    def _show_parts(self, device: str, found: Sequence[Part]) -> None:
        if device != self.about.currentData():
            return  # another device was chosen meanwhile
        left_out = {name for name, box in self.boxes.items() if not box.isChecked()}
        self.gathered = tuple(found)
        parts.empty(self._boxes)
        self.boxes = {}
        for part in self.gathered:
            box = Tick(part_text(part))
            box.setAccessibleName(box.text())
            box.setChecked(part.name not in left_out and not part.missing)
            box.setEnabled(not part.missing)
            box.toggled.connect(lambda _: self._count())
            self.boxes[part.name] = box
            self._boxes.addWidget(box)
        self._see_or_not()
        self._count()

    def _count(self) -> None:
        places = sum(part.places for part in self.gathered if part.name in self.chosen)
        said = translate(
            "Report",
            "Names, Wi-Fi, addresses and passwords are replaced: %n place(s)",
            None,
            places,
        )
        self._replaced.setText(said)

    def _see(self) -> None:
        self._save_now(lambda report: self._with_payload(report, self._show_payload))

    def _show_payload(self, report: Report, payload: bytes) -> None:
        del report
        PreviewDialog(payload, self).open()

    def _send(self) -> None:
        if self._ready() and self.send.isEnabled():
            self.send.setEnabled(False)
            self._save_now(lambda report: self._with_payload(report, self._send_payload))

    def _with_payload(self, report: Report, do: Callable[[Report, bytes], None]) -> None:
        try:
            payload = outbox.payload(report, self.evidence)
        except OrangeryError as error:
            self._not_sent(error)
        else:
            do(report, payload)

    def _send_payload(self, report: Report, payload: bytes) -> None:
        shown = hashlib.sha256(payload).hexdigest()
        asked = self._desk.wishes.send_report(report.id, self.evidence, shown)
        self._desk.ask(asked, self, self._sent, self._not_sent)

    def _sent(self, report: Report) -> None:
        self._sending_done = True
        self._desk.said.emit(translate("Report", "Kept, and sent as soon as the hub answers"))
        self.accept()
        self._desk.report_shown.emit(report.id)

    def _not_sent(self, error: BaseException) -> None:
        self.send.setEnabled(self._ready())
        self._desk.failed.emit(error)


class PreviewDialog(QDialog):
    """The very bytes, as text."""

    def __init__(self, shown: bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Report", "Exactly what is sent"))
        self.resize(680, 560)
        self.text = QPlainTextEdit(shown.decode())
        self.text.setReadOnly(True)
        self.text.setProperty("look", "well")
        self.text.setAccessibleName(self.windowTitle())
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = parts.label(self.windowTitle(), percent=parts.CARD_TITLE, bold=True)
        size = parts.label(language.size(len(shown)), tone="muted")
        column.addLayout(parts.row(title, None, size))
        column.addWidget(self.text, 1)
        copy = parts.button(translate("Report", "Copy"), self._copy, icon="copy")
        close = parts.button(translate("Report", "Close"), self.accept, look="primary")
        column.addLayout(parts.row(copy, None, close))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


def part_text(part: Part) -> str:
    """Return what a part is, and how much of it there is or why there is none."""
    name = {
        PartName.PROGRAM: translate("Report", "This program and this computer's system"),
        PartName.DEVICE: translate("Report", "The device: model, versions, readings"),
        PartName.MESSAGES: translate("Report", "Its last messages"),
        PartName.UPDATES: translate("Report", "Its updates, step by step"),
        PartName.PATH: translate("Report", "What is between it and the broker"),
        PartName.SIGNAL: translate("Report", "How well it is heard"),
        PartName.LOG: translate("Report", "What this program said of late"),
        PartName.KNOWN: translate("Report", "Known problems that it is one of"),
        PartName.RECORDING: translate("Report", "What was recorded of it"),
    }[part.name]
    if part.missing:
        missing = translate("Report", "could not be collected")
        return f"{name} ({missing}: {part.missing})"
    return f"{name} ({part.lines})" if part.lines else name


def _named(name: str, field: QWidget) -> QVBoxLayout:
    caption = parts.label(name, percent=parts.SMALL, tone="muted")
    caption.setBuddy(field)
    return parts.column(caption, field)
