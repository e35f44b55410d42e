"""Who is here, who belongs to this home, and who may what, in the words of the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.language import lasting, mark, translate
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from fleet.later import later
from fleet.members import MAY, Right, Role

if TYPE_CHECKING:
    from desktop import heirs as heirship
    from desktop.members_commands import Here, Person
else:
    heirship = later("desktop.heirs")

_ROLES: Mapping[Role, tuple[str, str, str]] = {
    Role.OWNER: (
        mark("Members", "Owner"),
        "house",
        mark("Members", "May do everything, and names heirs."),
    ),
    Role.ADMIN: (
        mark("Members", "Admin"),
        "shield-check",
        mark("Members", "May do everything but change owners, admins and heirs."),
    ),
    Role.MEMBER: (
        mark("Members", "Member"),
        "user",
        mark("Members", "Uses, names and updates devices; sees messages; changes no settings."),
    ),
    Role.CHILD: (
        mark("Members", "Child"),
        "smile",
        mark("Members", "Looks, switches lights and plugs, reports problems."),
    ),
    Role.ELDER: (
        mark("Members", "Elder"),
        "heart",
        mark("Members", "Sees the simple view and reports problems; changes nothing."),
    ),
    Role.NOBODY: (
        mark("Members", "Nobody"),
        "circle-help",
        mark("Members", "Only looks."),
    ),
}

_ACTIONS: Mapping[str, Right] = {
    **dict.fromkeys(("update", "check", "skip", "stay", "go_back", "check_offers"), Right.UPDATE),
    **dict.fromkeys(("rename", "room", "tags", "ask_first"), Right.ARRANGE),
    "report": Right.REPORT,
    "restart": Right.RISKY,
    "locate": Right.SWITCH,
    "forget": Right.FORGET,
    "messages": Right.MESSAGES,
    "show_messages": Right.MESSAGES,
    "send_message": Right.SEND,
    "welcome": Right.BROKERS,
}
"""Actions of the window that not everybody may do."""

MESSAGES = Right.MESSAGES
"""What the page of messages needs."""

LOCK = Right.POLICY
"""What choosing when who is here is asked anew needs."""

_HIGH = (Role.OWNER, Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One member as the list shows them."""

    id: str
    name: str
    role: Role
    look: Look
    note: str
    changes: str  # why they cannot be changed by who is here; "": they can
    removes: str  # the same of being removed
    pin: bool
    me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The whole list."""

    lines: tuple[Line, ...]
    adds: str  # why nobody can be added; "": somebody can
    lock_s: float


def role_word(role: Role) -> str:
    """Return what a role is called."""
    return translate("Members", _ROLES[role][0])


def role_icon(role: Role) -> str:
    """Return the icon of a role."""
    return _ROLES[role][1]


def role_meaning(role: Role) -> str:
    """Return in one sentence what a role may do."""
    return translate("Members", _ROLES[role][2])


def here(mirror: Mirror) -> Here:
    """Return who is at this window; nobody until the house has answered, where it has members."""
    from desktop.members_commands import Here  # noqa: PLC0415 - not needed for the first picture

    if not mirror.people():
        return Here()
    return mirror.here or Here(role=Role.NOBODY, rights=MAY[Role.NOBODY])


def may(mirror: Mirror, right: Right) -> bool:
    """Whether who is here has a right."""
    return not mirror.people() or right in here(mirror).rights


def why_not(mirror: Mirror, right: Right) -> str:
    """Return why who is here may not, and whom to ask; "": they may."""
    if may(mirror, right):
        return ""
    able = [one for one in mirror.people() if right in MAY[one.role]]
    able.sort(key=lambda one: (-list(MAY).index(one.role), one.name.casefold()))
    return translate("Members", "Ask {who}.").format(who=", ".join(one.name for one in able))


def refused(mirror: Mirror) -> dict[str, str]:
    """Return the actions of the window that who is here may not do, with whom to ask."""
    told = ((name, why_not(mirror, right)) for name, right in _ACTIONS.items())
    return {name: why for name, why in told if why}


def chip(mirror: Mirror) -> tuple[str, str, str]:
    """Return what the rail says of who is here: word, second line, icon."""
    me = here(mirror)
    if me.role is Role.NOBODY:
        word = translate("Members", "Who is here?")
        return word, translate("Members", "Only looking"), role_icon(me.role)
    return me.name, role_word(me.role), role_icon(me.role)


def compose(mirror: Mirror) -> Household:
    """Return the list of the members."""
    people = mirror.people()
    if not people:
        return Household(lines=(), adds="", lock_s=0.0)
    adds = why_not(mirror, Right.MEMBERS)
    owners = [one for one in people if one.role is Role.OWNER]
    lines = tuple(_line(mirror, one, adds, owners) for one in people)
    return Household(lines=lines, adds=adds, lock_s=mirror.lock_s())


def _line(mirror: Mirror, one: Person, adds: str, owners: list[Person]) -> Line:
    me = here(mirror)
    changes = adds
    if not changes and one.role in _HIGH and me.role is not Role.OWNER:
        names = ", ".join(owner.name for owner in owners)
        changes = translate("Members", "Ask {who}.").format(who=names)
    removes = changes
    if not removes and owners == [one] and len(mirror.people()) > 1:
        removes = translate("Members", "The only owner cannot be removed.")
    return Line(
        id=one.id,
        name=one.name,
        role=one.role,
        look=Look(word=role_word(one.role), icon=role_icon(one.role), tone="muted"),
        note=_note(one, mine=one.id == me.id),
        changes=changes,
        removes=removes,
        pin=one.pin,
        me=one.id == me.id,
    )


def _note(one: Person, *, mine: bool) -> str:
    told = [translate("Members", "Here now")] if mine else []
    if one.pin:
        told.append(translate("Members", "PIN set"))
    elif one.role in _HIGH:
        told.append(translate("Members", "No PIN: anybody at this computer can be them"))
    else:
        told.append(translate("Members", "No PIN"))
    return " · ".join(told)


# --- heirs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Heirship:
    """What is shown of heirs."""

    text: str
    claim: Look | None  # of one that waits, or was refused
    named: bool
    denies: bool  # whether there is something to say no to
    why: str  # why who is here cannot name heirs or say no; "": they can


def heirs(mirror: Mirror) -> Heirship:
    """Return what is shown of heirs and their claim."""
    named = mirror.heirs()
    claim = mirror.claim()
    return Heirship(
        text=_heirs_text(named),
        claim=_claim(claim) if claim else None,
        named=named is not None,
        denies=claim is not None and not claim.denied_at,
        why=why_not(mirror, Right.HEIRS),
    )


def _heirs_text(named: heirship.Heirs | None) -> str:
    if named is None:
        return translate(
            "Members",
            "Nobody yet. Heirs get shares of a key on paper; some of them together open a copy of "
            "this home, and can take it over when nobody says no for two weeks.",
        )
    who = ", ".join(named.names)
    waits = translate("Members", "%n day(s)", None, heirship.days(named.wait_s))
    if named.need == 1:
        return translate("Members", "{who}, alone. A claim waits {days} for an owner's no.").format(
            who=who, days=waits
        )
    return translate(
        "Members", "{who}: any {need} together. A claim waits {days} for an owner's no."
    ).format(who=who, need=named.need, days=waits)


def _claim(claim: heirship.Claim) -> Look:
    if claim.denied_at:
        word = translate("Members", "An owner said no to a claim")
        return Look(word=word, icon="circle-slash", tone="muted")
    if claim.ripe:
        word = translate("Members", "Heirs can take this home over now")
        return Look(word=word, icon="triangle-alert", tone="bad")
    days = translate("Members", "%n day(s)", None, heirship.days(claim.left_s))
    word = translate("Members", "Heirs claim this home: it is theirs in {days}").format(days=days)
    note = ""
    if claim.skipped_s:
        note = translate(
            "Members", "The clock went ahead, or this computer was off: {span} do not count."
        ).format(span=lasting(claim.skipped_s))
    return Look(word=word, icon="triangle-alert", tone="warn", note=note)


def banner(mirror: Mirror) -> Look | None:
    """Return what stands above every page while a claim waits, or could be taken over."""
    claim = mirror.claim()
    return _claim(claim) if claim is not None and not claim.denied_at else None
