"""What the details of a device ask of the house, and what is still awaited of the device itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import wish as rules
from desktop.models.detail_versions import Deed, Mark
from desktop.models.wish import Stand, Wish
from desktop.wishes_detail import DetailWishes
from desktop.wishes_devices import DeviceWishes
from fleet.capability import Reading, typed
from fleet.later import later
from fleet.model import Device

if TYPE_CHECKING:
    from desktop.dialogs import ask, problem
else:
    ask, problem = later("desktop.dialogs.ask"), later("desktop.dialogs.problem")

_TICK_MS = 1_000
CHECK_S = 30.0
"""Within so many seconds a device that was asked for its maker's update has usually answered."""


@dataclass(frozen=True, slots=True)
class _Check:
    at: float
    before: str  # the offer it had
    error: str = ""


class Asks(QObject):
    """Keeps the wishes of all devices, so that one looked at again still shows what is awaited."""

    moved = Signal()  # a wish was said, answered, or is late

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.house = DetailWishes(desk.wishes.client)
        self._wishes: dict[str, dict[str, Wish]] = {}
        self._checks: dict[str, _Check] = {}
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def wishes(self, key: str) -> Mapping[str, Wish]:
        """Return what is awaited of a device, by feature."""
        return self._wishes.get(key, {})

    def wish(self, key: str, feature: str, value: Reading | None) -> None:
        """Ask a device for this; it is not so before it says so."""
        device = self._desk.mirror.devices.get(key)
        known = device.features.get(feature) if device else None
        if device is None or known is None:
            return
        made = Wish(
            feature=feature,
            capability=known.capability,
            value=value,
            at=self._desk.clock(),
            before=_said(device, feature),
        )
        self._wishes.setdefault(key, {})[feature] = made
        self._timer.start()
        self.moved.emit()

        def failed(error: BaseException) -> None:
            kept = self._wishes.get(key, {})
            if kept.get(feature) is made:
                kept[feature] = replace(made, error=problem.said(error)[0])
                self.moved.emit()

        self._desk.ask(self.house.act(key, feature, value), self, None, failed)

    def tick(self) -> None:
        """Let go of what has come or is not waited for any more; runs each second meanwhile."""
        now = self._desk.clock()
        for key, kept in list(self._wishes.items()):
            device = self._desk.mirror.devices.get(key)
            for feature, one in list(kept.items()):
                said = _said(device, feature) if device else None
                if rules.stand(one, said, now) in {Stand.KEPT, Stand.OLD}:
                    del kept[feature]
            if not kept:
                del self._wishes[key]
        for key, check in list(self._checks.items()):
            if now - check.at > rules.FORGET_S:
                del self._checks[key]
        if not self._wishes and not self._checks:
            self._timer.stop()
        self.moved.emit()

    def deed(self, key: str, deed: Deed, version: str) -> None:
        """Do what a button about the version of a device says; `version`: what it brings."""
        wishes, desk = self._desk.wishes, self._desk
        said = {
            Deed.UPDATE: translate("Devices", "%n update(s) asked for", None, 1),
            Deed.SKIP: translate("Devices", "{version} is skipped").format(version=version),
            Deed.STAY: translate("Devices", "{version} is skipped").format(version=version),
        }
        if deed is Deed.BACK:
            desk.undo_wanted.emit((key,), "")
            return
        asked = {
            Deed.UPDATE: lambda: wishes.update([key]),
            Deed.APPROVE: lambda: wishes.approve(key),
            Deed.CANCEL: lambda: wishes.cancel(key),
            Deed.RETRY: lambda: wishes.again(key),
            Deed.STAY: lambda: wishes.skip(key, version),
            Deed.SKIP: lambda: wishes.skip(key, version),
            Deed.OWN: lambda: wishes.own_update(key),
        }[deed]()
        words = said.get(deed, "")
        back = partial(DeviceWishes(wishes.client).skip, key, version, skip=False)
        undo = back if deed in {Deed.SKIP, Deed.STAY} else None
        desk.ask(asked, self, lambda _: desk.say(words, undo) if words else None)

    def mark(self, key: str, mark: Mark, *, on: bool) -> None:
        """Set or take off what a user says of a device."""
        wishes = self._desk.wishes
        say = {Mark.ASK_FIRST: wishes.ask_first, Mark.SPARE: wishes.spare, Mark.PIN: wishes.pin}
        self._desk.ask(say[mark](key, on=on), self)

    def check(self, key: str) -> None:
        """Have a device look for its own maker's update."""
        device = self._desk.mirror.devices.get(key)
        if device is None:
            return
        made = self._checks[key] = _Check(self._desk.clock(), _offer(device))
        self._timer.start()
        self.moved.emit()

        def failed(error: BaseException) -> None:
            if self._checks.get(key) is made:
                self._checks[key] = replace(made, error=" ".join(problem.said(error)))
                self.moved.emit()

        self._desk.ask(self.house.check(key), self, None, failed)

    def checked(self, key: str) -> tuple[str, str]:
        """Return what came of `check` so far, and its tone; "": nobody asked."""
        check, device = self._checks.get(key), self._desk.mirror.devices.get(key)
        if check is None or device is None:
            return "", "muted"
        if check.error:
            return check.error, "bad"
        if _offer(device) != check.before:
            return translate("Detail", "It has answered."), "ok"
        if self._desk.clock() - check.at < CHECK_S:
            return translate("Detail", "Asked; it is looking…"), "info"
        return translate("Detail", "It has said nothing of another version."), "muted"


def _said(device: Device, feature: str) -> Reading | None:
    """Return what a device says of a feature now, typed."""
    known, reading = device.features.get(feature), device.readings.get(feature)
    if known is None or reading is None:
        return None
    value = typed(known, reading)
    return value.value if value else None


def _offer(device: Device) -> str:
    return device.offer.raw if device.offer else ""
