"""The teams of a hub: who answers for which models, and when they are there; for staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.dialogs.form import Field, FormDialog
from desktop.language import translate
from desktop.models import teams
from desktop.widgets import parts
from feedback import client_triage as hub
from feedback.staff_client import StaffClient
from feedback.wire_triage import Team

Do = Callable[[Callable[[StaffClient], Any]], Future[Any]]
"""Asks the hub in a thread of its own (desktop/triage_desk.py)."""

_SIZE = (640, 480)


class TeamsDialog(QDialog):
    """Asks the hub; a change counts from the moment it is made."""

    def __init__(self, desk: Desk, do: Do, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._do = desk, do
        self.form: FormDialog | None = None
        title = translate("Teams", "Teams")
        self.setWindowTitle(title)
        self.resize(*(parts.scaled(side) for side in _SIZE))
        self._area, self._body = parts.scrolled(title)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self.more = parts.button(translate("Teams", "Add a team…"), lambda: self._ask(None))
        close = parts.button(translate("Teams", "Close"), self.accept)
        close.setDefault(True)
        text = translate(
            "Teams",
            "The first person owns what is new, each breach goes on to the next. No time that has "
            "passed is worked out anew.",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(parts.label(text, tone="muted", wrap=True))
        column.addWidget(self._area, 1)
        column.addWidget(self._wrong)
        column.addLayout(parts.row(self.more, None, close))
        self._look()

    def _look(self) -> None:
        self._desk.ask(self._do(hub.teams), self, self._show, self._refused)

    def _show(self, found: Sequence[Team]) -> None:
        self._wrong.hide()
        parts.empty(self._body)
        for team in found:
            line = parts.row(spacing=12)
            words = parts.column(parts.label(team.name, bold=True), spacing=2)
            for said in teams.lines(team):
                words.addWidget(parts.label(said, percent=parts.SMALL, tone="muted", wrap=True))
            line.addLayout(words, 1)
            name = translate("Teams", "Change the team {name}").format(name=team.name)
            change = parts.button(
                translate("Teams", "Change…"), partial(self._ask, team), name=name
            )
            line.addWidget(change)
            self._body.addLayout(line)
        if not found:
            none = translate("Teams", "There is none yet: nobody is asked for anything.")
            self._body.addWidget(parts.label(none, tone="muted", wrap=True))
        self._body.addStretch(1)

    def _refused(self, error: BaseException) -> None:
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()

    def _ask(self, team: Team | None) -> None:
        """Ask for a team's members, hours and models; of one that is there the name stays."""
        known = teams.typed(team)
        fields = tuple(
            Field(name=name, value=value, optional=optional) for name, value, optional in known
        )

        def asked(values: list[Any]) -> None:
            made = teams.made(values, team)
            future = self._do(lambda client: hub.set_team(client, made))
            self._desk.ask(future, dialog, lambda _: kept(), dialog.tell_wrong)

        def kept() -> None:
            dialog.accept()
            self._look()

        title = translate("Teams", "Add a team")
        if team is not None:
            title = translate("Teams", "Change the team {name}").format(name=team.name)
        dialog = FormDialog(title, "", translate("Teams", "Keep"), fields, ask=asked, parent=self)
        dialog.finished.connect(dialog.deleteLater)
        self.form = dialog
        dialog.open()
