"""What can be done with the chosen devices: one by one or many at once, and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from desktop import finding, tables, words
from desktop.bulk import Bulk, together
from desktop.desk import Desk
from desktop.language import current, translate
from desktop.models import states
from desktop.models.bulk import Outcome, Refused, listed
from desktop.models.columns import Column
from desktop.models.rows import Row
from desktop.tables import Format
from desktop.widgets.bulk_bar import BulkBar
from desktop.wishes_devices import DeviceWishes
from fleet.capability import Deed, doing
from fleet.later import later
from fleet.model import Device

if TYPE_CHECKING:
    from desktop.dialogs import ask, export, tags, told
    from desktop.models import sheets
    from desktop.models import tags as tag_values
else:  # no dialog is seen at the start
    ask, export = later("desktop.dialogs.ask"), later("desktop.dialogs.export")
    tags, told = later("desktop.dialogs.tags"), later("desktop.dialogs.told")
    sheets, tag_values = later("desktop.models.sheets"), later("desktop.models.tags")

Ask = Callable[[Device], Future[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One wish for several devices."""

    doing: str  # while it is done: "Setting the room"
    said: Callable[[int], str]  # when it is: "Room of 3 devices set"
    ask: Ask
    back: Ask | None = None  # from the device as it was before; None: it cannot be taken back
    able: Callable[[Device], str] = lambda _: ""  # code of docs/errors.md where it cannot be asked


@dataclass(slots=True)
class Run:
    """A wish under way, and the devices as they were before."""

    wish: Wish
    before: dict[str, Device]
    bulk: Bulk


class DeviceDeeds:
    """The hands of the Devices page; `rows` gives the chosen rows, `shown` all that are shown."""

    def __init__(
        self,
        desk: Desk,
        owner: QWidget,
        bar: BulkBar,
        *,
        rows: Callable[[], list[Row]],
        shown: Callable[[], list[Row]],
        columns: Callable[[], Sequence[Column]],
    ) -> None:
        self._desk, self._owner, self._bar = desk, owner, bar
        self._rows, self._shown, self._columns = rows, shown, columns
        self._wishes = DeviceWishes(desk.wishes.client)
        self._many: Run | None = None  # the wish for several that is under way, or was the last
        bar.stopped.connect(self._stop)
        bar.again_wanted.connect(self._again)
        bar.list_wanted.connect(self._list)

    # --- what is asked for ---

    def rename(self, key: str) -> None:
        """Ask for a device's name."""
        device = self._desk.mirror.devices.get(key)
        if device is None:
            return
        rename = self._desk.wishes.rename

        def set_name(dialog: ask.AskDialog) -> None:
            name = dialog.values[0]
            wish = Wish(
                doing=translate("Deeds", "Renaming"),
                said=lambda _: translate("Deeds", "{was} is called {name} now").format(
                    was=device.name, name=name or translate("Deeds", "as it says itself")
                ),
                ask=lambda one: rename(one.key, name),
                back=lambda one: rename(one.key, one.name if "name" in one.given else ""),
            )
            self._start(wish, [device])

        self._open_ask(
            set_name,
            translate("Deeds", "Rename"),
            translate("Deeds", "Leave it empty to go back to the device's own name."),
            {translate("Deeds", "Name"): device.name},
        )

    def room(self) -> None:
        """Ask for the room of what is chosen."""
        chosen = self._chosen()
        if not chosen:
            return
        rooms = {device.room for device in chosen}
        known = {device.room for device in self._desk.mirror.devices.values()} - {""}

        def set_room(dialog: ask.AskDialog) -> None:
            self._start(self._room_wish(dialog.values[0]), chosen)

        text = ""
        if len(chosen) > 1:
            text = translate("Deeds", "For %n device(s).", None, len(chosen))
        self._open_ask(
            set_room,
            translate("Deeds", "Set room"),
            text,
            {translate("Deeds", "Room"): rooms.pop() if len(rooms) == 1 else ""},
            suggest=sorted(known, key=str.casefold),
        )

    def tags(self) -> None:
        """Ask which tags the chosen devices are to have."""
        chosen = self._chosen()
        if not chosen:
            return
        known = tag_values.known(chosen, self._desk.mirror.devices.values())

        def make(parent: QWidget) -> QDialog:
            dialog = tags.TagsDialog(known, len(chosen), parent)
            dialog.accepted.connect(lambda: self._set_tags(chosen, dialog.change))
            return dialog

        self._desk.dialog_wanted.emit(make)

    def skip(self) -> None:
        """Skip this week's version on those of the chosen for which there is one."""
        ready = {row.key: row.target for row in self._rows() if self._desk.mirror.ready(row.key)}
        skip = self._wishes.skip
        wish = Wish(
            doing=translate("Deeds", "Skipping"),
            said=lambda count: translate("Deeds", "Skipped on %n device(s)", None, count),
            ask=lambda one: skip(one.key, ready[one.key]),
            back=lambda one: skip(one.key, ready[one.key], skip=False),
        )
        self._start(wish, [one for one in self._chosen() if one.key in ready])

    def ask_first(self) -> None:
        """Let the chosen be updated after a question only; where all are, no longer."""
        on = not all(device.ask_first for device in self._chosen())
        say = self._desk.wishes.ask_first

        def said(count: int) -> str:
            if on:
                return translate("Deeds", "%n device(s): you will be asked first", None, count)
            return translate("Deeds", "%n device(s): no question any more", None, count)

        wish = Wish(
            doing=translate("Deeds", "Marking"),
            said=said,
            ask=lambda one: say(one.key, on=on),
            back=lambda one: say(one.key, on=one.ask_first),
        )
        self._start(wish, self._chosen())

    def pin(self) -> None:
        """Keep the chosen on what they run; where all are, no longer."""
        on = not all(device.pinned for device in self._chosen())
        say = self._desk.wishes.pin

        def said(count: int) -> str:
            if on:
                return translate("Deeds", "%n device(s) stay on their version", None, count)
            return translate("Deeds", "%n device(s) may be updated again", None, count)

        wish = Wish(
            doing=translate("Deeds", "Marking"),
            said=said,
            ask=lambda one: say(one.key, on=on),
            back=lambda one: say(one.key, on=one.pinned),
        )
        self._start(wish, self._chosen())

    def check_offers(self) -> None:
        """Have the chosen look for their own makers' updates."""
        wish = Wish(
            doing=translate("Deeds", "Asking their makers"),
            said=lambda count: translate("Deeds", "%n device(s) look for an update", None, count),
            ask=lambda one: self._wishes.check(one.key),
            able=lambda one: "" if one.caps.check else "cannot_check",
        )
        self._start(wish, self._chosen())

    def restart(self) -> None:
        """Ask whether the chosen are to be restarted: that cannot be taken back."""
        chosen = self._chosen()
        if not chosen:
            return
        title = translate("Deeds", "Restart %n device(s)?", None, len(chosen))
        text = translate("Deeds", "What they power or measure is away for some seconds.")
        wish = Wish(
            doing=translate("Deeds", "Restarting"),
            said=lambda count: translate("Deeds", "%n device(s) told to restart", None, count),
            ask=lambda one: self._wishes.press(one.key, doing(one.features, Deed.RESTART)),
            able=lambda one: "" if doing(one.features, Deed.RESTART) else "cannot_restart",
        )
        do = translate("Deeds", "Restart")
        self._open_ask(lambda _: self._start(wish, chosen), title, text, {}, word=do)

    def locate(self) -> None:
        """Have the chosen blink or beep."""
        wish = Wish(
            doing=translate("Deeds", "Locating"),
            said=lambda count: translate("Deeds", "%n device(s) told to show up", None, count),
            ask=lambda one: self._wishes.press(one.key, doing(one.features, Deed.IDENTIFY)),
            able=lambda one: "" if doing(one.features, Deed.IDENTIFY) else "cannot_locate",
        )
        self._start(wish, self._chosen())

    def forget(self) -> None:
        """Forget the chosen; they come back with a click, as they were."""
        wish = Wish(
            doing=translate("Deeds", "Forgetting"),
            said=lambda count: translate("Deeds", "%n device(s) forgotten", None, count),
            ask=lambda one: self._wishes.forget(one.key),
            back=lambda one: self._wishes.restore(one.key),
        )
        self._start(wish, self._chosen())

    # --- other places ---

    def go_back(self) -> None:
        """Ask whether the chosen are to go back to the version before."""
        update, devices = self._desk.mirror.update, self._chosen()
        able = [
            device.key
            for device in devices
            if (last := update(device.key)) and states.can_go_back(device, last)
        ]
        if able:
            self._desk.undo_wanted.emit(tuple(able), "")

    def open_page(self) -> None:
        """Open the device's own page in the browser."""
        for device in self._chosen()[:1]:
            if page := web_page(device):
                QDesktopServices.openUrl(QUrl(page))

    def show_messages(self) -> None:
        """Show what the device says."""
        for device in self._chosen()[:1]:
            self._desk.go("messages", device.key)

    def report(self) -> None:
        """Report a problem with the device."""
        for device in self._chosen()[:1]:
            self._desk.report_wanted.emit(device.key)

    # --- rows as text ---

    def copy(self, how: Format = Format.TEXT) -> None:
        """Put the chosen rows into the clipboard."""
        rows = self._rows()
        sheet = sheets.sheet(rows, self._columns(), self._desk.clock())
        text = tables.lines(sheet) if how is Format.TEXT else tables.written(sheet, how)
        QGuiApplication.clipboard().setText(text)
        self._desk.say(translate("Deeds", "%n row(s) copied", None, len(rows)))

    def export(self) -> None:
        """Ask into which file rows are to be written."""
        rows, shown = self._rows(), self._shown()
        today = dt.datetime.fromtimestamp(self._desk.clock()).astimezone().date()

        def make(parent: QWidget) -> QDialog:
            dialog = export.ExportDialog(len(rows), len(shown), today, parent)
            dialog.go.clicked.disconnect()
            dialog.go.clicked.connect(lambda _=False: save(dialog))
            return dialog

        def save(dialog: export.ExportDialog) -> None:
            dialog.go.setEnabled(False)
            path = dialog.path
            picked = rows if dialog.only_chosen else shown
            sheet = sheets.sheet(picked, self._columns(), self._desk.clock())
            said = translate("Deeds", "%n row(s) written to {file}", None, len(picked))

            def done(_: object) -> None:
                dialog.accept()
                self._desk.say(said.format(file=path.name))

            body = tables.encoded(sheet, dialog.format)
            self._desk.ask(export.write(path, body), dialog, done, dialog.tell_wrong)

        self._desk.dialog_wanted.emit(make)

    # --- how it is done ---

    def _chosen(self) -> list[Device]:
        return [row.device for row in self._rows()]

    def _room_wish(self, room: str) -> Wish:
        say = self._desk.wishes.room
        return Wish(
            doing=translate("Deeds", "Setting the room"),
            said=lambda count: translate("Deeds", "Room of %n device(s) set", None, count),
            ask=lambda one: say(one.key, room),
            back=lambda one: say(one.key, one.room if "room" in one.given else ""),
        )

    def _set_tags(self, chosen: Sequence[Device], change: tag_values.Change) -> None:
        say = self._wishes.tags
        wish = Wish(
            doing=translate("Deeds", "Setting tags"),
            said=lambda count: translate("Deeds", "Tags of %n device(s) set", None, count),
            ask=lambda one: say(one.key, change.of(one)),
            back=lambda one: say(one.key, one.tags),
        )
        self._start(wish, [one for one in chosen if change.of(one) != one.tags])

    def _start(self, wish: Wish, devices: Sequence[Device]) -> None:
        many = len(devices) > 1
        if many and self._many and self._many.bulk.running:
            busy = translate("Deeds", "Wait until this is done: {what}")
            self._desk.say(busy.format(what=self._many.wish.doing))
            return
        if not devices:
            return
        before = {device.key: device for device in devices}
        run = Run(wish, before, Bulk(self._desk, self._owner))
        cannot = {
            device.key: Refused(device.name, *words.say(code, {}, current()))
            for device in devices
            if (code := wish.able(device))
        }
        if many:
            self._many = run
            self._bar.show_progress(wish.doing, len(cannot), len(devices))
            run.bulk.moved.connect(partial(self._bar.show_progress, wish.doing))
        run.bulk.over.connect(partial(self._over, run))
        keys = [key for key in before if key not in cannot]
        run.bulk.start(keys, lambda key: wish.ask(before[key]), cannot)

    def _over(self, run: Run, outcome: Outcome) -> None:
        run.bulk.deleteLater()
        if run is self._many or not outcome.whole:
            self._many = run
            self._bar.show_outcome(outcome)
        if not outcome.done:
            return
        back = run.wish.back
        asks = [partial(back, run.before[key]) for key in outcome.done] if back else []
        undo = partial(together, asks) if asks else None
        self._desk.say(run.wish.said(len(outcome.done)), undo)

    def _stop(self) -> None:
        if self._many and self._many.bulk.running:
            self._many.bulk.stop()

    def _again(self, outcome: Outcome) -> None:
        keys = (*outcome.refused, *outcome.left)
        known = self._desk.mirror.devices
        self._bar.dismiss()
        if self._many:
            self._start(self._many.wish, [known[key] for key in keys if key in known])

    def _list(self, outcome: Outcome) -> None:
        title = translate("Deeds", "What could not be done, and why")
        self._desk.dialog_wanted.emit(
            lambda parent: told.TextDialog(title, listed(outcome), parent)
        )

    def _open_ask(
        self,
        do: Callable[[ask.AskDialog], None],
        title: str,
        text: str,
        fields: dict[str, str],
        *,
        word: str = "",
        suggest: Sequence[str] = (),
    ) -> None:
        def make(parent: QWidget) -> QDialog:
            dialog = ask.AskDialog(title, text, word or title, fields=fields, parent=parent)
            if suggest:
                dialog.suggest(list(suggest))
            dialog.accepted.connect(lambda: do(dialog))
            return dialog

        self._desk.dialog_wanted.emit(make)


def web_page(device: Device) -> str:
    """Return the address of the device's own page; "" where it has none that we know."""
    speaks = next((one for one in device.dialects if one in _WEB), "")
    address = finding.address(device) if speaks else ""
    return f"http://{address}/" if finding.is_at_home(address) else ""


_WEB = frozenset({"tasmota", "shelly1", "shelly2", "wled", "openbeken"})
"""Dialects whose devices have a page of their own."""
