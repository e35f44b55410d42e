"""The card "This home": where it is, what it shares inside, what the makers hear of updates."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from PySide6.QtWidgets import QLineEdit

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import home
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.tick import Tick
from feedback.outcome import Level
from fleet.model import Changes

_FIELD, _SHORT = 300, 64
_KINDS = {"region", "share", "consent", "tell"}


class HomeCard(parts.Card):
    """Every change applies at once; what went wrong is said beside it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(translate("Home", "This home"))
        self._desk = desk
        self.region = QLineEdit()
        self.region.setMaxLength(2)
        self.region.setPlaceholderText("DE")
        self.region.setAccessibleName(translate("Home", "Region"))
        self.share = Tick(translate("Home", "Share files with other computers of this home"))
        self.tell = Tick(translate("Home", "Tell over MQTT what became of the night"))
        self.consent = Choice(translate("Home", "What the makers hear of updates"))
        for level in Level:
            self.consent.addItem(home.level_words(level), level)
        self._shared = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._heard = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self.shown = parts.button(
            translate("Home", "See exactly what is sent"), desk.outcomes_wanted.emit, look="link"
        )
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self._lay()
        self.region.editingFinished.connect(self._region_left)
        self.share.clicked.connect(lambda on: self._ask(self._desk.wishes.share(on=on)))
        self.tell.clicked.connect(lambda on: self._ask(self._desk.wishes.tell_night(on=on)))
        self.consent.activated.connect(lambda _: self._consented())
        desk.changed.connect(self._changed)
        self._show()

    def _lay(self) -> None:
        grid = parts.form()
        self.region.setFixedWidth(parts.scaled(_SHORT))
        self.consent.setFixedWidth(parts.scaled(_FIELD))
        why = translate(
            "Home",
            "Two letters, as DE or CN. Some firmware is for certain regions only; it stays here.",
        )
        region = parts.label(why, percent=parts.SMALL, tone="muted", wrap=True)
        where = translate(
            "Home", "Each morning at {topic}, for Home Assistant and whoever else listens there."
        )
        where = where.format(topic="orangery/v1/house/night")
        told = parts.label(where, percent=parts.SMALL, tone="muted", wrap=True)
        heard = parts.row(self.consent, self.shown, None, spacing=12)
        parts.explained(grid, translate("Home", "Region"), parts.row(self.region, None), region)
        parts.explained(grid, translate("Home", "Makers hear"), heard, self._heard)
        parts.explained(grid, "", parts.row(self.share, None), self._shared)
        parts.explained(grid, "", parts.row(self.tell, None), told)
        self.add(grid)
        self.add(self._wrong)

    def _changed(self, changes: Changes) -> None:
        if _KINDS & set(changes.facts):
            self._wrong.hide()
            self._show()

    def _show(self) -> None:
        mirror = self._desk.mirror
        if not self.region.hasFocus():
            self.region.setText(mirror.region())
        consent, shared = mirror.consent(), mirror.shared()
        self.consent.setCurrentIndex(self.consent.findData(consent.level))
        self._heard.setText(home.heard(consent))
        self.tell.setChecked(mirror.tells_night())
        self.share.setChecked(shared is not None and shared.on)
        self._shared.setText(home.sharing(shared))

    def _region_left(self) -> None:
        wanted = self.region.text().strip().upper()
        if wanted != self._desk.mirror.region():
            self._ask(self._desk.wishes.region(wanted))

    def _consented(self) -> None:
        level = Level(self.consent.currentData())
        if level is not self._desk.mirror.consent().level:
            self._ask(self._desk.wishes.consent(level))

    def _ask(self, asked: Future[Any]) -> None:
        self._desk.ask(asked, self, failed=self._refused)

    def _refused(self, error: BaseException) -> None:
        self._show()
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
