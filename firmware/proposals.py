"""What waits for signatures: whatever differs from what is published, and what nears its end.

Computed from the setup, what is published and the open event; the same three give the same bytes in
every signer's tool, so nobody has to believe what another one's tool proposes.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

import msgspec
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    Role,
    Root,
    TargetFile,
    Targets,
)

from firmware.draft import Draft, Image, train_of
from firmware.published import Published
from firmware.refusals import expiry
from firmware.release import Channel
from firmware.signed import (
    BUILD,
    BUNDLE_REPOSITORY,
    REPOSITORY,
    TRAIN,
    as_signed,
    train_path,
    train_role,
)
from firmware.staff import BUNDLE, BUNDLE_ROOT, ONLINE, ROOT, TARGETS, Setup, check, in_force

R = TypeVar("R", Root, Targets)


def proposals(setup: Setup, published: Published, draft: Draft | None) -> dict[str, Root | Targets]:
    """Return role -> what it has to sign now, in writing order; without a draft only what is first.

    PublishError as staff.check, and mirror_incomplete.
    """
    check(setup)
    found: dict[str, Root | Targets] = {}
    for role in setup.people:
        signed = _proposed(role, setup, published, draft)
        if signed is not None:
            found[role] = signed
    return found


def week_waits(published: Published, draft: Draft) -> bool:
    """Whether the draft's week is not yet what its train says."""
    if not draft.week:
        return False
    last = published.train(draft.channel)
    return last is None or last.counter < draft.counter


def wanted_root(role: str, setup: Setup, version: int, expires: dt.datetime) -> Root:
    """Return the root (ROOT or BUNDLE_ROOT) that names the wanted signers."""
    online = BUNDLE if role == BUNDLE_ROOT else ""
    roles: dict[str, Role] = {}
    known: dict[str, Key] = {}
    for name, holder in (
        (ROOT, ROOT),
        (TARGETS, TARGETS),
        *((one, online + one) for one in ONLINE),
    ):
        signers = setup.signers(holder)
        roles[name] = Role([info.keyid for info in signers.keys], signers.threshold)
        known |= {info.keyid: info.key for info in signers.keys}
    return Root(
        version,
        expires=expires,
        keys=known,
        roles=roles,
        consistent_snapshot=True,
        unrecognized_fields={REPOSITORY: BUNDLE_REPOSITORY} if online else {},
    )


def wanted_targets(setup: Setup, version: int, expires: dt.datetime) -> Targets:
    """Return delegations only: nothing ships by the word of this role alone."""
    delegated: dict[str, DelegatedRole] = {}
    known: dict[str, Key] = {}
    for role, signers in setup.staff.items():
        if not role.startswith((BUILD, TRAIN)):
            continue
        known |= {info.keyid: info.key for info in signers.keys}
        train = f"train/{role.removeprefix(TRAIN)}/*"
        build = f"fw/{setup.vendor}/{role.removeprefix(BUILD)}/*"
        delegated[role] = DelegatedRole(
            role,
            [info.keyid for info in signers.keys],
            signers.threshold,
            terminating=True,
            paths=[train if role.startswith(TRAIN) else build],
        )
    return Targets(version, expires=expires, delegations=Delegations(known, delegated))


def delegator_of(role: str, setup: Setup) -> tuple[Root | Targets, str]:
    """Return who names the wanted signers of a role that people sign, and by which name."""
    never = moment(0)
    if role in (ROOT, BUNDLE_ROOT):
        return wanted_root(role, setup, 1, never), ROOT
    if role == TARGETS:
        return wanted_root(ROOT, setup, 1, never), TARGETS
    return wanted_targets(setup, 1, never), role


def published_setup(setup: Setup, published: Published) -> Setup:
    """Return the setup with the signers in force; before the first publication as it is."""
    root, bundle = published.root(), published.root(BUNDLE_ROOT)
    targets = published.current(TARGETS, Targets)
    if root is None or bundle is None or targets is None:
        return setup
    return in_force(setup, root.signed, bundle.signed, targets.signed)


def manifest(draft: Draft) -> bytes:
    """Return the week's manifest as it is signed and published."""
    return msgspec.json.encode(as_signed(train_of(draft)))


def moment(at: float) -> dt.datetime:
    """Return a time as TUF writes it: whole seconds."""
    return dt.datetime.fromtimestamp(int(at), dt.UTC)


def _proposed(
    role: str, setup: Setup, published: Published, draft: Draft | None
) -> Root | Targets | None:
    if role in (ROOT, BUNDLE_ROOT):
        return _root(role, setup, published.root(role), draft)
    before = published.current(role, Targets)
    if role == TARGETS:
        return _targets(setup, before, draft)
    if draft is None:
        return None
    if role.startswith(TRAIN):
        return _train(role, before, setup, published, draft)
    return _build(role, before, setup, draft)


def _root(
    role: str, setup: Setup, before: Metadata[Root] | None, draft: Draft | None
) -> Root | None:
    lasts = setup.durations
    if before is None:
        return wanted_root(role, setup, 1, moment(setup.created + lasts.root))
    wanted = wanted_root(role, setup, before.signed.version, before.signed.expires)
    return _replaced(before.signed, wanted, draft, lasts.root, lasts.renew_root)


def _targets(setup: Setup, before: Metadata[Targets] | None, draft: Draft | None) -> Targets | None:
    lasts = setup.durations
    if before is None:
        return wanted_targets(setup, 1, moment(setup.created + lasts.targets))
    wanted = wanted_targets(setup, before.signed.version, before.signed.expires)
    if draft and not holds(TARGETS, setup, before):
        return _next(wanted, before.signed, TARGETS, draft, lasts.targets)
    return _replaced(before.signed, wanted, draft, lasts.targets, lasts.renew_targets)


def _replaced(published: R, wanted: R, draft: Draft | None, term: float, renew: float) -> R | None:
    """Return the next version of what is wanted where it differs or nears its end, else None."""
    if draft is None:
        return None
    if wanted == published and expiry(published) - draft.opened >= renew:
        return None
    role = TARGETS if isinstance(wanted, Targets) else ROOT
    return _next(wanted, published, role, draft, term)


def _next(wanted: R, before: R, role: str, draft: Draft, term: float) -> R:
    wanted.version = _version(role, before, draft)
    wanted.expires = moment(draft.opened + term)
    return wanted


def _version(role: str, before: Root | Targets | None, draft: Draft) -> int:
    current = before.version if before else 0
    return max(current, draft.taken.get(role, 0)) + 1


def holds(role: str, setup: Setup, metadata: Metadata[Targets]) -> bool:
    """Whether the wanted signers of a role have signed what is published."""
    delegator, name = delegator_of(role, setup)
    return delegator.get_verification_result(
        name, metadata.signed_bytes, metadata.signatures
    ).verified


def _train(
    role: str, before: Metadata[Targets] | None, setup: Setup, published: Published, draft: Draft
) -> Targets | None:
    signed = before.signed if before else None
    if role == train_role(draft.channel) and week_waits(published, draft):
        path, durations = train_path(draft.channel), setup.durations
        term = durations.stable if draft.channel == Channel.STABLE else durations.train
        return Targets(
            _version(role, signed, draft),
            expires=moment(draft.opened + term),
            targets={path: TargetFile.from_data(path, manifest(draft), ["sha256"])},
        )
    if before is None or holds(role, setup, before):
        return None
    again = before.signed  # the same week under other keys: it must not live longer by that
    again.version = _version(role, signed, draft)
    return again


def _build(
    role: str, before: Metadata[Targets] | None, setup: Setup, draft: Draft
) -> Targets | None:
    line, durations = role.removeprefix(BUILD), setup.durations
    old = before.signed.targets if before else {}
    new = {image.path: _target(image) for image in draft.images if image.line == line}
    both = {**old, **new}
    if not both:
        return None
    lasts = expiry(before.signed) - draft.opened if before else 0.0
    same = before is not None and both == old and holds(role, setup, before)
    if same and lasts >= durations.renew_build:
        return None
    return Targets(
        _version(role, before.signed if before else None, draft),
        expires=moment(draft.opened + durations.build),
        targets=both,
    )


def _target(image: Image) -> TargetFile:
    custom = as_signed(image.about)
    return TargetFile(image.size, {"sha256": image.sha256}, image.path, {"custom": custom})
