"""The section "This home": where it is, what it shares inside, which brokers are its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.commands import ShowUpdates
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import home
from desktop.pages.sections.agreement import AgreeCard
from desktop.pages.sections.setting import Setting, meaning, ticked
from desktop.widgets import parts
from desktop.widgets.tick import Tick
from desktop.wishes_settings import SettingsWishes

_SHORT = 64


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (HomeCard(desk), AgreeCard(desk), PlacesCard(desk))


class HomeCard(Setting):
    """Its region, and what is told or handed on inside it."""

    def __init__(self, desk: Desk) -> None:
        kinds = {"region", "share", "tell", "entities"}
        super().__init__(desk, translate("Home", "This home"), kinds)
        self._wishes = SettingsWishes(desk.wishes.client)
        self.region = QLineEdit()
        self.region.setMaxLength(2)
        self.region.setPlaceholderText("DE")
        self.region.setAccessibleName(translate("Home", "Region"))
        self.share = Tick(translate("Home", "Share files with other computers of this home"))
        self.tell = Tick(translate("Home", "Tell over MQTT what became of the night"))
        self.shows = Tick(translate("Home", "Show this week's updates in Home Assistant"))
        self._shared = meaning()
        self._lay()
        self.region.editingFinished.connect(self._region_left)
        self.share.clicked.connect(self._chose_share)
        self.tell.clicked.connect(self._chose_tell)
        self.shows.clicked.connect(self._chose_shows)
        self.show_now()

    def show_now(self) -> None:
        """Show what the house says of itself."""
        mirror = self._desk.mirror
        if not self.region.hasFocus():
            self.region.setText(mirror.region())
        shared = mirror.shared()
        shown = mirror.documents("entities", ShowUpdates).get("home")
        self.tell.setChecked(mirror.tells_night())
        self.shows.setChecked(bool(shown and shown.show))
        self.share.setChecked(shared is not None and shared.on)
        self._shared.setText(home.sharing(shared))

    def _lay(self) -> None:
        grid = parts.form()
        self.region.setFixedWidth(parts.scaled(_SHORT))
        why = translate(
            "Home",
            "Two letters, as DE or CN. Some firmware is for certain regions only; it stays here.",
        )
        where = translate(
            "Home", "Each morning at {topic}, for Home Assistant and whoever else listens there."
        )
        entities = translate(
            "Home", "As update entities that can be pressed there; the rules here are kept."
        )
        region = parts.row(self.region, None)
        parts.explained(grid, translate("Home", "Region"), region, meaning(why))
        ticked(grid, self.share, self._shared)
        told = meaning(where.format(topic="orangery/v1/house/night"))
        ticked(grid, self.tell, told)
        ticked(grid, self.shows, meaning(entities))
        self.add(grid)
        self.add(self.wrong)

    def _region_left(self) -> None:
        before, wishes = self._desk.mirror.region(), self._desk.wishes
        wanted = self.region.text().strip().upper()
        if wanted != before:
            asked = wishes.region(wanted)
            self.change(translate("Home", "Region"), asked, lambda: wishes.region(before))

    def _chose_share(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        wishes = self._desk.wishes
        self.change(self.share.text(), wishes.share(on=on), lambda: wishes.share(on=not on))

    def _chose_tell(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        wishes = self._desk.wishes
        asked = wishes.tell_night(on=on)
        self.change(self.tell.text(), asked, lambda: wishes.tell_night(on=not on))

    def _chose_shows(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        wishes = self._wishes
        asked = wishes.show_updates(on=on)
        self.change(self.shows.text(), asked, lambda: wishes.show_updates(on=not on))


class PlacesCard(Setting):
    """Which brokers are known as this home's; one that is not can be claimed."""

    def __init__(self, desk: Desk) -> None:
        title = translate("Home", "Where this home is")
        super().__init__(desk, title, {"home"})
        text = translate(
            "Home",
            "A home is known by a mark at its broker. Away from it nothing is sent, and nothing "
            "heard there is believed.",
        )
        self.add(meaning(text))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.add(self._lines)
        self.add(self.wrong)
        self.show_now()

    def show_now(self) -> None:
        """Show each broker and what it is to this home."""
        parts.empty(self._lines)
        for place in home.places(self._desk.mirror):
            line = parts.row(
                parts.picture(place.look.icon, place.look.tone, 18),
                parts.label(place.address, bold=True),
                spacing=12,
            )
            line.addWidget(parts.label(place.look.word, tone="muted", wrap=True), 1)
            if place.claimable:
                name = translate("Home", "{address} is my home").format(address=place.address)
                words = translate("Updates", "This is my home")
                line.addWidget(parts.button(words, self._claimer(place.broker), name=name))
            self._lines.addLayout(line)

    def _claimer(self, broker: str) -> Callable[[], None]:
        def claim() -> None:
            self.change(translate("Home", "Where this home is"), self._desk.wishes.claim(broker))

        return claim
