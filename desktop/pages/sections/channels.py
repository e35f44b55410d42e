"""The card that chooses which train of each maker this house rides."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import rings
from desktop.models.trust import channel_word
from desktop.pages.sections.setting import Setting, meaning, wide
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from firmware.release import Channel


class ChannelCard(Setting):
    """One choice for each maker, and the ways to take one more or to let one go."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "Makers and channels"), {"channel", "week"})
        self.choices: dict[str, Choice] = {}
        self._lines = QVBoxLayout()
        said = translate(
            "Settings",
            "The new channel's week is looked for at once; until it is verified nothing installs.",
        )
        self._rings = meaning()
        self._none = parts.label(translate("Settings", "No maker yet."), tone="muted")
        self._said = parts.label(said, tone="muted", wrap=True)
        self.more = parts.button(
            translate("Settings", "Add a maker…"), lambda: desk.maker_wanted.emit("")
        )
        self.add(self._lines)
        for part in (self._none, self._said, parts.row(self.more, None)):
            self.add(part)
        self.add(self._rings)
        self.add(self.wrong)
        self.show_now()

    def show_now(self) -> None:
        """Show the makers, their trains, and when their rings open."""
        chosen = self._desk.mirror.channels()
        self._none.setVisible(not chosen)
        self._said.setVisible(bool(chosen))
        if set(chosen) != set(self.choices):
            parts.empty(self._lines)
            self.choices = {maker: self._choice(maker) for maker in chosen}
        for maker, channel in chosen.items():
            self.choices[maker].setCurrentIndex(self.choices[maker].findData(str(channel)))
        said = rings.lines(self._desk.mirror, self._desk.clock())
        self._rings.setText("\n".join(said))
        self._rings.setVisible(bool(said))

    def _choice(self, maker: str) -> Choice:
        name = translate("Settings", "Weeks of {maker}").format(maker=maker.title())
        made = Choice(name)
        wide(made)
        for channel in Channel:
            made.addItem(channel_word(channel), str(channel))
        made.activated.connect(lambda _: self._chose(maker, made.currentData()))
        caption = parts.label(name, tone="muted")
        caption.setBuddy(made)
        caption.setMinimumWidth(parts.scaled(parts.NAMES))
        remove = translate("Settings", "Remove {maker}").format(maker=maker.title())
        gone = parts.icon_button("trash-2", remove, lambda: self._desk.maker_wanted.emit(maker))
        line = parts.row(caption, made, spacing=24)
        line.addLayout(parts.row(gone, None))
        self._lines.addLayout(line)
        return made

    def _chose(self, maker: str, channel: str) -> None:
        before, wishes = self._desk.mirror.channel(maker), self._desk.wishes
        if before is None or Channel(channel) is before:
            return
        what = translate("Settings", "Weeks of {maker}").format(maker=maker.title())
        asked = wishes.channel(maker, Channel(channel))
        self.change(what, asked, lambda: wishes.channel(maker, before))
