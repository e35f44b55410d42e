"""What a device runs, what it could run, who vouches for that and how it went elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop import language
from desktop.language import translate
from desktop.models import own_word, signing, states
from desktop.models.fields import Field, some
from desktop.models.mirror import Mirror
from firmware.release import Fit, Target, Week
from fleet.later import later
from fleet.members import Right
from fleet.model import Device, Update, Version, Waiting

if TYPE_CHECKING:
    from desktop.models import matches, members
    from feedback.wire_outcomes import Numbers
else:  # few devices have a known issue
    matches, members = later("desktop.models.matches"), later("desktop.models.members")


class Deed(StrEnum):
    """What can be done about the version of a device."""

    UPDATE = "update"
    APPROVE = "approve"
    CANCEL = "cancel"
    RETRY = "retry"
    STAY = "stay"
    SKIP = "skip"
    OWN = "own"
    BACK = "back"


class Mark(StrEnum):
    """What a user can say of a device about updates."""

    ASK_FIRST = "ask_first"
    SPARE = "spare"
    PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What its makers know of it: what, until when, and what helps until then."""

    title: str
    text: str = ""
    workaround: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """All that is said of a device's versions."""

    facts: tuple[Field, ...]
    target: str = ""  # the version it could have now, or that its update brings
    why_not: str = ""  # why nothing of the week is for it
    signed: str = ""
    signers: tuple[str, ...] = ()  # who, one line for each role
    notes: str = ""
    notes_title: str = ""
    outcomes: str = ""  # how it went in other homes; told before the button
    wary: bool = False  # it went wrong in too many of them to be silent about
    own_offer: str = ""  # what its own maker offers: not verified by us
    own_notes: str = ""
    can_check: bool = False  # its own maker's offer can be asked for
    undo: str = ""  # the version that one tap brings back; "" where that cannot be
    deeds: tuple[Deed, ...] = ()  # the first is what most people want now
    barred: str = ""  # why who is here may do none of them, and whom to ask


def compose(mirror: Mirror, device: Device, now: float) -> Versions:
    """Return what is said of the versions of a device."""
    fit, misfit, week = mirror.ready(device.key), mirror.misfit(device.key), mirror.week()
    update = mirror.update(device.key)
    under_way = update is not None and not update.state.ended
    failed = states.needs_decision(device, update, fit)
    target = fit.target.version if fit else ""
    if update is not None and (failed or under_way):
        target = update.version_to
    told = bool(target)
    numbers = mirror.elsewhere(_path(fit, update))
    offer = device.offer.raw if device.offer and device.offer != device.version else ""
    undo = update.version_from if update and states.can_go_back(device, update) else ""
    return Versions(
        facts=_facts(device, fit, target, mirror.file(_path(fit, update)), now),
        target=target,
        why_not="" if misfit is None or told else states.because(misfit.code, misfit.fact),
        signed=signing.sentence(week) if week and told else "",
        signers=signing.lines(week) if week and told else (),
        notes=_notes(week) if told else "",
        notes_title=_notes_title(week) if week and told else "",
        outcomes=elsewhere(numbers) if told and not (update and update.own) else "",
        wary=_wary(numbers),
        own_offer=offer,
        own_notes=device.notes if offer and not _page(device.notes) else "",
        can_check=device.caps.check,
        undo=undo,
        deeds=_deeds(
            update,
            fit=fit is not None and not under_way,
            again=failed and mirror.trusted() and not (week and week.withdrawn),
            offer=bool(offer),
            back=bool(undo),
        ),
        barred=members.why_not(mirror, Right.UPDATE) if mirror.people() else "",
    )


def elsewhere(numbers: Numbers | None) -> str:
    """Return how a file went in other homes, in one sentence; also that nobody knows yet."""
    if numbers is None or not numbers.attempted:
        return translate("Detail", "In other homes: no numbers yet.")
    said = translate("Detail", "In other homes: {good} confirmed, {bad} refused, {lost} lost.")
    return said.format(
        good=language.number(numbers.healthy, 0),
        bad=language.number(numbers.failed - numbers.silent, 0),
        lost=language.number(numbers.silent, 0),
    )


def issues(mirror: Mirror, key: str) -> tuple[Issue, ...]:
    """Return what the makers know of this device, the worst first."""
    if not mirror.known_issues(key):
        return ()
    return tuple(
        Issue(title=one.title, text=one.text, workaround=one.workaround)
        for one in matches.known_here(mirror, key)
    )


def mark_words(mark: Mark) -> str:
    """Return what ticking a mark says."""
    return {
        Mark.ASK_FIRST: translate("Detail", "Ask me before updating this device"),
        Mark.SPARE: translate("Detail", "This one may go first"),
        Mark.PIN: translate("Detail", "Stay on this version"),
    }[mark]


def deed_words(deed: Deed, versions: Versions) -> str:
    """Return what the button of a deed says."""
    said = {
        Deed.UPDATE: translate("Detail", "Update to {version}"),
        Deed.APPROVE: translate("Detail", "Update to {version} now"),
        Deed.CANCEL: translate("Detail", "Cancel the update"),
        Deed.RETRY: translate("Detail", "Try {version} again"),
        Deed.STAY: translate("Detail", "Stay on {was}"),
        Deed.SKIP: translate("Detail", "Skip this version"),
        Deed.OWN: translate("Detail", "Let it install {offer}"),
        Deed.BACK: translate("Detail", "Go back to {before}"),
    }[deed]
    was = next((one.value for one in versions.facts), "")
    return said.format(
        version=versions.target, offer=versions.own_offer, before=versions.undo, was=was
    )


def installed(version: Version | None) -> str:
    """Return all of the device's own word on its version: "14.2.0 (tasmota)"."""
    if version is None:
        return translate("Detail", "not said yet")
    return f"{version.raw} ({version.build})" if version.build else version.raw


def _facts(
    device: Device, fit: Fit | None, target: str, file: Target | None, now: float
) -> tuple[Field, ...]:
    del now
    hops = " → ".join(states.hops(fit)) if fit else target
    restarts = ""
    if file is not None:
        span = language.span(file.come_back_s)
        restarts = translate("Detail", "yes: away for {span} at most").format(span=span)
    keeps = device.caps.keeps_previous or (file is not None and file.keeps_previous)
    falls = translate("Detail", "goes back by itself") if keeps and target else ""
    return some(
        Field(
            name=translate("Detail", "Installed"),
            value=installed(device.version),
            fixed=device.version is not None,
        ),
        Field(name=translate("Detail", "This week"), value=hops, fixed=True),
        Field(name=translate("Detail", "Size"), value=language.size(file.size) if file else ""),
        Field(name=translate("Detail", "Restarts"), value=restarts),
        Field(name=translate("Detail", "If it fails"), value=falls),
        Field(
            name=translate("Detail", "Afterwards"),
            value=states.way_back(fit.back) if fit else "",
        ),
        Field(
            name=translate("Detail", "Its notes"),
            value=_page(device.notes) if device.offer != device.version else "",
            url=_page(device.notes),
        ),
        Field(name=translate("Detail", "You skip"), value=", ".join(sorted(device.skipped))),
        Field(name=translate("Detail", "Its word"), value=own_word.word(device)),
        Field(name=translate("Detail", "It checks"), value=own_word.checks(device)),
    )


def _deeds(
    update: Update | None, *, fit: bool, again: bool, offer: bool, back: bool
) -> tuple[Deed, ...]:
    """Return what can be done, what most people want first."""
    if update is not None and not update.state.ended:
        held = update.waiting is Waiting.HELD
        cancel = update.state in states.CANCELLABLE
        return (*((Deed.APPROVE,) if held else ()), *((Deed.CANCEL,) if cancel else ()))
    first: list[Deed] = []
    if fit:
        first += [Deed.UPDATE, Deed.SKIP]
    elif again:
        first += [Deed.RETRY, Deed.STAY]
    if offer and not first:
        first.append(Deed.OWN)
    if back:
        first.append(Deed.BACK)
    return tuple(first)


def _page(notes: str) -> str:
    """Return the address of a page with notes; "" where they are no address of the web."""
    one = notes.strip()
    return one if one.startswith(("https://", "http://")) and len(one.split()) == 1 else ""


def _path(fit: Fit | None, update: Update | None) -> str:
    if fit is not None:
        return fit.target.path
    return update.target if update is not None and not update.own else ""


def _wary(numbers: Numbers | None) -> bool:
    """Whether more than one in ten may fail elsewhere: the lower end of what the hub computed."""
    return numbers is not None and numbers.low > 0.1  # noqa: PLR2004 - the share above


def _notes(week: Week | None) -> str:
    return language.pick(week.notes) if week else ""


def _notes_title(week: Week) -> str:
    said = translate("Detail", "What is new in {week}")
    return said.format(week=states.week_name(week.id))
