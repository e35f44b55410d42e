"""The card of Settings for staff of a hub: where it is, who one is; the token is never shown."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.language import translate
from desktop.pages.sections.setting import Setting
from desktop.widgets import parts
from desktop.widgets.flow import flowing


class HubStaffCard(Setting):
    """Says whether this person is staff of a hub, and lets them be it, or no longer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "For staff of a hub"), {"staff"})
        self._text = parts.label(tone="muted", wrap=True)
        self.dialog: AskDialog | None = None
        self.join = parts.button(
            translate("Settings", "Work as staff…"), self._ask, icon="shield-check"
        )
        self.leave = parts.button(translate("Settings", "Hide the page"), self._leave)
        self.add(self._text)
        self.add(flowing(self.join, self.leave))
        self.add(self.wrong)
        self.show_now()

    def show_now(self) -> None:
        """Show whose staff this person is."""
        staff = self._desk.mirror.staff()
        none = translate(
            "Settings", "If you answer reports for a maker: the hub's address, your name, a token."
        )
        told = translate("Settings", "{name} at {hub}")
        said = told.format(name=staff.name, hub=staff.hub) if staff.hub else none
        self._text.setText(said)
        self.leave.setVisible(bool(staff.hub))

    def _ask(self) -> None:
        staff = self._desk.mirror.staff()
        dialog = AskDialog(
            translate("Settings", "Work as staff"),
            translate("Settings", "The token goes to the keyring and nowhere else."),
            translate("Settings", "Show the page"),
            fields={
                translate("Settings", "Address of the hub"): staff.hub,
                translate("Settings", "Your name there"): staff.name,
                translate("Settings", "Token"): "",
            },
            parent=self,
        )
        token = dialog.fields[-1]
        if isinstance(token, QLineEdit):
            token.setEchoMode(QLineEdit.EchoMode.Password)

        def answer(values: list[str]) -> None:
            asked = self._desk.wishes.staff(*values)
            self._desk.ask(asked, dialog, lambda _: dialog.accept(), dialog.tell_wrong)

        dialog.answer_with(answer)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _leave(self) -> None:
        what = translate("Settings", "For staff of a hub")
        self.change(what, self._desk.wishes.staff("", "", ""))
