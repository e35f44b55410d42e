"""What is around the table of devices: the menu of a row, the names of views, an empty table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypedDict

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from desktop import actions, language, theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import states
from desktop.models.rows import Row
from desktop.models.views import View, Views
from desktop.pages.device_deeds import web_page
from desktop.widgets.nothing import Step
from desktop.widgets.views_menu import ViewsButton
from fleet.capability import Deed, doing
from fleet.later import later
from fleet.model import BrokerState

if TYPE_CHECKING:
    from desktop import demo_window
    from desktop.dialogs import ask
else:  # not seen at the start
    ask, demo_window = later("desktop.dialogs.ask"), later("desktop.demo_window")

_LINE = "-"
_TICKED = {known.name: known.icon for known in actions.ALL if known.name in {"ask_first", "stay"}}
MENU: tuple[str, ...] = (
    "update",
    "skip",
    "ask_first",
    "stay",
    "go_back",
    "check_offers",
    _LINE,
    "restart",
    "locate",
    "open_page",
    _LINE,
    "rename",
    "room",
    "tags",
    _LINE,
    "copy",
    "copy_csv",
    "copy_json",
    "export_devices",
    _LINE,
    "show_messages",
    "report",
    "forget",
)
"""What a right click, or the menu key, offers for the chosen devices."""


def row_menu(parent: QWidget, desk: Desk, rows: Sequence[Row]) -> QMenu:
    """Return the menu for these rows; what none of them can is there and cannot be pressed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    update = desk.mirror.update
    devices = [row.device for row in rows]
    back = [
        last.version_from
        for device in devices
        if (last := update(device.key)) and states.can_go_back(device, last)
    ]
    able = {
        "go_back": bool(back),
        "check_offers": any(device.caps.check for device in devices),
        "restart": any(doing(device.features, Deed.RESTART) for device in devices),
        "locate": any(doing(device.features, Deed.IDENTIFY) for device in devices),
        "open_page": len(devices) == 1 and bool(web_page(devices[0])),
        "show_messages": len(devices) == 1,
    }
    ticked = {
        "ask_first": bool(devices) and all(device.ask_first for device in devices),
        "stay": bool(devices) and all(device.pinned for device in devices),
    }
    for name in MENU:
        if name == _LINE:
            menu.addSeparator()
            continue
        action = desk.actions[name]
        if not able.get(name, True):
            action.setEnabled(False)  # what was chosen next switches it on again
        if name in ticked:
            action.setCheckable(True)
            action.setChecked(ticked[name])
            icon = "check" if ticked[name] else _TICKED[name]
            action.setIcon(theme.icon(icon, "text", 16))  # a picture hides the menu's own tick
        if name == "go_back":
            action.setText(_back_words(back))
        menu.addAction(action)
    return menu


def _back_words(versions: Sequence[str]) -> str:
    if len(set(versions)) == 1:
        return translate("Devices", "Go back to {version}…").format(version=versions[0])
    return translate("Actions", "Go back to the version before…")


def ask_name(desk: Desk, views: ViewsButton, view: View | None = None) -> None:
    """Ask for the name under which what is shown is saved, or by which `view` is called."""
    title = translate("Devices", "Rename the view") if view else translate("Devices", "Save a view")
    text = translate("Devices", "It keeps the search, the chip, the columns and their order.")

    def make(parent: QWidget) -> QDialog:
        fields = {translate("Devices", "Name of the view"): view.name if view else ""}
        do = translate("Devices", "Rename") if view else translate("Devices", "Save")
        dialog = ask.AskDialog(title, text, do, fields=fields, parent=parent)
        known = [one.name for one in views.views.each]
        dialog.suggest(known)

        def put() -> None:
            (name,) = dialog.values
            if view:
                views.rename(view, name)
            else:
                views.save(name)

        dialog.accepted.connect(put)
        return dialog

    desk.dialog_wanted.emit(make)


def putting_back(views: ViewsButton, before: object) -> Callable[[], Future[Any]] | None:
    """Return what takes a change of views back."""
    if not isinstance(before, Views):
        return None
    known = before

    def put_back() -> Future[Any]:
        views.put_back(known)
        done: Future[Any] = Future()
        done.set_result(None)
        return done

    return put_back


class Words(TypedDict):
    """What an empty table says."""

    title: str
    text: str
    icon: str
    steps: Sequence[Step]


def empty_words(desk: Desk, count: int, show_all: Callable[[], object]) -> Words:
    """Return what an empty table says and offers; `count`: devices there are, all filtered out."""
    if count:
        return Words(
            title=translate("Devices", "No device matches"),
            text=translate("Devices", "Take a word out of the search, or choose “All”."),
            icon="search",
            steps=((translate("Devices", "Show all devices"), show_all),),
        )
    up = [one for one in desk.mirror.connections() if one.state is BrokerState.CONNECTED]
    demo = (translate("Devices", "Try the demo house"), lambda: _demo(desk))
    if not desk.mirror.connections():
        find = (translate("Devices", "Find your house"), desk.actions["welcome"].trigger)
        return Words(
            title=translate("Devices", "No broker yet"),
            text=translate("Devices", "Devices speak to a broker: find yours, or make one here."),
            icon="compass",
            steps=(find, demo),
        )
    if not up:
        return Words(
            title=translate("Devices", "Not connected to a broker"),
            text=translate(
                "Devices", "Devices appear as soon as the house reaches its broker: see Settings."
            ),
            icon="wifi-off",
            steps=((translate("Devices", "Open Settings"), lambda: desk.go("settings")), demo),
        )
    listening = translate(
        "Devices",
        "Connected to {address}; listening for Home Assistant discovery, Zigbee2MQTT, Tasmota, "
        "Shelly, ESPHome, Homie and others. Most devices speak within five minutes; wake a "
        "sleeping one by pressing its button.",
    )
    return Words(
        title=translate("Devices", "No devices yet"),
        text=listening.format(address=up[0].address),
        icon="radio",
        steps=((translate("Devices", "Show all messages"), lambda: desk.go("messages")), demo),
    )


def _demo(desk: Desk) -> None:
    try:
        demo_window.open_demo(language.current())
    except OSError:
        desk.say(translate("Devices", "The demo house could not be opened."))
    else:
        desk.say(translate("Devices", "The demo house opens in a window of its own."))
