"""The habits of the window beside its pages: palette, drops, links, what was said, size, faults."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView

from desktop.language import translate
from desktop.models import location, palette
from desktop.models.location import Location
from desktop.models.palette import Entry, Kind
from desktop.widgets.drop import DropOverlay, files_of
from desktop.widgets.progress import ProgressStrip
from desktop.zoom import USUAL
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import crashes, drop_deeds, dropped
    from desktop.dialogs import crashed, said
    from desktop.dialogs import palette as palette_dialog
    from desktop.models import crashed as crash_words
    from desktop.models import found
    from desktop.models.said import Said
    from desktop.window import Window
    from feedback import report as reports
else:  # what is not seen at the start is loaded when it is
    dropped, crashed = later("desktop.dropped"), later("desktop.dialogs.crashed")
    drop_deeds = later("desktop.drop_deeds")
    said, palette_dialog = later("desktop.dialogs.said"), later("desktop.dialogs.palette")
    crash_words, found = later("desktop.models.crashed"), later("desktop.models.found")
    reports = later("feedback.report")

CLOSE_TO_TRAY = "tray.close_to"
"""The name under which it is remembered that closing hides the window."""

_RECENT = "palette.recent"
_AT = "window.at"
_PLACE = "window.place"
_TITLE_MOST = 120  # characters of a report's title that we write


class Shell(QObject):
    """One for each window; made before its pages, so that actions have something to call."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._desk = window.desk

    def deeds(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do, by name."""
        return {
            "palette": self.find_anything,
            "told": self.show_told,
            "zoom_in": lambda: self._desk.zoom.step(1),
            "zoom_out": lambda: self._desk.zoom.step(-1),
            "zoom_reset": lambda: self._desk.zoom.put(USUAL),
        }

    def begin(self) -> None:
        """Take drops, and show what is under way; the window is there by now."""
        window = self._window
        self.progress = ProgressStrip(window, self._desk.running, window.toast)
        self.overlay = DropOverlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def built(self) -> None:
        """Pages were made anew: hear the mouse's own buttons over their lists too."""
        self._window.stack.currentChanged.connect(lambda _: self.watch())
        self._window.toast.dress()
        self.progress.dress()
        self.watch()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is dropped, and the two buttons of a mouse that lead back and forward."""
        kind = event.type()
        if kind is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            return self._turned(event.button())
        if watched is self._window and kind in _DROPS:
            return self._drop(event)
        return super().eventFilter(watched, event)

    # --- finding ---

    def find_anything(self) -> None:
        """Open the palette."""
        window, memory = self._window, self._desk.memory
        recent = memory.get(_RECENT, tuple[str, ...], ())
        every = found.entries(self._desk.mirror, window.actions_.why_not)
        dialog = palette_dialog.PaletteDialog(every, recent, window)
        dialog.chosen.connect(self._found)
        window.open(dialog)

    def _found(self, entry: Entry) -> None:
        memory = self._desk.memory
        recent = memory.get(_RECENT, tuple[str, ...], ())
        memory.put(_RECENT, palette.used(recent, entry))
        if entry.kind is Kind.DEVICE:
            self._window.go("devices", entry.name)
        elif entry.kind is Kind.REPORT:
            self._window.go("reports", entry.name)
        else:
            self._window.actions_[entry.name].trigger()

    # --- links ---

    def follow(self, link: str) -> None:
        """Come to the front, and show where a link leads, or what a file is; "": only come.

        CommandError("link_unknown"): it is not one of ours, or leads to no page of this person.
        """
        maker = link.startswith("orangery:maker?")
        file = location.file_of(link)
        place = None if maker or file or not link else location.parse(link)
        if place is not None and place.page not in self._window.pages:
            raise CommandError("link_unknown", link=link[:80])
        self.come_forward()
        if file is not None:
            self.take(file)
        elif place == location.Location("reports", location.NEW_REPORT):
            self._window.report()
        elif place is not None:
            self._window.show_simple(on=False)
            self._window.go(place.page, place.subject)
        elif maker:
            self._window.deeds.maker("", link)

    def come_forward(self) -> None:
        """Show the window above all others, as large as it was."""
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    # --- what was said ---

    def show_told(self) -> None:
        """List what toasts and notices have said, the newest first."""
        dialog = said.SaidDialog(self._desk, self._window)
        dialog.place_wanted.connect(lambda place: self._window.go(place.page, place.subject))
        self._window.open(dialog)
        self._window.rail.bell.set_count(0)

    def heard(self, one: Said) -> None:
        """Count on the bell what nobody could see: the window is not in front."""
        del one
        if not self._window.isActiveWindow():
            self._window.rail.bell.set_count(self._window.rail.bell.count + 1)

    # --- faults ---

    def report_with(self, title: str, text: str) -> None:
        """Begin a report with these words; it is a draft until the person sends it."""
        asked = self._desk.wishes.save_draft(
            report="",
            kind=reports.Kind.PROBLEM,
            title=title[:_TITLE_MOST],
            text=text,
            device="",
            facts=reports.DeviceFacts(),
            details=reports.Details(),
        )
        self._desk.ask(asked, self, lambda made: self._desk.draft_wanted.emit(made.id))

    def offer(self, crash: crashes.Crash) -> None:
        """Ask whether a crash is to be reported."""
        title, text = crash_words.draft(crash)
        dialog = crashed.CrashedDialog(crash, self._window)
        dialog.report_wanted.connect(lambda: self.report_with(title, text))
        self._window.open(dialog)

    # --- where it was closed ---

    @property
    def closes_to_tray(self) -> bool:
        """Whether the person chose that closing only hides the window."""
        return self._desk.memory.get(CLOSE_TO_TRAY, bool, False)

    def remember(self) -> None:
        """Keep size, place, page and the chosen device for the next start."""
        window, memory = self._window, self._desk.memory
        chosen = window.devices.selected()
        memory.put(_PLACE, window.place())
        memory.put(_AT, {"page": window.shown, "device": chosen[0] if len(chosen) == 1 else ""})

    def restore(self) -> None:
        """Open where it was closed."""
        window, memory = self._window, self._desk.memory
        if place := memory.get(_PLACE, str, ""):
            window.put(place)
        at = memory.get(_AT, dict[str, str], {})
        if device := at.get("device"):
            window.devices.show_subject(device)
        window.show_page(at.get("page", window.shown))
        window.trail.begin(Location(window.shown))

    # --- drops ---

    def take(self, path: Path) -> None:
        """Look at a file that was dropped, in a thread, and say what it is."""
        pool = ThreadPoolExecutor(1, "dropped")
        looking: Future[Any] = pool.submit(dropped.look, path)
        pool.shutdown(wait=False)
        said = translate("Dropped", "Looking at {name}").format(name=path.name)
        deeds = drop_deeds.DropDeeds(self._window)
        self._desk.ask(looking, self._window, deeds.show, words=said)

    def _drop(self, event: QEvent) -> bool:
        files = files_of(event)
        if event.type() is QEvent.Type.DragLeave or not files:
            self.overlay.hide()
            return False
        event.acceptProposedAction()  # type: ignore[attr-defined] # a drag's own
        if event.type() is not QEvent.Type.Drop:
            self.overlay.cover()
            return True
        self.overlay.hide()
        self.take(files[0])
        if len(files) > 1:
            self._desk.say(translate("Dropped", "One at a time: the first of them is looked at."))
        return True

    # --- the mouse ---

    def watch(self) -> None:
        """Hear them over the lists of the page that one sees; not before it is drawn.

        To look for a widget PySide6 readies all its kinds.
        """
        if not self._window.was_drawn:
            return
        page = self._window.stack.currentWidget()
        for view in page.findChildren(QAbstractItemView) if page else ():
            view.viewport().installEventFilter(self)

    def _turned(self, button: Qt.MouseButton) -> bool:
        name = {Qt.MouseButton.BackButton: "back", Qt.MouseButton.ForwardButton: "forward"}
        if button not in name:
            return False
        self._window.actions_[name[button]].trigger()
        return True


_DROPS = frozenset(
    {
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.DragLeave,
        QEvent.Type.Drop,
    }
)
