"""The window among several people: who is here, whom to ask, and what nobody may miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import book
from desktop.language import translate
from desktop.models import members, program
from desktop.widgets.claim import ClaimBanner
from desktop.widgets.exchanged import ExchangedBanner
from desktop.widgets.who import WhoChip
from fleet.errors import CommandError
from fleet.later import later
from fleet.members import Role

if TYPE_CHECKING:
    from desktop import heirs_commands, wishes_program
    from desktop.dialogs import who
    from desktop.window import Window
    from fleet.model import Changes
else:
    who, heirs_commands = later("desktop.dialogs.who"), later("desktop.heirs_commands")
    wishes_program = later("desktop.wishes_program")

_REFUSALS = frozenset({"member_may_not", "say_who"})


class Company:
    """What the window does for those who share it."""

    def __init__(self, window: Window) -> None:
        self._window, self._desk = window, window.desk
        self._was: Role | None = None
        self.who: WhoChip | None = None
        self.banner: ClaimBanner | None = None
        self.exchanged: ExchangedBanner | None = None
        self._desk.presence.changed.connect(self._changed)
        self._desk.presence.locked.connect(self.ask)
        self._desk.changed.connect(self._heard)
        window.narrow_changed.connect(lambda narrow: self._narrow(narrow=narrow))

    def around(self, front: QWidget) -> QWidget:
        """Return what the window shows, with room above it for what every page must say."""
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.banner = ClaimBanner(self._deny, lambda: self._desk.go(book.SETTINGS, "members"))
        column.addWidget(self.banner)
        self.exchanged = ExchangedBanner(self._restart)
        column.addWidget(self.exchanged)
        column.addWidget(front, 1)
        self.who = WhoChip()
        self.who.clicked.connect(lambda _=False: self.ask())
        self.who.set_narrow(narrow=self._window.narrow)
        foot = self._window.rail.layout()
        if isinstance(foot, QVBoxLayout):
            foot.insertWidget(foot.count() - 1, self.who)
        self.show_now()
        return whole

    def show_now(self) -> None:
        """Show who is here, and a claim, or another version, that waits."""
        mirror = self._desk.mirror
        if self.who is None or self.banner is None or self.exchanged is None:
            return
        known = bool(mirror.people())
        self.who.setVisible(known)
        if known:
            self.who.show_member(*members.chip(mirror))
        self.exchanged.show_state(program.exchanged(mirror.program()))
        self.banner.show_claim(members.banner(mirror), members.heirs(mirror).why)

    def restrict(self) -> None:
        """Switch off the actions that who is here may not do, and let them say whom to ask."""
        self._window.actions_.refuse(members.refused(self._desk.mirror))

    def ask(self) -> None:
        """Ask who is here."""
        if self._desk.mirror.people():
            self._window.open(who.WhoDialog(self._desk, self._window))
        else:
            self._desk.go(book.SETTINGS, "members")

    def takes(self, error: BaseException) -> bool:
        """Whether this is a refusal for who is here: then it is told with a way to be another."""
        if not isinstance(error, CommandError) or error.code not in _REFUSALS:
            return False
        self._window.open(who.WhoDialog(self._desk, self._window, error))
        return True

    def _narrow(self, *, narrow: bool) -> None:
        if self.who is not None:
            self.who.set_narrow(narrow=narrow)

    def _deny(self) -> None:
        said = translate("Members", "The claim is refused")
        asked = self._desk.wishes.client.send(heirs_commands.DenyClaim())
        self._desk.ask(asked, self._window, lambda _: self._desk.say(said))

    def _restart(self) -> None:
        wishes = wishes_program.ProgramWishes(self._desk.wishes.client)
        self._desk.ask(wishes.restart(), self._window)

    def _heard(self, changes: Changes) -> None:
        if {"person", "claim", "program"} & set(changes.facts):
            self.show_now()

    def _changed(self) -> None:
        """Somebody else is here: an elder is shown the simple view, who comes after all of it."""
        role = members.here(self._desk.mirror).role
        if role is Role.ELDER and self._was is not Role.ELDER:
            self._window.show_simple(on=True)
        elif self._was is Role.ELDER and role is not Role.ELDER:
            self._window.show_simple(on=self._desk.mirror.simple().on)
        self._was = role
        self._window.settle_pages()
        self.show_now()
