"""The small questions of a device's details: its room, its tags, and whether a door may open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.widgets.detail_asks import Asks
from fleet.capability import Reading
from fleet.later import later
from fleet.model import Device

if TYPE_CHECKING:
    from desktop.dialogs import ask
else:
    ask = later("desktop.dialogs.ask")


class Questions:
    """Has the window ask, and does what is answered; what can be taken back is told so."""

    def __init__(self, desk: Desk, asks: Asks) -> None:
        self._desk, self._asks = desk, asks

    def unlock(self, key: str, feature: str, value: Reading) -> None:
        """Ask before a lock is opened: whoever is outside could come in."""
        device = self._device(key)
        if device is None:
            return

        def make(parent: QWidget) -> ask.AskDialog:
            dialog = ask.AskDialog(
                translate("Detail", "Unlock {device}?").format(device=device.name),
                translate("Detail", "Whoever stands before it can then come in."),
                translate("Detail", "Unlock"),
                fields={},
                parent=parent,
            )
            dialog.accepted.connect(lambda: self._asks.wish(key, feature, value))
            return dialog

        self._desk.dialog_wanted.emit(make)

    def tags(self, key: str) -> None:
        """Ask for the tags of a device."""
        device = self._device(key)
        if device is None:
            return

        def make(parent: QWidget) -> ask.AskDialog:
            dialog = ask.AskDialog(
                translate("Detail", "Tags of {device}").format(device=device.name),
                translate("Detail", "Words of your own, with commas between them."),
                translate("Detail", "Set tags"),
                fields={translate("Detail", "Tags"): ", ".join(sorted(device.tags))},
                parent=parent,
            )
            dialog.accepted.connect(lambda: self._put_tags(device, dialog.values[0]))
            return dialog

        self._desk.dialog_wanted.emit(make)

    def room(self, key: str) -> None:
        """Ask for the room of a device; those that there are, are offered."""
        device = self._device(key)
        if device is None:
            return
        known = sorted({one.room for one in self._desk.mirror.devices.values() if one.room})

        def make(parent: QWidget) -> ask.AskDialog:
            dialog = ask.AskDialog(
                translate("Detail", "Room of {device}").format(device=device.name),
                translate("Detail", "Leave it empty to go back to what the device says itself."),
                translate("Detail", "Set room"),
                fields={translate("Detail", "Room"): device.room},
                parent=parent,
            )
            dialog.suggest(known)
            dialog.accepted.connect(lambda: self._put_room(device, dialog.values[0]))
            return dialog

        self._desk.dialog_wanted.emit(make)

    def _put_tags(self, device: Device, said: str) -> None:
        words = said.replace("\N{FULLWIDTH COMMA}", ",").split(",")
        tags = [word.strip() for word in words if word.strip()]
        back = partial(self._asks.house.tags, device.key, sorted(device.tags))
        told = translate("Detail", "Tags of {device} set").format(device=device.name)
        asked = self._asks.house.tags(device.key, tags)
        self._desk.ask(asked, self._asks, lambda _: self._desk.say(told, back))

    def _put_room(self, device: Device, room: str) -> None:
        back = partial(self._desk.wishes.room, device.key, device.room)
        told = translate("Detail", "Room of {device} set").format(device=device.name)
        asked = self._desk.wishes.room(device.key, room)
        self._desk.ask(asked, self._asks, lambda _: self._desk.say(told, back))

    def _device(self, key: str) -> Device | None:
        return self._desk.mirror.devices.get(key)
