"""Who may sign what, how many must, and how long it holds: the differences of root and targets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Role, Root, Targets

from firmware.change import Change, Importance, Side, added, changed, removed
from firmware.changes_week import moment
from firmware.refusals import expiry
from firmware.release import Channel
from firmware.signed import BUILD, KEY_NAME, REPOSITORY, TRAIN, read_train, train_path, train_role

ROUTINE, CAREFUL, GRAVE = Importance.ROUTINE, Importance.CAREFUL, Importance.GRAVE
BUNDLE_ROOT = "bundle-root"
_DAY = 86_400.0
_SHORT = 8  # digits of a keyid that people are shown


def roles(
    before: Side, after: Side, *, opened: float, terms: Mapping[str, float]
) -> Iterator[Change]:
    """Yield the differences of all roles. `terms`: role -> seconds that its word usually holds."""
    for role, signed in after.roles.items():
        old = before.roles.get(role)
        if old is None or old.to_dict() != signed.to_dict():
            yield from _head(role, old, signed, opened=opened, usual=terms.get(role))
            yield from _files(role, old, signed, after.manifest)
    for role in sorted(set(before.roles) - set(after.roles)):
        yield removed("role_removed", GRAVE, role)
    yield from _powers(_granted(before), _granted(after))


def _head(
    role: str,
    old: Root | Targets | None,
    new: Root | Targets,
    *,
    opened: float,
    usual: float | None,
) -> Iterator[Change]:
    if old is None:
        yield added("role_first", CAREFUL, role, version=new.version)
    else:
        rises = new.version - old.version
        code = "role_version" if rises > 0 else "role_version_back"
        importance = ROUTINE if rises == 1 else CAREFUL if rises > 0 else GRAVE
        yield changed(code, importance, role, version=new.version, was=old.version)
    yield from _term(role, old, new, opened=opened, usual=usual)
    if new.spec_version != (old.spec_version if old else new.spec_version):
        yield changed("spec_changed", CAREFUL, role, version=new.spec_version)
    for name in sorted(_unknown(new) - (_unknown(old) if old else set())):
        yield changed("unknown_said", GRAVE, role, name=name)
    if isinstance(new, Root):
        yield from _root(role, new)


def _term(
    role: str,
    old: Root | Targets | None,
    new: Root | Targets,
    *,
    opened: float,
    usual: float | None,
) -> Iterator[Change]:
    ends, last = expiry(new), expiry(old) if old else None
    if ends == last:
        return
    days = round((ends - opened) / _DAY)
    facts = {"until": moment(ends), "days": days}
    if last is not None and ends < last:
        yield changed("expiry_back", CAREFUL, role, was=moment(last), **facts)
    elif usual is not None and abs(ends - opened - usual) >= _DAY:
        code = "expiry_long" if ends - opened > usual else "expiry_short"
        yield changed(code, CAREFUL, role, usual=round(usual / _DAY), **facts)
    else:
        yield changed("expiry", ROUTINE, role, **facts)


def _root(role: str, new: Root) -> Iterator[Change]:
    now = new.unrecognized_fields.get(REPOSITORY)
    if now != ("bundle" if role == BUNDLE_ROOT else None):
        yield changed("repository", GRAVE, role, name=now or "-")
    if not new.consistent_snapshot:
        yield changed("snapshot_inconsistent", GRAVE, role)


def _files(
    role: str, old: Root | Targets | None, new: Root | Targets, manifest: bytes | None
) -> Iterator[Change]:
    """A train's role names its week and nothing else, the top role nothing at all."""
    if not isinstance(new, Targets) or role.startswith(BUILD):
        return
    ours = {f"{TRAIN}{channel}": train_path(channel) for channel in Channel}.get(role)
    before = old.targets if isinstance(old, Targets) else {}
    for path, file in sorted(new.targets.items()):
        if path != ours:
            if before.get(path) != file:
                yield added("file_foreign", GRAVE, role, path=path)
        elif before.get(path) == file and manifest and _channel_of(manifest) != role:
            pass  # the other channel's week, as it was: only its keys or its term changed
        elif manifest is None or file.hashes != {"sha256": hashlib.sha256(manifest).hexdigest()}:
            yield changed("week_not_shown", GRAVE, role, path=path)
        if path == ours and file.unrecognized_fields:
            yield changed("unknown_said", GRAVE, role, name=", ".join(file.unrecognized_fields))
    for path in sorted(set(before) - set(new.targets)):
        yield removed("file_gone", CAREFUL, role, path=path)


def _channel_of(manifest: bytes) -> str:
    return train_role(read_train(manifest).channel)


# --- who may sign ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Power:
    """Whom a role is given to, by root or by targets."""

    keys: Mapping[str, Key | None]
    threshold: int
    paths: Sequence[str] = ()
    last: bool = True  # nobody below or after it is asked
    order: int = 0
    unknown: frozenset[str] = field(default_factory=frozenset)


def _granted(side: Side) -> dict[str, _Power]:
    """Return role -> who may sign it; a delegation is named with its parent unless that is ours."""
    found: dict[str, _Power] = {}
    for parent, signed in side.roles.items():
        if isinstance(signed, Root):
            for name, role in signed.roles.items():
                prefix = "bundle-" if parent == BUNDLE_ROOT else ""
                found[prefix + name] = _power(role, signed.keys)
        elif signed.delegations and signed.delegations.roles:
            for order, (name, role) in enumerate(signed.delegations.roles.items()):
                whole = name if parent == "targets" else f"{parent}/{name}"
                found[whole] = _power(role, signed.delegations.keys, order)
    return found


def _power(role: Role, known: Mapping[str, Key], order: int = 0) -> _Power:
    unknown = set(role.unrecognized_fields)
    keys = {keyid: known.get(keyid) for keyid in role.keyids}
    if not isinstance(role, DelegatedRole):
        return _Power(keys=keys, threshold=role.threshold, unknown=frozenset(unknown))
    if role.path_hash_prefixes:
        unknown.add("path_hash_prefixes")
    return _Power(
        keys=keys,
        threshold=role.threshold,
        paths=tuple(role.paths or ()),
        last=role.terminating,
        order=order,
        unknown=frozenset(unknown),
    )


def _powers(before: Mapping[str, _Power], after: Mapping[str, _Power]) -> Iterator[Change]:
    for role, now in after.items():
        was = before.get(role)
        if was is None:
            yield _first(role, now)
        elif was != now:
            yield from _threshold(role, was, now)
            yield from _paths(role, was, now)
        yield from _keys(role, was.keys if was else {}, now.keys)
        for name in sorted(now.unknown - (was.unknown if was else set())):
            yield changed("unknown_said", GRAVE, role, name=name)
    for role in before:
        if role not in after:
            yield removed("signers_gone", GRAVE, role)


def _first(role: str, now: _Power) -> Change:
    if not now.paths:
        return added("signers_first", GRAVE, role, keys=len(now.keys), threshold=now.threshold)
    paths = ", ".join(now.paths)
    facts = {"keys": len(now.keys), "threshold": now.threshold}
    return added("delegation_added", GRAVE, role, paths=paths, **facts)


def _threshold(role: str, was: _Power, now: _Power) -> Iterator[Change]:
    if was.threshold != now.threshold:
        lower = now.threshold < was.threshold
        code = "threshold_lowered" if lower else "threshold_raised"
        facts = {"threshold": now.threshold, "was": was.threshold, "keys": len(now.keys)}
        yield changed(code, GRAVE if lower else CAREFUL, role, **facts)


def _paths(role: str, was: _Power, now: _Power) -> Iterator[Change]:
    for path in sorted(set(now.paths) - set(was.paths)):
        yield added("path_added", GRAVE, role, path=path)
    for path in sorted(set(was.paths) - set(now.paths)):
        yield removed("path_removed", GRAVE, role, path=path)
    if (was.last, was.order) != (now.last, now.order):
        yield changed("delegation_order", GRAVE, role)


def _keys(
    role: str, was: Mapping[str, Key | None], now: Mapping[str, Key | None]
) -> Iterator[Change]:
    for keyid, key in now.items():
        if keyid not in was:
            yield added("key_added", GRAVE, role, **_key(keyid, key))
        elif (old := was[keyid]) != key:
            renamed = old and key and _bare(old) == _bare(key)
            code = "key_renamed" if renamed else "key_replaced"
            yield changed(code, GRAVE, role, was=_key(keyid, old)["name"], **_key(keyid, key))
    for keyid, key in was.items():
        if keyid not in now:
            yield removed("key_removed", GRAVE, role, **_key(keyid, key))


def _key(keyid: str, key: Key | None) -> dict[str, str]:
    name = str(key.unrecognized_fields.get(KEY_NAME, "?")) if key else "?"
    return {"name": name, "keyid": keyid[:_SHORT], "kind": key.scheme if key else "?"}


def _bare(key: Key) -> tuple[str, str, object]:
    return key.keytype, key.scheme, key.keyval


# --- what this program does not know --------------------------------------------------------------


def _unknown(signed: Root | Targets) -> set[str]:
    """Return the members of the signed JSON that have no meaning here."""
    found = set(signed.unrecognized_fields)
    if isinstance(signed, Root):
        return (found - {REPOSITORY}) | _of_keys(signed.keys)
    if signed.delegations:
        found |= set(signed.delegations.unrecognized_fields) | _of_keys(signed.delegations.keys)
        if signed.delegations.succinct_roles:
            found.add("succinct_roles")
    return found


def _of_keys(known: Mapping[str, Key]) -> set[str]:
    found: set[str] = set()
    for keyid, key in known.items():
        foreign = set(key.unrecognized_fields) - {KEY_NAME}
        foreign |= {f"keyval.{name}" for name in set(key.keyval) - {"public"}}
        found |= {f"keys.{keyid[:_SHORT]}.{name}" for name in foreign}
    return found
