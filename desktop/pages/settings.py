"""The Settings page: a list of sections, the cards of one, and a search through all of them.

Every change applies at once, is told with a way back, and what went wrong is said beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.desk import Desk
from desktop.language import mark, translate
from desktop.models import members, sections
from desktop.models.entries import EntriesModel
from desktop.models.mirror import Mirror
from desktop.models.sections import Section
from desktop.pages.page import Page
from desktop.widgets import parts
from desktop.widgets.entries import EntryList
from fleet.members import Right

_LIST = 232
_ROOMY = 3  # times the list: so wide a page has room for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One section: `module` has make(desk), which gives its cards; loaded when first wanted."""

    name: str
    text: str  # English; translated in "Settings" when it is shown
    icon: str
    module: str
    shown: Callable[[Mirror], bool] = lambda mirror: True  # noqa: ARG005 - most are for everybody

    def make(self, desk: Desk) -> Sequence[QWidget]:
        """Return its cards, from top to bottom."""
        made: Sequence[QWidget] = import_module(self.module).make(desk)
        return made


def _section(name: str, text: str, icon: str) -> Known:
    return Known(name=name, text=text, icon=icon, module=f"desktop.pages.sections.{name}")


ALL: tuple[Known, ...] = (
    _section("brokers", mark("Settings", "Brokers"), "radio"),
    _section("home", mark("Settings", "This home"), "house"),
    _section("members", mark("Settings", "Members"), "users"),
    _section("updates", mark("Settings", "Updates"), "circle-arrow-up"),
    _section("notices", mark("Settings", "Notices"), "bell"),
    _section("look", mark("Settings", "Language and look"), "sun-moon"),
    _section("privacy", mark("Settings", "Privacy"), "lock"),
    _section("data", mark("Settings", "Data"), "hard-drive"),
    _section("health", mark("Settings", "Health"), "heart"),
    _section("family", mark("Settings", "Family view"), "eye"),
    _section("staff", mark("Settings", "For staff"), "shield-check"),
    _section("experts", mark("Settings", "For experts"), "zap"),
    _section("program", mark("Settings", "This program"), "refresh-cw"),
    _section("about", mark("Settings", "About"), "info"),
)
"""From top to bottom; desktop/pages/sections has a file for each."""

NEEDS: Mapping[str, Right] = {
    "brokers": Right.BROKERS,
    "home": Right.POLICY,
    "updates": Right.POLICY,
    "look": Right.LOOKS,
    "privacy": Right.HUB,
    "program": Right.POLICY,
    "family": Right.LOOKS,
    "staff": Right.STAFF,
}
"""Sections that are for some only; in others each card says for itself what may be done."""


class SettingsPage(Page):
    """Its subjects are the names of ALL."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self._known = tuple(one for one in ALL if one.shown(desk.mirror))
        self._made: dict[str, QScrollArea] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        self._reading = QTimer(self, interval=0)  # a section a turn: typing never waits for all
        self._reading.timeout.connect(self._read_next)
        self.cards: dict[str, Sequence[QWidget]] = {}
        self.asks: dict[str, QLabel] = {}  # of a section: whom to ask who is here may not change it
        desk.presence.changed.connect(self._permit)
        self.search = QLineEdit()
        self.list = EntryList(translate("Settings", "Sections"), low=True)
        self.model = EntriesModel(self)
        self.list.setModel(self.model)
        self.stack = QStackedWidget()
        self._nothing = parts.label(
            translate("Settings", "No setting says that."), tone="muted", wrap=True
        )
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.stack.addWidget(self._nothing)
        self._lay()
        self.search.installEventFilter(self)
        self.search.textChanged.connect(lambda _: self._typed())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._turned())
        self._filter()
        self.open(kept if isinstance(kept, str) else self._known[0].name)

    @property
    def has_read(self) -> bool:
        """Whether the search knows what all sections say."""
        return len(self._words) == len(self._known)

    @property
    def section(self) -> str:
        """The name of the section that is shown; "": none matches what is searched for."""
        return self.list.chosen

    def kept(self) -> str:
        """Return which section is shown."""
        return self.section

    def show_subject(self, subject: str) -> None:
        """Show a section, or one card of it: "about/check"."""
        self.search.clear()
        name, _, place = subject.partition("/")
        for card in self.open(name):
            if place and getattr(card, "PLACE", "") == place:
                self._lead_to(card)

    def go_find(self) -> bool:
        """Search through the settings."""
        self.search.setFocus()
        self.search.selectAll()
        return True

    def open(self, name: str) -> Sequence[QWidget]:
        """Show a section of this person, and return its cards; of any other name the first."""
        place = self.model.place(name)
        index = self.model.index(max(place, 0))
        select = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(index, select)
        return self.cards.get(self.section, ())

    # --- making ---

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(16)
        title = translate("Settings", "Settings")
        page.addWidget(parts.label(title, percent=parts.PAGE_TITLE, bold=True))
        asked = translate("Settings", "Search settings")
        self.search.setPlaceholderText(asked)
        self.search.setAccessibleName(asked)
        self.search.setClearButtonEnabled(True)
        QShortcut(QKeySequence("Esc"), self.search, self.search.clear).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self._left = left = QFrame()
        left.setObjectName("card")
        column = QVBoxLayout(left)
        column.setContentsMargins(1, 8, 1, 8)
        column.setSpacing(8)
        field = parts.row(self.search)
        field.setContentsMargins(12, 4, 12, 0)
        column.addLayout(field)
        column.addWidget(self.list, 1)
        body = parts.row(left, spacing=16)
        body.addWidget(self.stack, 1)
        page.addLayout(body, 1)

    def _area(self, name: str) -> QScrollArea:
        """Return a section, made when it is first wanted."""
        if name not in self._made:
            known = next(one for one in self._known if one.name == name)
            area, column = parts.scrolled(translate("Settings", known.text))
            column.setContentsMargins(0, 0, 12, 0)
            self.cards[name] = cards = known.make(self._desk)
            self.asks[name] = parts.label(tone="warn", bold=True, wrap=True)
            column.addWidget(self.asks[name])
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._made[name] = area
            self.stack.addWidget(area)
            self._permit()
        return self._made[name]

    def _permit(self) -> None:
        """Switch off what who is here may not change, and say whom to ask."""
        for name, cards in self.cards.items():
            right = NEEDS.get(name)
            why = members.why_not(self._desk.mirror, right) if right is not None else ""
            only = translate("Members", "You can look at this, not change it.")
            self.asks[name].setText(f"{only} {why}")
            self.asks[name].setVisible(bool(why))
            for card in cards if right is not None else ():
                card.setEnabled(not why)
                card.setToolTip(why)

    # --- what happens ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the settings where there is little: large words, a small window."""
        super().resizeEvent(event)
        titles = (translate("Settings", one.text) for one in self._known)
        wide, needed = parts.scaled(_LIST), self.list.needed(titles) + 2
        self._left.setFixedWidth(wide if self.width() >= _ROOMY * wide else min(wide, needed))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to read all sections when somebody goes to the search."""
        if watched is self.search and event.type() == QEvent.Type.FocusIn:
            self._begin_reading()
        return super().eventFilter(watched, event)

    def _begin_reading(self) -> None:
        if not self.has_read:
            self._reading.start()

    def _read_next(self) -> None:
        left = next((one.name for one in self._known if one.name not in self._words), "")
        if not left:
            self._reading.stop()
            return
        self._words[left] = tuple(_said(self._area(left)))
        if self.search.text().strip():
            self._filter()

    def _lead_to(self, card: QWidget) -> None:
        """Bring a card to the top of what is seen, and the keys to what can be done there."""
        bar = self._made[self.section].verticalScrollBar()
        QTimer.singleShot(0, card, lambda: bar.setValue(card.y()))  # laid out by then
        first = (one for one in card.findChildren(QAbstractButton) if one.isVisibleTo(card))
        if (button := next(first, None)) is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        self._begin_reading()
        self._filter()

    def _filter(self) -> None:
        """Show the sections in which all that was typed is said somewhere, as far as is read."""
        typed = self.search.text()
        before = self.section
        told = [self._told(known) for known in self._known]
        self.model.show(sections.found(told, typed))
        if not self.model.rowCount():
            self.stack.setCurrentWidget(self._nothing)
        else:
            self.open(before)
        self._reveal()

    def _told(self, known: Known) -> Section:
        words = self._words.get(known.name, ())
        title = translate("Settings", known.text)
        return Section(name=known.name, title=title, icon=known.icon, words=words)

    def _turned(self) -> None:
        if self.section:
            self.stack.setCurrentWidget(self._area(self.section))
            self._reveal()

    def _reveal(self) -> None:
        """Bring the first place into view that says what is searched for."""
        area = self._made.get(self.section)
        typed = self.search.text()
        if area is None or not typed.strip():
            return
        for one in area.findChildren(QWidget):
            if any(sections.says(text, typed) for text in _texts(one)):
                area.ensureWidgetVisible(one)
                return


def _said(area: QScrollArea) -> Iterable[str]:
    for one in area.findChildren(QWidget):
        yield from _texts(one)


def _texts(one: QWidget) -> Iterable[str]:
    """Yield what a widget says to whoever looks for it."""
    if isinstance(one, QLabel | QAbstractButton) and one.text():
        yield one.text()
    elif isinstance(one, QLineEdit | QComboBox) and one.accessibleName():
        yield one.accessibleName()
        if isinstance(one, QLineEdit) and one.placeholderText():
            yield one.placeholderText()
