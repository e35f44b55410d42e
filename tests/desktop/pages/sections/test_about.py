"""The section About: what this is, and pages of the manual that can be read where they lie here."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel

from desktop import build
from desktop.build import Packaged
from desktop.dialogs.made_of import MadeOfDialog
from desktop.pages.sections.about import AboutCard, HelpCard
from tests.desktop.pages.cards import card_of


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was given to the desktop to open."""
    seen: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: seen.append(QUrl(url).toString()))
    return seen


def test_what_it_is_made_of_opens(qtbot, window, open_card) -> None:
    card = open_card("about", AboutCard)
    qtbot.mouseClick(card.thanks, Qt.MouseButton.LeftButton)
    assert isinstance(window.dialog, MadeOfDialog)
    window.dialog.close()


def test_a_page_of_the_manual_opens_where_it_lies_here(qtbot, open_card, opened) -> None:
    card = open_card("about", HelpCard)
    first = card.pages[0]
    assert first.accessibleName() == "docs/window.md: every page of this window"
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert opened[0].startswith("file:///")
    assert opened[0].endswith("/docs/window.md")


def test_a_reader_of_chinese_is_led_to_the_chinese_page(qtbot, make_face, client, opened) -> None:
    card = card_of(make_face(client, language="zh_CN").window, "about", HelpCard)
    qtbot.mouseClick(card.pages[0], Qt.MouseButton.LeftButton)
    assert opened[0].endswith("/docs/zh/window.md")


@pytest.mark.parametrize(
    ("packaged", "words"),
    [(Packaged.DEB, "man orangery"), (Packaged.VERSIONS, "orangery --help")],
)
def test_a_copy_that_brings_no_pages_offers_none_and_says_where_they_are(
    open_card, monkeypatch, packaged, words
) -> None:
    monkeypatch.setattr(build, "folder", lambda: Path("/usr/lib/orangery"))
    monkeypatch.setattr(build, "packaged", lambda: packaged)
    card = open_card("about", HelpCard)
    assert card.pages == []
    told = [one.text() for one in card.findChildren(QLabel)]
    assert any(words in one for one in told)
    assert "troubleshooting" in told
