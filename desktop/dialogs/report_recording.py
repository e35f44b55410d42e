"""Record one device for some minutes, from the dialog of its report, with the time that is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import recording
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from feedback.recording import Recording, Stage
from fleet.model import Changes

_TICK_MS = 1_000


class RecordingCard(parts.Card):
    """Hidden where the report is about no device; `ended` says that there is something to take."""

    ended = Signal()

    def __init__(self, desk: Desk, device: Callable[[], str]) -> None:
        super().__init__(translate("Report", "Record it now"), spacing=10)
        self._desk, self._device = desk, device
        self._was: Recording | None = None
        self.text = parts.label(wrap=True)
        self.length = Choice(translate("Report", "For how long"))
        for words, seconds in recording.lengths():
            self.length.addItem(words, seconds)
        self.length.setCurrentIndex(1)
        self.start = parts.button(translate("Report", "Record"), self._start, icon="play")
        self.stop = parts.button(translate("Report", "Stop"), self._stop, icon="circle-pause")
        for button in (self.start, self.stop):
            button.setAutoDefault(False)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self.add(self.text)
        self.add(parts.row(self.length, self.start, self.stop, None))
        self.add(self._wrong)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self.refresh)
        desk.changed.connect(self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Say how it stands, for the device of now."""
        device = self._device()
        parts.show_if(self, bool(device))
        one = self._desk.mirror.recording(device)
        told = recording.told(one, self._desk.clock())
        self.text.setText(told.text)
        parts.tint(self.text, told.tone)
        self.length.setVisible(not told.runs)
        self.start.setVisible(not told.runs)
        self.start.setEnabled(not told.restores)
        self.stop.setVisible(told.runs)
        if told.runs and not self._tick.isActive():
            self._tick.start()
        elif not told.runs:
            self._tick.stop()
        self._notice(one)

    def _notice(self, one: Recording | None) -> None:
        before, self._was = self._was, one
        ran = before is not None and before.stage is not Stage.RESTORES
        over = one is None or one.stage is Stage.RESTORES
        if ran and over and before is not None and before.device == self._device():
            self.ended.emit()

    def _changed(self, changes: Changes) -> None:
        if "recording" in changes.facts:
            self.refresh()

    def _start(self) -> None:
        asked = self._desk.wishes.record(self._device(), self.length.currentData())
        self._tell("")
        self._desk.ask(asked, self, lambda _: self.refresh(), self._failed)

    def _stop(self) -> None:
        asked = self._desk.wishes.stop_recording(self._device())
        self._desk.ask(asked, self, lambda _: self.refresh(), self._failed)

    def _failed(self, error: BaseException) -> None:
        self._tell(" ".join(problem.said(error)))

    def _tell(self, text: str) -> None:
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))
