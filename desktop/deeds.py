"""What each action of the window does: the other half of the table in desktop/actions.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from desktop import book
from desktop.actions import ALL
from desktop.language import translate
from desktop.models.location import Location
from fleet.later import later

if TYPE_CHECKING:
    from desktop.dialogs import ask, shortcuts, told, welcome
    from desktop.pages.devices import DevicesPage
    from desktop.pages.updates import UpdatesPage
    from desktop.window import Window
    from feedback import outcome
else:  # what is not seen at the start is loaded when it is
    ask, shortcuts = later("desktop.dialogs.ask"), later("desktop.dialogs.shortcuts")
    told, outcome = later("desktop.dialogs.told"), later("feedback.outcome")
    welcome = later("desktop.dialogs.welcome")


class Deeds:
    """Does them, on the page that is shown where that has its own way of it.

    An action of one page alone (`Known.page`) is that page's method `deed_<name>`.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._desk = window.desk

    def by_name(self) -> dict[str, Callable[[], object]]:
        """Return what each action of the table does."""
        window = self._window
        return {
            **{one.name: partial(window.go, one.name) for one in book.ALL},
            **{one.name: partial(self._on_page, one.page, one.name) for one in ALL if one.page},
            "back": window.trail.back,
            "forward": window.trail.forward,
            "undo": self.undo,
            **window.shell.deeds(),
            "search": self.search,
            "update": lambda: self._devices.update_selected(),  # noqa: PLW0108 - pages are made anew
            "check": self.check,
            "report": lambda: window.report(window.current.about()),
            "rename": lambda: self.rename(self._devices.about()),
            "who": window.company.ask,
            "room": lambda: self._devices.deeds.room(),  # noqa: PLW0108 - pages are made anew
            "skip": lambda: self._devices.deeds.skip(),  # noqa: PLW0108 - pages are made anew
            "copy": lambda: self._devices.deeds.copy(),  # noqa: PLW0108 - pages are made anew
            "forget": lambda: self._devices.deeds.forget(),  # noqa: PLW0108 - pages are made anew
            "shortcuts": lambda: window.open(shortcuts.ShortcutsDialog(window)),
            "welcome": self.welcome,
            "health": lambda: self._desk.location_wanted.emit(Location("settings", "health")),
            "check_copy": lambda: self._desk.go("settings", "about/check"),
            "quit": window.quit,
        }

    @property
    def _devices(self) -> DevicesPage:
        return self._window.devices

    def _on_page(self, page: str, name: str) -> None:
        if self._window.shown == page:
            getattr(self._window.page(page), f"deed_{name}")()

    # --- everywhere ---

    def undo(self) -> None:
        """Take back the newest thing that can be: of the page, else of what toasts have told."""
        if not self._window.current.take_back():
            self._desk.take_back()

    def search(self) -> None:
        """Go to the search of this page; to that of the devices where it has none."""
        if not self._window.current.go_find():
            self._window.go("devices")
            self._devices.go_find()

    def check(self) -> None:
        """Look for a new week, and show that it is being looked for."""
        page = cast("UpdatesPage", self._window.page("updates"))
        page.check_now()

    def welcome(self) -> None:
        """Show the way in: the broker, what is heard, how careful; never over another dialog."""
        if self._window.dialog is None:
            self._window.open(welcome.WelcomeDialog(self._desk, self._window))

    # --- devices ---

    def rename(self, key: str) -> None:
        """Ask for a device's name."""
        self._devices.deeds.rename(key)

    # --- what is asked for ---

    def enrol(self) -> None:
        """Ask for an invitation code."""
        dialog = ask.AskDialog(
            translate("Window", "Enter your invitation code"),
            translate("Window", "It came with the address of a hub. No account, no e-mail."),
            translate("Window", "Enrol"),
            fields={
                translate("Window", "Invitation code"): "",
                translate("Window", "Address of the hub"): "",
                translate("Window", "Name the makers see"): "",
            },
            parent=self._window,
        )

        def enrol(values: list[str]) -> None:
            code, hub, name = values
            asked = self._desk.wishes.enrol(code=code, hub=hub, name=name)
            self._desk.ask(asked, dialog, lambda _: dialog.accept(), dialog.tell_wrong)

        dialog.answer_with(enrol)
        self._window.open(dialog)

    def outcomes(self) -> None:
        """Show what the makers hear of updates, byte for byte; before that a sample."""

        def show(bodies: Sequence[str]) -> None:
            title = translate("Home", "What the makers hear of updates")
            intro = translate("Home", "The newest first, exactly as they are sent.")
            if not bodies:
                intro = translate("Home", "Nothing has been told yet. This is what one looks like.")
            text = "\n\n".join(bodies or (outcome.example().decode(),))
            self._window.open(told.TextDialog(title, text, self._window, intro=intro))

        self._desk.ask(self._desk.wishes.outcomes(), self._window, show)

    def maker(self, name: str, link: str = "") -> None:
        """Take a maker by its link, which may be known, or let one go."""
        wishes = self._desk.wishes
        if name:
            text = translate(
                "Window", "No more weeks of it are taken; what its devices run stays as it is."
            )
            title = translate("Window", "Remove {maker}?").format(maker=name.title())
            do, fields = translate("Window", "Remove"), {}
        else:
            text = translate("Window", "Its link is on its page, or behind the QR code in the box.")
            title, do = translate("Window", "Add a maker"), translate("Window", "Add")
            fields = {translate("Window", "Link"): link}
        dialog = ask.AskDialog(title, text, do, fields=fields, parent=self._window)

        def answer(values: list[str]) -> None:
            asked = wishes.remove_maker(name) if name else wishes.add_maker(values[0])
            self._desk.ask(asked, dialog, lambda _: dialog.accept(), dialog.tell_wrong)

        dialog.answer_with(answer)
        self._window.open(dialog)
