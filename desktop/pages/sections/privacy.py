"""The section about privacy: what the makers hear, exactly what that is, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import home
from desktop.pages.sections.hub import HubCard
from desktop.pages.sections.setting import Setting, meaning, wide
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.flow import Flow
from feedback.outcome import Level


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (ConsentCard(desk), HubCard(desk), NeverCard(desk))


class ConsentCard(Setting):
    """What goes by itself; nothing does until a person says so."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Home", "What the makers hear"), {"consent"})
        self.consent = Choice(translate("Home", "What the makers hear of updates"))
        wide(self.consent)
        for level in Level:
            self.consent.addItem(home.level_words(level), level)
        self.consent.activated.connect(lambda _: self._chose())
        self.heard = meaning()
        self.shown = parts.button(
            translate("Home", "See exactly what is sent"), desk.outcomes_wanted.emit, look="link"
        )
        grid = parts.form()
        line = Flow(self.consent, self.shown, spacing=12)
        parts.explained(grid, translate("Home", "Makers hear"), line, self.heard)
        self.add(grid)
        self.add(self.wrong)
        self.show_now()

    def show_now(self) -> None:
        """Show the level, and what waits to be sent."""
        consent = self._desk.mirror.consent()
        self.consent.setCurrentIndex(self.consent.findData(consent.level))
        self.heard.setText(home.heard(consent))

    def _chose(self) -> None:
        level, before = Level(self.consent.currentData()), self._desk.mirror.consent().level
        wishes = self._desk.wishes
        if level is not before:
            what = translate("Home", "What the makers hear of updates")
            self.change(what, wishes.consent(level), lambda: wishes.consent(before))


class NeverCard(Setting):
    """What never leaves the home, whatever was chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Home", "What never leaves this home"))
        for words in home.never():
            line = parts.row(parts.picture("lock", "ok", 18), spacing=12)
            line.addWidget(parts.label(words, wrap=True), 1)
            self.add(line)
