"""Lines of the Release page: images, changes, findings, signatures, what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from desktop import language, words
from desktop.language import mark, translate
from desktop.models.lines import Deed, Line
from firmware import changes_words
from firmware.changes import Change, Importance
from firmware.changes_words import one_line
from firmware.draft import Image
from firmware.findings import Finding, Severity
from firmware.publish import RoleStatus
from firmware.signed import BUILD, Waiver

SOON_S = 7 * 86_400.0
_STAMP_SOON_S = 3 * 86_400.0  # it is signed anew each day, so three days are two that failed
_DIGEST = 12  # hex digits of a sha256 that are shown
_APART = "|"
_NOT_WORTH_IT = 2  # lines that are not folded away

_ROLES = {
    "root": mark("Release", "Root: who signs what"),
    "bundle-root": mark("Release", "Root of the bundle files"),
    "targets": mark("Release", "Product lines"),
    "train-orange": mark("Release", "What ships: Orange"),
    "train-stable": mark("Release", "What ships: Stable"),
    "snapshot": mark("Release", "Snapshot (online)"),
    "timestamp": mark("Release", "Timestamp (online, daily)"),
    "bundle-snapshot": mark("Release", "Snapshot of bundle files (online)"),
    "bundle-timestamp": mark("Release", "Timestamp of bundle files (online)"),
}
_GRAVITY = {
    Importance.GRAVE: ("shield-x", "bad"),
    Importance.CAREFUL: ("triangle-alert", "warn"),
    Importance.ROUTINE: ("info", "muted"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes of one importance under their heading."""

    heading: str
    icon: str
    tone: str
    lines: tuple[Line, ...]
    folds: bool  # may be left out of a first look


def role_name(role: str) -> str:
    """Return a role in words: "What the bytes are: lamp" for build-lamp."""
    if role.startswith(BUILD):
        said = translate("Release", "What the bytes are: {line}")
        return said.format(line=role.removeprefix(BUILD))
    return translate("Release", _ROLES[role]) if role in _ROLES else role


# --- images ---------------------------------------------------------------------------------------


def image(one: Image, *, here: bool) -> Line:
    """Return an image's line; `here`: its bytes are in this folder."""
    about = one.about
    hardware = one_line(", ".join(about.hardware)) or translate("Release", "any hardware")
    said = [one.line, hardware, language.size(one.size), _back(one), one.sha256[:_DIGEST]]
    text = " · ".join(said)
    if not here:
        told = changes_words.said("image_not_here", {"path": one.path}, language.written())
        text = f"{text}\n{told}"
    return Line(
        key=one.path,
        icon="cpu" if here else "triangle-alert",
        tone="muted" if here else "warn",
        title=image_name(one),
        versions=one_line(about.version),
        text=text,
        deeds=(Deed.DETAILS, Deed.REMOVE),
    )


def image_name(one: Image) -> str:
    """Return vendor and model of an image."""
    return one_line(f"{one.about.vendor} {one.about.model}")


def image_facts(one: Image) -> list[tuple[str, str]]:
    """Return all that is known of an image, as (name, value)."""
    about = one.about
    chunks = translate("Release", "{count} of {size}")
    rows = [
        (translate("Release", "Path"), one.path),
        ("SHA-256", one.sha256),
        (translate("Release", "Size"), f"{language.size(one.size)} ({one.size:,} B)"),
        (translate("Release", "Product line"), one.line),
        (translate("Release", "Vendor"), about.vendor),
        (translate("Release", "Model"), about.model),
        (translate("Release", "Version"), about.version),
        (translate("Release", "Release counter"), str(about.counter)),
        (translate("Release", "Hardware"), ", ".join(about.hardware) or "*"),
        (translate("Release", "Lowest version before it"), about.minimum or "-"),
        (translate("Release", "Back after the restart within"), f"{about.come_back_s} s"),
        (translate("Release", "Going back"), _back(one)),
        (
            translate("Release", "Signed chunks"),
            chunks.format(count=len(about.chunks), size=language.size(about.chunk_size))
            if about.chunks
            else "-",
        ),
    ]
    return [(name, one_line(value)) for name, value in rows]


def _back(one: Image) -> str:
    if one.about.keeps_previous:
        return translate("Release", "one can go back")
    return translate("Release", "no way back")


# --- changes --------------------------------------------------------------------------------------


def changes(found: Sequence[Change]) -> tuple[Group, ...]:
    """Return what an event changes, the gravest first, one line for each thing spoken of."""
    groups = []
    for importance in Importance:
        of = [one for one in found if one.importance is importance]
        if of:
            icon, tone = _GRAVITY[importance]
            groups.append(
                Group(
                    heading=changes_words.heading(importance, language.written()),
                    icon=icon,
                    tone=tone,
                    lines=tuple(_changes(of, icon, tone)),
                    folds=importance is not Importance.GRAVE,
                )
            )
    return tuple(groups)


def folded(groups: Iterable[Group], most: int) -> tuple[Group, ...]:
    """Return the first `most` lines of the groups; grave ones are never left out.

    Where only one or two would be left out all are kept: they take no more room than the button.
    """
    groups = tuple(groups)
    if sum(len(group.lines) for group in groups) <= most + _NOT_WORTH_IT:
        return groups
    kept = []
    for group in groups:
        lines = group.lines[: max(0, most)] if group.folds else group.lines
        most -= len(lines)
        if lines:
            kept.append(replace(group, lines=lines))
    return tuple(kept)


def _changes(found: Sequence[Change], icon: str, tone: str) -> Iterator[Line]:
    spoken = language.written()
    for about in dict.fromkeys(one.about for one in found):
        said = []
        for one in (one for one in found if one.about == about):
            said.append(changes_words.sentence(one, spoken))
            said += [f"    {line}" for line in changes_words.quoted(one)]
        first = next(one for one in found if one.about == about)
        named = role_name(about) if _is_role(about) else changes_words.subject(first, spoken)
        yield Line(key=f"{icon} {about}", icon=icon, tone=tone, title=named, text="\n".join(said))


def _is_role(about: str) -> bool:
    return about in _ROLES or (about.startswith(BUILD) and " " not in about)


# --- findings -------------------------------------------------------------------------------------


def findings(
    found: Sequence[Finding], waivers: Iterable[Waiver], images: Iterable[Image]
) -> tuple[Line, ...]:
    """Return what the gates found: what stops the week first, then what is answered, then notes."""
    answered = {(one.code, one.sha256): one for one in waivers}
    named = {one.sha256: one_line(f"{image_name(one)} {one.about.version}") for one in images}
    lines = [
        (_rank(one, answered), _finding(at, one, answered.get((one.code, one.sha256)), named))
        for at, one in enumerate(found)
    ]
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def finding_of(key: str) -> tuple[str, str]:
    """Return (code, sha256) of a finding's line, given its key."""
    _, code, sha256 = key.split(_APART)
    return code, sha256


def _rank(one: Finding, answered: dict[tuple[str, str], Waiver]) -> int:
    if one.severity is Severity.REFUSE:
        return 0
    if one.severity is Severity.STOP:
        return 2 if (one.code, one.sha256) in answered else 1
    return 3


def _finding(at: int, one: Finding, waiver: Waiver | None, named: dict[str, str]) -> Line:
    facts = {name: one_line(value) for name, value in one.facts.items()}
    sentence, hint = words.say(one.code, facts, language.current(), book="gates")
    text = f"{sentence} {hint}"
    waived = waiver is not None and one.severity is Severity.STOP
    if waived and waiver is not None:
        said = translate("Release", "{person} answers for it: {reason}")
        person, reason = one_line(waiver.person), one_line(waiver.reason)
        text = f"{sentence}\n{said.format(person=person, reason=reason)}"
    icon, tone, word = _severity(one.severity, waived=waived)
    mayhap = one.severity is Severity.STOP and not waived
    return Line(
        key=_APART.join((str(at), one.code, one.sha256)),
        icon=icon,
        tone=tone,
        title=f"{word} · {named.get(one.sha256, translate('Release', 'The week'))}",
        text=text,
        deeds=(Deed.WAIVE,) if mayhap else (),
    )


def _severity(severity: Severity, *, waived: bool) -> tuple[str, str, str]:
    if waived:
        return "circle-check", "ok", translate("Release", "Answered for")
    return {
        Severity.REFUSE: ("circle-x", "bad", translate("Release", "Must be mended")),
        Severity.STOP: ("hand", "warn", translate("Release", "Stops the week")),
        Severity.NOTE: ("info", "muted", translate("Release", "To be read")),
    }[severity]


# --- roles ----------------------------------------------------------------------------------------


def signing(role: RoleStatus, now: float) -> Line:
    """Return where the signatures of a role stand."""
    whole = not role.missing
    signed = ", ".join(role.signed) or translate("Release", "nobody yet")
    said = [translate("Release", "signed by {names}").format(names=signed)]
    if role.missing:
        others = ", ".join(role.can_sign) or "-"
        said.append(translate("Release", "can still sign: {names}").format(names=others))
    if role.before is not None:
        told = translate("Release", "of the keys until now {have} of {need}")
        have = len(role.before.signed)
        said.append(told.format(have=have, need=role.before.threshold))
    said.append(until(role.expires, now))
    return Line(
        key=role.role,
        icon="circle-check" if whole else "pencil",
        tone="ok" if whole else "warn",
        title=role_name(role.role),
        versions=_count(role),
        text=" · ".join(said),
    )


def _count(role: RoleStatus) -> str:
    if role.before is not None and role.missing:  # two counts: no "1 of 2" is true of both
        return translate("Release", "%n signature(s) missing", None, role.missing)
    have = translate("Release", "{have} of {need}")
    return have.format(have=len(role.signed), need=role.threshold)


def standing(role: RoleStatus, now: float) -> Line:
    """Return a role as it is published."""
    left = role.expires - now
    late, near = left <= 0, left < (_STAMP_SOON_S if is_stamp(role) else SOON_S)
    return Line(
        key=role.role,
        icon="circle-x" if late else "triangle-alert" if near else "shield-check",
        tone="bad" if late else "warn" if near else "ok",
        title=role_name(role.role),
        versions=translate("Release", "version {number}").format(number=role.version),
        text=" · ".join((until(role.expires, now), ", ".join(role.signed))),
    )


def is_stamp(role: RoleStatus) -> bool:
    """Whether it is one of the timestamps, signed anew each day."""
    return role.role.endswith("timestamp")


def stamp_waits(role: RoleStatus, now: float) -> bool:
    """Whether this is a timestamp that has ended or soon will."""
    return is_stamp(role) and role.expires - now < _STAMP_SOON_S


def until(expires: float, now: float) -> str:
    """Return how long a role's word holds, or since when it does not."""
    day = language.day_of_year(expires, now)
    if expires <= now:
        return translate("Release", "ended on {day}").format(day=day)
    return translate("Release", "valid until {day}").format(day=day)
