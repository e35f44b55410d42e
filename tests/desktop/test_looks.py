"""Every page, tab and dialog of the table of scenes: nothing cut, all named, lit and reachable."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QWidget,
)
from pytestqt.qtbot import QtBot

import desktop
from desktop import book, scenes, theme
from desktop.gui import Face
from desktop.models import states
from desktop.pages import triage as triage_page
from desktop.scenes import Scene
from desktop.theme import DARK, LIGHT, Tokens
from feedback.report import ReportState
from firmware.publish import Publisher
from firmware.release import Back
from fleet.model import UpdateState
from tests.desktop import fake_house, looking, scene_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_hub import FakeStaffClient

SOURCE = Path(desktop.__file__).parent
LANGUAGES = ("en", "zh_CN", "zh_TW")
SIZES = (100, 150, 200)


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Triage page ask a hub made of values."""
    monkeypatch.setattr(triage_page, "StaffClient", lambda url, token: FakeStaffClient())


@pytest.fixture
def everything(half: Publisher) -> FakeClient:
    """A house with something of everything; its owner is staff of all kinds."""
    return scene_house.furnished(half.folder)


def walked(
    qtbot: QtBot, face: Face, wanted: tuple[Scene, ...] = scenes.ALL
) -> Iterator[tuple[str, QWidget]]:
    """Go through the scenes; each is laid out when it is given."""
    face.window.resize(1280, 800)
    for scene in wanted:
        assert scene.is_there(face.window), scene.name
        shown = scene.show(face)
        assert shown is not None, scene.name
        qtbot.waitUntil(face.window.current.is_ready, timeout=20_000)
        qtbot.waitUntil(lambda shown=shown, scene=scene: scene.ready(shown))
        with contextlib.suppress(qtbot.TimeoutError):  # what is cut still is told by the test
            qtbot.waitUntil(lambda shown=shown: not looking.cut(shown), timeout=500)
        yield scene.name, shown
        scenes.leave(face)


def found(qtbot: QtBot, face: Face, look: Callable[[QWidget], list[str]]) -> dict[str, list[str]]:
    """Return what `look` finds in each scene, without those where it finds nothing."""
    return {name: told for name, shown in walked(qtbot, face) if (told := look(shown))}


def test_in_every_scene_all_is_named_told_and_whole(make_face, qtbot, everything) -> None:
    face = make_face(everything, language="zh_TW")
    wrong = {"nameless": looking.nameless, "untold": looking.untold, "cut": looking.cut}
    seen = [
        (name, what, told)
        for name, shown in walked(qtbot, face)
        for what, look in wrong.items()
        if (told := look(shown))
    ]
    assert seen == []


class Flashes(QObject):
    """Notes what becomes a window, dialogs apart: a part that is shown before it has its place."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and not isinstance(watched, QDialog):
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()!r}")
        return False


@pytest.fixture
def flashes(qapp: QApplication) -> Iterator[list[str]]:
    watching = Flashes()
    qapp.installEventFilter(watching)
    yield watching.seen
    qapp.removeEventFilter(watching)


def test_no_part_of_a_scene_flashes_up_as_a_window_of_its_own(
    make_face, qtbot, everything, flashes
) -> None:
    face = make_face(everything)
    flashes.clear()  # the window itself
    for name, _ in walked(qtbot, face):
        assert flashes == [], name


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("percent", SIZES)
def test_nothing_is_cut_in_any_scene(  # noqa: PLR0917 - fixtures and parameters
    make_face, bigger_font, qtbot, everything, language, percent
) -> None:
    bigger_font(percent)
    assert found(qtbot, make_face(everything, language=language), looking.cut) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_whichever_device_is_chosen(make_face, qtbot, everything, language) -> None:
    done = fake_house.update(
        "d1", UpdateState.DONE, version_from="1.120.0", version_to="1.122.2", back=Back.YES
    )  # with a newer one ready it can be updated, skipped, and go back: most buttons of all
    facts = everything.now.facts
    facts = {**facts, "update": {**facts["update"], "d1": done}}
    everything.now = replace(everything.now, facts=facts)
    window = make_face(everything, language=language).window
    window.resize(1280, 800)
    wrong = {}
    for key in everything.now.devices:
        window.devices.choose(key)
        QApplication.processEvents()
        with contextlib.suppress(qtbot.TimeoutError):
            qtbot.waitUntil(lambda: not looking.cut(window), timeout=5_000)
        if told := looking.cut(window):
            wrong[key] = told
    assert wrong == {}
    window.devices.choose("d1")
    QApplication.processEvents()
    shown = window.devices.details.findChildren(QAbstractButton)
    assert any("1.120.0" in one.text() and one.isVisible() for one in shown)


@pytest.mark.parametrize("make", [scene_house.new, scene_house.troubled])
def test_a_new_house_and_one_in_trouble_are_whole_too(make_face, qtbot, make) -> None:
    face = make_face(make())
    there = tuple(one for one in scenes.PAGES if one.is_there(face.window))
    seen = {name: looking.cut(shown) for name, shown in walked(qtbot, face, there)}
    assert {name: told for name, told in seen.items() if told} == {}


# --- by keyboard ---


PROGRAM = ("copy-differs", "copy-unknown", "settings-program", "health-found")
"""Sections about the program and its health, in the states with most to press."""


@pytest.mark.parametrize("page", [*(one.name for one in book.ALL), *PROGRAM])
def test_tab_comes_to_every_control_of_a_page(make_face, qtbot, everything, page) -> None:
    window = make_face(everything).window
    ((_, _),) = walked(qtbot, window.desk.parent(), (scenes.BY_NAME[page],))
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    reached = _reached(qtbot, window)
    every = {one for one in looking.focusable(window.current) if not _of_a_group(one)}
    assert {one.accessibleName() for one in every - reached} == set()


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_whatever_has_the_focus_shows_it(make_face, qtbot, everything, theme_name) -> None:
    face = make_face(everything, theme=theme_name)
    seen: dict[str, list[str]] = {}
    program = tuple(scenes.BY_NAME[one] for one in PROGRAM)
    for name, shown in walked(qtbot, face, (*scenes.PAGES, *program, *scenes.DIALOGS)):
        qtbot.waitUntil(lambda shown=shown: _in_front(shown))
        if told := looking.unlit(shown):
            seen[name] = told
    assert seen == {}


def _in_front(shown: QWidget) -> bool:
    shown.activateWindow()
    return QApplication.activeWindow() is shown


def _reached(qtbot: QtBot, window: QWidget) -> set[QWidget]:
    reached: set[QWidget] = set()
    for _ in range(200):
        focused = QApplication.focusWidget()
        if focused is None or focused in reached:
            return reached
        reached.add(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError("Tab does not come round")


def _of_a_group(one: QWidget) -> bool:
    """Whether arrows lead to it from the one of its group that is chosen."""
    return bool(getattr(one, "autoExclusive", bool)()) and not one.isChecked()


# --- colours ---


def test_every_tone_that_is_named_is_one_of_the_theme() -> None:
    known = set(Tokens.__dataclass_fields__)
    named = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named |= {
                    one.value.value
                    for one in node.keywords
                    if one.arg == "tone" and isinstance(one.value, ast.Constant)
                }
                if getattr(node.func, "attr", "") == "color" and node.args:
                    first = node.args[0]
                    named |= {first.value} if isinstance(first, ast.Constant) else set()
    named = {one for one in named if isinstance(one, str) and one}
    assert named >= {"accent", "bad", "muted"}
    assert named <= known


@pytest.mark.parametrize("worn", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on_accent", "accent"),  # primary buttons, chosen words in a field
        ("surface", "text"),  # toasts
        ("muted", "sunken"),  # buttons that are off
        ("accent", "select"),  # chips that are on
        ("info", "select"),  # links, and a version in a chosen row
        ("ok", "sunken"),  # lines that are new in a diff
        ("bad", "sunken"),  # lines that are gone
    ],
)
def test_pairs_that_stand_on_each_other_can_be_read(worn, text, ground) -> None:
    assert theme.contrast(getattr(worn, text), getattr(worn, ground)) >= 4.5


@pytest.mark.parametrize("worn", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "window", "select"])
@pytest.mark.parametrize("drawn", ["accent", "info", "ok", "warn", "bad", "muted", "border"])
def test_lines_of_plots_and_graphs_and_edges_stand_out(worn, ground, drawn) -> None:
    assert theme.contrast(getattr(worn, drawn), getattr(worn, ground)) >= 3.0


def test_colours_are_named_in_the_theme_alone() -> None:
    own = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"#[0-9A-Fa-f]{6}", str(node.value)):
                own.add(file.name)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "QColor":
                own |= {file.name for one in node.args if isinstance(one, ast.Constant)}
    assert own == {"theme.py"}


def test_no_state_is_told_by_colour_alone() -> None:
    looks = [states.of_report(one) for one in ReportState]
    assert [one for one in looks if not (one.word and one.icon)] == []


def test_nothing_moves_by_itself() -> None:
    moving = re.compile(r"Q(Property|Variant)Animation|QTimeLine|QMovie")
    files = (file for file in SOURCE.rglob("*.py"))
    assert [one.name for one in files if moving.search(one.read_text(encoding="utf-8"))] == []


# --- tables ---


@pytest.mark.parametrize("page", ["devices", "messages", "map"])
def test_every_cell_of_a_row_says_something(make_face, qtbot, everything, page) -> None:
    window = make_face(everything).window
    window.show_page(page)
    view = next(
        one
        for one in window.current.findChildren(QAbstractItemView)
        if one.isVisible() and one.model().columnCount() > 1
    )
    qtbot.waitUntil(lambda: view.model().rowCount() > 0)
    model, silent = view.model(), []
    for column in range(model.columnCount()):
        assert model.headerData(column, Qt.Orientation.Horizontal)
        said = model.index(0, column, QModelIndex()).data(Qt.ItemDataRole.AccessibleTextRole)
        silent += [] if said else [column]
    assert silent == []
