"""The second tab of a device: what its values were, and the steps of its past updates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QMouseEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QMenu, QVBoxLayout, QWidget

from desktop import measures
from desktop.desk import Desk
from desktop.language import current, translate
from desktop.models import history
from desktop.models import plot as plots
from desktop.models.plot import SECONDS, Plot, Span
from desktop.plot_commands import Kept, Plotted
from desktop.widgets import parts
from desktop.widgets.plot import PlotView
from desktop.wishes_detail import DetailWishes
from fleet.model import Device, UpdateEvent

_SETTLE_MS = 150  # after a resize or a step in time: a picture each, not one a pixel
_AGAIN_MS = 60_000  # how often a picture that goes up to now is asked for anew
_SLEEPS = 2.5  # a sleeper that was missed twice has a gap
_STEPS = 8
_FIRST = 2  # values that are shown at first
_MOST = 8
_SPAN = "plot_span"  # remembered: how far back plots go


class HistoryTab(QWidget):
    """Asks for what was kept, and shows it; everything is read outside of the Qt thread."""

    def __init__(self, desk: Desk, house: DetailWishes) -> None:
        super().__init__()
        self._desk, self._house = desk, house
        self._key = ""
        self._kept: tuple[Kept, ...] = ()
        self.chosen: tuple[str, ...] = ()
        self.span: Span | None = desk.memory.get(_SPAN, Span, Span.DAY)
        self._window = (0.0, 0.0)  # of `span` None
        self._found: tuple[Plotted, ...] = ()
        self._drawn_for = (0.0, 1.0)
        self.view = PlotView()
        self.spans = {span: parts.button(plots.span_words(span), look="segment") for span in Span}
        self.values = parts.button("", self._choose_values, icon="chevron-down")
        self.menu = StayingMenu(self)
        self.export = parts.button(translate("Plot", "Export"), self._export, icon="download")
        self._nothing = parts.label(tone="muted", wrap=True)
        self._steps = QVBoxLayout()
        self._steps_shown: tuple[UpdateEvent, ...] | None = None
        self.record = parts.button(
            translate("Detail", "The whole record"),
            lambda: desk.history_wanted.emit(self._key),
            look="link",
        )
        self._soon = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._up_to_now)
        self._again.start()
        self._lay()
        self._connect()

    def show_device(self, key: str) -> None:
        """Show what is kept of this device."""
        if key == self._key:
            return
        self._key, self._kept, self.chosen, self._found = key, (), (), ()
        self.span = self.span or Span.DAY
        self._steps_shown = None
        parts.empty(self._steps)
        self.view.show_plot(Plot(since=0.0, until=1.0))
        self._show_chosen()
        asked = self._house.kept(key)
        self._desk.ask(asked, self, lambda kept: self._take_kept(key, kept))
        self.ask_steps()

    def take(self, device: Device) -> None:
        """Say what its values are now."""
        if self._found and device.key == self._key:
            self._show(device)

    def ask_steps(self) -> None:
        """Ask for the steps of its updates."""
        key = self._key
        asked = self._desk.wishes.history(key)
        self._desk.ask(asked, self, lambda events: self._take_steps(key, events), lambda _: None)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring it up to now: nothing was asked while nobody looked."""
        super().showEvent(event)
        if self.chosen and self.span is not None:
            self._ask()

    def choose_span(self, span: Span) -> None:
        """Show a day, a week or a year up to now."""
        self.span = span
        self._desk.memory.put(_SPAN, span)
        self._show_chosen()
        self._ask()

    def choose_values(self, names: Sequence[str]) -> None:
        """Show these values, in the order of the list."""
        wanted = set(names)
        self.chosen = tuple(one for one in self._order() if one in wanted)[:_MOST]
        self._show_chosen()
        self._ask()

    @property
    def plot(self) -> Plot:
        """What is drawn now."""
        return self._plot

    _plot = Plot(since=0.0, until=1.0)

    def save_csv(self, path: str) -> None:
        """Write what is shown as CSV. OSError."""
        Path(path).write_text(plots.as_csv(self._plot), encoding="utf-8")

    def save_picture(self, path: str) -> None:
        """Write the picture as PNG. OSError where it cannot be written."""
        if not self._picture().save(path):
            raise OSError(path)

    # --- making ---

    def _lay(self) -> None:
        segments = QFrame()
        segments.setObjectName("segments")
        line = parts.row(*self.spans.values(), spacing=2)
        line.setContentsMargins(2, 2, 2, 2)
        segments.setLayout(line)
        for button in self.spans.values():
            button.setCheckable(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(parts.row(segments, None))
        column.addLayout(parts.row(self.values, None, self.export))
        column.addWidget(self.view)
        column.addWidget(self._nothing)
        column.addWidget(parts.rule())
        column.addWidget(parts.label(translate("Detail", "Updates of this device"), bold=True))
        column.addLayout(self._steps)
        column.addLayout(parts.row(self.record, None))
        column.addStretch(1)
        self._nothing.hide()

    def _connect(self) -> None:
        for span, button in self.spans.items():
            button.clicked.connect(lambda _=False, one=span: self.choose_span(one))
        self.view.window_wanted.connect(self._go)
        self.menu.triggered.connect(lambda _: self._values_ticked())

    # --- values ---

    def _take_kept(self, key: str, kept: Sequence[Kept]) -> None:
        if key != self._key:
            return
        self._kept = tuple(kept)
        order = self._order()
        self.choose_values(order[:_FIRST])

    def _order(self) -> tuple[str, ...]:
        device = self._desk.mirror.devices.get(self._key)
        names = [one.feature for one in self._kept]
        return plots.worth(device, names) if device else tuple(names)

    def _ask(self) -> None:
        self._soon.stop()
        key, device = self._key, self._desk.mirror.devices.get(self._key)
        if device is None or not self.chosen:
            return
        since, until = self._range()
        rest = _SLEEPS * (device.wakes_s or 0.0)
        asked = self._house.plot(
            key, self.chosen, (since, until), points=self.view.columns, rest_s=rest
        )
        wanted = (key, self.chosen, since, until)
        self._wanted = wanted

        def take(found: Sequence[Plotted]) -> None:
            if self._wanted == wanted:  # the answer to the newest question only
                self._found, self._drawn_for = tuple(found), (since, until)
                self._show(self._desk.mirror.devices.get(key))

        self._desk.ask(asked, self, take)

    _wanted: tuple[object, ...] = ()

    def _range(self) -> tuple[float, float]:
        if self.span is None:
            return self._window
        until = self._desk.clock()
        return until - SECONDS[self.span], until

    def _show(self, device: Device | None) -> None:
        if device is None:
            return
        self._plot = plots.compose(device, self._found, *self._drawn_for, self.span)
        self.view.show_plot(self._plot)
        self._show_chosen()

    def _show_chosen(self) -> None:
        for span, button in self.spans.items():
            button.setChecked(span is self.span)
        device = self._desk.mirror.devices.get(self._key)
        names = [self._name(device, one) for one in self.chosen]
        more = len(names) - 1
        said = names[0] if names else translate("Plot", "Values")
        if more > 0:
            said = translate("Plot", "{first} and %n more", None, more).format(first=names[0])
        if self.values.text() != said:
            self.values.setText(said)
            name = translate("Plot", "Values shown: {names}").format(names=", ".join(names))
            self.values.setAccessibleName(name)
        for part in (self.view, self.values, self.export):
            part.setVisible(bool(self.chosen))
        nothing = translate(
            "Plot",
            "No values of it are kept yet. Numbers and states are, from the first minute on.",
        )
        empty = "" if self.chosen and not self._plot.empty else self._plot.empty or nothing
        self._nothing.setText(empty)
        self._nothing.setVisible(bool(empty))

    def _name(self, device: Device | None, feature: str) -> str:
        known = device.features.get(feature) if device else None
        if device is None or known is None:
            return feature
        return measures.label(feature, known, device.features, current())

    def _go(self, since: float, until: float) -> None:
        """Show another stretch of time: no later than now, no shorter than tells anything."""
        now, span = self._desk.clock(), max(plots.LEAST_S, until - since)
        span = min(span, 5 * SECONDS[Span.YEAR])
        until = min(now, since + span)
        self.span, self._window = None, (until - span, until)
        self._show_chosen()
        self._soon.start()

    def _up_to_now(self) -> None:
        if self.isVisible() and self.span is not None:
            self._ask()

    # --- menus ---

    def _choose_values(self) -> None:
        self.fill_menu()
        self.menu.popup(self.values.mapToGlobal(self.values.rect().bottomLeft()))

    def fill_menu(self) -> None:
        """Put the values that are kept into the menu, with a tick at those that are shown."""
        self.menu.clear()
        device = self._desk.mirror.devices.get(self._key)
        for name in self._order():
            action = QAction(self._name(device, name), self.menu)
            action.setCheckable(True)
            action.setChecked(name in self.chosen)
            action.setData(name)
            self.menu.addAction(action)

    def _values_ticked(self) -> None:
        self.choose_values([one.data() for one in self.menu.actions() if one.isChecked()])

    def _export(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        clipboard = QGuiApplication.clipboard()
        for text, do in (
            (translate("Plot", "Save as CSV…"), lambda: self._save("csv")),
            (translate("Plot", "Save as picture…"), lambda: self._save("png")),
            (translate("Plot", "Copy as CSV"), lambda: clipboard.setText(plots.as_csv(self._plot))),
            (translate("Plot", "Copy as picture"), lambda: clipboard.setPixmap(self._picture())),
            (translate("Plot", "Copy as a sentence"), lambda: clipboard.setText(self._sentence())),
        ):
            menu.addAction(text).triggered.connect(lambda _=False, do=do: do())
        menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))

    def _save(self, ending: str) -> None:
        device = self._desk.mirror.devices.get(self._key)
        if device is None:
            return
        title = translate("Plot", "Export")
        name = plots.file_name(device, self._plot, ending)
        path, _ = QFileDialog.getSaveFileName(self.window(), title, name, f"*.{ending}")
        if not path:
            return
        try:
            (self.save_csv if ending == "csv" else self.save_picture)(path)
        except OSError as error:
            self._desk.failed.emit(error)

    def _sentence(self) -> str:
        return "\n".join(lane.said for lane in self._plot.lanes)

    def _picture(self) -> QPixmap:
        return self.view.picture()

    # --- steps ---

    def _take_steps(self, key: str, events: Sequence[UpdateEvent]) -> None:
        last = tuple(events)[-_STEPS:]
        if key != self._key or last == self._steps_shown:
            return
        self._steps_shown = last
        parts.empty(self._steps)
        self._steps.addWidget(_steps(history.lines(last, self._desk.clock())))
        self.record.setVisible(bool(last))


class StayingMenu(QMenu):
    """A menu of ticks that stays open while several are chosen."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick what is under the pointer."""
        action = self.activeAction()
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick with Space; Enter closes."""
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.close()
        else:
            super().keyPressEvent(event)


def _steps(each: Sequence[history.Step]) -> QWidget:
    """Return the steps of past updates, newest first."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(2, 1)
    top = Qt.AlignmentFlag.AlignTop
    for number, step in enumerate(each):
        grid.addWidget(parts.picture(step.icon, step.tone, 16), number, 0, top)
        when = parts.label(step.when, percent=parts.SMALL, tone="muted")
        grid.addWidget(when, number, 1, top)
        said = f"{step.said} · {step.versions}" if step.versions else step.said
        words = parts.column(parts.label(said, percent=parts.SMALL, wrap=True), spacing=0)
        if step.why:
            words.addWidget(parts.label(step.why, percent=parts.SMALL, tone="muted", wrap=True))
        grid.addLayout(words, number, 2)
    if not each:
        nothing = translate("Detail", "No update of it has been tried here yet.")
        grid.addWidget(parts.label(nothing, tone="muted", wrap=True), 0, 0, 1, 3)
    return made
