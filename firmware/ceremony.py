"""A key ceremony: who makes which key in which order, and how a fingerprint is read aloud.

Pure: what is planned here is carried out by who calls (keys.make, keys.make_on_token, Publisher).
The sheet that is printed at its end is firmware/ceremony_sheet.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product, zip_longest

from firmware.errors import PublishError
from firmware.keys import ON_TOKENS, POST_QUANTUM, Kind
from firmware.signed import BUILD, TRAIN

ONLINE = ("snapshot", "timestamp")
GROUP = 4  # characters

_PERSON = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_ROLE = re.compile(r"root|targets|(build|train)-[a-z0-9][a-z0-9._-]{0,63}")
_PEOPLE_MAX = 32
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Do(StrEnum):
    """What a step asks for; `facts` of each are named behind it."""

    PREPARE = "prepare"  # a machine without a network, everybody in the room or on a call
    MAKE = "make"  # person, key, kind
    MAKE_ON_TOKEN = "make_on_token"  # noqa: S105 - person, key, kind, token
    READ_BACK = "read_back"  # person, key: its fingerprint from the sheet, typed on another machine
    MAKE_ONLINE = "make_online"  # key
    CREATE = "create"  # the release folder, from all .pub files
    SIGN = "sign"  # role, key, person
    COMPARE_ROOT = "compare_root"  # its sha256, by everybody
    PRINT = "print"  # the sheet, signed by hand
    STORE = "store"  # key, person: two copies, the passphrase apart from them


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person's keys are made of, and on which token they are (label; "": in a file)."""

    kind: Kind = Kind.ED25519
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One key to be made."""

    name: str
    person: str
    roles: tuple[str, ...]
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; `id` stays the same however often the ceremony is planned again."""

    do: Do
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its name, by which a caller keeps what is done."""
        named = [self.facts[name] for name in ("role", "key") if name in self.facts]
        return ":".join((self.do, *named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole ceremony."""

    roles: Mapping[str, tuple[str, ...]]  # role -> names of the keys that may sign
    people: Mapping[str, str]  # short name -> name as on the sheet
    threshold: int
    keys: tuple[Planned, ...]
    online: tuple[str, ...]  # names of the keys of snapshot and timestamp
    advice: tuple[tuple[str, Mapping[str, str]], ...]  # (code, facts): allowed, but think again
    steps: tuple[Step, ...]

    def missing(self, done: Sequence[str]) -> tuple[Step, ...]:
        """Return the steps that are left; `done` are ids."""
        return tuple(step for step in self.steps if step.id not in done)


def plan(
    roles: Mapping[str, Sequence[str]],
    people: Mapping[str, str],
    *,
    threshold: int = 2,
    kinds: Mapping[str, Choice] | None = None,
) -> Plan:
    """Plan a ceremony. `roles`: role -> short names of who signs; `people`: short name -> name.

    A person has one key for root and targets, one for all build roles and one for all train roles:
    keys of their own, so that no one key speaks for both parties. PublishError: people_too_many,
    person_bad, person_unknown, role_missing, role_unknown, keys_too_few, token_kind_bad.
    """
    chosen = {person: (kinds or {}).get(person, Choice()) for person in people}
    _sound(roles, people, threshold, chosen)
    keys = _keys(roles, chosen)
    held = {
        role: tuple(key.name for person in who for key in keys if _serves(key, person, role))
        for role, who in roles.items()
    }
    online = tuple(f"online-{role}" for role in ONLINE)
    return Plan(
        roles=held,
        people=dict(people),
        threshold=threshold,
        keys=keys,
        online=online,
        advice=tuple(_advice(roles, threshold, chosen)),
        steps=tuple(_steps(keys, online)),
    )


def fingerprint(digest: str) -> tuple[str, ...]:
    """Return 64 hex digits in groups of four, as they are printed and read aloud. ValueError."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("a fingerprint has 64 hex digits")
    return tuple(digest[at : at + GROUP] for at in range(0, len(digest), GROUP))


def compare(typed: str, digest: str) -> None:
    """Return if `typed` is the whole of `digest`, however it is spaced.

    PublishError fingerprint_wrong, with the number of the first group that differs.
    """
    plain = unicodedata.normalize("NFKC", typed[:1_000]).lower()  # digits of a Chinese keyboard
    given = "".join(letter for letter in plain if not letter.isspace() and letter not in "-:.,")
    groups = [given[at : at + GROUP] for at in range(0, len(given), GROUP)]
    for number, (one, other) in enumerate(zip_longest(groups, fingerprint(digest)), start=1):
        if one != other:
            raise PublishError("fingerprint_wrong", group=number)


# --- what a plan must be --------------------------------------------------------------------------


def _sound(
    roles: Mapping[str, Sequence[str]],
    people: Mapping[str, str],
    threshold: int,
    chosen: Mapping[str, Choice],
) -> None:
    """Refuse what cannot be held."""
    if len(people) > _PEOPLE_MAX:
        raise PublishError("people_too_many", most=_PEOPLE_MAX)
    for person in people:
        if not _PERSON.fullmatch(person):
            raise PublishError("person_bad", person=person)
        if chosen[person].token and chosen[person].kind not in ON_TOKENS:
            raise PublishError("token_kind_bad", kind=chosen[person].kind)
    for needed in ("root", "targets", BUILD, TRAIN):
        if not any(role.startswith(needed) for role in roles):
            raise PublishError("role_missing", role=needed)
    _signed_for(roles, people, threshold)


def _signed_for(
    roles: Mapping[str, Sequence[str]], people: Mapping[str, str], threshold: int
) -> None:
    for role, who in roles.items():
        if not _ROLE.fullmatch(role):
            raise PublishError("role_unknown", role=role)
        if unknown := set(who) - people.keys():
            raise PublishError("person_unknown", role=role, person=min(unknown))
        if len(set(who)) < max(1, threshold):
            raise PublishError("keys_too_few", role=role, need=max(1, threshold))


def _party(role: str) -> str:
    for party in (BUILD, TRAIN):
        if role.startswith(party):
            return party.rstrip("-")
    return "root"


def _keys(roles: Mapping[str, Sequence[str]], chosen: Mapping[str, Choice]) -> tuple[Planned, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for role, who in roles.items():
        for person in dict.fromkeys(who):
            found.setdefault((person, _party(role)), []).append(role)
    return tuple(
        Planned(name=f"{person}-{party}", person=person, roles=tuple(its), choice=chosen[person])
        for (person, party), its in found.items()
    )


def _serves(key: Planned, person: str, role: str) -> bool:
    return key.person == person and role in key.roles


def _advice(
    roles: Mapping[str, Sequence[str]], threshold: int, chosen: Mapping[str, Choice]
) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    if threshold == 1:
        found.append(("one_alone", {}))
    for role, who in roles.items():
        if len(set(who)) == threshold:
            found.append(("no_spare", {"role": role}))
    for role, train in product(roles, roles):
        both = set(roles[role]) & set(roles[train])
        if role.startswith(BUILD) and train.startswith(TRAIN) and both:
            facts = {"people": ", ".join(sorted(both)), "role": role, "train": train}
            found.append(("one_person", facts))
    found += [
        ("no_post_quantum", {"role": role})
        for role in ("root", "targets")
        if not any(chosen[person].kind in POST_QUANTUM for person in roles[role])
    ]
    if not any(chosen[person].token for person in roles["root"]):
        found.append(("no_token", {"role": "root"}))
    return found


def _steps(keys: Sequence[Planned], online: Sequence[str]) -> list[Step]:
    steps = [Step(do=Do.PREPARE)]
    for key in keys:
        facts = {"person": key.person, "key": key.name, "kind": str(key.choice.kind)}
        if key.choice.token:
            steps.append(Step(do=Do.MAKE_ON_TOKEN, facts={**facts, "token": key.choice.token}))
        else:
            steps.append(Step(do=Do.MAKE, facts=facts))
        steps.append(Step(do=Do.READ_BACK, facts={"person": key.person, "key": key.name}))
    steps += [Step(do=Do.MAKE_ONLINE, facts={"key": key}) for key in online]
    steps.append(Step(do=Do.CREATE))
    for role in ("root", "targets"):  # every holder: a key that never signed may never be able to
        for key in keys:
            if role in key.roles:
                facts = {"role": role, "key": key.name, "person": key.person}
                steps.append(Step(do=Do.SIGN, facts=facts))
    steps += [Step(do=Do.COMPARE_ROOT), Step(do=Do.PRINT)]
    return steps + [
        Step(do=Do.STORE, facts={"key": key.name, "person": key.person}) for key in keys
    ]
