"""The section about Orangery itself: version, licence, thanks, where help is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from desktop import made_of
from desktop.desk import Desk
from desktop.dialogs.made_of import MadeOfDialog
from desktop.language import translate
from desktop.models import about
from desktop.pages.sections.copy_card import CopyCard
from desktop.pages.sections.setting import meaning
from desktop.widgets import parts
from desktop.widgets.flow import flowing


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (AboutCard(desk), CopyCard(desk), HelpCard(desk))


class AboutCard(parts.Card):
    """What this is, and of what it is made."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(translate("Settings", "About"))
        line = parts.row(parts.picture("citrus", "accent", 40), spacing=16)
        version = translate("About", "Orangery {version}").format(version=about.program())
        text = translate(
            "About",
            "Free software under the Apache License 2.0. It comes without any warranty, and asks "
            "nobody for an account.",
        )
        name = parts.label(version, percent=parts.CARD_TITLE, bold=True)
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = parts.column(name)
        words.addWidget(parts.label(text, tone="muted", wrap=True))
        if built := about.built():
            words.addWidget(parts.label(built, percent=parts.SMALL, tone="muted", wrap=True))
        line.addLayout(words, 1)
        self.add(line)

        def show() -> None:
            desk.dialog_wanted.emit(lambda parent: MadeOfDialog(made_of.parts(), parent))

        self.thanks = parts.button(translate("About", "What it is made of…"), show)
        self.add(parts.row(self.thanks, None))


class HelpCard(parts.Card):
    """The documents that come with it, and the keys."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(translate("About", "Help"))
        grid = parts.form()
        grid.setVerticalSpacing(4)
        self.pages: list[QPushButton] = []
        for number, (place, words) in enumerate(about.help_lines()):
            grid.addWidget(self._page(place, words), number, 0)
            grid.addWidget(parts.label(words, tone="muted", wrap=True), number, 1)
        self.add(grid)
        if where := about.where_help_is():
            self.add(meaning(where))
        keys = desk.actions["shortcuts"]
        self.keys = parts.button(translate("About", "Keyboard shortcuts"), keys.trigger)
        report = desk.actions["report"]
        self.report = parts.button(
            translate("About", "Report a problem"), report.trigger, icon="bug"
        )
        self.add(flowing(self.keys, self.report))

    def _page(self, place: str, words: str) -> QWidget:
        """Return a page's name; where it lies here it is that of a file, and can be pressed."""
        file = about.document(place)
        if file is None:
            return parts.label(about.page_name(place))
        url = QUrl.fromLocalFile(str(file))
        made = parts.button(
            place,
            lambda: QDesktopServices.openUrl(url),
            look="link",
            name=f"{place}: {words}",
        )
        self.pages.append(made)
        return made
