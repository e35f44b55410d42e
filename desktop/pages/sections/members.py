"""The section about members: who belongs to this home, what each may do, and its heirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import members
from desktop.models.members import Line
from desktop.pages.sections.heirs_card import HeirsCard
from desktop.pages.sections.setting import Setting, grid, line, meaning, wide
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.flow import flowing
from desktop.wishes_members import MembersWishes
from fleet.errors import CommandError
from fleet.later import later
from fleet.members import GIVEN, Role

if TYPE_CHECKING:
    from desktop.dialogs import ask, form
else:
    ask, form = later("desktop.dialogs.ask"), later("desktop.dialogs.form")

_MINUTES = (0, 1, 5, 15, 60)
_ROLE = 140
_ICON = 24
_BESIDE = 520  # width of a row that has room for all in one line


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (MembersCard(desk), LockCard(desk), RolesCard(), HeirsCard(desk))


class MembersCard(Setting):
    """A row for each member; what who is here may not change is off, and says whom to ask."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Members", "Members of this home"), {"person"})
        self._wishes = MembersWishes(desk.wishes.client)
        self.rows: dict[str, MemberRow] = {}
        text = translate(
            "Members",
            "Without members this home is its owner's, whoever opens it. With them the window asks "
            "who is here, and a PIN keeps people of this home apart. It keeps nobody out who can "
            "read the files of this computer account.",
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.more = parts.button("", self._add, icon="user-plus")
        self.who = parts.button(
            translate("Members", "Who is here…"),
            lambda: desk.actions["who"].trigger(),  # noqa: PLW0108 - actions are made after it
        )
        self.add(meaning(text))
        self.add(self._rows)
        self.add(self.wrong)
        self.add(flowing(self.more, self.who))
        desk.presence.changed.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        """Show the members as they are."""
        told = members.compose(self._desk.mirror)
        parts.empty(self._rows)
        self.rows = {one.id: MemberRow(one, self) for one in told.lines}
        for row in self.rows.values():
            self._rows.addWidget(row)
        first = not told.lines
        words = (
            translate("Members", "Add yourself, the owner…")
            if first
            else translate("Members", "Add a member…")
        )
        self.more.setText(words)
        self.more.setAccessibleName(words)
        self.more.setEnabled(not told.adds)
        self.more.setToolTip(told.adds)
        self.who.setVisible(not first)

    # --- what a row asks for ---

    def set_role(self, one: Line, role: Role) -> None:
        """Give a member another role."""
        back = lambda: self._wishes.role(one.id, one.role)  # noqa: E731 - the way back
        what = _of(translate("Members", "Role of {name}"), one)
        self.change(what, self._wishes.role(one.id, role), back)

    def rename(self, one: Line) -> None:
        """Ask for another name."""

        def asked(values: list[str]) -> None:
            future = self._wishes.rename(one.id, values[0])
            self._desk.ask(future, dialog, lambda _: done(), dialog.tell_wrong)

        def done() -> None:
            dialog.accept()
            said = _of(translate("Members", "{name} has another name"), one)
            self._desk.say(said, lambda: self._wishes.rename(one.id, one.name))

        title = translate("Members", "Rename {name}").format(name=one.name)
        name = translate("Members", "Name")
        do = translate("Members", "Rename")
        dialog = ask.AskDialog(title, "", do, fields={name: one.name}, parent=self)
        dialog.answer_with(asked)
        self._desk.dialog_wanted.emit(lambda _: dialog)

    def set_pin(self, one: Line) -> None:
        """Ask for another PIN, and first for the one before where it is one's own."""
        own = one.me and one.pin
        fields = [_secret(translate("Members", "PIN until now"))] if own else []
        fields += _new_pin()

        def asked(values: list[str]) -> None:
            *old, new, again = values
            if _differ(dialog, new, again):
                return
            future = self._wishes.pin(one.id, new, old[0] if old else "")
            self._desk.ask(future, dialog, lambda _: done(), dialog.tell_wrong)

        def done() -> None:
            dialog.accept()
            self._desk.say(_of(translate("Members", "PIN of {name} changed"), one))

        dialog = form.FormDialog(
            translate("Members", "PIN of {name}").format(name=one.name),
            translate("Members", "Left empty there is none: whoever says the name is them."),
            translate("Members", "Keep"),
            fields,
            ask=asked,
            parent=self,
        )
        self._desk.dialog_wanted.emit(lambda _: dialog)

    def remove(self, one: Line) -> None:
        """Let a member go; the toast takes it back."""
        said = _of(translate("Members", "{name} removed"), one)
        asked = self._wishes.remove(one.id)
        back = lambda: self._wishes.restore(one.id)  # noqa: E731 - the way back
        self._desk.ask(asked, self, lambda _: self._desk.say(said, back), self.tell_wrong)

    def _add(self) -> None:
        """Ask for somebody new; the first is the owner."""
        first = not self._desk.mirror.people()
        roles = (Role.OWNER,) if first else GIVEN

        def asked(values: list[str]) -> None:
            name, role, new, again = values
            if _differ(dialog, new, again):
                return
            future = self._wishes.add(name, Role(role), new)
            self._desk.ask(future, dialog, lambda _: done(name), dialog.tell_wrong)

        def done(name: str) -> None:
            dialog.accept()
            self._desk.presence.ask()
            self._desk.say(translate("Members", "{name} belongs to this home").format(name=name))

        own = translate(
            "Members",
            "From then on the window asks who is here. Without a PIN anybody at this computer can "
            "be the owner.",
        )
        other = translate("Members", "A PIN can be set now, or by themselves later.")
        title = (
            translate("Members", "Add yourself, the owner")
            if first
            else translate("Members", "Add a member")
        )
        options = tuple((members.role_word(role), role) for role in roles)
        kept = Role.OWNER if first else Role.MEMBER
        dialog = form.FormDialog(
            title,
            own if first else other,
            translate("Members", "Add"),
            (
                form.Field(name=translate("Members", "Name")),
                form.Field(
                    name=translate("Members", "Role"),
                    kind=form.Kind.CHOICE,
                    options=options,
                    value=kept,
                ),
                *_new_pin(),
            ),
            ask=asked,
            parent=self,
        )
        self._desk.dialog_wanted.emit(lambda _: dialog)


class MemberRow(QWidget):
    """One member: who they are, and what can be changed."""

    def __init__(self, one: Line, card: MembersCard) -> None:
        super().__init__()
        self.setAccessibleName(f"{one.name}, {one.look.word}, {one.note}")
        name = parts.label(one.name, bold=True)
        note = parts.label(one.note, percent=parts.SMALL, tone="muted", wrap=True)
        self.role = Choice(_of(translate("Members", "Role of {name}"), one))
        self.role.setFixedWidth(parts.scaled(_ROLE))
        for role in GIVEN:
            self.role.addItem(members.role_word(role), role)
        self.role.setCurrentIndex(self.role.findData(one.role))
        self.role.activated.connect(lambda _: card.set_role(one, Role(self.role.currentData())))
        self.pin = parts.icon_button(
            "key-round", _of(translate("Members", "PIN of {name}"), one), lambda: card.set_pin(one)
        )
        self.edit = parts.icon_button(
            "pencil", _of(translate("Members", "Rename {name}"), one), lambda: card.rename(one)
        )
        self.gone = parts.icon_button(
            "trash-2", _of(translate("Members", "Remove {name}"), one), lambda: card.remove(one)
        )
        who = parts.row(parts.picture(one.look.icon, one.look.tone, _ICON), spacing=12)
        who.addLayout(parts.column(name, note), 1)
        self._does = parts.row(self.role, self.pin, self.edit, self.gone, None)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(8)
        self._whole.addLayout(who, 1)
        self._whole.addLayout(self._does)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        own = "" if one.me else one.changes
        for part, why in (
            (self.role, one.removes or one.changes),
            (self.pin, own),
            (self.edit, one.changes),
            (self.gone, one.removes),
        ):
            if why:
                part.setEnabled(False)
                part.setToolTip(why)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what can be changed below the name where there is no room beside it."""
        super().resizeEvent(event)
        beside = self.width() >= parts.scaled(_BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._whole.direction() != way:
            self._whole.setDirection(way)
            self._does.setContentsMargins(0 if beside else _ICON + 12, 0, 0, 0)
            self.updateGeometry()


class LockCard(Setting):
    """After how long without a touch a window asks anew who is here."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Members", "When nobody touches it"), {"person", "lock"})
        self._wishes = MembersWishes(desk.wishes.client)
        self.after = Choice(translate("Members", "Ask who is here"))
        for minutes in _MINUTES:
            self.after.addItem(_minutes(minutes), minutes * 60.0)
        self.after.activated.connect(lambda _: self._chose())
        at = grid()
        line(at, translate("Members", "Ask who is here"), wide(self.after))
        self.add(at)
        self.add(meaning(translate("Members", "Only of who has a PIN.")))
        self.add(self.wrong)
        desk.presence.changed.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        """Show what was chosen; a home that knows nobody has nothing to choose."""
        told = members.compose(self._desk.mirror)
        parts.show_if(self, bool(told.lines))
        self.after.setCurrentIndex(max(0, self.after.findData(told.lock_s)))
        why = members.why_not(self._desk.mirror, members.LOCK)
        self.after.setEnabled(not why)
        self.after.setToolTip(why)

    def _chose(self) -> None:
        before, now = self._desk.mirror.lock_s(), float(self.after.currentData())
        if now != before:
            what = translate("Members", "Ask who is here")
            self.change(what, self._wishes.lock(now), lambda: self._wishes.lock(before))


class RolesCard(parts.Card):
    """What each role may do, in a sentence."""

    def __init__(self) -> None:
        super().__init__(translate("Members", "What each may do"))
        at = parts.form()
        for number, role in enumerate(GIVEN):
            head = QWidget()
            head.setLayout(
                parts.row(
                    parts.picture(members.role_icon(role), "muted", 18),
                    parts.label(members.role_word(role)),
                    None,
                )
            )
            at.addWidget(head, number, 0)
            at.addWidget(
                parts.label(members.role_meaning(role), tone="muted", wrap=True), number, 1
            )
        self.add(at)


def _minutes(minutes: int) -> str:
    if not minutes:
        return translate("Members", "Never")
    return translate("Members", "After %n minute(s)", None, minutes)


def _of(words: str, one: Line) -> str:
    return words.format(name=one.name)


def _secret(name: str) -> form.Field:
    return form.Field(name=name, kind=form.Kind.SECRET, optional=True)


def _new_pin() -> list[form.Field]:
    again = translate("Members", "New PIN, once more")
    return [_secret(translate("Members", "New PIN")), _secret(again)]


def _differ(dialog: form.FormDialog, new: str, again: str) -> bool:
    """Whether the two PINs are not one; then it was told."""
    if new != again:
        dialog.tell_wrong(CommandError("pins_differ"))
    return new != again
