"""The week on top of the Updates page, and the one card in its place where it cannot be trusted."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop import theme
from desktop.language import translate
from desktop.models.trust import Trouble
from desktop.models.updates import WeekCard
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from desktop.widgets.notes import Notes
from desktop.widgets.notices import Notices


class WeekSheet(parts.Card):
    """The week: name, day, files, who signed it, how fresh; below, one of three parts to read."""

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self.setAccessibleName(translate("Updates", "This week"))
        self._shown: WeekCard | None = None
        self._name = parts.label(percent=130, bold=True)
        self._day = parts.label(tone="muted")
        self._seal = parts.picture("shield-check", "ok")
        self._summary = parts.label(tone="muted", wrap=True)
        self._signed = parts.label(tone="ok", bold=True, wrap=True)
        self._signed_once = parts.label(
            tone="muted", bold=True, wrap=True
        )  # of a stale or withdrawn week
        self._signers = parts.fixed(parts.label(percent=parts.SMALL, wrap=True))
        self._notes, self._tests = Notes(), Notes()
        self._fresh = parts.label(percent=parts.SMALL, tone="muted")
        self._notices = Notices()
        self.news = self._chip(translate("Updates", "What's new"))
        self.who = self._chip(translate("Updates", "Who signed it"))
        self.test = self._chip(translate("Updates", "What to test this week"))
        self.pause = parts.button("")
        self.save = parts.button(translate("Updates", "Save as PDF…"), icon="file-text")
        self._parts: dict[QPushButton, QWidget] = {
            self.news: self._notes,
            self.who: self._signers,
            self.test: self._tests,
        }
        self._lay()
        self._open(self.news)

    def show_week(self, week: WeekCard) -> None:
        """Show it."""
        if week == self._shown:
            return
        self._shown = week
        self._name.setText(week.name)
        self._day.setText(" · ".join(filter(None, (week.day, week.channel))))
        self._summary.setText(week.summary)
        for signed in (self._signed, self._signed_once):
            signed.setText(week.signed)
        self._signers.setText("\n".join(week.signers))
        self._notes.show_text(week.notes)
        self._tests.show_text("\n".join(f"- {one}" for one in week.tests))
        self._fresh.setText(week.freshness)
        self._notices.show_notices(week.notices)
        self._signed.setVisible(week.fresh)
        self._signed_once.setVisible(not week.fresh)
        self.news.setVisible(bool(week.notes))
        self.test.setVisible(bool(week.tests))
        tone = "ok" if week.fresh else "muted"
        self._seal.setPixmap(theme.pixmap(week.seal, tone, 20, self.devicePixelRatioF()))
        chosen = next((one for one in self._parts if one.isChecked()), self.news)
        self._open(chosen)

    def _lay(self) -> None:
        name = parts.row(self._name, self._day, None, spacing=12)
        left = parts.column(spacing=4)
        left.addLayout(name)
        left.addWidget(self._summary)
        left.addWidget(self._fresh)
        signed = parts.row(self._seal, spacing=8)
        for words in (self._signed, self._signed_once):
            signed.addWidget(words, 1)
        left.addLayout(signed)
        self.add(left)
        self.add(self._notices)
        self.add(flowing(*self._parts, self.pause, self.save))
        for part in self._parts.values():
            self.add(part)

    def _chip(self, text: str) -> QPushButton:
        made = parts.button(text, lambda: self._open(made), look="chip")
        made.setCheckable(True)
        return made

    def _open(self, chosen: QPushButton) -> None:
        """Show one part; what has nothing to say shows nothing."""
        for button, part in self._parts.items():
            button.setChecked(button is chosen)
            part.setVisible(button is chosen and not button.isHidden())


class TroubleSheet(parts.Card):
    """One card in place of the page: what is wrong, what it means, what to do, details."""

    report_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margin=24, spacing=8)
        self._icon = parts.picture("shield-x", "bad", 28)
        self._title = parts.label(percent=130, bold=True)
        self._text = parts.label(wrap=True)
        self._hint = parts.label(tone="muted", wrap=True)
        self._notices = Notices()
        self._more = parts.button(translate("Updates", "Details"), self._toggle, look="link")
        self._details = parts.fixed(parts.label(percent=parts.SMALL, tone="muted", wrap=True))
        words = parts.column(self._title, self._text, self._hint, self._notices, spacing=8)
        report = translate("Updates", "Report a problem")
        self.report = parts.button(report, self.report_wanted.emit, icon="bug")
        words.addLayout(parts.row(self.report, self._more, None, spacing=16))
        words.addWidget(self._details)
        line = parts.row(spacing=16)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self.add(line)
        self._details.hide()

    def show_trouble(self, trouble: Trouble) -> None:
        """Show it."""
        self.setAccessibleName(trouble.title)
        drawn = partial(theme.pixmap, trouble.icon, trouble.tone, 28)
        self._icon.setPixmap(drawn(self.devicePixelRatioF()))
        self._title.setText(trouble.title)
        self._text.setText(trouble.text)
        self._hint.setText(trouble.hint)
        self._notices.show_notices(trouble.notices)
        self._details.setText(trouble.details)
        self._more.setVisible(bool(trouble.details))
        self.report.setVisible(trouble.tone != "muted")  # that nobody has looked yet is no problem

    def _toggle(self) -> None:
        self._details.setVisible(self._details.isHidden())
