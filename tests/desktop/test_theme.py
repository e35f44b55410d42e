from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

import resources
from desktop import actions, theme
from desktop.models import states
from desktop.theme import DARK, LIGHT, Mode, Theme, Tokens
from feedback.report import ReportState
from tests.desktop.fake_house import device

FACES = {"light": LIGHT, "dark": DARK}
GROUNDS = ("window", "surface", "sunken", "select")
TEXTS = ("text", "muted", "accent", "ok", "info", "warn", "bad")


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_colour_can_be_read_on_every_ground(face: str, ground: str, text: str) -> None:
    worn = FACES[face]
    assert theme.contrast(getattr(worn, text), getattr(worn, ground)) >= 4.5


@pytest.mark.parametrize("face", FACES)
def test_words_on_the_primary_button_can_be_read(face: str) -> None:
    assert theme.contrast(FACES[face].on_accent, FACES[face].accent) >= 4.5


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("ground", GROUNDS[:3])
@pytest.mark.parametrize("edge", ["border", "accent"])
def test_edges_of_controls_and_the_focus_ring_stand_out(face: str, ground: str, edge: str) -> None:
    worn = FACES[face]
    assert theme.contrast(getattr(worn, edge), getattr(worn, ground)) >= 3.0


def test_contrast_is_the_one_of_wcag() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_the_stylesheet_names_no_colour_of_its_own() -> None:
    shapes = re.sub(r"/\*.*?\*/", "", theme.stylesheet(), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\s*[;}]|rgb", shapes)


def test_the_face_changes_at_run_time(qapp: QApplication, qtbot) -> None:
    worn = Theme(qapp, Mode.LIGHT)
    with qtbot.waitSignal(worn.changed):
        worn.choose(Mode.DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window
    assert theme.tokens() is DARK
    worn.choose(Mode.LIGHT)
    assert theme.tokens() is LIGHT


def test_an_icon_is_drawn_in_the_colour_asked_for_and_only_once(qapp: QApplication) -> None:
    Theme(qapp, Mode.LIGHT)
    drawn = theme.pixmap("circle-check", "bad", 24, 1.0)
    seen = {
        drawn.toImage().pixelColor(x, y).name().upper()
        for x in range(24)
        for y in range(24)
        if drawn.toImage().pixelColor(x, y).alpha() == 255
    }
    assert seen == {LIGHT.bad}
    assert theme.pixmap("circle-check", "bad", 24, 1.0) is drawn


def test_both_faces_have_every_token() -> None:
    for field in fields(Tokens):
        for worn in FACES.values():
            assert re.fullmatch(r"#[0-9A-F]{6}", getattr(worn, field.name))


def test_the_icons_come_with_their_licence() -> None:
    assert "ISC License" in resources.path("icons/LICENSE").read_text(encoding="utf-8")


def test_every_icon_that_is_shipped_is_used() -> None:
    folder = Path(theme.__file__).parent
    source = "\n".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))
    shipped = {file.stem for file in resources.path("icons").glob("*.svg")}
    assert {name for name in shipped if f'"{name}"' not in source} == set()
    shown = {known.icon for known in actions.ALL if known.icon}
    shown |= {states.of_report(state).icon for state in ReportState}
    shown |= {states.kind_icon(device("d", "D", kind=kind)) for kind in states._KINDS}
    assert shown <= shipped
