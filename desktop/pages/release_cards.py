"""Cards of the Release page that are more than a list: the week, its changes, the way in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop import language, theme
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models.release import Page
from desktop.models.release_lines import Group, folded
from desktop.widgets import parts
from desktop.widgets.lines import Lines
from desktop.widgets.notes import Notes
from firmware import changes_words
from firmware.changes import Change

_LINES = 6  # shown before "Show all"
_ICON = 20


class WeekCard(parts.Card):
    """What is open and what comes next; the buttons of its row are the page's."""

    def __init__(self, head: list[QPushButton], row: list[QPushButton | None]) -> None:
        """`head`: buttons beside the title; `row`: those below, None where it stretches."""
        super().__init__(" ")
        self._icon = parts.picture("info", "text", _ICON)
        self.next = parts.label(bold=True, wrap=True)
        self.facts = parts.label(tone="muted", wrap=True)
        self.notes = Notes()
        for button in head:
            self.head.addWidget(button)
        line = parts.row(spacing=12)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.next, 1)
        self.add(line)
        for part in (self.facts, self.notes):
            self.add(part)
        self.add(parts.row(*row))

    def show_page(self, page: Page) -> None:
        """Show it."""
        self.title.setText(page.title)
        self.setAccessibleName(page.title)
        self._icon.setPixmap(
            theme.pixmap(page.next.icon, page.next.tone, _ICON, self.devicePixelRatioF())
        )
        self.next.setText(page.next.text)
        parts.tint(self.next, page.next.tone)
        self.facts.setText(page.facts)
        self.facts.setVisible(bool(page.facts))
        self.notes.show_text("\n".join(page.notes))


class ChangesCard(parts.Card):
    """What an event changes, the gravest first; long lists fold, grave changes never do."""

    def __init__(self) -> None:
        super().__init__(translate("Release", "What this changes"), spacing=8)
        self._groups: tuple[Group, ...] = ()
        self._shown: tuple[Group, ...] | None = None
        self._changes: tuple[Change, ...] = ()
        self._every = False
        self.copy = parts.button(
            translate("Release", "Copy as text"), self._copy, look="quiet", icon="copy"
        )
        self.head.addWidget(self.copy)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self.add(self._column)
        self.more = parts.button("", self._toggle, look="link")
        self.add(parts.row(self.more, None))

    def show_groups(self, groups: tuple[Group, ...], changes: tuple[Change, ...]) -> None:
        """Show them; `changes`: the same, to be copied as text."""
        self._groups, self._changes = groups, changes
        self.setVisible(bool(groups))
        self._draw()

    def _draw(self) -> None:
        shown = self._groups if self._every else folded(self._groups, _LINES)
        count = sum(len(group.lines) for group in self._groups)
        left = count - sum(len(group.lines) for group in folded(self._groups, _LINES))
        said = (
            translate("Release", "Show fewer")
            if self._every
            else translate("Release", "Show all %n", None, count)
        )
        self.more.setText(said)
        self.more.setAccessibleName(said)
        self.more.setVisible(left > 0)
        if shown == self._shown:
            return
        self._shown = shown
        parts.empty(self._column)
        for group in shown:
            self._column.addWidget(_group(group))

    def _toggle(self) -> None:
        self._every = not self._every
        self._draw()

    def _copy(self) -> None:
        text = changes_words.text(self._changes, language.written())
        QGuiApplication.clipboard().setText(text)


class ListCard(parts.Card):
    """A title, lines, and buttons below."""

    def __init__(self, title: str, *buttons: QPushButton) -> None:
        super().__init__(title, spacing=6)
        self.said = parts.label(tone="muted", wrap=True)
        self.said.hide()
        self.lines = Lines()
        self.add(self.said)
        self.add(self.lines)
        if buttons:
            self.add(parts.row(*buttons, None))

    def say(self, text: str) -> None:
        """Say something about all of the lines."""
        self.said.setText(text)
        self.said.setVisible(bool(text))


class WayInCard(parts.Card):
    """Stands in the place of the page where there is no release folder, or it cannot be read."""

    def __init__(self, join: QPushButton, again: QPushButton) -> None:
        super().__init__(" ", margin=24)
        self._join, self._again = join, again
        self._said = parts.label(wrap=True)
        self._steps = Notes()
        self._hint = parts.label(tone="muted", wrap=True)
        for part in (self._said, self._steps, self._hint):
            self.add(part)
        self.add(parts.row(join, again, None))

    def invite(self, folder: str) -> None:
        """Explain how to begin in a folder that is none of a maker yet."""
        self._tell(translate("Release", "This folder is not a release folder yet"), folder)
        self._steps.show_text(
            "\n".join(
                (
                    translate(
                        "Release",
                        "- Does another key holder have one? Ask for an event file, and for the"
                        " fingerprint by telephone or from the sheet.",
                    ),
                    translate(
                        "Release",
                        "- Choose the file and type the fingerprint: this folder becomes yours, and"
                        " what waits for your key is shown.",
                    ),
                    translate(
                        "Release",
                        "- Is this a new maker? Hold the key ceremony: orangery release ceremony.",
                    ),
                )
            )
        )
        self._hint.hide()
        self._join.show()

    def trouble(self, error: BaseException) -> None:
        """Say why the folder cannot be shown."""
        sentence, hint = problem.said(error)
        self._tell(translate("Release", "This folder cannot be shown"), sentence)
        self._hint.setText(hint)
        self._hint.show()
        self._steps.show_text("")
        self._join.hide()

    def _tell(self, title: str, text: str) -> None:
        self.title.setText(title)
        self.setAccessibleName(title)
        self._said.setText(text)


def _group(group: Group) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    heading = parts.label(group.heading, percent=parts.SMALL, tone=group.tone, bold=True, wrap=True)
    lines = Lines()
    lines.show_lines(group.lines)
    column.addWidget(heading)
    column.addWidget(lines)
    return whole
