"""The house and its heirs: shares, a claim that waits, an owner's no, and who takes over."""

import io
import stat
from concurrent.futures import Future
from dataclasses import replace

import pytest

from desktop import heirs_desk, sealed
from desktop.heirs import DAY_S, Moment
from desktop.heirs_commands import ClaimHouse, DenyClaim, EndHeirs, NameHeirs, TakeOver
from desktop.heirs_desk import FILE, HeirsDesk
from desktop.members_commands import Person
from desktop.sealed import Lock, Opened, Sealing
from fleet.errors import CommandError, StoreError
from fleet.house import Batch
from fleet.members import Role
from tests.desktop.scripted import Later, ScriptedHouse

NAMES = ("Ana", "Bo", "Chen")
TURN = Batch(now=0.0, devices={})


class Parts(ScriptedHouse):
    def add(self, part):
        self.part = part


class Home:
    def __init__(self, folder):
        self.folder = folder
        self.now = Moment(wall=1_000_000.0, on=100.0, boot="first")
        self.owners = []
        self.open()

    def open(self):
        self.house, self.pool = Parts(), Later()
        desk = HeirsDesk(self.folder, self.pool, owner=self.owner, moment=lambda: self.now)
        desk.join(self.house)

    def owner(self, name, pin):
        self.owners.append((name, pin))
        made = Future()
        made.set_result(Person(id="x", name=name, role=Role.OWNER, pin=True))
        return made

    def ask(self, command):
        answer = self.house.send(command)
        self.pool.run()
        return answer.result(0)

    def refuses(self, code, command, **facts):
        with pytest.raises(CommandError, match=code) as refusal:
            self.ask(command)
        assert {name: refusal.value.facts[name] for name in facts} == facts

    def pass_(self, seconds):
        self.now = replace(self.now, wall=self.now.wall + seconds, on=self.now.on + seconds)
        self.house.part.take(TURN)

    @property
    def claim(self):
        return self.house.facts["claim"]["home"]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


@pytest.fixture
def made(home):
    return home.ask(NameHeirs(names=NAMES))


def takeover(made, name="Bo"):
    return TakeOver(shares=made.words[:2], name=name, pin="2580")


def copy_for(made):
    """A file that the house closes for its heirs."""
    out = io.BytesIO()
    with Sealing(out, Lock(key=bytes.fromhex(made.heirs.public))) as sealing:
        sealing.write(b"the whole house")
    return out


def opened(copy, shares):
    copy.seek(0)
    return Opened(copy, Lock(key=heirs_desk.key_of(shares))).read()


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (2, 1)], ids=str)
def test_any_two_of_three_open_what_the_house_closed_for_them(made, pair):
    assert opened(copy_for(made), [made.words[at] for at in pair]) == b"the whole house"


def test_one_opens_nothing(made):
    with pytest.raises(CommandError, match="shares_too_few"):
        opened(copy_for(made), made.words[:1])


def test_named_anew_the_old_shares_open_old_copies_and_no_new_ones(home, made):
    old, again = copy_for(made), home.ask(NameHeirs(names=NAMES))
    assert opened(old, made.words[:2]) == b"the whole house"
    with pytest.raises(CommandError, match="sealed_wrong"):
        opened(copy_for(again), made.words[:2])
    home.refuses("shares_old", ClaimHouse(shares=made.words[:2]))


def test_the_house_keeps_nothing_that_opens(home, made):
    file = home.folder / FILE
    kept = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = heirs_desk.key_of(made.words[:2])
    assert key.hex() not in kept
    assert sealed.public(key).hex() in kept
    assert not [word for word in made.words[0].split() if f" {word} " in kept]


def test_who_the_heirs_are_is_told(home, made):
    assert home.house.facts["heirs"]["home"] == made.heirs
    assert (made.heirs.names, made.heirs.need, made.heirs.wait_s) == (NAMES, 2, 14 * DAY_S)


def test_two_shares_begin_a_claim_and_one_does_not(home, made):
    home.refuses("shares_too_few", ClaimHouse(shares=made.words[:1]))
    assert home.claim is None
    assert home.ask(ClaimHouse(shares=made.words[1:])).left_s == 14 * DAY_S
    assert home.claim.begun_at == 1_000_000.0


def test_a_wrong_word_is_told_with_its_share(home, made):
    bad = made.words[1].replace(made.words[1].split()[8], "acid", 1)
    home.refuses("share_damaged", ClaimHouse(shares=(made.words[0], bad)), number="2")


def test_a_claim_again_goes_on_with_the_one_that_waits(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.pass_(3 * DAY_S)
    assert home.ask(ClaimHouse(shares=made.words[:2])).begun_at == 1_000_000.0


def test_before_the_wait_is_over_nobody_takes_over(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.pass_(13.5 * DAY_S)
    home.refuses("claim_waits", takeover(made), days="1")
    assert home.owners == []


def test_after_it_an_heir_is_an_owner_and_the_claim_is_over(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.pass_(14 * DAY_S)
    assert home.claim.ripe
    assert home.ask(takeover(made)).name == "Bo"
    assert home.owners == [("Bo", "2580")]
    assert home.claim is None


def test_without_a_claim_nobody_takes_over(home, made):
    home.refuses("no_claim", takeover(made))


def test_an_owners_no_at_the_last_moment_ends_it(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.pass_(13.9 * DAY_S)
    home.ask(DenyClaim())
    home.pass_(DAY_S)
    home.refuses("claim_denied", takeover(made))


def test_an_owners_no_holds_also_after_the_wait(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.pass_(20 * DAY_S)
    home.ask(DenyClaim())
    home.refuses("claim_denied", takeover(made))


def test_after_a_no_a_claim_begins_from_the_start(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.pass_(10 * DAY_S)
    home.ask(DenyClaim())
    assert home.ask(ClaimHouse(shares=made.words[:2])).left_s == 14 * DAY_S


def test_a_clock_set_forward_is_told_and_wins_nothing(home, made, caplog):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.now = replace(home.now, wall=home.now.wall + 30 * DAY_S, on=home.now.on + 60.0)
    home.house.part.take(TURN)
    assert "the clock went ahead" in caplog.text
    assert home.claim.skipped_s > 29 * DAY_S
    home.refuses("claim_waits", takeover(made), days="14")


def test_a_house_that_was_killed_counts_on_where_the_computer_ran(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.now = replace(home.now, wall=home.now.wall + 2 * DAY_S, on=home.now.on + 2 * DAY_S)
    home.open()
    assert home.claim.left_s == 12 * DAY_S


def test_a_claim_is_written_every_ten_minutes_and_not_each_turn(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    before = (home.folder / FILE).stat().st_mtime_ns
    for _ in range(9):
        home.pass_(61.0)
    assert (home.folder / FILE).stat().st_mtime_ns == before
    home.pass_(61.0)
    assert (home.folder / FILE).stat().st_mtime_ns != before


def test_named_anew_a_claim_ends(home, made):
    home.ask(ClaimHouse(shares=made.words[:2]))
    home.ask(NameHeirs(names=NAMES))
    assert home.claim is None


def test_heirs_named_anew_while_shares_are_tried_are_not_claimed_from(home, made):
    late = home.house.send(ClaimHouse(shares=made.words[:2]))
    again = home.house.send(NameHeirs(names=NAMES))
    home.pool.waiting.reverse()
    home.pool.run()
    assert again.result(0).heirs.names == NAMES
    assert late.exception(0).code == "shares_old"


def test_without_heirs_there_is_nothing_to_claim_refuse_or_end(home):
    home.refuses("no_heirs", ClaimHouse(shares=("a", "b")))
    home.refuses("no_heirs", EndHeirs())
    home.refuses("no_claim", DenyClaim())


def test_ended_heirs_claim_nothing(home, made):
    home.ask(EndHeirs())
    home.refuses("no_heirs", ClaimHouse(shares=made.words[:2]))
    assert home.house.facts["heirs"]["home"] is None


def test_a_file_that_cannot_be_read_is_not_taken_for_no_heirs(tmp_path):
    (tmp_path / FILE).write_text("[")
    with pytest.raises(StoreError, match="heirs_unreadable"):
        Home(tmp_path)


def test_this_computer_tells_its_count_and_its_switching_on():
    first, second = heirs_desk.now(), heirs_desk.now()
    assert second.on >= first.on
    assert first.boot == second.boot != ""
