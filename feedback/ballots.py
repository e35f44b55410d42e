"""Ballots that anybody can count again: the list of ballots, its digests, and what is wrong in it.

Pure; the hub seals by these rules, and every house verifies by the same ones. A published file is
lines of ASCII, each ended by a newline:

    <JSON of wire_voice.BallotDoc>
    b <token> <choice>      one ballot; in the order of the tokens
    r <tag> <0 or 1>        one name on the roll, and whether it voted; in the order of the tags

A token is a commitment: sha256 of ballot, choice, the member's tag and the salt that its household
made. Nobody else can make one that fits, so nobody can put another choice behind it, and no two
members have the same one, even where they share a salt. A tag is sha256 of ballot and member: only
the member knows its own. What changes one ballot changes the digest that all houses were told; what
was left out before sealing is missed by its household; what was added needs a name on the roll that
did not vote, whose household sees that.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Final

import msgspec

from feedback.wire import HubError
from feedback.wire_voice import BallotDoc, BallotKind

FORMAT: Final = "orangery-ballot-1"
LEAST_OPEN_S: Final = 72 * 3600.0
OPTIONS: Final = {
    BallotKind.QUESTION: (2, 7),
    BallotKind.ELECTION: (2, 20),
    BallotKind.CHARTER: (2, 2),
}
SEATS: Final = 5

_VALUE: Final = len("b ") + 64  # where what is said of a sha256 begins
_VALUES: Final = {b" %d" % value: value for value in range(100)}
_VOTED: Final = (b" 0\n", b" 1\n")
_AT_ONCE: Final = 10_000  # lines


class Fault(StrEnum):
    """What a recount finds wrong."""

    TOTALS = "totals"  # counted again, the options have other numbers of votes
    LIST = "list"  # the list is not the one whose digest all houses were told
    ROLL = "roll"  # the roll is not the one that was fixed at the opening
    VOTERS = "voters"  # there are more or fewer ballots than names that voted
    OWN_MISSING = "own_missing"  # the household's own ballot is not in the list
    OWN_CHANGED = "own_changed"  # it is there with another choice
    OWN_NAME = "own_name"  # the roll says that the member voted who did not, or the reverse
    OWN_ROLL = "own_roll"  # the member is not on the roll
    OTHER = "other"  # the file says other things of the ballot than this house was told


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a household keeps of its ballot. `member_id`: whose it is."""

    ballot: str
    member_id: str
    choice: int
    salt: str

    @property
    def token(self) -> str:
        """Return what the list has in its place."""
        return token(self.ballot, self.choice, tag(self.ballot, self.member_id), self.salt)


@dataclass(slots=True, kw_only=True)
class Count:
    """What a file of ballots comes to. `looked_for`: what was said of tokens and tags asked for."""

    totals: list[int]
    cast: int = 0
    voted: int = 0
    eligible: int = 0
    sealed: str = ""
    roll: str = ""
    looked_for: dict[str, int] = field(default_factory=dict)


def token(ballot: str, choice: int, name: str, salt: str) -> str:
    """Return the public id of one ballot; `name`: the tag of who cast it."""
    return hashlib.sha256(f"{FORMAT}|{ballot}|{choice}|{name}|{salt}".encode()).hexdigest()


def tag(ballot: str, member_id: str) -> str:
    """Return the name of a member on the roll of one ballot: another one on each roll."""
    return hashlib.sha256(tag_of(ballot, member_id).encode()).hexdigest()


def tag_of(ballot: str, member_id: str) -> str:
    """Return what a tag is the sha256 of."""
    return f"{FORMAT}|roll|{ballot}|{member_id}"


def roll_digest(tags: Iterable[str]) -> str:
    """Return the digest of a roll; `tags` in order."""
    digest = hashlib.sha256()
    for one in tags:
        digest.update(f"{one}\n".encode())
    return digest.hexdigest()


def lines(ballots: Iterable[tuple[str, int]], roll: Iterable[tuple[str, bool]]) -> Iterator[bytes]:
    """Give the lines under the head of a file, from (token, choice) and (tag, voted), in order."""
    for one, choice in ballots:
        yield b"b %b %d\n" % (one.encode(), choice)
    for name, voted in roll:
        yield b"r %b %d\n" % (name.encode(), voted)


def count(body: Iterable[bytes], options: int, looked_for: Iterable[str] = ()) -> Count:
    """Count the lines under the head of a file. HubError("ballot_damaged"): it is no such file."""
    said = Count(totals=[0] * options)
    whole, roll = hashlib.sha256(), hashlib.sha256()
    wanted = {one.encode() for one in looked_for}
    rest, before = iter(body), b""
    while some := list(islice(rest, _AT_ONCE)):
        whole.update(b"".join(some))
        for line in some:
            place = line[:_VALUE]
            if place <= before or line[_VALUE:-1] not in _VALUES or line[-1:] != b"\n":
                raise HubError("ballot_damaged", fact=line[:80].decode("ascii", "replace"))
            before = place
        _add(said, some, wanted, roll)
    said.sealed, said.roll = whole.hexdigest(), roll.hexdigest()
    return said


def faults(
    doc: BallotDoc, said: Count, *, member_id: str = "", receipt: Receipt | None = None
) -> list[Fault]:
    """Return what is wrong with a closed ballot; `member_id`: who was on its roll, "": unknown.

    `said` must have been asked for the receipt's token (whatever its choice: `asked`) and the tag.
    """
    found = []
    if tuple(said.totals) != doc.totals or said.cast != doc.cast:
        found.append(Fault.TOTALS)
    if said.sealed != doc.sealed:
        found.append(Fault.LIST)
    if (said.roll, said.eligible) != (doc.roll, doc.eligible):
        found.append(Fault.ROLL)
    if said.voted != said.cast:
        found.append(Fault.VOTERS)
    if receipt is not None and receipt.token not in said.looked_for:
        found.append(Fault.OWN_MISSING)
    elif receipt is not None and said.looked_for[receipt.token] != receipt.choice:
        found.append(Fault.OWN_CHANGED)
    if member_id:
        found += _of_name(said, tag(doc.id, member_id), receipt)
    return found


def asked(ballot: str, member_id: str, receipt: Receipt | None) -> list[str]:
    """Return what `count` has to look for, so that `faults` can tell of this member."""
    names = [tag(ballot, member_id)] if member_id else []
    return names if receipt is None else [*names, receipt.token]


def winners(kind: BallotKind, totals: Sequence[int], sealed: str) -> tuple[int, ...]:
    """Return the options that won: of a question the one with most votes, none where two have.

    Of an election the five with most; between equals the smaller sha256 of the sealed digest and
    the place decides, which nobody knows before the close.
    """
    order = heapq.nsmallest(
        SEATS if kind is BallotKind.ELECTION else 2,
        (place for place, votes in enumerate(totals) if votes),
        key=lambda place: (-totals[place], _tie(sealed, place)),
    )
    if kind is BallotKind.ELECTION:
        return tuple(order)
    tied = len(order) > 1 and totals[order[0]] == totals[order[1]]
    return () if tied or not order else (order[0],)


def head(line: bytes) -> BallotDoc:
    """Read the first line of a file. HubError("ballot_damaged")."""
    try:
        return msgspec.json.decode(line, type=BallotDoc)
    except msgspec.MsgspecError as error:
        raise HubError("ballot_damaged", fact=error) from error


def _add(said: Count, some: list[bytes], wanted: set[bytes], roll: hashlib._Hash) -> None:
    """Add lines that are well formed so far."""
    first = next((n for n, line in enumerate(some) if line[:2] != b"b "), len(some))
    totals = said.totals
    try:
        for line in some[:first]:
            totals[_VALUES[line[_VALUE:-1]]] += 1
    except IndexError as error:
        raise HubError("ballot_damaged", fact="no such option") from error
    said.cast += first
    names = some[first:]
    for line in names:
        if line[:2] != b"r " or line[_VALUE:] not in _VOTED:
            raise HubError("ballot_damaged", fact=line[:80].decode("ascii", "replace"))
        said.voted += line[_VALUE:] == _VOTED[1]
    said.eligible += len(names)
    roll.update(b"".join([line[2:66] + b"\n" for line in names]))
    if wanted:
        for line in some:
            if line[2:66] in wanted:
                said.looked_for[line[2:66].decode()] = _VALUES[line[_VALUE:-1]]


def _of_name(said: Count, name: str, receipt: Receipt | None) -> list[Fault]:
    voted = said.looked_for.get(name)
    if voted is None:
        return [Fault.OWN_ROLL]
    return [Fault.OWN_NAME] if bool(voted) is (receipt is None) else []


def _tie(sealed: str, place: int) -> bytes:
    return hashlib.sha256(f"{FORMAT}|tie|{sealed}|{place}".encode()).digest()
