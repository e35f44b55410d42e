"""The first tab of a device: known issues, what it does now, its versions, where it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models.detail import Detail
from desktop.models.detail_versions import Issue
from desktop.widgets import parts
from desktop.widgets.detail_controls import Controls
from desktop.widgets.detail_versions import VersionsPart
from desktop.widgets.fields import Fields
from desktop.widgets.told import Told

_FEW = 12  # values that are shown at first; a meter with forty says the others when asked


class Section(QWidget):
    """A title over a part; hidden as a whole while it has nothing to say."""

    def __init__(self, title: str, *widgets: QWidget, ruled: bool = True) -> None:
        super().__init__()
        self.title = parts.label(title, bold=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.rule = parts.rule()
        if not ruled:  # never shown before it has a parent: that would be a window of its own
            self.rule.hide()
        self.column.addWidget(self.rule)
        self.column.addWidget(self.title)
        for widget in widgets:
            self.column.addWidget(widget)


class Overview(QWidget):
    """Shows a Detail; its controls only say what was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._known: tuple[Issue, ...] = ()
        self._all_values = False
        self._shown: Detail | None = None
        self._issues = parts.column(spacing=8)
        self.controls, self.barred = Controls(), Told()
        self.values, self.versions = Fields(), VersionsPart()
        self.more = parts.button("", self._toggle, look="link")
        self.place, self.ids = Fields(), Fields()
        self.room = parts.button(translate("Detail", "Set room"), look="link")
        self.tags = parts.button(translate("Detail", "Set tags"), look="link")
        self._now = Section(
            translate("Detail", "Now"), self.barred, self.controls, self.values, ruled=False
        )
        self._now.column.addLayout(parts.row(self.more, None))
        self._lay()

    def show_detail(self, detail: Detail) -> None:
        """Show what differs from what is shown."""
        before, self._shown = self._shown, detail
        if before is not None and before.key != detail.key:
            self._all_values = False
        self._show_issues(detail.known)
        self.barred.tell(detail.barred or detail.doubt)
        self.controls.show_controls(detail.controls, enabled=not detail.barred)
        self._show_values(detail)
        self.versions.show_versions(detail.versions, detail.marks)
        self.place.show_fields(detail.place.facts)
        self.ids.show_fields(detail.place.ids)
        self._numbers.setVisible(bool(detail.place.ids))

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(self._issues)
        column.addWidget(self._now)
        self._version = Section(translate("Detail", "Version"), self.versions)
        column.addWidget(self._version)
        where = Section(translate("Detail", "Where it stands"), self.place)
        where.column.addLayout(parts.row(self.room, self.tags, None))
        column.addWidget(where)
        self._numbers = Section(translate("Detail", "Its names and numbers"), self.ids)
        column.addWidget(self._numbers)
        column.addStretch(1)

    def _show_values(self, detail: Detail) -> None:
        plain, aside = detail.measures, detail.aside
        hidden = max(0, len(plain) - _FEW) + len(aside)
        few = plain[:_FEW] if not self._all_values else (*plain, *aside)
        self.values.show_fields(few)
        self.values.setVisible(bool(few))
        says = bool(plain or aside or detail.controls)
        self._now.setVisible(says)
        self._version.rule.setVisible(says)  # the first section has the tabs' line above it
        self.more.setVisible(bool(hidden))
        said = translate("Detail", "%n more value(s)", None, hidden)
        if self._all_values:
            said = translate("Detail", "Fewer values")
        if self.more.text() != said:
            self.more.setText(said)
            self.more.setAccessibleName(said)

    def _show_issues(self, known: tuple[Issue, ...]) -> None:
        if known == self._known:
            return
        self._known = known
        parts.empty(self._issues)
        for one in known:
            self._issues.addWidget(_issue(one))

    def _toggle(self) -> None:
        self._all_values = not self._all_values
        if self._shown is not None:
            self._show_values(self._shown)


def _issue(known: Issue) -> QWidget:
    made = QFrame()
    made.setObjectName("banner")
    column = parts.column(spacing=4)
    column.setContentsMargins(12, 12, 12, 12)
    head = parts.row(parts.picture("info", "info", 16))
    said = translate("Detail", "Known: {title}").format(title=known.title)
    head.addWidget(parts.label(said, bold=True, wrap=True), 1)
    column.addLayout(head)
    if known.text:
        column.addWidget(parts.label(known.text, percent=parts.SMALL, wrap=True))
    if known.workaround:
        helps = translate("Detail", "Until then: {workaround}").format(workaround=known.workaround)
        column.addWidget(parts.label(helps, percent=parts.SMALL, wrap=True))
    made.setLayout(column)
    return made
