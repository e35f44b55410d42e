"""Who is at which line, what they may there, and what is kept of it."""

import stat

import msgspec
import pytest

from desktop import rights
from desktop.commands import SetRegion
from desktop.members_commands import (
    AddMember,
    Here,
    Lock,
    Person,
    RemoveMember,
    RenameMember,
    RestoreMember,
    SetPin,
    SetRole,
    SignIn,
    SignOut,
    WhoIsHere,
)
from desktop.members_desk import FILE, MembersDesk, load
from firmware.orders import StartRollout
from fleet import pins
from fleet.commands import Forget, Leave, Rename
from fleet.errors import CommandError, StoreError
from fleet.members import MAY, Right, Role
from fleet.model import Actor
from tests.desktop.scripted import Later, ScriptedHouse


class Home:
    """A house with members, and lines to it."""

    def __init__(self, folder):
        self.folder, self.now = folder, 1_000.0
        self.open()

    def open(self):
        self.house, self.pool, self.made = ScriptedHouse(), Later(), 0
        self.desk = MembersDesk(
            self.folder, self.pool, clock=lambda: self.now, salt=bytes, ident=self.ident
        )
        self.house.handle(Rename, "admin", lambda command, actor: actor.name)
        self.house.handle(Forget, "admin", lambda command, actor: actor.name)
        self.house.handle(StartRollout, "admin", lambda command, actor: actor.name)
        self.house.handle(SetRegion, "admin", lambda command, actor: actor.name)
        self.desk.join(self.house)

    def ident(self):
        self.made += 1
        return f"m{len(self.desk.known) + 1}-{self.made}"

    def ask(self, command, line="hall", actor=None):
        """Give the answer; what is refused is raised."""
        answer = self.house.send(command, actor or Actor("", frozenset(), visit=line))
        self.pool.run()
        return answer.result(0)

    def refuses(self, code, command, line="hall", **said):
        with pytest.raises(CommandError, match=code) as refusal:
            self.ask(command, line)
        facts = refusal.value.facts
        assert {name: facts[name] for name in said} == said


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


@pytest.fixture
def family(home, monkeypatch):
    """Ana, owner with a PIN; Bo, admin with one; Chen, member; Dan, child."""
    monkeypatch.setattr(pins, "_COST", 2)  # what is slow by design is tried in tests of its own
    home.ask(AddMember(name="Ana", role=Role.OWNER, pin="7405"))
    home.ask(AddMember(name="Bo", role=Role.ADMIN, pin="2580"))
    home.ask(AddMember(name="Chen"))
    home.ask(AddMember(name="Dan", role=Role.CHILD))
    home.ask(SignOut())
    return home


RENAME = Rename(device="x", name="X")


def test_a_home_without_members_is_its_owners_whoever_opens_it(home):
    assert home.ask(RENAME) == "owner"
    assert home.ask(WhoIsHere()) == Here(role=Role.OWNER, rights=frozenset(Right))
    assert not (home.folder / FILE).exists()


def test_the_first_member_is_here_at_once_and_nobody_else_is(home):
    home.ask(AddMember(name="Ana", role=Role.OWNER), line="hall")
    assert home.ask(WhoIsHere(), line="hall").name == "Ana"
    home.refuses("say_who", RENAME, line="kitchen", who="Ana")


def test_who_has_a_pin_proves_it(family):
    family.refuses("pin_missing", SignIn(member="Ana"), name="Ana")
    family.refuses("pin_wrong", SignIn(member="Ana", pin="7406"), left="4")
    assert family.ask(SignIn(member="ana", pin="7405")).role is Role.OWNER


def test_who_has_none_says_so(family):
    here = family.ask(SignIn(member="Dan"))
    assert (here.name, here.pin, here.rights) == ("Dan", False, MAY[Role.CHILD])


def test_nobody_may_look_and_say_who_they_are(family):
    assert family.ask(WhoIsHere()) == Here(role=Role.NOBODY, rights=MAY[Role.NOBODY])
    family.refuses("say_who", StartRollout(), who="Chen, Bo, Ana")


def test_what_a_role_may_not_is_refused_with_who_may(family, caplog):
    caplog.set_level("INFO")
    family.ask(SignIn(member="Dan"))
    family.refuses("member_may_not", RENAME, name="Dan", who="Chen, Bo, Ana", right="arrange")
    family.refuses("member_may_not", Forget(device="x"), who="Bo, Ana")
    assert "Dan is refused to Forget: ask Bo, Ana" in caplog.text


def test_what_one_may_is_done_in_their_name(family):
    family.ask(SignIn(member="Chen"))
    assert family.ask(RENAME) == "Chen"


def test_a_line_is_not_another_one(family):
    family.ask(SignIn(member="Chen"), line="hall")
    family.refuses("say_who", RENAME, line="kitchen")


def test_a_line_that_ends_takes_who_was_there_along(family):
    family.ask(SignIn(member="Chen"))
    family.ask(Leave())
    family.refuses("say_who", RENAME)


def test_a_removed_member_is_out_at_once_on_every_line(family):
    family.ask(SignIn(member="Chen"), line="attic")
    family.ask(SignIn(member="Bo", pin="2580"))
    family.ask(RemoveMember(member="Chen"))
    family.refuses("say_who", RENAME, line="attic")
    assert family.house.facts["person"]["m3-3"] is None


def test_a_removal_is_taken_back_with_the_pin(family):
    family.ask(SignIn(member="Ana", pin="7405"))
    bo = next(key for key, one in family.desk.known.items() if one.name == "Bo")
    family.ask(RemoveMember(member=bo))
    assert family.ask(RestoreMember(member=bo)) == Person(
        id=bo, name="Bo", role=Role.ADMIN, pin=True
    )
    family.refuses("pin_missing", SignIn(member="Bo"), line="attic")
    family.refuses("no_such_member", RestoreMember(member=bo))


def test_another_role_counts_at_once(family):
    family.ask(SignIn(member="Chen"), line="attic")
    family.ask(SignIn(member="Ana", pin="7405"))
    family.ask(SetRole(member="Chen", role=Role.CHILD))
    family.refuses("member_may_not", RENAME, line="attic")


def test_nobody_is_made_a_nobody(family):
    family.ask(SignIn(member="Ana", pin="7405"))
    family.refuses("member_role_bad", SetRole(member="Chen", role=Role.NOBODY))


def test_an_admin_makes_himself_no_owner(family):
    family.ask(SignIn(member="Bo", pin="2580"))
    family.refuses("member_above", SetRole(member="Bo", role=Role.OWNER), who="Ana")
    family.refuses("member_above", SetPin(member="Ana", pin=""), who="Ana")
    family.refuses("member_above", AddMember(name="Eve", role=Role.OWNER))


def test_guessing_ends_after_five_and_a_restart_forgives_nothing(family):
    for left in ("4", "3", "2", "1", "0"):
        family.refuses("pin_wrong", SignIn(member="Ana", pin="9999"), left=left)
    family.refuses("pin_wait", SignIn(member="Ana", pin="7405"), seconds="30")
    family.open()
    family.now += 29
    family.refuses("pin_wait", SignIn(member="Ana", pin="7405"), seconds="1")
    family.now += 1
    assert family.ask(SignIn(member="Ana", pin="7405")).name == "Ana"
    assert load(family.folder).tries == {}


def test_a_thousand_guesses_at_once_are_five(family):
    visitor = Actor("", frozenset(), visit="hall")
    codes = []
    for n in range(1_000):
        answer = family.house.send(SignIn(member="Ana", pin=f"{n:04}"), visitor)
        if answer.done():
            codes.append(answer.exception(0).code)
    assert len(family.pool.waiting) == 5
    assert set(codes) == {"pin_wait"}


def test_the_guesses_for_one_cost_another_nothing(family):
    for _ in range(5):
        family.refuses("pin_wrong", SignIn(member="Ana", pin="9999"))
    assert family.ask(SignIn(member="Bo", pin="2580")).name == "Bo"


def test_a_pin_that_was_changed_while_it_was_tried_proves_nothing(family):
    owner = Actor("", frozenset(), visit="attic")
    family.ask(SignIn(member="Ana", pin="7405"), line="attic")
    late = family.house.send(SignIn(member="Bo", pin="2580"), Actor("", frozenset(), visit="hall"))
    family.house.send(SetPin(member="Bo", pin="9630"), owner)
    family.pool.waiting.reverse()
    family.pool.run()
    assert late.exception(0).code == "pin_wrong"


def test_ones_own_pin_is_changed_with_the_one_before(family):
    me = family.ask(SignIn(member="Bo", pin="2580")).id
    family.refuses("pin_missing", SetPin(member=me, pin="9630"))
    family.refuses("pin_wrong", SetPin(member=me, pin="9630", old="1357"))
    family.ask(SetPin(member=me, pin="9630", old="2580"))
    assert family.ask(RENAME) == "Bo"
    assert family.ask(SignIn(member="Bo", pin="9630"), line="attic").name == "Bo"


def test_a_child_sets_its_own_pin_and_nobody_elses(family):
    me = family.ask(SignIn(member="Dan")).id
    family.ask(SetPin(member=me, pin="2468"))
    family.refuses("member_may_not", SetPin(member="Chen", pin="2468"))


def test_a_new_pin_ends_what_others_proved_with_the_old_one(family):
    family.ask(SignIn(member="Bo", pin="2580"), line="attic")
    family.ask(SignIn(member="Ana", pin="7405"))
    family.ask(SetPin(member="Bo", pin="9630"))
    family.refuses("say_who", RENAME, line="attic")


def test_a_pin_is_kept_as_a_hash_in_a_file_for_the_owner_of_the_account(family):
    file = family.folder / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"7405" not in file.read_bytes()
    assert "7405" not in str(family.house.facts)


def test_what_is_kept_is_there_after_a_restart_and_who_was_here_is_not(family):
    family.ask(SignIn(member="Ana", pin="7405"))
    family.ask(RenameMember(member="Chen", name="Chen Li"))
    family.ask(Lock(after_s=300.0))
    family.open()
    names = [one.name for one in family.house.facts["person"].values()]
    assert names == ["Ana", "Bo", "Chen Li", "Dan"]
    assert family.house.facts["lock"] == {"home": Lock(after_s=300.0)}
    family.refuses("say_who", RENAME)


def test_a_file_that_cannot_be_read_is_not_taken_for_no_members(tmp_path):
    (tmp_path / FILE).write_text("{")
    with pytest.raises(StoreError, match="members_unreadable"):
        Home(tmp_path)


def test_a_disk_that_takes_nothing_changes_nothing(family, monkeypatch):
    family.ask(SignIn(member="Ana", pin="7405"))
    monkeypatch.setattr("firmware.durable.os.open", _full)
    with pytest.raises(StoreError):
        family.ask(RemoveMember(member="Chen"))
    assert "Chen" in [one.name for one in family.desk.known.values()]


def _full(*_):
    raise OSError(28, "No space left on device")


def test_home_assistant_begins_updates_and_nothing_else(family):
    press = rights.HOME_ASSISTANT
    assert family.ask(StartRollout(), actor=press) == "Home Assistant"
    with pytest.raises(CommandError, match="member_may_not"):
        family.ask(Forget(device="x"), actor=press)
    with pytest.raises(CommandError, match="member_may_not"):
        family.ask(SignIn(member="Chen"), actor=press)


def test_the_house_itself_passes_no_gate(family):
    assert family.ask(RENAME, actor=Actor("household")) == "household"


def test_what_crosses_the_line_can_be_encoded(family):
    here = family.ask(WhoIsHere())
    assert msgspec.json.decode(msgspec.json.encode(here), type=Here) == here
