"""Report a problem, in three steps: what happened, what goes along, exactly what is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop import language
from desktop.commands import CheckedWords
from desktop.desk import Desk
from desktop.dialogs.drafting import Drafting
from desktop.dialogs.report_evidence import EvidenceStep
from desktop.dialogs.report_files import FilesCard
from desktop.dialogs.report_preview import PreviewStep
from desktop.dialogs.report_recording import RecordingCard
from desktop.dialogs.report_what import WhatStep
from desktop.language import translate
from desktop.models import matches, reporting
from desktop.models.reporting import Step
from desktop.widgets import parts
from desktop.widgets.heads import Heads
from feedback import consent, evidence, outbox
from feedback.commands import Similar
from feedback.report import Kind, Part, Report
from fleet.errors import OrangeryError

_SIZE = (700, 760)
_PAUSE_MS = 350  # of typing, before what is known is looked for


class ReportDialog(QDialog):
    """Writes one report; it is a draft from the first letter on, so nothing typed can be lost."""

    def __init__(self, desk: Desk, parent: QWidget, device: str = "", draft: str = "") -> None:
        super().__init__(parent)
        self._desk = desk
        report = desk.mirror.report(draft)
        self.step = Step.WHAT
        self.what = WhatStep(desk, device, report)
        self.along = EvidenceStep(consent.chosen(desk.mirror.consent().level))
        self.preview = PreviewStep()
        self.drafting = Drafting(desk, self.what.written, draft, self)
        self.files = FilesCard(desk, self.drafting, lambda: self.what.device)
        self.recording = RecordingCard(desk, lambda: self.what.device)
        self.along.put(self.recording)
        self.along.put(self.files)
        self._asking = self._ask_again = False
        self.setAcceptDrops(True)
        self.setWindowTitle(translate("Report", "Report a problem"))
        self.resize(parts.scaled(_SIZE[0]), parts.scaled(_SIZE[1]))
        self._make_buttons()
        self._lay()
        self._connect()
        self._gather()
        self._show_step(Step.WHAT)

    @property
    def evidence(self) -> bytes:
        """The chosen parts as they go along. HubError where they are too large."""
        return evidence.preview(self.along.gathered, self.along.chosen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what was typed."""
        self.drafting.save()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape keeps what was typed, as closing does."""
        self.drafting.save()
        super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures, at any step."""
        if self.files.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Let what was dropped go along."""
        self.files.take(event.mimeData())
        event.acceptProposedAction()

    def attach(self, path: str, title: str) -> None:
        """Let a file of this computer go along; `title` where none has been written yet."""
        if not self.what.headline.text().strip():
            self.what.headline.setText(title)
        self.files.attach(path)

    def forward(self) -> None:
        """Go one step on; from the last one: send."""
        following = reporting.next_step(self.step)
        if not self.go_on.isEnabled():
            return
        if following is None:
            self._send()
        elif following is Step.PREVIEW:
            self._preview()
        else:
            self._show_step(following)

    def back(self) -> None:
        """Go one step back."""
        before = reporting.step_before(self.step)
        if before is not None:
            self._show_step(before)

    # --- making ---

    def _make_buttons(self) -> None:
        self.before = parts.button(translate("Report", "Back"), self.back)
        self.keep = parts.button(translate("Report", "Keep as draft"), self.close)
        self.go_on = parts.button("", self.forward, look="primary")
        for button in (self.before, self.keep, self.go_on):
            button.setAutoDefault(False)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.forward)
        QShortcut(QKeySequence("Alt+Right"), self, self._forward_not_sent)
        QShortcut(QKeySequence("Alt+Left"), self, self.back)

    def _lay(self) -> None:
        self._saved = parts.label(percent=parts.SMALL, tone="muted")
        self.heads = Heads()
        self.stack = QStackedWidget()
        for step in (self.what, self.along, self.preview):
            self.stack.addWidget(step)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = parts.label(self.windowTitle(), percent=parts.CARD_TITLE, bold=True)
        column.addLayout(parts.row(title, None, self._saved))
        column.addWidget(self.heads)
        column.addWidget(self.stack, 1)
        column.addLayout(parts.row(self.before, None, self.keep, self.go_on))

    def _connect(self) -> None:
        self.what.typed.connect(self._typed)
        self.what.device_chosen.connect(self._gather)
        self.what.ideas_wanted.connect(self._to_ideas)
        self.along.changed.connect(self._changed)
        self.recording.ended.connect(self._gather)
        self.what.matches.look_wanted.connect(self._look_at)
        self.what.matches.solved.connect(lambda _: self._solved())
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._ask)
        self.drafting.kept.connect(self._kept)
        self.drafting.not_kept.connect(self._not_kept)

    # --- what happens ---

    def _show_step(self, step: Step) -> None:
        self.step = step
        self.heads.show_heads(reporting.heads(step))
        self.stack.setCurrentIndex(reporting.STEPS.index(step))
        self.before.setVisible(step is not Step.WHAT)
        self.go_on.setText(_go_on(step))
        self.go_on.setAccessibleName(self.go_on.text())
        self._enable()
        first = {Step.WHAT: self.what.headline, Step.PREVIEW: self.go_on}
        boxes = next((box for box in self.along.boxes.values() if box.isEnabled()), self.go_on)
        first.get(step, boxes).setFocus()

    def _typed(self) -> None:
        self.preview.forget()
        self._enable()
        self.drafting.typed()
        self._pause.start()

    def _changed(self) -> None:
        self.preview.forget()
        self._enable()

    def _enable(self) -> None:
        gathered = self.step is not Step.EVIDENCE or bool(self.along.gathered)
        shown = self.step is not Step.PREVIEW or bool(self.preview.payload)
        self.go_on.setEnabled(self.what.ready and gathered and shown)
        last = self.step is Step.PREVIEW
        tone = "on_accent" if self.go_on.isEnabled() else "muted"
        parts.dress(self.go_on, "send" if last else "chevron-right", tone)

    def _ask(self) -> None:
        """Ask what is known of these words, and whether some are better not sent. Never waits."""
        title, text = self.what.headline.text(), self.what.text.toPlainText()
        if not title.strip() and not text.strip():
            return
        if self._asking:  # one question at a time, however fast one types
            self._ask_again = True
            return
        self._asking = True
        device = self.what.device
        found = self._desk.wishes.similar(device, title, text)
        self._desk.ask(found, self, self._similar, self._not_asked)
        checked = self._desk.wishes.check_words(self.drafting.report, device, title, text)
        self._desk.ask(checked, self, lambda one: self._checked(one, title, text), _nothing)

    def _similar(self, found: Sequence[Similar]) -> None:
        self._asking = False
        if self.what.kind is not Kind.PRAISE:
            self.what.matches.show_matches(matches.of_similar(found))
        if self._ask_again:
            self._ask_again = False
            self._pause.start()

    def _not_asked(self, error: BaseException) -> None:
        del error  # what is known already helps; a report is written without it as well
        self._asking = False

    def _checked(self, found: CheckedWords, title: str, text: str) -> None:
        if (title, text) == (self.what.headline.text(), self.what.text.toPlainText()):
            self.what.show_suspects(found.title, found.text)

    def _to_ideas(self) -> None:
        """What was written so far stays a draft."""
        self.close()
        self._desk.go("community", "ideas")

    def _look_at(self, report: str) -> None:
        self.close()
        self._desk.go("reports", report)

    def _forward_not_sent(self) -> None:
        if self.step is not Step.PREVIEW:
            self.forward()

    def _kept(self, report: Report) -> None:
        del report
        now = self._desk.clock()
        said = translate("Report", "draft saved {time}")
        self._saved.setText(said.format(time=language.moment(now, now)))

    def _not_kept(self, error: BaseException) -> None:
        self._enable()
        self._saved.setText(translate("Report", "the draft could not be saved"))
        self._desk.failed.emit(error)

    def _solved(self) -> None:
        """A known way out helped: nothing is sent, and nothing is left lying about."""
        self.drafting.ended = True
        if self.drafting.report:
            asked = self._desk.wishes.drop_draft(self.drafting.report)
            self._desk.ask(asked, self._desk)
        self._desk.say(translate("Report", "Good. Nothing was sent."))
        self.accept()

    def _gather(self) -> None:
        self.what.matches.show_known(matches.known_here(self._desk.mirror, self.what.device))
        self.along.wait()
        self.recording.refresh()
        self._changed()
        device = self.what.device
        asked = self._desk.wishes.gather(device, self.drafting.report)
        self._desk.ask(asked, self, lambda found: self._gathered(device, found))

    def _gathered(self, device: str, found: Sequence[Part]) -> None:
        if device == self.what.device:  # no other was chosen meanwhile
            self.along.show_parts(found)

    def _preview(self) -> None:
        self.go_on.setEnabled(False)
        self.drafting.save(lambda report: self._with_payload(report, self._show_payload))

    def _show_payload(self, payload: bytes) -> None:
        self.preview.show_payload(payload, self.files.also)
        self._show_step(Step.PREVIEW)

    def _send(self) -> None:
        self.go_on.setEnabled(False)
        self.drafting.save(self._send_report)

    def _send_report(self, report: Report) -> None:
        asked = self._desk.wishes.send_report(report.id, self.evidence, self.preview.sha256)
        self._desk.ask(asked, self, self._sent, self._not_sent)

    def _with_payload(self, report: Report, do: Callable[[bytes], None]) -> None:
        try:
            payload = outbox.payload(report, self.evidence)
        except OrangeryError as error:
            self._not_sent(error)
        else:
            do(payload)

    def _sent(self, report: Report) -> None:
        self.drafting.ended = True
        self._desk.say(translate("Report", "Kept, and sent as soon as the hub answers"))
        self.accept()
        self._desk.go("reports", report.id)

    def _not_sent(self, error: BaseException) -> None:
        self._enable()
        self._desk.failed.emit(error)


def _nothing(error: BaseException) -> None:
    """Words that could not be looked through are sent as they were typed, as ever."""
    del error


def _go_on(step: Step) -> str:
    return {
        Step.WHAT: translate("Report", "Next: what goes along"),
        Step.EVIDENCE: translate("Report", "Next: see what is sent"),
        Step.PREVIEW: translate("Report", "Send"),
    }[step]
