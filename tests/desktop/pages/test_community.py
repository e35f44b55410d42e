from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.models.community import Section
from desktop.pages.community import CommunityPage
from feedback.acts import Act
from feedback.campaign_commands import Preview
from feedback.wire_board import BoardOp
from feedback.wire_voice import VoiceOp
from tests.desktop import fake_client, fake_voice
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW
from tests.desktop.pages.buttons import shown_button


@pytest.fixture
def client() -> FakeClient:
    made = fake_client.client(**fake_voice.facts())
    member = made.now.facts["member"]
    made.now.facts["member"] = {"me": replace(member["me"], last_sync=NOW)}
    return made


@pytest.fixture
def page(make_face, client: FakeClient) -> CommunityPage:
    window = make_face(client).window
    window.activateWindow()
    window.show_page("community")
    return window.page("community")


@pytest.fixture
def press(qtbot: QtBot, page: CommunityPage) -> Callable[[str], None]:
    return lambda text: qtbot.mouseClick(shown_button(qtbot, page, text), Qt.MouseButton.LeftButton)


def fill(qtbot: QtBot, page: CommunityPage, *values: str) -> None:
    dialog = page.deeds.dialog
    texts = [one for one in dialog.fields if isinstance(one, QLineEdit | QPlainTextEdit)]
    for field, value in zip(texts, values, strict=True):
        put = field.setText if isinstance(field, QLineEdit) else field.setPlainText
        put(value)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


def said(client: FakeClient, kind: str) -> dict:
    (asked,) = client.of("Say")
    assert asked.kind == kind
    return {**msgspec.json.decode(asked.body), "about": asked.about}


def texts(page: CommunityPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel))


def test_the_arrow_keys_go_from_section_to_section(qtbot: QtBot, page: CommunityPage) -> None:
    assert page.section is Section.WEEK
    assert "67 % · 2 of 3 changes" in texts(page)
    qtbot.keyClick(page.menu, Qt.Key.Key_Down)
    assert page.section is Section.POINTS
    assert page.list.chosen == "statement"


def test_a_vote_is_kept_and_goes_out_by_itself(
    page: CommunityPage, client: FakeClient, press
) -> None:
    page.turn(Section.IDEAS)
    press("Vote for it")
    assert said(client, VoiceOp.VOTE) == {"idea": "i1", "on": True, "made": NOW, "about": "i1"}


def test_a_vote_is_taken_back(page: CommunityPage, client: FakeClient, press) -> None:
    page.turn(Section.IDEAS)
    page.choose("i2")
    press("Take my vote back")
    assert said(client, VoiceOp.VOTE)["on"] is False


def test_an_idea_is_proposed(qtbot: QtBot, page: CommunityPage, client: FakeClient, press) -> None:
    page.turn(Section.IDEAS)
    press("Propose an idea…")
    fill(qtbot, page, "Less blue light", "At night it hurts.")
    told = said(client, VoiceOp.IDEA)
    assert (told["title"], told["text"]) == ("Less blue light", "At night it hurts.")
    assert told["id"] == told["about"]


def test_a_vote_in_a_ballot_has_a_new_salt_each_time(
    qtbot: QtBot, page: CommunityPage, client: FakeClient, press
) -> None:
    page.turn(Section.BALLOTS)
    for _ in range(2):
        press("Vote anew…")
        page.deeds.dialog.fields[0].setCurrentIndex(2)
        fill(qtbot, page)
    first, second = (msgspec.json.decode(one.body) for one in client.of("Say"))
    assert (first["ballot"], first["choice"]) == ("b1", 2)
    assert len(first["salt"]) == 64
    assert first["salt"] != second["salt"]


def test_an_appeal_names_what_it_is_against(
    qtbot: QtBot, page: CommunityPage, client: FakeClient, press
) -> None:
    page.turn(Section.CASES)
    press("Appeal against a decision…")
    page.deeds.dialog.fields[0].setCurrentIndex(2)
    fill(qtbot, page, "My steps led to it.")
    told = said(client, VoiceOp.APPEAL)
    assert (told["against"], told["subject"]) == ("points", "p1")


def test_who_is_drawn_judges(page: CommunityPage, client: FakeClient, press) -> None:
    page.turn(Section.CASES)
    press("The member is right")
    assert said(client, VoiceOp.JUDGE)["uphold"] is True


def test_a_motion_is_supported_and_a_seat_is_stood_for(
    qtbot: QtBot, page: CommunityPage, client: FakeClient, press
) -> None:
    page.turn(Section.COMMITTEES)
    press("Support it")
    assert said(client, VoiceOp.SUPPORT)["motion"] == "x1"
    client.sent.clear()
    press("Stand for a seat…")
    fill(qtbot, page, "I test every Friday.")
    told = said(client, VoiceOp.STAND)
    assert (told["line"], told["on"], told["words"]) == ("lamps", True, "I test every Friday.")


def test_a_circle_is_begun_joined_and_left(
    qtbot: QtBot, page: CommunityPage, client: FakeClient, press
) -> None:
    page.turn(Section.CIRCLES)
    press("Leave it")
    page.choose("use:family")
    press("Join it")
    press("Begin a circle…")
    fill(qtbot, page, "PLG-2")
    asked = [msgspec.json.decode(one.body) for one in client.of("Say")]
    assert [(one["circle"], one["on"]) for one in asked] == [
        ("model:LGT-01", False),
        ("use:family", True),
        ("model:PLG-2", True),
    ]


def test_a_campaign_is_seen_joined_and_left(page: CommunityPage, client, hear, press) -> None:
    client.answers["PreviewCampaign"] = Preview(
        told=(), now=('{"p50":12.0}',), devices=("Gateway",)
    )
    page.turn(Section.CAMPAIGNS)
    page.choose("g1")
    press("See what would leave")
    page._desk.bridge.take()
    assert '{"p50":12.0}' in page.deeds.dialog.text.toPlainText()
    page.deeds.dialog.close()
    press("Take part")
    assert client.of("TakePart")[0].campaign == "g1"
    page.choose("g2")
    press("Take part no longer")
    assert client.of("LeaveCampaign")[0].campaign == "g2"


def test_who_likes_stands_on_the_boards_no_longer(
    page: CommunityPage, client: FakeClient, press
) -> None:
    page.turn(Section.POINTS)
    press("Stand on the boards no longer")
    assert said(client, BoardOp.SHOW)["show"] is False


def test_what_waits_and_what_was_refused_is_said(page: CommunityPage, client: FakeClient) -> None:
    page.turn(Section.IDEAS)
    act = Act(kind="idea.vote", about="i1", state="queued", code="", made=NOW, body=b"{}")
    client.say(act={"o1": act})
    page._desk.bridge.take()
    assert "What you asked waits to be sent." in texts(page)


def test_what_the_hub_says_next_leaves_the_choice_where_it_is(
    page: CommunityPage, client: FakeClient
) -> None:
    page.turn(Section.IDEAS)
    page.choose("i3")
    client.say(idea={"i9": msgspec.structs.replace(fake_voice.ideas()["i1"], id="i9", votes=900)})
    page._desk.bridge.take()
    assert page.list.chosen == "i3"


def test_a_house_without_a_hub_is_told_what_to_do(make_face) -> None:
    window = make_face(fake_client.client(member={})).window
    window.show_page("community")
    assert "Enter an invitation code" in texts(window.page("community"))
