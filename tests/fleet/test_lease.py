"""Whatever is delayed, killed or cut, no two desktops are at one device, and one always gets it."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.lease import Claim, Lease, Me, Word, again, device_of, heard, topic, turned

TTL = 60.0
A, B = (Me(desktop=name, run="1", ttl=TTL) for name in "ab")


def word(me: Me, number: int = 1, *, retained: bool = False) -> Word:
    return Word(desktop=me.desktop, claim=Claim(me.run, number, ttl=me.ttl), retained=retained)


def held(me: Me, at: float = 0.0) -> Lease:
    """A lease that was claimed and granted."""
    claimed = turned(Lease(), me, at, wanted=True).lease
    return heard(claimed, word(me), me, at).lease


def test_a_claim_is_granted_by_its_own_echo_not_before():
    claimed = turned(Lease(), A, 0, wanted=True)
    assert claimed.say == Claim("1", 1, ttl=TTL)
    assert not claimed.lease.ours(0)
    assert heard(claimed.lease, word(A), A, 0.2).lease.ours(0.2)


def test_the_claim_that_the_broker_took_first_wins():
    ours, theirs = (turned(Lease(), me, 0, wanted=True).lease for me in (A, B))
    for first in (word(A), word(B)):
        ours, theirs = heard(ours, first, A, 1).lease, heard(theirs, first, B, 1).lease
    assert (ours.ours(1), theirs.ours(1)) == (True, False)


def test_who_comes_second_takes_its_claim_back():
    claimed = turned(Lease(), B, 0, wanted=True).lease
    lost = heard(heard(claimed, word(A), B, 1).lease, word(B), B, 1)
    assert lost.let_go
    assert lost.lease.sent is None


def test_nobody_claims_what_another_has():
    known = heard(Lease(), word(A, retained=True), B, 0).lease
    assert turned(known, B, 1, wanted=True).say is None
    assert known.taken(1)


def test_a_claim_is_renewed_in_time_and_lives_from_when_it_was_sent():
    assert turned(held(A), A, TTL / 4 - 1, wanted=True).say is None
    renewed = turned(held(A), A, TTL / 4, wanted=True)
    assert renewed.say == Claim("1", 2, ttl=TTL)
    assert heard(renewed.lease, word(A, 2), A, 40).lease.until == TTL / 4 + TTL


def test_an_echo_after_its_end_grants_nothing():
    renewed = turned(held(A), A, TTL - 1, wanted=True).lease
    late = heard(renewed, word(A, 2), A, TTL)
    assert not late.lease.ours(TTL)
    assert late.let_go


def test_what_is_wanted_no_more_is_let_go():
    done = turned(held(A), A, 5, wanted=False)
    assert done.let_go
    assert not done.lease.ours(5)


def test_the_others_may_have_what_was_let_go_at_once():
    known = heard(Lease(), word(A), B, 0).lease
    freed = heard(known, Word(desktop=A.desktop, claim=None), B, 1).lease
    assert turned(freed, B, 1, wanted=True).say is not None


def test_the_claim_of_a_killed_desktop_ends_by_itself():
    known = heard(Lease(), word(A), B, 0).lease
    assert turned(known, B, TTL, wanted=True).say is None
    assert turned(known, B, TTL * 1.1, wanted=True).say is not None


def test_after_a_restart_a_desktop_takes_its_own_up_again_at_once():
    later = Me(desktop=A.desktop, run="2", ttl=TTL)
    known = heard(Lease(), word(A, retained=True), later, 0).lease
    assert turned(known, later, 0, wanted=True).say is not None


def test_a_copied_folder_does_not_pass_for_this_desktop():
    twin = Me(desktop=A.desktop, run="2", ttl=TTL)
    assert heard(Lease(), word(twin), A, 0).lease.taken(1)


def test_a_claim_that_does_not_come_back_is_said_again():
    claimed = turned(Lease(), A, 0, wanted=True).lease
    assert turned(claimed, A, 4, wanted=True).say is None
    assert turned(claimed, A, 6, wanted=True).say == Claim("1", 2, ttl=TTL)


def test_where_others_may_not_be_known_yet_nothing_is_claimed():
    assert turned(Lease(), A, 9, wanted=True, quiet=10).say is None
    assert turned(Lease(), A, 10, wanted=True, quiet=10).say is not None


def test_after_a_cut_a_granted_claim_is_said_again_and_another_is_not():
    assert again(held(A), A, 5).say is not None
    assert again(held(A), A, TTL).say is None


def test_a_device_has_the_same_name_at_every_desktop_and_it_says_nothing_of_it():
    both = {("native", "lamp-1"), ("mac", "02005E00007F")}
    assert device_of(both) == device_of([("mac", "02005E00007F"), ("tasmota", "x")])
    assert "02005E" not in topic(device_of(both), "a")
    assert device_of([]) == ""


# --- any order of things --------------------------------------------------------------------------


@dataclass
class Desktop:
    me: Me
    lease: Lease = field(default_factory=Lease)
    wanted: bool = True
    inbox: deque[Word] = field(default_factory=deque)
    outbox: deque[Word] = field(default_factory=deque)
    up: bool = False


@dataclass
class Home:
    """Desktops at one broker that keeps one order; every way to and from it takes its time."""

    desktops: list[Desktop]
    kept: dict[str, tuple[Word, float]] = field(default_factory=dict)
    now: float = 0.0

    def holders(self) -> int:
        return sum(one.lease.ours(self.now) for one in self.desktops)

    def connect(self, one: Desktop) -> None:
        if one.up:
            return
        one.up = True
        self.kept = {name: kept for name, kept in self.kept.items() if self.now < kept[1]}
        one.inbox.extend(
            Word(desktop=name, claim=each.claim, retained=True)
            for name, (each, _) in self.kept.items()
        )
        self.do(one, again(one.lease, one.me, self.now))

    def cut(self, one: Desktop) -> None:
        one.up = False
        one.inbox.clear()
        one.outbox.clear()

    def kill(self, one: Desktop) -> None:
        self.cut(one)
        one.lease = Lease()
        one.me = Me(desktop=one.me.desktop, run=str(int(one.me.run) + 1), ttl=TTL)

    def turn(self, one: Desktop) -> None:
        if one.up:
            self.do(one, turned(one.lease, one.me, self.now, wanted=one.wanted))

    def do(self, one: Desktop, moved) -> None:
        one.lease = moved.lease
        if one.up and moved.say:
            one.outbox.append(Word(desktop=one.me.desktop, claim=moved.say))
        if one.up and moved.let_go:
            one.outbox.append(Word(desktop=one.me.desktop, claim=None))

    def send(self, one: Desktop) -> None:
        """The broker takes the next word of this desktop."""
        if one.outbox:
            said = one.outbox.popleft()
            if said.claim:
                self.kept[said.desktop] = (said, self.now + said.claim.ttl)
            else:
                self.kept.pop(said.desktop, None)
            for each in self.desktops:
                if each.up:
                    each.inbox.append(said)

    def hear(self, one: Desktop) -> None:
        if one.inbox:
            self.do(one, heard(one.lease, one.inbox.popleft(), one.me, self.now))

    def calm(self) -> None:
        """Everything arrives at once, every second, for a few lives of a claim."""
        for _ in range(int(4 * TTL)):
            self.now += 1
            for one in self.desktops:
                self.connect(one)
                self.turn(one)
                while any(each.outbox or each.inbox for each in self.desktops):
                    for each in self.desktops:
                        self.send(each)
                        self.hear(each)


SLOW = ("cut", "kill", "want", "wait")
FAST = ("connect", "turn", "send", "hear", "hear")


def lived(dice: random.Random, steps: int) -> Home:
    """Let anything happen, mostly in seconds; after each step at most one holds it."""
    home = Home([Desktop(Me(desktop=name, run="1", ttl=TTL)) for name in "abc"])
    for _ in range(steps):
        one = dice.choice(home.desktops)
        what = dice.choice(SLOW if dice.random() < 0.06 else FAST)
        if what == "wait":
            home.now += dice.choice([1, 5, 14, 16, 40, 59, 61])
        elif what == "want":
            one.wanted = not one.wanted
        else:
            home.now += dice.random() * 2
            getattr(home, what)(one)
        assert home.holders() <= 1, what
    return home


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_never_are_two_desktops_at_one_device(seed):
    lived(random.Random(seed), 400)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_whoever_wants_it_gets_it_in_the_end(seed, both):
    home = lived(random.Random(seed), 60)
    first, second, third = home.desktops
    first.wanted, second.wanted, third.wanted = True, both, both
    home.calm()
    assert home.holders() == 1
    first.wanted, second.wanted, third.wanted = False, True, False
    home.calm()
    assert second.lease.ours(home.now)
