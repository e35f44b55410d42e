"""The card about the hub: where reports go, and the way in."""

from __future__ import annotations

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import reports, states
from desktop.pages.sections.setting import Setting
from desktop.widgets import parts
from desktop.widgets.flow import flowing


class HubCard(Setting):
    """Where reports go."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "Where reports go"), {"member"})
        self._text = parts.label(wrap=True)
        self._why = parts.label(tone="muted", wrap=True)
        self.enrol = parts.button(
            translate("Settings", "Enter an invitation code"),
            desk.enrol_wanted.emit,
            icon="ticket",
        )
        self.sync = parts.button(
            translate("Settings", "Send and fetch now"), self._sync, icon="refresh-cw"
        )
        self.add(self._text)
        self.add(self._why)
        self.add(self.wrong)
        self.add(flowing(self.enrol, self.sync))
        self.show_now()

    def show_now(self) -> None:
        """Show the membership."""
        member = self._desk.mirror.member()
        enrolled = member is not None and bool(member.hub_url)
        self._text.setText(reports.standing(member))
        why = ""
        if member is not None and member.error:
            why = states.because(member.error, member.fact)
        elif member is not None and member.hub_url:
            why = member.hub_url
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self.enrol.setVisible(not enrolled)
        self.sync.setVisible(enrolled)

    def _sync(self) -> None:
        said = translate("Settings", "The hub has answered")
        asked = self._desk.wishes.sync()
        self._desk.ask(asked, self, lambda _: self._desk.say(said), self.tell_wrong)
