"""What the Release page says of a maker's folder: values, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from desktop import language
from desktop.language import mark, translate
from desktop.models import states
from desktop.models.updates import Deed, Line
from desktop.release_desk import Seen
from firmware.draft import Draft, Image
from firmware.publish import RoleStatus
from firmware.release import Channel
from firmware.signed import BUILD

_SOON_S = 7 * 86_400.0
_ONLINE = ("snapshot", "timestamp")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    maker: str
    folder: str
    title: str
    state: str
    tone: str  # of the state
    facts: str
    open: bool  # an event is open
    is_week: bool
    images: tuple[Line, ...]
    signing: tuple[Line, ...]  # roles that wait for signatures
    standing: tuple[Line, ...]  # roles as published
    notes: tuple[str, str]  # en, zh
    ready: bool


def compose(seen: Seen) -> Page:
    """Return the page for one look."""
    draft, roles = seen.status.draft, seen.status.roles
    proposed = [role for role in roles if role.proposed]
    missing = sum(role.missing for role in proposed)
    said, tone = _state(draft, proposed, missing)
    return Page(
        maker=seen.maker,
        folder=str(seen.folder),
        title=_title(draft),
        state=said,
        tone=tone,
        facts=_facts(draft, seen.now),
        open=draft is not None,
        is_week=bool(draft and draft.week),
        images=tuple(_image(one) for one in draft.images) if draft else (),
        signing=tuple(_signing(role) for role in proposed),
        standing=tuple(_standing(role, seen.now) for role in roles if not role.proposed),
        notes=(draft.notes.get("en", ""), draft.notes.get("zh_CN", "")) if draft else ("", ""),
        ready=seen.status.ready,
    )


def role_name(role: str) -> str:
    """Return a role in words: "What the bytes are: lamp" for build-lamp."""
    if role.startswith(BUILD):
        said = translate("Release", "What the bytes are: {line}")
        return said.format(line=role.removeprefix(BUILD))
    return translate("Release", _ROLES.get(role, role))


def channel_name(channel: Channel) -> str:
    """Return a channel's name."""
    return {
        Channel.ORANGE: translate("Release", "Orange"),
        Channel.STABLE: translate("Release", "Stable"),
    }[channel]


def _title(draft: Draft | None) -> str:
    if draft is None:
        return translate("Release", "No week is open")
    if not draft.week:
        return translate("Release", "A change of keys")
    week, day = states.week_name(draft.week), states.week_day(draft.week)
    return " · ".join((week, channel_name(draft.channel), day))


def _state(draft: Draft | None, proposed: list[RoleStatus], missing: int) -> tuple[str, str]:
    if draft is None:
        return translate("Release", "Open a week to add images and collect signatures."), "muted"
    if not proposed:
        return translate("Release", "Nothing is to be signed yet."), "muted"
    if missing:
        return translate("Release", "%n signature(s) are missing", None, missing), "warn"
    return translate("Release", "Signed completely: it can be published"), "ok"


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
    if draft.recalled:
        said.append(translate("Release", "%n file(s) recalled", None, len(draft.recalled)))
    if draft.withdrawn:
        said.append(translate("Release", "takes the week back"))
    return " · ".join(said)


def _image(image: Image) -> Line:
    about = image.about
    hardware = ", ".join(about.hardware) or translate("Release", "any hardware")
    back = (
        translate("Release", "one can go back")
        if about.keeps_previous
        else translate("Release", "no way back")
    )
    counter = translate("Release", "counter {number}").format(number=about.counter)
    said = (image.line, hardware, language.size(image.size), counter, back, image.sha256[:12])
    return Line(
        key=image.path,
        icon="cpu",
        tone="muted",
        title=f"{about.vendor} {about.model}",
        versions=about.version,
        text=" · ".join(said),
        deeds=(Deed.REMOVE,),
    )


def _signing(role: RoleStatus) -> Line:
    whole = not role.missing
    signed = ", ".join(role.signed) or translate("Release", "nobody yet")
    said = [translate("Release", "signed by {names}").format(names=signed)]
    if role.missing:
        others = ", ".join(role.can_sign)
        said.append(translate("Release", "can still sign: {names}").format(names=others))
    said.append(_until(role))
    return Line(
        key=role.role,
        icon="circle-check" if whole else "pencil",
        tone="ok" if whole else "warn",
        title=role_name(role.role),
        versions=_count(role),
        text=" · ".join(said),
    )


def _count(role: RoleStatus) -> str:
    have = translate("Release", "{have} of {need}")
    return have.format(have=len(role.signed), need=role.threshold)


def _standing(role: RoleStatus, now: float) -> Line:
    left = role.expires - now
    late, soon = left <= 0, left < _SOON_S and not role.role.endswith(_ONLINE[1])
    return Line(
        key=role.role,
        icon="circle-x" if late else "triangle-alert" if soon else "shield-check",
        tone="bad" if late else "warn" if soon else "ok",
        title=role_name(role.role),
        versions=translate("Release", "version {number}").format(number=role.version),
        text=" · ".join((_until(role), ", ".join(role.signed))),
    )


def _until(role: RoleStatus) -> str:
    return translate("Release", "valid until {day}").format(day=language.short_day(role.expires))
