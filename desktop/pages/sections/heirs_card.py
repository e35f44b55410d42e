"""Heirs of this home: who they are, their shares this once, and a claim that waits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from desktop.desk import Desk
from desktop.language import translate
from desktop.members_commands import MayI
from desktop.models import members
from desktop.pages.sections.setting import Setting, meaning
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from desktop.wishes_members import MembersWishes
from desktop.wishes_settings import SettingsWishes
from fleet.errors import CommandError
from fleet.later import later
from fleet.members import Right

if TYPE_CHECKING:
    from desktop.dialogs import carry_house, form, heirs
    from desktop.heirs_commands import HeirsMade
    from desktop.settings_commands import DataState
else:
    form, heirs = later("desktop.dialogs.form"), later("desktop.dialogs.heirs")
    carry_house = later("desktop.dialogs.carry_house")

_DAY_S = 86_400.0
_HEIRS = 3  # whom the dialog asks for; the command line takes up to five


class HeirsCard(Setting):
    """What who is here may not do is off, and says whom to ask; claiming is for who has shares."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Members", "Heirs"), {"heirs", "claim", "person"})
        self._wishes = MembersWishes(desk.wishes.client)
        self.text = meaning()
        self.state = parts.label(wrap=True, bold=True)
        self.note = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self.name = parts.button("", self._name, icon="scroll-text")
        self.copy = parts.button(
            translate("Members", "Make a copy for them…"), self._copy, icon="download"
        )
        self.end = parts.button(translate("Members", "No heirs any more"), self._end)
        self.deny = parts.button(
            translate("Members", "I am here: refuse it"), self._deny, look="primary", icon="hand"
        )
        self.claim = parts.button(translate("Members", "I am an heir…"), self._claim, look="link")
        self.add(self.text)
        self.add(self.state)
        self.add(self.note)
        self.add(self.wrong)
        self.add(flowing(self.deny, self.name, self.copy, self.end, self.claim))
        desk.presence.changed.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        """Show who they are, and where a claim stands."""
        told = members.heirs(self._desk.mirror)
        self.text.setText(told.text)
        self.state.setText(told.claim.word if told.claim else "")
        self.state.setVisible(told.claim is not None)
        self.note.setText(told.claim.note if told.claim else "")
        self.note.setVisible(bool(self.note.text()))
        words = (
            translate("Members", "Name heirs anew…")
            if told.named
            else translate("Members", "Name heirs…")
        )
        self.name.setText(words)
        self.name.setAccessibleName(words)
        self.copy.setVisible(told.named)
        self.end.setVisible(told.named)
        self.claim.setVisible(told.named)
        self.deny.setVisible(told.denies)
        for button in (self.name, self.end, self.deny):
            button.setEnabled(not told.why)
            button.setToolTip(told.why)

    def _deny(self) -> None:
        said = translate("Members", "The claim is refused")
        self._desk.ask(self._wishes.deny(), self, lambda _: self._desk.say(said), self.tell_wrong)

    def _end(self) -> None:
        said = translate("Members", "Nobody can claim this home any more")
        asked = self._wishes.end_heirs()
        self._desk.ask(asked, self, lambda _: self._desk.say(said), self.tell_wrong)

    def _copy(self) -> None:
        """Write the whole house, closed for their shares."""
        may = self._desk.wishes.client.send(MayI(right=Right.EXPORT))
        self._desk.ask(may, self, lambda _: self._ask_where(), self.tell_wrong)

    def _ask_where(self) -> None:
        asked = SettingsWishes(self._desk.wishes.client).data()
        self._desk.ask(asked, self, self._copy_from, self.tell_wrong)

    def _copy_from(self, state: DataState) -> None:
        named = self._desk.mirror.heirs()
        title = translate("Members", "Make a copy for them…")
        start = translate("Members", "house for heirs") + ".orangery.zip.age"
        chosen, _ = QFileDialog.getSaveFileName(self, title, start, "*.age")
        if chosen and named is not None:
            key = bytes.fromhex(named.public)
            carry_house.export(self._desk, Path(state.folder), Path(chosen), "", key=key)

    def _name(self) -> None:
        """Ask for names; then show the shares, this once."""
        before = self._desk.mirror.heirs()
        names = [*(before.names if before else ()), "", "", ""][:_HEIRS]
        fields = [
            form.Field(
                name=translate("Members", "Heir {number}").format(number=number),
                value=name,
                optional=number > 1,
            )
            for number, name in enumerate(names, 1)
        ]
        days = form.Field(
            name=translate("Members", "Days that a claim waits"),
            kind=form.Kind.NUMBER,
            value=14,
            least=1,
            most=365,
            rare=True,
        )

        def asked(values: list[object]) -> None:
            *typed, wait = values
            given = [str(name) for name in typed if name]
            need = min(2, len(given))
            future = self._wishes.name_heirs(given, need, float(str(wait)) * _DAY_S)
            self._desk.ask(future, dialog, made, dialog.tell_wrong)

        def made(came: HeirsMade) -> None:
            dialog.accept()
            self._desk.dialog_wanted.emit(lambda parent: heirs.SharesDialog(came, parent))

        text = translate(
            "Members",
            "Each gets a share on paper. Of two or three any two together open a copy of this home "
            "or claim it here; of one, that one alone. Shares given out before open nothing new.",
        )
        title = translate("Members", "Name heirs")
        do = translate("Members", "Make their shares")
        dialog = form.FormDialog(title, text, do, [*fields, days], ask=asked, parent=self)
        self._desk.dialog_wanted.emit(lambda _: dialog)

    def _claim(self) -> None:
        """For an heir: shares, and after the wait a name and a PIN."""
        claim = self._desk.mirror.claim()
        ripe = claim is not None and claim.ripe
        share = form.Kind.LONG
        fields = [
            form.Field(name=translate("Members", "First share"), kind=share),
            form.Field(name=translate("Members", "Second share"), kind=share, optional=True),
        ]
        if ripe:
            secret = form.Kind.SECRET
            fields += [
                form.Field(name=translate("Members", "Your name")),
                form.Field(name=translate("Members", "New PIN"), kind=secret),
                form.Field(name=translate("Members", "New PIN, once more"), kind=secret),
            ]

        def asked(values: list[str]) -> None:
            shares = [text for text in values[:2] if text]
            if not ripe:
                future = self._wishes.claim(shares)
            elif values[3] != values[4]:
                dialog.tell_wrong(CommandError("pins_differ"))
                return
            else:
                future = self._wishes.take_over(shares, values[2], values[3])
            self._desk.ask(future, dialog, lambda _: done(), dialog.tell_wrong)

        def done() -> None:
            dialog.accept()
            said = (
                translate("Members", "This home is yours")
                if ripe
                else translate("Members", "The house waits for its owner's word")
            )
            self._desk.say(said)

        title = (
            translate("Members", "Take this home over")
            if ripe
            else translate("Members", "Claim this home")
        )
        text = translate(
            "Members", "Type the words of each share in their order; four letters of each do."
        )
        dialog = form.FormDialog(title, text, title, fields, ask=asked, parent=self)
        self._desk.dialog_wanted.emit(lambda _: dialog)
