"""A window on a house made of values, told the time by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop import language
from desktop.gui import Face
from desktop.release_desk import ReleaseDesk
from desktop.window import Window
from firmware.publish import Publisher
from fleet.brokers import OwnBroker
from tests import signing
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.release_rooms import Rooms, desk_of

MakeFace = Callable[..., Face]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["orangery", "-style", "Fusion"]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin in English, whatever a window of another test spoke last."""
    monkeypatch.setattr(language, "_current", "en")


@pytest.fixture
def broker() -> Iterator[OwnBroker]:
    """A broker that keeps nothing of another test: a house lists every device it hears of."""
    with OwnBroker() as running:
        yield running


@pytest.fixture
def client() -> FakeClient:
    return fake_client.client()


@pytest.fixture
def make_face(qapp: QApplication, qtbot: QtBot) -> Iterator[MakeFace]:
    made: list[Face] = []

    def make(client: FakeClient, *, language: str = "en", theme: str = "light", **_: Any) -> Face:
        face = Face(qapp, client, language=language, theme=theme, clock=lambda: fake_house.NOW)
        made.append(face)
        face.window.show()
        qtbot.waitExposed(face.window)
        return face

    yield make
    for face in made:
        face.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def face(make_face: MakeFace, client: FakeClient) -> Face:
    return make_face(client)


@pytest.fixture
def window(face: Face) -> Window:
    return face.window


@pytest.fixture
def hear(face: Face) -> Callable[[], None]:
    """Let the window take what waits now, instead of waiting for its timer."""
    return face.desk.bridge.take


@pytest.fixture
def bigger_font(qapp: QApplication) -> Iterator[Callable[[int], None]]:
    """Set the font of all that is made from now on, in per cent."""
    font = qapp.font()

    def enlarge(percent: int) -> None:
        bigger = qapp.font()
        bigger.setPointSizeF(font.pointSizeF() * percent / 100)
        qapp.setFont(bigger)

    yield enlarge
    qapp.setFont(font)


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    """A window for a dialog to belong to."""
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


@pytest.fixture(scope="session")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Rooms:
    """Release folders to copy."""
    with signing.here():
        return Rooms(tmp_path_factory.mktemp("rooms"))


@pytest.fixture
def half(rooms: Rooms, tmp_path: Path) -> Publisher:
    """A release folder: week 48 is open, a finding stops it, one of two has signed what ships."""
    return rooms.copy("half", tmp_path / "half")


@pytest.fixture
def published(rooms: Rooms, tmp_path: Path) -> Publisher:
    """A release folder in which nothing is open."""
    return rooms.copy("published", tmp_path / "published")


@pytest.fixture
def desk(half: Publisher) -> Iterator[ReleaseDesk]:
    """The window's hands on `half`."""
    made = desk_of(half)
    yield made
    made.close()
