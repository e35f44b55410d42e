"""The section Members: a row for each, and what can be changed there and taken back."""

from __future__ import annotations

import pytest

from desktop.dialogs.heirs import SharesDialog
from desktop.heirs_commands import HeirsMade
from desktop.members_commands import Person
from desktop.pages.sections.heirs_card import HeirsCard
from desktop.pages.sections.members import LockCard, MembersCard
from desktop.settings_commands import DataState
from fleet.errors import CommandError
from fleet.members import Right, Role
from tests.desktop.household import CLAIM, HEIRS, PEOPLE, family
from tests.desktop.pages.cards import card_of


@pytest.fixture
def room(make_face):
    """Give a card of the section at which this member is, with client and face."""

    def opened(kind, key="a", **facts):
        client = family(key, **facts)
        face = make_face(client)
        face.desk.bridge.take()
        return card_of(face.window, "members", kind), client, face

    return opened


def test_a_home_without_members_offers_to_begin(open_card, window, client, hear):
    card = open_card("members", MembersCard)
    assert card.rows == {}
    card.more.click()
    dialog = window.dialog
    name, role, new, again = dialog.fields
    assert [role.itemText(at) for at in range(role.count())] == ["Owner"]
    name.setText("Ana")
    new.setText("7405")
    again.setText("7406")
    dialog.go.click()
    assert client.of("AddMember") == []
    assert "The two PINs are not the same." in dialog._wrong.text()
    again.setText("7405")
    dialog.go.click()
    hear()
    (asked,) = client.of("AddMember")
    assert (asked.name, asked.role, asked.pin) == ("Ana", Role.OWNER, "7405")


def test_each_member_has_a_row(room):
    card, _, _ = room(MembersCard)
    names = [row.accessibleName() for row in card.rows.values()]
    assert names[0] == "Ana, Owner, Here now · PIN set"
    assert names[1] == "Bo, Admin, No PIN: anybody at this computer can be them"
    assert len(names) == len(PEOPLE)


def test_a_role_is_changed_and_taken_back(room):
    card, client, face = room(MembersCard)
    role = card.rows["d"].role
    role.setCurrentIndex(role.findData(Role.MEMBER))
    role.activated.emit(role.currentIndex())
    face.desk.bridge.take()
    assert (client.of("SetRole")[-1].member, client.of("SetRole")[-1].role) == ("d", Role.MEMBER)
    face.desk.take_back()
    face.desk.bridge.take()
    assert client.of("SetRole")[-1].role is Role.CHILD


def test_a_removed_member_comes_back_by_undo(room):
    card, client, face = room(MembersCard)
    card.rows["c"].gone.click()
    face.desk.bridge.take()
    assert client.of("RemoveMember")[-1].member == "c"
    assert face.desk.told[-1].text == "Chen removed"
    face.desk.take_back()
    face.desk.bridge.take()
    assert client.of("RestoreMember")[-1].member == "c"


def test_the_only_owner_stays_and_says_why(room):
    card, _, _ = room(MembersCard)
    row = card.rows["a"]
    assert not row.gone.isEnabled()
    assert not row.role.isEnabled()
    assert row.gone.toolTip() == "The only owner cannot be removed."


def test_a_child_changes_only_its_own_pin(room):
    card, _, _ = room(MembersCard, "d")
    assert not card.more.isEnabled()
    assert card.more.toolTip() == "Ask Bo, Ana."
    able = [key for key, row in card.rows.items() if row.pin.isEnabled()]
    assert able == ["d"]
    assert not card.rows["d"].role.isEnabled()


def test_an_admin_changes_nobody_above(room):
    card, _, _ = room(MembersCard, "b")
    assert card.rows["a"].role.toolTip() == "Ask Ana."
    assert card.rows["c"].role.isEnabled()


def test_ones_own_pin_asks_for_the_one_before(room):
    card, client, face = room(MembersCard)
    card.rows["a"].pin.click()
    dialog = face.window.dialog
    for field, text in zip(dialog.fields, ("7405", "9630", "9630"), strict=True):
        field.setText(text)
    dialog.go.click()
    face.desk.bridge.take()
    asked = client.of("SetPin")[-1]
    assert (asked.member, asked.old, asked.pin) == ("a", "7405", "9630")


def test_somebody_elses_pin_does_not(room):
    card, _, face = room(MembersCard)
    card.rows["c"].pin.click()
    assert len(face.window.dialog.fields) == 2


def test_a_name_is_changed(room):
    card, client, face = room(MembersCard)
    card.rows["c"].edit.click()
    face.window.dialog.fields[0].setText("Chen Li")
    face.window.dialog.go.click()
    face.desk.bridge.take()
    assert client.of("RenameMember")[-1].name == "Chen Li"


def test_what_the_house_refuses_is_said_on_the_card(room):
    card, client, face = room(MembersCard)
    client.answers["RemoveMember"] = CommandError("member_last_owner", name="Ana")
    card.rows["c"].gone.click()
    face.desk.bridge.take()
    assert "only owner" in card.wrong.text()


def test_the_rows_follow_the_house(room):
    card, client, face = room(MembersCard)
    client.say(person={"f": Person(id="f", name="Fay", role=Role.MEMBER)})
    face.desk.bridge.take()
    assert "f" in card.rows


def test_the_lock_is_chosen_and_taken_back(room):
    card, client, face = room(LockCard)
    card.after.setCurrentIndex(card.after.findData(300.0))
    card.after.activated.emit(card.after.currentIndex())
    face.desk.bridge.take()
    assert client.of("Lock")[-1].after_s == 300.0
    face.desk.take_back()
    assert client.of("Lock")[-1].after_s == 0.0


# --- heirs ---

SHARE = (
    "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist"
    " rescue view short owner flip making coding armed"
)
MADE = HeirsMade(heirs=HEIRS, words=(SHARE, SHARE, SHARE))


def test_heirs_are_named_and_their_shares_shown_once(room):
    card, client, face = room(HeirsCard)
    client.answers["NameHeirs"] = MADE
    card.name.click()
    first, second, third, _days = face.window.dialog.fields
    first.setText("Ana")
    second.setText("Bo")
    third.setText("Chen")
    face.window.dialog.go.click()
    face.desk.bridge.take()
    asked = client.of("NameHeirs")[-1]
    assert (asked.names, asked.need, asked.wait_s) == (("Ana", "Bo", "Chen"), 2, 14 * 86_400.0)
    assert isinstance(face.window.dialog, SharesDialog)


def test_one_heir_alone_is_enough(room):
    card, client, face = room(HeirsCard)
    client.answers["NameHeirs"] = MADE
    card.name.click()
    face.window.dialog.fields[0].setText("Bo")
    face.window.dialog.go.click()
    assert client.of("NameHeirs")[-1].need == 1


def test_a_claim_is_shown_and_refused(room):
    card, client, _ = room(HeirsCard, heirs={"home": HEIRS}, claim={"home": CLAIM})
    assert card.state.text() == "Heirs claim this home: it is theirs in 12 days"
    card.deny.click()
    assert client.of("DenyClaim")


def test_only_an_owner_names_heirs_and_anybody_may_claim(room):
    card, client, face = room(HeirsCard, "d", heirs={"home": HEIRS})
    assert not card.name.isEnabled()
    assert card.name.toolTip() == "Ask Ana."
    client.answers["ClaimHouse"] = CLAIM
    card.claim.click()
    first, second = face.window.dialog.fields
    first.setPlainText("one")
    second.setPlainText("two")
    face.window.dialog.go.click()
    assert client.of("ClaimHouse")[-1].shares == ("one", "two")


def test_after_the_wait_an_heir_gives_a_name_and_a_pin(room):
    ripe = {"home": type(CLAIM)(begun_at=0.0, wait_s=1.0, counted_s=1.0, seen=CLAIM.seen)}
    card, client, face = room(HeirsCard, "d", heirs={"home": HEIRS}, claim=ripe)
    client.answers["TakeOver"] = PEOPLE["b"]
    card.claim.click()
    first, second, name, pin, again = face.window.dialog.fields
    first.setPlainText("one")
    second.setPlainText("two")
    name.setText("Bo")
    pin.setText("2580")
    again.setText("2580")
    face.window.dialog.go.click()
    asked = client.of("TakeOver")[-1]
    assert (asked.shares, asked.name, asked.pin) == (("one", "two"), "Bo", "2580")


def test_heirs_are_ended(room):
    card, client, _ = room(HeirsCard, heirs={"home": HEIRS})
    card.end.click()
    assert client.of("EndHeirs")


def test_each_share_is_saved_for_its_heir(owner, qtbot, tmp_path, monkeypatch):
    dialog = SharesDialog(MADE, owner)
    qtbot.addWidget(dialog)
    dialog.who.setCurrentIndex(1)
    assert "for Bo" in dialog.page.toPlainText()
    file = tmp_path / "share.txt"
    monkeypatch.setattr(
        "desktop.dialogs.heirs.QFileDialog.getSaveFileName", lambda *_: (str(file), "")
    )
    dialog.save.click()
    assert file.read_text() == dialog.page.toPlainText()
    assert file.stat().st_mode & 0o777 == 0o600
    assert dialog.left.text() == "Not saved or copied yet: Ana, Chen"
    code = tmp_path / "share.svg"
    monkeypatch.setattr(
        "desktop.dialogs.heirs.QFileDialog.getSaveFileName", lambda *_: (str(code), "")
    )
    dialog.code.click()
    assert b"<svg" in code.read_bytes()


def test_a_copy_for_the_heirs_is_closed_for_their_key(room, tmp_path, monkeypatch):
    file = tmp_path / "copy.age"
    made = []
    monkeypatch.setattr(
        "desktop.pages.sections.heirs_card.QFileDialog.getSaveFileName", lambda *_: (str(file), "")
    )
    monkeypatch.setattr(
        "desktop.dialogs.carry_house.export", lambda *given, **more: made.append((given, more))
    )
    card, client, face = room(HeirsCard, heirs={"home": HEIRS})
    client.answers["AskData"] = DataState(folder=str(tmp_path))
    card.copy.click()
    face.desk.bridge.take()
    face.desk.bridge.take()
    assert client.of("MayI")[-1].right is Right.EXPORT
    assert made == [((face.desk, tmp_path, file, ""), {"key": bytes.fromhex(HEIRS.public)})]


def test_who_may_not_export_makes_no_copy(room):
    card, client, face = room(HeirsCard, "d", heirs={"home": HEIRS})
    client.answers["MayI"] = CommandError("member_may_not", name="Dan", who="Bo, Ana", right="e")
    card.copy.click()
    face.desk.bridge.take()
    assert "Ask Bo, Ana." in card.wrong.text()
    assert client.of("AskData") == []
