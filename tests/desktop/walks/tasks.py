"""Five tasks at the window, each by the keyboard alone and by the mouse alone.

Connect; find the lamp that is offline; update two of three lamps; understand why one was refused;
report it. The house is that of tests/desktop/fake_house.py with one lamp more; a broker that is
asked for answers by the walk (tests/desktop/dialogs/test_welcome.py connects to a real one).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.dialogs.report import ReportDialog
from desktop.dialogs.welcome import WelcomeDialog
from desktop.dialogs.whatif import WhatIfDialog
from desktop.models.welcome import Step
from desktop.pages.updates import UpdatesPage
from feedback.report import Report
from fleet.brokers import BrokerSettings
from fleet.model import Availability, BrokerState, Connection
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.walks.walk import Walk, words

ADDRESS = "192.168.1.4"
OFFLINE = fake_house.device(
    "d20", "Porch lamp", availability=Availability.OFFLINE, seen=90_000, room="Porch"
)
TITLE = "Hall light went back"
Task = Callable[[Walk, FakeClient], None]


def new_house() -> FakeClient:
    """A house without a broker and without devices."""
    made = fake_client.client(connection={}, broker={}, plan={}, consent={})
    made.now = replace(made.now, devices={})
    return made


def house() -> FakeClient:
    """The house of the other tasks."""
    made = fake_client.client()
    made.now = replace(made.now, devices={**made.now.devices, OFFLINE.key: OFFLINE})
    return answering_reports(made)


def answering_reports(client: FakeClient) -> FakeClient:
    """Let the house keep and send what is reported."""
    client.answers["SaveDraft"] = lambda said: Report(
        id="n1", title=said.title, text=said.text, kind=said.kind, made=fake_house.NOW,
        device=said.device, facts=said.facts, alias="[device]",
    )  # fmt: skip
    client.answers["SendReport"] = lambda said: Report(id=said.report, title=TITLE, text="")
    return client


def connected(walk: Walk, client: FakeClient) -> None:
    """Let the broker that was asked for answer, and its devices speak."""
    walk.until(lambda: client.of("SetBroker") or client.of("AddBroker"), "the broker is asked for")
    settings = BrokerSettings(host=ADDRESS)
    link = Connection(broker="home", state=BrokerState.CONNECTED, address=f"{ADDRESS}:1883")
    client.say(*fake_house.devices().values(), broker={"home": settings}, connection={"home": link})


def finished(walk: Walk, client: FakeClient) -> None:
    """The house is there, and nothing was sent that nobody asked for."""
    walk.until(lambda: walk.dialog is None, "the house")
    assert walk.window.shown == "devices"
    assert walk.window.devices.model.rowCount() == len(fake_house.devices())
    assert not client.of("Enrol")


def connect_by_keys(walk: Walk, client: FakeClient) -> None:
    """From an empty window to the devices."""
    walk.press("Ctrl+K", "find anything")
    walk.type("welcome", "Welcome is found")
    walk.press("Return")
    walk.until(lambda: isinstance(walk.dialog, WelcomeDialog), "Welcome")
    dialog = cast("WelcomeDialog", walk.dialog)
    walk.tab_to(dialog.house.host)
    walk.type(ADDRESS, "the address")
    walk.press("Return")
    connected(walk, client)
    for step in (Step.SEEN, Step.CARE):
        walk.until(lambda step=step: dialog.step is step, step.name.lower())
        walk.until(dialog.go_on.isEnabled, "one can go on")
        walk.press("Ctrl+Return")
    finished(walk, client)


def connect_by_mouse(walk: Walk, client: FakeClient) -> None:
    """The same, clicked."""
    walk.click_button("Find your house")
    dialog = cast("WelcomeDialog", walk.dialog)
    walk.click(dialog.house.host)
    walk.type(ADDRESS, "the address")
    walk.click(dialog.go_on, "connect")
    connected(walk, client)
    for step in (Step.SEEN, Step.CARE):
        walk.until(lambda step=step: dialog.step is step, step.name.lower())
        walk.until(dialog.go_on.isEnabled, "one can go on")
        walk.click(dialog.go_on, "go on")
    finished(walk, client)


def find_by_keys(walk: Walk, _client: FakeClient) -> None:
    """Find the lamp that is offline."""
    walk.press("Ctrl+F")
    walk.type("is:offline kind:light", "what is offline")
    walk.press("Return", "the lamp")
    walk.until(lambda: walk.window.devices.details.key == OFFLINE.key, "its details")


def find_by_mouse(walk: Walk, _client: FakeClient) -> None:
    """The same, clicked."""
    page = walk.window.devices
    walk.click(next(chip for group, chip in page.chips.items() if group.name == "OFFLINE"))
    row = page.model.place(OFFLINE.key)
    walk.click_row(page.table, row, "the lamp")
    walk.until(lambda: page.details.key == OFFLINE.key, "its details")


def started(walk: Walk, client: FakeClient, keys: set[str]) -> None:
    """Two were begun, and said."""
    walk.until(lambda: client.of("StartRollout"), "it is begun")
    (order,) = client.of("StartRollout")
    assert set(order.devices) == keys


def update_by_keys(walk: Walk, client: FakeClient) -> None:
    """Update two of the lamps that could be."""
    walk.press("Ctrl+F")
    walk.type("has:update kind:light", "lamps with an update")
    walk.press("Return")
    walk.press("Shift+Down", "two are chosen")
    chosen = set(walk.window.devices.updatable())
    walk.press("Ctrl+U")
    walk.until(lambda: isinstance(walk.dialog, WhatIfDialog), "the plan")
    dialog = cast("WhatIfDialog", walk.dialog)
    walk.until(dialog.go.isVisible, "what it would do")
    walk.press("Return")
    started(walk, client, chosen)
    assert len(chosen) == 2


def update_by_mouse(walk: Walk, client: FakeClient) -> None:
    """The same on the page Updates, where three are ticked: one is not to be."""
    walk.click(walk.window.rail.buttons[walk.window.pages.index("updates")], "Updates")
    page = cast("UpdatesPage", walk.window.page("updates"))
    assert len(cast("Any", page)._page.chosen) == 3
    walk.click(tick(page, "Ceiling fan"), "not the fan")
    walk.click(page.go, "Update 2 devices")
    dialog = cast("WhatIfDialog", walk.dialog)
    walk.until(dialog.go.isVisible, "what it would do")
    walk.click(dialog.go, "begin")
    started(walk, client, {"d1", "d2"})


def tick(inside: QWidget, name: str) -> QCheckBox:
    """Return the tick of a device that is seen."""
    found = [one for one in inside.findChildren(QCheckBox) if name in one.accessibleName()]
    (one,) = (each for each in found if each.isVisible())
    return one


def refused_is_understood(walk: Walk) -> None:
    """The page says what happened in words, and what to do."""
    said = words(walk.window.current)
    assert "Hall light" in said
    assert "went back by itself: self test failed" in said
    assert "Report it, so that the maker can mend it." in said


def refused_by_keys(walk: Walk, _client: FakeClient) -> None:
    """Understand why one of them was not updated."""
    walk.press("Ctrl+2", "what needs you")
    refused_is_understood(walk)


def refused_by_mouse(walk: Walk, _client: FakeClient) -> None:
    """The same, clicked."""
    walk.click(walk.window.rail.buttons[walk.window.pages.index("updates")], "Updates")
    refused_is_understood(walk)


def reported(walk: Walk, client: FakeClient) -> None:
    """It is on its way, about the right device, with the words that were typed."""
    walk.until(lambda: client.of("SendReport"), "it is sent")
    drafts: list[Any] = client.of("SaveDraft")
    assert drafts[-1].title == TITLE


def report_by_keys(walk: Walk, client: FakeClient) -> None:
    """Report it."""
    walk.press("Ctrl+2, Ctrl+B")
    walk.until(lambda: isinstance(walk.dialog, ReportDialog), "the report")
    walk.type(TITLE, "what happened")
    for what in ("what goes along", "what is sent", "send"):
        dialog = cast("ReportDialog", walk.dialog)
        walk.until(dialog.go_on.isEnabled, what)
        walk.press("Ctrl+Return")
    reported(walk, client)


def report_by_mouse(walk: Walk, client: FakeClient) -> None:
    """The same, clicked."""
    walk.click(walk.window.rail.buttons[walk.window.pages.index("updates")], "Updates")
    walk.click_button("Report a problem")
    dialog = cast("ReportDialog", walk.dialog)
    walk.click(dialog.what.headline, "the title")
    walk.type(TITLE, "what happened")
    for what in ("what goes along", "what is sent", "send"):
        walk.until(dialog.go_on.isEnabled, what)
        walk.click(dialog.go_on, what)
    reported(walk, client)


TASKS: dict[str, tuple[Task, Callable[[], FakeClient]]] = {
    "connect by keys": (connect_by_keys, new_house),
    "connect by mouse": (connect_by_mouse, new_house),
    "find by keys": (find_by_keys, house),
    "find by mouse": (find_by_mouse, house),
    "update two by keys": (update_by_keys, house),
    "update two by mouse": (update_by_mouse, house),
    "understand a no by keys": (refused_by_keys, house),
    "understand a no by mouse": (refused_by_mouse, house),
    "report it by keys": (report_by_keys, house),
    "report it by mouse": (report_by_mouse, house),
}
"""Name -> the walk, and the house it begins in."""
