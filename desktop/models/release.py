"""What the Release page says of a maker's folder: values, no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop import language
from desktop.language import translate
from desktop.models import release_lines as lines
from desktop.models import states
from desktop.models.lines import Line
from desktop.models.release_lines import Group, role_name
from desktop.release_desk import Seen
from firmware.changes_words import visible
from firmware.draft import Draft
from firmware.findings import Severity
from firmware.publish import RoleStatus
from firmware.release import Channel

_SIGNERS_NAMED = 4  # more of them are too many for one line


class Step(StrEnum):
    """What comes next: the one thing whose button stands out."""

    OPEN = "open"
    ADD = "add"
    NOTES = "notes"
    ANSWER = "answer"  # look at the checks
    KEYS = "keys"  # nothing changes yet in an event of keys
    SIGN = "sign"
    PUBLISH = "publish"
    HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What comes next, in a line."""

    step: Step
    text: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    maker: str
    folder: str
    title: str
    next: Next
    facts: str
    open: bool  # an event is open
    is_week: bool  # and it is a week whose content can change
    images: tuple[Line, ...]
    changes: tuple[Group, ...]
    findings: tuple[Line, ...]
    checked: str  # the findings in a line
    signing: tuple[Line, ...]  # roles that wait for signatures
    standing: tuple[Line, ...]  # roles as published
    notes: tuple[str, str]  # en, zh
    ready: bool  # to be published
    lacking: str  # why it is not ready; "" where it is
    held: str  # why nobody can sign; "" where one can


def compose(seen: Seen) -> Page:
    """Return the page for one look."""
    draft, roles = seen.status.draft, seen.status.roles
    proposed = [role for role in roles if role.proposed]
    lacking = _lacking(seen, proposed)
    return Page(
        maker=seen.setup.maker,
        folder=str(seen.folder),
        title=_title(draft),
        next=_next(seen, proposed),
        facts=_facts(draft, seen.now),
        open=draft is not None,
        is_week=bool(draft and draft.week and not draft.withdrawn),
        images=tuple(
            lines.image(one, here=one.path not in seen.missing_images)
            for one in (draft.images if draft else ())
        ),
        changes=lines.changes(seen.changes),
        findings=lines.findings(
            seen.findings, draft.waivers if draft else (), draft.images if draft else ()
        ),
        checked=_checked(seen),
        signing=tuple(lines.signing(role, seen.now) for role in proposed),
        standing=tuple(lines.standing(role, seen.now) for role in roles if not role.proposed),
        notes=_notes(draft),
        ready=not lacking,
        lacking=lacking,
        held=lacking if seen.stopping or not proposed else "",
    )


def channel_name(channel: Channel) -> str:
    """Return a channel's name."""
    return {
        Channel.ORANGE: translate("Release", "Orange"),
        Channel.STABLE: translate("Release", "Stable"),
    }[channel]


def names_of(seen: Seen) -> tuple[str, ...]:
    """Return the names of all keys that are wanted as signers, each once."""
    staff = seen.setup.staff.values()
    return tuple(sorted({key.name for signers in staff for key in signers.keys}))


def _title(draft: Draft | None) -> str:
    if draft is None:
        return translate("Release", "No week is open")
    if not draft.week:
        return translate("Release", "A change of keys")
    week, day = states.week_name(draft.week), states.week_day(draft.week)
    return " · ".join((week, channel_name(draft.channel), day))


# --- what comes next ------------------------------------------------------------------------------


def _lacking(seen: Seen, proposed: Sequence[RoleStatus]) -> str:
    """Return why the event cannot be published yet."""
    draft = seen.status.draft
    if draft is None:
        return translate("Release", "Nothing is open.")
    if _is_empty(draft):
        return translate("Release", "The week has no images yet.")
    if not proposed:
        return translate("Release", "Nothing changes yet.")
    if seen.stopping:
        count = len(seen.stopping)
        return translate("Release", "%n finding(s) stand in the way.", None, count)
    missing = sum(role.missing for role in proposed)
    if missing:
        return translate("Release", "%n signature(s) are missing.", None, missing)
    return ""


def _next(seen: Seen, proposed: Sequence[RoleStatus]) -> Next:
    draft = seen.status.draft
    if draft is None:
        return _nothing_open(seen)
    if _is_empty(draft):
        said = translate("Release", "Add the images of this week.")
        return Next(step=Step.ADD, text=said, icon="cpu", tone="text")
    if not proposed:
        said = translate(
            "Release", "Nothing changes yet: replace a key, or add or remove a signer (More)."
        )
        return Next(step=Step.KEYS, text=said, icon="info", tone="text")
    if seen.stopping:
        return _stopped(seen)
    waiting = [role for role in proposed if role.missing]
    if waiting:
        return Next(step=Step.SIGN, text=_who_signs(waiting), icon="pencil", tone="warn")
    said = translate("Release", "Signed completely: publish it with the online keys.")
    return Next(step=Step.PUBLISH, text=said, icon="circle-check", tone="ok")


def _nothing_open(seen: Seen) -> Next:
    if any(lines.stamp_waits(role, seen.now) for role in seen.status.roles):
        said = translate(
            "Release", "The daily timestamp ends or has ended: homes are told so. Sign it anew."
        )
        return Next(step=Step.HEARTBEAT, text=said, icon="triangle-alert", tone="warn")
    said = translate(
        "Release", "Open the next week, or take in a file that another key holder sent you."
    )
    return Next(step=Step.OPEN, text=said, icon="info", tone="text")


def _stopped(seen: Seen) -> Next:
    count = len(seen.stopping)
    if {one.code for one in seen.stopping} <= {"notes_missing"}:
        said = translate("Release", "Write what is new, in both languages.")
        return Next(step=Step.NOTES, text=said, icon="pencil", tone="text")
    if any(one.severity is Severity.REFUSE for one in seen.stopping):
        said = translate(
            "Release", "%n finding(s) of the checks stand in the way of signing.", None, count
        )
        return Next(step=Step.ANSWER, text=said, icon="circle-x", tone="bad")
    said = translate(
        "Release", "Somebody has to answer for %n finding(s) before anybody signs.", None, count
    )
    return Next(step=Step.ANSWER, text=said, icon="hand", tone="warn")


def _who_signs(waiting: Sequence[RoleStatus]) -> str:
    role, more = waiting[0], len(waiting) - 1
    named = role_name(role.role)
    if role.missing == 1 and role.can_sign:
        said, names = translate("Release", "{names} can still sign {role}."), _either(role.can_sign)
    else:
        said = translate("Release", "%n of {names} still have to sign {role}.", None, role.missing)
        names = translate("Release", ", ").join(role.can_sign) or "-"
    said = said.format(names=names, role=f"“{named}”")
    if more:
        also = translate("Release", "%n more role(s) wait.", None, more)
        said = f"{said} {also}"
    return said


def _either(names: Sequence[str]) -> str:
    """Return names as a choice: "bo, chen or dana"."""
    if len(names) > _SIGNERS_NAMED:
        names = (*names[: _SIGNERS_NAMED - 1], translate("Release", "others"))
    *first, last = names or ("-",)
    if not first:
        return last
    said = translate("Release", "{names} or {last}")
    return said.format(names=translate("Release", ", ").join(first), last=last)


def _is_empty(draft: Draft) -> bool:
    return bool(draft.week) and not (draft.images or draft.recalled or draft.withdrawn)


# --- facts ----------------------------------------------------------------------------------------


def _facts(draft: Draft | None, now: float) -> str:
    if draft is None:
        return ""
    said = [translate("Release", "opened {when}").format(when=language.moment(draft.opened, now))]
    if draft.week:
        said.append(translate("Release", "%n image(s)", None, len(draft.images)))
        for code, name in (("en", "English"), ("zh_CN", "中文")):
            there = bool(draft.notes.get(code, "").strip())
            written = translate("Release", "notes in {language}")
            lacking = translate("Release", "no notes in {language}")
            said.append((written if there else lacking).format(language=name))
        said += _more_facts(draft, now)
    return " · ".join(said)


def _notes(draft: Draft | None) -> tuple[str, str]:
    """Return the notes, en and zh, as they may be shown: others may have written them."""
    notes = draft.notes if draft else {}
    en, zh = (
        "\n".join(visible(line) for line in notes.get(code, "").splitlines())
        for code in ("en", "zh_CN")
    )
    return en, zh


def _more_facts(draft: Draft, now: float) -> list[str]:
    said = []
    if draft.rings:
        ring = draft.rings[0]
        told = translate("Release", "from {when} for {percent} % of the homes")
        said.append(told.format(when=language.moment(ring.opens, now), percent=ring.percent))
    if draft.known:
        said.append(translate("Release", "%n known issue(s)", None, len(draft.known)))
    if draft.fixes:
        said.append(translate("Release", "%n report(s) answered", None, len(draft.fixes)))
    if draft.simulation:
        said.append(translate("Release", "simulated"))
    if draft.recalled:
        said.append(translate("Release", "%n file(s) recalled", None, len(draft.recalled)))
    if draft.withdrawn:
        said.append(translate("Release", "takes the week back"))
    return said


def _checked(seen: Seen) -> str:
    draft = seen.status.draft
    if draft is None or not draft.week:
        return ""
    if seen.stopping:
        return translate("Release", "%n finding(s) stand in the way.", None, len(seen.stopping))
    return translate("Release", "Nothing stands in the way: headers, versions, sizes, notes.")
