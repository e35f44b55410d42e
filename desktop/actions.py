"""Every action of the window: name, text, shortcut and when it can be used.

Menus, buttons' tool tips and the sheet of shortcuts are made from this one table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop import book, theme
from desktop.language import mark, translate


class When(StrEnum):
    """When an action can be used."""

    ALWAYS = "always"
    CHOSEN = "chosen"  # at least one device is chosen
    ONE = "one"  # exactly one device is chosen
    UPDATABLE = "updatable"  # one of the chosen devices could be updated
    BACK = "back"  # there is a place before this one
    FORWARD = "forward"  # one has come back from somewhere


@dataclass(frozen=True, slots=True)
class Known:
    """One action as the table has it; `text` is English and translated when it is shown."""

    name: str
    text: str
    keys: str
    when: When = When.ALWAYS
    icon: str = ""
    page: str = ""  # the one page where it means something; "": everywhere
    context: str = "Actions"  # where `text` is translated

    @property
    def said(self) -> str:
        """What it is called in the language of now."""
        return translate(self.context, self.text)


def _pages() -> tuple[Known, ...]:
    """Return an action for each page: Ctrl+1 and so on, and Settings as programs have it."""
    *pages, last = book.ALL
    numbered = (
        Known(page.name, page.text, f"Ctrl+{number}", icon=page.icon, context="Window")
        for number, page in enumerate(pages, start=1)
    )
    return (*numbered, Known(last.name, last.text, "Ctrl+,", icon=last.icon, context="Window"))


ALL: tuple[Known, ...] = (
    *_pages(),
    Known("back", mark("Actions", "Back"), "Alt+Left", When.BACK, "arrow-left"),
    Known("forward", mark("Actions", "Forward"), "Alt+Right", When.FORWARD, "arrow-right"),
    Known("palette", mark("Actions", "Find anything"), "Ctrl+K", icon="command"),
    Known("undo", mark("Actions", "Undo"), "Ctrl+Z", icon="rotate-ccw"),
    Known("search", mark("Actions", "Search on this page"), "Ctrl+F", icon="search"),
    Known(
        "update",
        mark("Actions", "Update what is chosen"),
        "Ctrl+U",
        When.UPDATABLE,
        "circle-arrow-up",
    ),
    Known(
        "check", mark("Actions", "Check for updates now"), "Ctrl+Shift+U",
        icon="refresh-cw",
    ),
    Known("report", mark("Actions", "Report a problem"), "Ctrl+B", icon="bug"),
    Known("rename", mark("Actions", "Rename"), "F2", When.ONE, "pencil"),
    Known("room", mark("Actions", "Set room"), "", When.CHOSEN, "house"),
    Known(
        "skip",
        mark("Actions", "Skip this version"),
        "",
        When.UPDATABLE,
        "skip-forward",
    ),
    Known("copy", mark("Actions", "Copy rows"), "Ctrl+C", When.CHOSEN, "copy"),
    Known(
        "pause_messages", mark("Actions", "Pause messages"), "Ctrl+P",
        icon="pause", page="messages",
    ),
    Known(
        "clear_messages", mark("Actions", "Clear messages"), "Ctrl+L",
        icon="eraser", page="messages",
    ),
    Known(
        "export_messages", mark("Actions", "Export messages"), "Ctrl+E",
        icon="download", page="messages",
    ),
    Known(
        "send_message", mark("Actions", "Send a message"), "Ctrl+Shift+M",
        icon="send", page="messages",
    ),
    Known("who", mark("Actions", "Who is here"), "Ctrl+Shift+W", icon="user"),
    Known("welcome", mark("Actions", "Welcome: find your house"), "", icon="compass"),
    Known("health", mark("Actions", "Health: what is wrong here"), "", icon="heart"),
    Known("check_copy", mark("Actions", "Check this copy of the program"), "", icon="shield-check"),
    Known("forget", mark("Actions", "Forget device"), "Del", When.CHOSEN, "trash-2"),
    *(Known(name, text, keys, when, icon, page="devices") for name, text, keys, when, icon in (
        ("tags", mark("Actions", "Tags"), "Ctrl+T", When.CHOSEN, "tag"),
        ("ask_first", mark("Actions", "Ask me first"), "", When.CHOSEN, "hand"),
        ("stay", mark("Actions", "Stay on this version"), "", When.CHOSEN, "lock"),
        ("go_back", mark("Actions", "Go back to the version before…"), "", When.CHOSEN,
         "rotate-ccw"),
        ("check_offers", mark("Actions", "Ask its own maker"), "", When.CHOSEN, "refresh-cw"),
        ("restart", mark("Actions", "Restart"), "", When.CHOSEN, "power"),
        ("locate", mark("Actions", "Locate"), "", When.CHOSEN, "map-pin"),
        ("open_page", mark("Actions", "Open its web page"), "", When.ONE, "globe"),
        ("show_messages", mark("Actions", "Show its messages"), "", When.ONE, "message-square"),
        ("copy_csv", mark("Actions", "Copy rows as CSV"), "", When.CHOSEN, "copy"),
        ("copy_json", mark("Actions", "Copy rows as JSON"), "", When.CHOSEN, "copy"),
        ("export_devices", mark("Actions", "Export…"), "Ctrl+E", When.ALWAYS, "download"),
    )),
    Known("told", mark("Actions", "What was said"), "Ctrl+Shift+L", icon="bell"),
    Known("zoom_in", mark("Actions", "Larger"), "Ctrl++, Ctrl+=", icon="zoom-in"),
    Known("zoom_out", mark("Actions", "Smaller"), "Ctrl+-", icon="zoom-out"),
    Known("zoom_reset", mark("Actions", "Usual size"), "Ctrl+0", icon="search"),
    Known("shortcuts", mark("Actions", "Keyboard shortcuts"), "F1, Ctrl+/", icon="keyboard"),
    Known("quit", mark("Actions", "Quit"), "Ctrl+Q", icon="power"),
)  # fmt: skip

_PAGES = frozenset(page.name for page in book.ALL)

_WHY_NOT = {
    When.CHOSEN: mark("Actions", "Choose a device first."),
    When.ONE: mark("Actions", "Choose exactly one device first."),
    When.UPDATABLE: mark("Actions", "Nothing that is chosen can be updated."),
    When.BACK: mark("Actions", "There is no place before this one."),
    When.FORWARD: mark("Actions", "There is no place to go forward to."),
}

_TABLE_ONLY = frozenset({"copy", "forget", "rename"})
"""Keys that mean something else in a text field: they count only inside the table."""


class Actions(QObject):
    """The QActions of one window, by name."""

    def __init__(self, window: QWidget, do: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self._known = {known.name: known for known in ALL}
        self._made = {known.name: self._make(window, known, do[known.name]) for known in ALL}
        self._refused: dict[str, str] = {}  # to who is here -> whom to ask
        self._shown = ""  # the page that one sees

    def __getitem__(self, name: str) -> QAction:
        """Return one action."""
        return self._made[name]

    def __iter__(self) -> Iterator[QAction]:
        """Return all of them, in the order of the table."""
        return iter(self._made.values())

    def of(self, names: Iterable[str]) -> list[QAction]:
        """Return several, in the order asked for."""
        return [self._made[name] for name in names]

    def bind_to_table(self, table: QWidget) -> None:
        """Let the table's own keys count inside `table` only."""
        for name in _TABLE_ONLY:
            table.addAction(self._made[name])

    def dress(self) -> None:
        """Take texts anew: the language has changed."""
        for name, known in self._known.items():
            self._made[name].setText(known.said)

    def draw(self) -> None:
        """Take icons anew, which only menus show: the look has changed."""
        for name, known in self._known.items():
            if known.icon:
                self._made[name].setIcon(theme.icon(known.icon, "text", 16))

    def enable(
        self,
        *,
        chosen: int,
        updatable: int,
        page: str,
        pages: Collection[str],
        back: bool,
        forward: bool,
    ) -> None:
        """Switch each on or off by what is chosen, by the page shown and by the pages there are."""
        holds = {
            When.ALWAYS: True,
            When.CHOSEN: chosen > 0,
            When.ONE: chosen == 1,
            When.UPDATABLE: updatable > 0,
            When.BACK: back,
            When.FORWARD: forward,
        }
        self._shown = page
        for name, known in self._known.items():
            here = known.page in ("", page)
            there = name in pages or name not in _PAGES
            self._made[name].setEnabled(holds[known.when] and here and there)

    def refuse(self, reasons: Mapping[str, str]) -> None:
        """Switch off those that who is here may not do; the tool tip says whom to ask."""
        for name in {*reasons, *self._refused}:
            action, why = self._made.get(name), reasons.get(name, "")
            if action is not None:
                action.setEnabled(action.isEnabled() and not why)
                action.setToolTip(why or action.text())
        self._refused = dict(reasons)

    def why_not(self, name: str) -> str:
        """Return why an action cannot be used now; "": it can."""
        known = self._known[name]
        if self._made[name].isEnabled():
            return ""
        if name in self._refused:
            return self._refused[name]
        if known.page not in ("", self._shown):
            page = next(page for page in book.ALL if page.name == known.page)
            said = translate("Actions", "Only on the page {page}.")
            return said.format(page=translate("Window", page.text))
        why = _WHY_NOT.get(known.when, mark("Actions", "Not now."))
        return translate("Actions", why)

    def _make(self, window: QWidget, known: Known, do: Callable[[], object]) -> QAction:
        action = QAction(self)
        action.setObjectName(known.name)
        keys = [QKeySequence(part) for part in known.keys.split(", ") if part]
        action.setShortcuts(keys)
        action.triggered.connect(lambda _=False: do())
        if known.name in _TABLE_ONLY:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        else:
            window.addAction(action)
        return action


def shown_keys(known: Known) -> str:
    """Return an action's keys as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    each = [QKeySequence(part).toString(native) for part in known.keys.split(", ") if part]
    return "   ".join(each)
