"""The what-if sheet: what an update would do, in which order and when, before anything begins."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import whatif
from desktop.models.whatif import Row, Sheet, Wave
from desktop.widgets import parts
from desktop.widgets.notices import Notices
from firmware.forecast import Forecast
from firmware.plan import Begins

_SIZE = (860, 680)
_ICON = 18
_COLUMNS = 5  # icon, device, versions, begins, the way back


class WhatIfDialog(QDialog):
    """Asks the house to look ahead, shows it, and starts it where the person says so."""

    def __init__(
        self, desk: Desk, parent: QWidget, keys: Sequence[str] = (), *, starts: bool = True
    ) -> None:
        """`keys`: the devices; none: all that the week fits. `starts`: offer to begin."""
        super().__init__(parent)
        self._desk, self._owner, self._starts = desk, parent, starts
        self._keys = tuple(keys)
        self.sheet: Sheet | None = None
        self.setWindowTitle(translate("WhatIf", "What will happen"))
        self.resize(*(parts.scaled(side) for side in _SIZE))
        self._title = parts.label(percent=130, bold=True)
        self._summary = parts.label(
            translate("WhatIf", "The house looks ahead…"), tone="muted", wrap=True
        )
        self._notices = Notices()
        self._area, self._body = parts.scrolled(translate("WhatIf", "The plan, device by device"))
        self.go = parts.button("", self._start, look="primary")
        self.first = parts.button("", self._start_first)
        self.no = parts.button("", self.reject)
        self.at_once = parts.button(translate("WhatIf", "At once"), self._look, look="segment")
        self.in_hours = parts.button(
            translate("WhatIf", "In this home's hours"), self._look, look="segment"
        )
        self._lay()
        self._look()

    def is_laid_out(self) -> bool:
        """Whether each line that is shown by now has its room; before, they are squeezed."""
        body = self._body.parentWidget()
        needed = self._body.totalMinimumSize().height()
        return body is not None and body.height() >= needed

    # --- making ---

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        top = parts.row(spacing=24)
        top.addLayout(parts.column(self._title, self._summary), 1)
        top.addWidget(self._when(), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addWidget(self._notices)
        column.addWidget(self._area, 1)
        no = translate("WhatIf", "Cancel") if self._starts else translate("WhatIf", "Close")
        self.no.setText(no)
        self.no.setAccessibleName(no)
        column.addLayout(parts.row(None, self.no, self.first, self.go))
        self.go.setDefault(True)
        self._offer(0, 0)

    def _when(self) -> QWidget:
        """Return the choice between now and the hours of the plan, where it has any."""
        plan = self._desk.mirror.plan()
        bound = bool(plan.windows or plan.clean_days)
        made = QFrame()
        made.setObjectName("segments")
        group = QButtonGroup(self)
        for button in (self.at_once, self.in_hours):
            button.setCheckable(True)
            group.addButton(button)
        by_itself = not self._starts and plan.begins is not Begins.HAND
        (self.in_hours if bound and by_itself else self.at_once).setChecked(True)
        line = parts.row(self.at_once, self.in_hours, spacing=2)
        line.setContentsMargins(2, 2, 2, 2)
        made.setLayout(line)
        made.setVisible(bound)
        return made

    def _offer(self, count: int, first: int) -> None:
        """Offer to start with all of them, or with those that go first."""
        go = translate("Updates", "Update %n device(s)", None, count)
        only = translate("WhatIf", "Only the first %n", None, first)
        for button, text in ((self.go, go), (self.first, only)):
            button.setText(text)
            button.setAccessibleName(text)
        parts.dress(self.go, "circle-arrow-up", "on_accent")
        self.go.setVisible(self._starts and count > 0)
        self.first.setVisible(self._starts and 0 < first < count)

    # --- what happens ---

    def _look(self) -> None:
        """Ask the house to look ahead, now or in its hours."""
        asked = self._desk.wishes.foresee(self._keys, in_hours=self.in_hours.isChecked())
        self._desk.ask(asked, self, self._show, self._refused)

    def _show(self, forecast: Forecast) -> None:
        sheet = whatif.compose(self._desk.mirror, forecast, self._desk.clock())
        self.sheet = sheet
        self._title.setText(sheet.title)
        self._summary.setText(sheet.summary)
        self._notices.show_notices(sheet.notices)
        parts.empty(self._body)
        self._body.addLayout(_grid(sheet.waves))
        self._body.addStretch(1)
        self._offer(len(sheet.keys), len(sheet.first))
        (self.go if self._starts else self.no).setFocus()

    def _refused(self, error: BaseException) -> None:
        sentence, hint = problem.said(error)
        self._title.setText(sentence)
        self._summary.setText(hint)
        self.no.setFocus()

    def _start(self) -> None:
        self._begin(self.sheet.keys if self.sheet else ())

    def _start_first(self) -> None:
        self._begin(self.sheet.first if self.sheet else ())

    def _begin(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        said = translate("Devices", "%n update(s) asked for", None, len(keys))
        asked = self._desk.wishes.update(keys, in_hours=self.in_hours.isChecked())
        self._desk.ask(asked, self._owner, lambda _: self._desk.say(said))
        self.accept()


def _grid(waves: Sequence[Wave]) -> QGridLayout:
    """Return all waves in one grid, so that their columns stand below each other."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 12, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    for column, text in enumerate(_heads(), start=1):
        grid.addWidget(parts.label(text, percent=parts.SMALL, tone="muted"), 0, column)
    for wave in waves:
        _add_wave(grid, wave)
    return grid


def _heads() -> tuple[str, ...]:
    return (
        translate("WhatIf", "Device"),
        translate("WhatIf", "Versions"),
        translate("WhatIf", "Begins"),
        translate("WhatIf", "Can I go back?"),
    )


def _add_wave(grid: QGridLayout, wave: Wave) -> None:
    at = grid.rowCount()
    if at > 1:
        grid.addWidget(parts.rule(), at, 0, 1, _COLUMNS)
        at += 1
    title = parts.label(wave.title, bold=True)
    told = parts.label(" · ".join(filter(None, (wave.when, wave.text))), tone="muted")
    grid.addLayout(parts.row(title, told, None, spacing=12), at, 0, 1, _COLUMNS)
    for row in wave.rows:
        at += 1
        _add_row(grid, at, row)


def _add_row(grid: QGridLayout, at: int, row: Row) -> None:
    name = parts.label(row.name)
    name.setAccessibleName(row.said)
    words = parts.column(name, spacing=2)
    if row.text:
        words.addWidget(parts.label(row.text, percent=parts.SMALL, tone="muted", wrap=True))
    back = parts.row(
        parts.picture(row.back_icon, row.back_tone, _ICON), parts.label(row.back), None
    )
    top = Qt.AlignmentFlag.AlignTop
    grid.addWidget(parts.picture(row.icon, "muted", _ICON), at, 0, top)
    grid.addLayout(words, at, 1)
    grid.addWidget(parts.fixed(parts.label(row.versions, percent=parts.SMALL)), at, 2, top)
    grid.addWidget(parts.label(row.when), at, 3, top)
    grid.addLayout(back, at, 4, top)
