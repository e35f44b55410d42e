"""Who is wanted as a signer of what: decided at the key ceremony, changed by later events.

A setup travels to other people's folders, so it holds nothing of this machine: no file, no secret.
What is in force is what the published root and targets say; a setup that differs is a wish.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from securesystemslib.signer import Key
from tuf.api.metadata import Root, Targets

from firmware.draft import Durations
from firmware.errors import PublishError
from firmware.keys import PublicKey
from firmware.release import Channel
from firmware.signed import BUILD, KEY_NAME, TRAIN, train_role

ROOT, BUNDLE_ROOT, TARGETS = "root", "bundle-root", "targets"
BUNDLE = "bundle-"
"""The same people sign both roots; the online roles of the bundle repository are its own."""

ONLINE = ("snapshot", "timestamp")
ALL_ONLINE = (*ONLINE, *(BUNDLE + role for role in ONLINE))

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who signs what. `threshold` holds for every role but the online ones, which sign alone.

    Keys of `build` and of a train must be different ones: no one alone says both what the bytes
    are and that they ship. Left out, stable has the keys of `train`, and the bundle repository
    those of the main one.
    """

    root: Sequence[PublicKey]
    targets: Sequence[PublicKey]
    build: Mapping[str, Sequence[PublicKey]]  # line -> its keys
    train: Sequence[PublicKey]
    snapshot: PublicKey
    timestamp: PublicKey
    stable: Sequence[PublicKey] = ()
    bundle_snapshot: PublicKey | None = None
    bundle_timestamp: PublicKey | None = None
    threshold: int = 2
    thresholds: Mapping[str, int] = field(default_factory=dict)  # role -> another than `threshold`


class KeyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One key of the setup, as TUF knows it, with the name people know its holder by."""

    name: str
    keyid: str
    public: str  # as TUF's keyval has it: hex for ed25519, PEM for others
    keytype: str = "ed25519"
    scheme: str = "ed25519"

    @property
    def key(self) -> Key:
        """The key as TUF knows it, with its holder's name."""
        known = {"keytype": self.keytype, "scheme": self.scheme, KEY_NAME: self.name}
        return Key.from_dict(self.keyid, {**known, "keyval": {"public": self.public}})

    @property
    def material(self) -> bytes:
        """The bytes of the public key: the same key under any name and id has the same."""
        text = self.public.strip()
        try:
            if not text.startswith("-----BEGIN"):
                return bytes.fromhex(text)
            body = [line for line in text.splitlines() if not line.startswith("-----")]
            return base64.b64decode("".join(body), validate=True)
        except (ValueError, binascii.Error):
            return text.encode()


class Signers(msgspec.Struct, frozen=True):
    """Who may sign a role, and how many of them must."""

    keys: tuple[KeyInfo, ...]
    threshold: int


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What a maker is, and who is wanted as signer."""

    maker: str
    vendor: str
    lines: tuple[str, ...]
    created: int  # seconds since the epoch
    durations: Durations
    staff: dict[str, Signers]  # role -> its signers; the bundle's root has those of the root

    @property
    def people(self) -> tuple[str, ...]:
        """All roles that people sign, in the order in which they do."""
        offline = [role for role in self.staff if role not in ALL_ONLINE]
        return tuple(
            name for role in offline for name in ((ROOT, BUNDLE_ROOT) if role == ROOT else (role,))
        )

    def signers(self, role: str) -> Signers:
        """Return who signs `role`. PublishError("role_unknown")."""
        found = self.staff.get(ROOT if role == BUNDLE_ROOT else role)
        if found is None:
            raise PublishError("role_unknown", role=role)
        return found


def setup_of(
    *, maker: str, vendor: str, lines: Sequence[str], team: Team, now: float, durations: Durations
) -> Setup:
    """Return the setup of a new maker; PublishError as `check`."""
    every: dict[str, Sequence[PublicKey]] = {
        ROOT: team.root,
        TARGETS: team.targets,
        **{BUILD + line: team.build.get(line, ()) for line in lines},
        train_role(Channel.ORANGE): team.train,
        train_role(Channel.STABLE): team.stable or team.train,
        "snapshot": (team.snapshot,),
        "timestamp": (team.timestamp,),
        "bundle-snapshot": (team.bundle_snapshot or team.snapshot,),
        "bundle-timestamp": (team.bundle_timestamp or team.timestamp,),
    }
    staff = {
        role: Signers(
            tuple(info_of(key) for key in held),
            1 if role in ALL_ONLINE else team.thresholds.get(role, team.threshold),
        )
        for role, held in every.items()
    }
    return check(
        Setup(
            maker=maker,
            vendor=vendor,
            lines=tuple(lines),
            created=int(now),
            durations=durations,
            staff=staff,
        )
    )


def info_of(key: PublicKey) -> KeyInfo:
    """Return what may travel of a key."""
    return KeyInfo(
        name=key.name, keyid=key.keyid, public=key.public, keytype=key.keytype, scheme=key.scheme
    )


def check(setup: Setup) -> Setup:
    """Return the setup if nobody in it could sign for two, nor any role be left without enough.

    PublishError: setup_bad, name_bad, key_name_bad, key_kind_unknown, key_ambiguous,
    threshold_bad, keys_too_few, key_twice, keys_not_disjoint.
    """
    lines = [BUILD + line for line in setup.lines]
    trains = [train_role(channel) for channel in Channel]
    if set(setup.staff) != {ROOT, TARGETS, *lines, *trains, *ALL_ONLINE}:
        raise PublishError("setup_bad", why="roles")
    for name in (setup.vendor, *setup.lines):
        if not _NAME.fullmatch(name):
            raise PublishError("name_bad", name=name)
    _check_keys(setup)
    for role, signers in setup.staff.items():
        _check_role(role, signers)
    for role in lines:
        for train in trains:
            _check_disjoint(role, setup.staff[role], train, setup.staff[train])
    return setup


def rotated(setup: Setup, roles: Iterable[str], old: str, new: KeyInfo) -> Setup:
    """Return the setup with `new` in the place of the key named `old`, in each of `roles`.

    PublishError: role_unknown, key_not_of_role and those of `check`.
    """
    for role in roles:
        signers = setup.signers(role)
        _index(signers, role, old)
        held = tuple(new if info.name == old else info for info in signers.keys)
        setup = _with(setup, role, Signers(held, signers.threshold))
    return check(setup)


def added(setup: Setup, role: str, key: KeyInfo) -> Setup:
    """Return the setup with one more key of `role`; PublishError: role_unknown and of `check`."""
    signers = setup.signers(role)
    return check(_with(setup, role, Signers((*signers.keys, key), signers.threshold)))


def removed(setup: Setup, roles: Iterable[str], name: str) -> Setup:
    """Return the setup without the key named `name` in `roles`; errors as `rotated`."""
    for role in roles:
        signers = setup.signers(role)
        at = _index(signers, role, name)
        held = signers.keys[:at] + signers.keys[at + 1 :]
        setup = _with(setup, role, Signers(held, signers.threshold))
    return check(setup)


def with_threshold(setup: Setup, role: str, threshold: int) -> Setup:
    """Return the setup with another threshold; PublishError: role_unknown and of `check`."""
    return check(_with(setup, role, Signers(setup.signers(role).keys, threshold)))


def in_force(setup: Setup, root: Root, bundle: Root, targets: Targets) -> Setup:
    """Return the setup with the signers that these published roles name, wishes forgotten."""
    staff = dict(setup.staff)
    for role in setup.staff:
        if role.startswith((BUILD, TRAIN)):
            staff[role] = _named(targets, role)
        elif role.startswith(BUNDLE):
            staff[role] = _named(bundle, role.removeprefix(BUNDLE))
        else:
            staff[role] = _named(root, role)
    return msgspec.structs.replace(setup, staff=staff)


def owner(key: Key) -> str:
    """Return the name of a key's holder, or the begin of its id where it has none."""
    return str(key.unrecognized_fields.get(KEY_NAME) or key.keyid[:8])


def _named(delegator: Root | Targets, role: str) -> Signers:
    found = delegator.get_delegated_role(role)
    infos = []
    for keyid in found.keyids:
        key = delegator.get_key(keyid)
        public = str(key.keyval["public"])
        infos.append(
            KeyInfo(
                name=owner(key),
                keyid=keyid,
                public=public,
                keytype=key.keytype,
                scheme=key.scheme,
            )
        )
    return Signers(tuple(infos), found.threshold)


def _with(setup: Setup, role: str, signers: Signers) -> Setup:
    name = ROOT if role == BUNDLE_ROOT else role
    return msgspec.structs.replace(setup, staff={**setup.staff, name: signers})


def _index(signers: Signers, role: str, name: str) -> int:
    for at, info in enumerate(signers.keys):
        if info.name == name:
            return at
    raise PublishError("key_not_of_role", key=name, role=role)


def _check_keys(setup: Setup) -> None:
    """One name, one id and one public key are one key, in all roles."""
    every = {info for signers in setup.staff.values() for info in signers.keys}
    for info in every:
        if not _NAME.fullmatch(info.name):
            raise PublishError("key_name_bad", name=info.name)
        try:
            _ = info.key
        except (ValueError, KeyError, TypeError) as error:
            kind = f"{info.keytype} {info.scheme}"
            raise PublishError("key_kind_unknown", key=info.name, kind=kind) from error
    for what in ("name", "keyid", "material"):
        seen: dict[object, KeyInfo] = {}
        for info in sorted(every, key=lambda info: (info.name, info.keyid)):
            other = seen.setdefault(getattr(info, what), info)
            if other is not info:
                raise PublishError("key_ambiguous", key=info.name, other=other.name)


def _check_role(role: str, signers: Signers) -> None:
    if signers.threshold < 1 or (role in ALL_ONLINE and signers.threshold != 1):
        raise PublishError("threshold_bad", role=role, threshold=signers.threshold)
    different = {info.material for info in signers.keys}
    if len(different) < signers.threshold:
        raise PublishError("keys_too_few", role=role, need=signers.threshold)
    if len(different) < len(signers.keys):
        twice = next(info for info in signers.keys if signers.keys.count(info) > 1)
        raise PublishError("key_twice", role=role, key=twice.name)


def _check_disjoint(role: str, build: Signers, train_name: str, train: Signers) -> None:
    shared = {info.material for info in build.keys} & {info.material for info in train.keys}
    if shared:
        names = ", ".join(info.name for info in build.keys if info.material in shared)
        raise PublishError("keys_not_disjoint", role=role, train=train_name, keys=names)
