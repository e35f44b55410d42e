from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from desktop import language, theme
from desktop.gui import Face
from desktop.models.entries import ENTRY_ROLE
from desktop.pages import settings
from desktop.pages.sections.experts import ExpertCard
from desktop.pages.sections.look import LookCard
from desktop.pages.sections.policy import PolicyCard
from desktop.pages.settings import SettingsPage
from desktop.theme import Mode
from desktop.window import Window
from firmware.plan import PRESETS
from tests.desktop import scene_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.pages.cards import card_of, settings_of
from tests.desktop.test_window import nameless, nothing_cut

NAMES = [one.name for one in settings.ALL]


@pytest.fixture
def page(window: Window) -> SettingsPage:
    return settings_of(window)


def test_every_section_of_the_table_has_a_file_and_cards(page: SettingsPage) -> None:
    assert [one.name for one in page._known] == NAMES
    for name in NAMES:
        assert page.open(name), name
        assert page.section == name


def test_a_section_is_made_when_it_is_first_wanted(page: SettingsPage) -> None:
    assert set(page.cards) == {"brokers"}
    page.open("about")
    assert set(page.cards) == {"brokers", "about"}


@pytest.mark.parametrize(
    ("typed", "first", "where"),
    [
        ("TLS", "brokers", "TLS"),
        ("quiet nowhere", "", ""),
        ("time zone", "updates", "Time zone"),
        ("log in", "notices", "Begin, minimised, when I log in"),
        ("dark", "look", "Dark"),
        ("region", "home", "Region"),
        ("keyring", "brokers", ""),
        ("licence", "", ""),
        ("Apache", "about", None),
    ],
)
def test_a_search_finds_the_sections_that_say_it_and_says_where(
    qtbot: QtBot, page: SettingsPage, typed: str, first: str, where: str | None
) -> None:
    page.search.setText(typed)
    qtbot.waitUntil(lambda: page.has_read)
    found = page.model.index(0).data(ENTRY_ROLE)
    assert (found.id if found else "") == first
    if found and where:
        assert found.under == where
    assert page._nothing.isVisible() == (not first)


def test_what_is_found_is_shown_as_soon_as_it_is_read(qtbot: QtBot, page: SettingsPage) -> None:
    page.search.setText("metered")
    assert page._nothing.isVisible()  # nothing is read yet, and typing does not wait for it
    qtbot.waitUntil(lambda: page.section == "updates")


def test_ctrl_f_searches_here_and_escape_shows_all_again(
    qtbot: QtBot, window: Window, page: SettingsPage
) -> None:
    window.activateWindow()
    window.actions_["search"].trigger()
    assert page.search.hasFocus()
    qtbot.waitUntil(lambda: page.has_read)
    qtbot.keyClicks(page.search, "broker")
    assert page.model.rowCount() < len(NAMES)
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert page.model.rowCount() >= len(NAMES)


def test_a_link_leads_to_a_section(window: Window) -> None:
    window.go("settings", "privacy")
    assert window.page("settings").section == "privacy"
    window.go("settings", "nonsense")
    assert window.page("settings").section == "brokers"


def test_arrow_keys_go_from_section_to_section(qtbot: QtBot, page: SettingsPage) -> None:
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.section == NAMES[1]


def test_the_look_changes_at_once_and_is_kept_and_can_be_taken_back(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    card = card_of(window, "look", LookCard)
    qtbot.mouseClick(card.modes[Mode.DARK], Qt.MouseButton.LeftButton)
    assert theme.tokens() is theme.DARK
    assert client.of("SetLook")[-1].theme == "dark"
    assert window.page("settings").section == "look"
    window.actions_["undo"].trigger()
    hear()
    assert theme.tokens() is theme.LIGHT


def test_the_language_changes_at_once_and_what_was_chosen_stays(
    qtbot: QtBot, face: Face, client: FakeClient
) -> None:
    window = face.window
    window.devices.choose("d4")
    window.page("reports").choose("p3")
    window.devices.search.setText("light")
    languages = card_of(window, "look", LookCard).languages
    languages.setCurrentIndex(languages.findData("zh_CN"))
    languages.activated.emit(languages.currentIndex())
    assert window.rail.buttons[0].text() == "设备"
    assert language.current() == "zh_CN"
    assert window.stack.currentWidget() is window.page("settings")
    assert window.page("settings").section == "look"
    assert window.devices.selected() == ["d4"]
    assert window.devices.search.text() == "light"
    assert window.page("reports").chosen == "p3"
    assert client.of("SetLook")[-1].language == "zh_CN"


def test_raw_messages_can_be_sent_only_where_this_desktop_was_told_so(
    qtbot: QtBot, window: Window, hear
) -> None:
    card = card_of(window, "experts", ExpertCard)
    assert not card.sends.isChecked()
    qtbot.keyClick(card.sends, Qt.Key.Key_Space)
    assert window.desk.memory.get("expert", bool, default=False)
    hear()
    window.actions_["undo"].trigger()
    assert not window.desk.memory.get("expert", bool, default=False)
    assert not card.sends.isChecked()


@pytest.mark.parametrize("section", ["program", "about", "health"])
@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_in_a_small_window_with_large_words_all_of_it_can_be_seen(  # noqa: PLR0917 - fixtures
    make_face, bigger_font, qtbot: QtBot, client: FakeClient, language: str, section: str
) -> None:
    bigger_font(200)
    client.now = replace(
        client.now, facts={**client.now.facts, "program": {"here": scene_house.program()}}
    )
    window = make_face(client, language=language).window
    window.resize(900, 700)
    page = settings_of(window)
    page.open(section)
    nothing_cut(qtbot, window)
    qtbot.waitUntil(lambda: beyond(page._made[section]) <= 0)


def test_the_list_takes_its_whole_width_where_there_is_room(window, page: SettingsPage) -> None:
    window.resize(1280, 800)
    wide = page._left.width()
    window.resize(640, 560)
    assert page._left.width() <= wide


def beyond(area: QScrollArea) -> int:
    """How many pixels of its contents no scrolling down can show."""
    return area.widget().minimumSizeHint().width() - area.viewport().width()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("percent", [100, 150])
@pytest.mark.parametrize("section", NAMES)
def test_no_word_of_a_section_is_cut_and_every_control_is_named(  # noqa: PLR0917 - fixtures
    make_face,
    bigger_font,
    qtbot: QtBot,
    client: FakeClient,
    language: str,
    percent: int,
    section: str,
) -> None:
    bigger_font(percent)
    window = make_face(client, language=language).window
    window.resize(1280, 800)
    page = settings_of(window)
    page.open(section)
    if section == "updates":
        client.say(plan={"house": PRESETS["friday_evening"]})
        window.desk.bridge.take()
        card_of(window, "updates", PolicyCard).more.click()
    for card in page.cards[section]:
        if (more := getattr(card, "cards", None)) is not None:
            next(iter(more.values())).more.click()
    assert nameless(window) == []
    nothing_cut(qtbot, window)
    qtbot.waitUntil(lambda: beyond(page._made[section]) <= 0)
