"""What waits for signatures: root and targets once and near their end, build and train each week.

Computed from the setup, what is published and the open week; the same three give the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from securesystemslib.signer import Key, SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Role,
    Root,
    TargetFile,
    Targets,
)

from firmware.draft import Draft, Durations, Image, train_of
from firmware.errors import PublishError
from firmware.keys import PublicKey
from firmware.published import Published
from firmware.refusals import expiry
from firmware.signed import BUILD, KEY_NAME, TRAIN_PATH, TRAIN_ROLE

ONLINE = ("snapshot", "timestamp")

R = TypeVar("R", Root, Targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who signs what. `threshold` holds for root, targets, build and train; online keys sign alone.

    Keys of `build` and `train` must be different ones: no one alone says both what the bytes are
    and that they ship.
    """

    root: Sequence[PublicKey]
    targets: Sequence[PublicKey]
    build: Mapping[str, Sequence[PublicKey]]  # line -> its keys
    train: Sequence[PublicKey]
    snapshot: PublicKey
    timestamp: PublicKey
    threshold: int = 2


class KeyInfo(msgspec.Struct, frozen=True):
    """One key of the setup; `file` is where its holder keeps it, used for the online keys only."""

    name: str
    keyid: str
    public: str
    file: str

    @property
    def key(self) -> Key:
        """The key as TUF knows it, with its holder's name."""
        public = {"public": self.public}
        return SSlibKey(self.keyid, "ed25519", "ed25519", public, {KEY_NAME: self.name})


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What a maker is: fixed at the key ceremony."""

    maker: str
    vendor: str
    lines: tuple[str, ...]
    created: int  # seconds since the epoch
    threshold: int
    durations: Durations
    keys: dict[str, tuple[KeyInfo, ...]]  # role -> who may sign, in the order people sign

    def threshold_of(self, role: str) -> int:
        """How many keys must sign."""
        return 1 if role in ONLINE else self.threshold


def setup_of(
    *, maker: str, vendor: str, lines: Sequence[str], team: Team, now: float, durations: Durations
) -> Setup:
    """Return the setup of a new maker. PublishError: keys_too_few, keys_not_disjoint."""
    build = {BUILD + line: team.build.get(line, ()) for line in lines}
    many = {"root": team.root, "targets": team.targets, **build, TRAIN_ROLE: team.train}
    for role, held in many.items():
        if len({key.public for key in held}) < max(1, team.threshold):
            raise PublishError("keys_too_few", role=role, need=team.threshold)
    for role, held in build.items():
        if shared := {key.public for key in held} & {key.public for key in team.train}:
            names = ", ".join(key.name for key in held if key.public in shared)
            raise PublishError("keys_not_disjoint", role=role, train=TRAIN_ROLE, keys=names)
    every = {**many, "snapshot": (team.snapshot,), "timestamp": (team.timestamp,)}
    return Setup(
        maker=maker,
        vendor=vendor,
        lines=tuple(lines),
        created=int(now),
        threshold=team.threshold,
        durations=durations,
        keys={role: tuple(_info(key) for key in held) for role, held in every.items()},
    )


def proposed(
    role: str, setup: Setup, published: Published, draft: Draft | None
) -> Root | Targets | None:
    """Return what `role` has to sign now, None where nothing is to be signed."""
    if role == "root":
        root = published.root()
        return _renewed(root.signed, setup, draft) if root else _first_root(setup)
    if role == "targets":
        targets = published.current(role, Targets)
        return _renewed(targets.signed, setup, draft) if targets else _first_targets(setup)
    if draft is None:
        return None
    current = published.current(role, Targets)
    before = current.signed if current else None
    if role == TRAIN_ROLE:
        return _next_train(before, setup, draft)
    return _next_build(role, before, setup, draft)


def manifest(draft: Draft) -> bytes:
    """Return the week's manifest as it is signed and published."""
    return msgspec.json.encode(train_of(draft))


def moment(at: float) -> dt.datetime:
    """Return a time as TUF writes it."""
    return dt.datetime.fromtimestamp(int(at), dt.UTC)


def _renewed(signed: R, setup: Setup, draft: Draft | None) -> R | None:
    """Return it with a new term near its end, else None."""
    term = getattr(setup.durations, signed.type)
    if draft is None or expiry(signed) - draft.opened >= getattr(
        setup.durations, f"renew_{signed.type}"
    ):
        return None
    signed.version += 1
    signed.expires = moment(draft.opened + term)
    return signed


def _first_root(setup: Setup) -> Root:
    roles: dict[str, Role] = {}
    known: dict[str, Key] = {}
    for role in ("root", "targets", *ONLINE):
        held = setup.keys[role]
        roles[role] = Role([info.keyid for info in held], setup.threshold_of(role))
        known |= {info.keyid: info.key for info in held}
    expires = moment(setup.created + setup.durations.root)
    return Root(1, expires=expires, keys=known, roles=roles, consistent_snapshot=True)


def _first_targets(setup: Setup) -> Targets:
    """Delegations only: nothing ships by the word of this role alone."""
    delegated: dict[str, DelegatedRole] = {}
    known: dict[str, Key] = {}
    for role, held in setup.keys.items():
        if role != TRAIN_ROLE and not role.startswith(BUILD):
            continue
        known |= {info.keyid: info.key for info in held}
        path = f"fw/{setup.vendor}/{role.removeprefix(BUILD)}/*"
        delegated[role] = DelegatedRole(
            role,
            [info.keyid for info in held],
            setup.threshold,
            terminating=True,
            paths=["train/orange/*" if role == TRAIN_ROLE else path],
        )
    expires = moment(setup.created + setup.durations.targets)
    return Targets(1, expires=expires, delegations=Delegations(known, delegated))


def _next_train(before: Targets | None, setup: Setup, draft: Draft) -> Targets:
    file = TargetFile.from_data(TRAIN_PATH, manifest(draft), ["sha256"])
    return Targets(
        before.version + 1 if before else 1,
        expires=moment(draft.opened + setup.durations.train),
        targets={TRAIN_PATH: file},
    )


def _next_build(role: str, before: Targets | None, setup: Setup, draft: Draft) -> Targets | None:
    line, durations = role.removeprefix(BUILD), setup.durations
    old = before.targets if before else {}
    new = {image.path: _target(image) for image in draft.images if image.line == line}
    lasts = expiry(before) - draft.opened if before else durations.build
    if {**old, **new} == old and (not old or lasts >= durations.renew_build):
        return None
    return Targets(
        before.version + 1 if before else 1,
        expires=moment(draft.opened + durations.build),
        targets={**old, **new},
    )


def _target(image: Image) -> TargetFile:
    custom = {"custom": msgspec.to_builtins(image.about)}
    return TargetFile(image.size, {"sha256": image.sha256}, image.path, custom)


def _info(key: PublicKey) -> KeyInfo:
    return KeyInfo(name=key.name, keyid=key.keyid, public=key.public, file=str(key.file))
