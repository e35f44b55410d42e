"""The Community page: sections, a list, a sheet; what is done there waits like a report."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import campaigns, community, service, voice, voice_people, week_page
from desktop.models.community import Section, View
from desktop.models.entries import EntriesModel
from desktop.pages.community_deeds import CommunityDeeds
from desktop.pages.page import Page
from desktop.widgets import parts
from desktop.widgets.entries import EntryList
from desktop.widgets.sheet import SheetCard
from fleet.model import Changes

_SECTIONS, _LIST = 232, 300
_SECTIONS_SHARE, _LIST_SHARE = 0.24, 0.29  # of the page, at most
_MINUTE_MS = 60_000
_BUTTON = 32
KINDS = frozenset(
    {
        *("member", "act", "week_page", "statement", "standing", "medal", "board"),
        *("idea", "ballot", "case", "case_file", "committee", "candidates", "circle"),
        *("charter", "voice", "voice_record", "campaign", "campaign_joined", "thermometer"),
        *("incident", "cluster", "report"),
    }
)
"""Kinds of facts that the page is made of."""
_VIEWS = {
    Section.WEEK: week_page.weeks,
    Section.POINTS: service.points,
    Section.IDEAS: voice.ideas,
    Section.BALLOTS: voice.ballots,
    Section.CASES: voice_people.cases,
    Section.COMMITTEES: voice_people.committees,
    Section.CIRCLES: voice_people.circles,
    Section.CAMPAIGNS: campaigns.campaigns,
    Section.SERVICE: service.service,
    Section.NOTICES: service.notices,
}


class CommunityPage(Page):
    """Three columns: which section, which thing of it, and that thing whole."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self.views: dict[Section, View] = {}
        self.deeds = CommunityDeeds(desk, self)
        self.menu_model, self.model = EntriesModel(self), EntriesModel(self)
        self.menu = EntryList(translate("Community", "Sections"))
        self.menu.setModel(self.menu_model)
        self.list = EntryList(translate("Community", "Entries"))
        self.list.setModel(self.model)
        self.sheet = SheetCard()
        self._lay()
        self._fresh = QTimer(self, interval=_MINUTE_MS)  # times left go on by themselves
        self._fresh.timeout.connect(self.refresh)
        self.menu.selectionModel().currentChanged.connect(lambda *_: self._turned())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_chosen())
        self.sheet.asked.connect(self.deeds.do)
        desk.changed.connect(self._changed)
        self.refresh()
        self.turn(kept if isinstance(kept, Section) else Section.WEEK)

    @property
    def section(self) -> Section:
        """Which section is shown."""
        return Section(self.menu.chosen or Section.WEEK)

    def turn(self, section: str) -> None:
        """Show a section, one of Section."""
        _choose(self.menu, self.menu_model, section)

    def choose(self, name: str) -> None:
        """Show one thing of the section; the first where there is no such."""
        _choose(self.list, self.model, name)

    def refresh(self) -> None:
        """Draw what differs."""
        now = self._desk.clock()
        self.views = {section: make(self._desk.mirror, now) for section, make in _VIEWS.items()}
        self.menu_model.show(community.sections(self.views))
        self._show_section()

    def kept(self) -> Section:
        """Return the section that is shown."""
        return self.section

    def show_subject(self, subject: str) -> None:
        """Show a section, one of Section."""
        self.turn(subject)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the thing that is shown most of the width, at large sizes of words too."""
        super().resizeEvent(event)
        for card, width, share in (
            (self._sections, _SECTIONS, _SECTIONS_SHARE),
            (self._listed, _LIST, _LIST_SHARE),
        ):
            card.setFixedWidth(min(parts.scaled(width), round(self.width() * share)))

    def showEvent(self, event: QShowEvent) -> None:
        """Count while it is seen."""
        super().showEvent(event)
        self._fresh.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no longer."""
        super().hideEvent(event)
        self._fresh.stop()

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(16)
        title = translate("Community", "Community")
        self._head = parts.label(tone="muted")
        self._offers = parts.row()
        heading = parts.label(title, percent=parts.PAGE_TITLE, bold=True)
        heading.setMinimumHeight(
            max(_BUTTON, heading.sizeHint().height())
        )  # sections without a button stand as high as those with
        head = parts.row(heading, self._head, None)
        head.insertSpacing(1, 8)
        head.addLayout(self._offers)
        page.addLayout(head)
        body = parts.row(spacing=16)
        self._sections = _column(self.menu)
        body.addWidget(self._sections)
        self._listed = _column(self.list)
        body.addWidget(self._listed)
        body.addWidget(self.sheet, 1)
        page.addLayout(body, 1)

    def _changed(self, changes: Changes) -> None:
        if KINDS & set(changes.facts):
            self.refresh()

    def _turned(self) -> None:
        self._show_section()
        self.choose("")

    def _show_section(self) -> None:
        view = self.views[self.section]
        chosen = self.list.chosen
        self.model.show(list(view.entries))
        self._head.setText(view.head)
        self._listed.setVisible(bool(view.entries))
        parts.empty(self._offers)
        for offer in view.offers:
            self._offers.addWidget(self.sheet.button(offer))
        if self.list.chosen != chosen or not self.list.chosen:
            self.choose(chosen)
        self._show_chosen()

    def _show_chosen(self) -> None:
        view = self.views[self.section]
        sheet = view.sheets.get(self.list.chosen)
        if sheet is None:
            self.sheet.say(view.title, view.empty)
        else:
            self.sheet.show_sheet(sheet)


def _choose(shown: EntryList, model: EntriesModel, name: str) -> None:
    index = model.index(max(0, model.place(name)))
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
    shown.selectionModel().setCurrentIndex(index, flags)


def _column(shown: EntryList) -> parts.Card:
    card = parts.Card(margin=0)
    card.column.setContentsMargins(1, 12, 1, 12)
    card.column.addWidget(shown)
    return card
