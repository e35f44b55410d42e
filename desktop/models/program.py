"""What a person reads about this program: which version, what there is beyond it, what to do. Pure.

One state at a time, the most pressing one; each with at most two things that can be done about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop import language
from desktop.build import Packaged
from desktop.language import mark, translate
from desktop.models import states
from desktop.selfupdate.facts import Gone, Mode, Offer, Program, Step
from firmware.release import UNREACHED, Channel


class Deed(StrEnum):
    """What can be done about a state."""

    CHECK = "check"
    FETCH = "fetch"
    STOP = "stop"
    RESTART = "restart"
    BACK = "back"
    STAY = "stay"  # as BACK, of a version that has not started yet
    AGAIN = "again"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How this copy stands; never by colour alone."""

    icon: str
    tone: str
    title: str
    text: str = ""
    percent: int | None = None  # of what is fetched; -1: nobody knows how much
    deeds: tuple[Deed, ...] = ()  # the first is what most people want
    notes: str = ""  # of the week that brings it


DEEDS = {
    Deed.CHECK: mark("Program", "Look now"),
    Deed.FETCH: mark("Program", "Fetch it"),
    Deed.STOP: mark("Program", "Stop"),
    Deed.RESTART: mark("Program", "Restart now"),
    Deed.BACK: mark("Program", "Go back to {version}"),
    Deed.STAY: mark("Program", "Stay with {version}"),
    Deed.AGAIN: mark("Program", "Try {version} again"),
    Deed.REPORT: mark("Program", "Report a problem"),
}
ICONS = {
    Deed.CHECK: "refresh-cw",
    Deed.FETCH: "download",
    Deed.STOP: "square",
    Deed.RESTART: "power",
    Deed.BACK: "rotate-ccw",
    Deed.STAY: "rotate-ccw",
    Deed.AGAIN: "refresh-cw",
    Deed.REPORT: "bug",
}
CHANNELS: Mapping[Channel, tuple[str, str]] = {
    Channel.ORANGE: (
        mark("Program", "Beta"),
        mark(
            "Program",
            "Each Friday, as soon as it is out. You see new things first, also what is not right "
            "yet; what you report helps all others.",
        ),
    ),
    Channel.STABLE: (
        mark("Program", "Stable"),
        mark("Program", "Only what has been in the beta and has kept its word there; later."),
    ),
}
MODES: Mapping[Mode, tuple[str, str]] = {
    Mode.RENEW: (
        mark("Program", "Renew by itself"),
        mark(
            "Program",
            "It looks on Friday evening, fetches and verifies what is for this computer, and "
            "starts it the next time you start Orangery. Nothing is fetched where the connection "
            "is paid by the byte.",
        ),
    ),
    Mode.TELL: (
        mark("Program", "Tell me"),
        mark("Program", "It looks on Friday evening and tells what there is. You decide."),
    ),
    Mode.NEVER: (
        mark("Program", "Never"),
        mark("Program", "It asks nobody. New versions, also those that close a hole, are missed."),
    ),
}
_PACKAGED = {
    Packaged.SOURCE: mark("Program", "from its source"),
    Packaged.VERSIONS: mark("Program", "as the archive that renews itself"),
    Packaged.DEB: mark("Program", "as a package (.deb)"),
    Packaged.RPM: mark("Program", "as a package (.rpm)"),
    Packaged.LOOSE: mark("Program", "as a folder that was put here"),
}
_GONE = {
    Gone.RECALLED: mark("Program", "The makers have recalled this version"),
    Gone.WITHDRAWN: mark("Program", "The makers have withdrawn the week of this version"),
}


def identity(now: Program) -> str:
    """Return in a line what this copy is: version, for what, when it was built, how it came."""
    built = translate("Program", "built {day}").format(day=language.full_day(now.made))
    came = translate("Program", _PACKAGED[now.packaged])
    parts = (now.platform, built if now.made else "", now.commit[:12], came)
    return " · ".join(filter(None, parts))


def state(now: Program, at: float) -> State:
    """Return the state of most concern."""
    for found in (_restarting, _exchanged, _alone, _busy, _gone, _ready, _failed, _false, _offered):
        if shown := found(now):
            return shown
    return _quiet(now, at)


def unheard() -> State:
    """Return what is said until the house has told how its copy stands."""
    title = translate("Program", "The house has not said yet how it stands")
    return State(icon="circle-dashed", tone="muted", title=title)


def exchanged(now: Program | None) -> State | None:
    """Return what every page says once another version lies in the program's place."""
    return _exchanged(now) if now is not None and not now.restarts else None


def mode_matters(now: Program) -> tuple[Mode, ...]:
    """Return how far this copy can go by itself at all."""
    if not now.maker:
        return ()
    return tuple(Mode) if now.renews_itself else (Mode.TELL, Mode.NEVER)


def looked(now: Program, at: float) -> str:
    """Return when it was looked, and when it will be."""
    if not now.maker:
        return ""
    last = translate("Program", "Looked {when}.").format(when=language.when(now.checked, at))
    never = translate("Program", "Not looked yet.")
    following = translate("Program", "Looks again {when}.")
    said = [last if now.checked else never]
    if now.next_check:
        said.append(following.format(when=language.when(now.next_check, at)))
    return " ".join(said)


def back_means(now: Program) -> str:
    """Return what going back does, where it can be done."""
    if not now.before:
        return ""
    text = translate(
        "Program",
        "Going back starts {before} with the next start; {version} is not taken again by itself. "
        "Where {version} has changed the files of your house, the one before opens the copy that "
        "was made of them then.",
    )
    return text.format(before=now.before, version=now.version)


def says_false(now: Program) -> bool:
    """Whether the last check met something that was not genuine; being away is no lie."""
    return bool(now.code) and now.code not in UNREACHED and now.code not in _OWN


_OWN = frozenset(
    {
        *("disk_full", "store_io", "store_unwritable", "stage_full", "version_no_room"),
        *("renewal_under_way", "version_in_use", "program_no_maker", "program_not_ours"),
    }
)
"""Codes of what is wrong on this computer."""


# --- the states, the most pressing first ---


def _restarting(now: Program) -> State | None:
    return _busy(now) if now.restarts else None


def _exchanged(now: Program) -> State | None:
    if not now.exchanged:
        return None
    text = translate(
        "Program",
        "{new} lies in its place; what you see is still {version}. Begin again with the new one "
        "soon: some pictures and words of this one are gone.",
    )
    return State(
        icon="circle-arrow-up",
        tone="warn",
        title=translate("Program", "A new version of Orangery was installed while this one runs"),
        text=text.format(new=now.exchanged, version=now.version),
        deeds=(Deed.RESTART,),
    )


def _alone(now: Program) -> State | None:
    if now.maker:
        return None
    return State(
        icon="info",
        tone="info",
        title=states.because("program_no_maker"),
        text=states.advice("program_no_maker"),
    )


def _busy(now: Program) -> State | None:
    version = now.offer.version if now.offer else ""
    if now.step is Step.CHECKING:
        title = translate("Program", "Asking the makers…")
        return State(icon="refresh-cw", tone="info", title=title, percent=-1)
    if now.step is Step.FETCHING:
        title = translate("Program", "Fetching {version}").format(version=version)
        text = translate("Program", "{have} of {of}").format(
            have=language.size(now.have), of=language.size(now.of)
        )
        percent = now.have * 100 // now.of if now.of else -1
        return State(
            icon="download",
            tone="info",
            title=title.strip(),
            text=text,
            percent=percent,
            deeds=(Deed.STOP,),
        )
    if now.step in (Step.UNPACKING, Step.RESTARTING):
        said = {
            Step.UNPACKING: translate("Program", "Verified; it is put beside this version…"),
            Step.RESTARTING: translate("Program", "Closing, to begin again…"),
        }
        return State(icon="shield-check", tone="info", title=said[now.step], percent=-1)
    return None


def _gone(now: Program) -> State | None:
    if now.gone is None:
        return None
    why = language.pick(now.gone_words) if now.gone_words else ""
    if now.ready:
        after = translate("Program", "{version} starts with the next start.")
        deeds: tuple[Deed, ...] = (Deed.RESTART,)
    elif now.before:
        after = translate("Program", "Going back starts the version before; your house stays.")
        deeds = (Deed.BACK, Deed.CHECK)
    else:
        after = translate("Program", "No version before it is here; look for a newer one.")
        deeds = (Deed.CHECK,)
    return State(
        icon="triangle-alert",
        tone="bad",
        title=translate("Program", _GONE[now.gone]),
        text=" ".join(filter(None, (why, after.format(version=now.ready)))),
        deeds=deeds,
    )


def _ready(now: Program) -> State | None:
    if not now.ready:
        return None
    title = translate("Program", "{version} is ready").format(version=now.ready)
    text = translate(
        "Program", "It starts with the next start. {version} is kept until it has proven itself."
    )
    return State(
        icon="circle-check",
        tone="ok",
        title=title,
        text=text.format(version=now.version),
        deeds=(Deed.RESTART, Deed.STAY),
        notes=_notes(now.offer),
    )


def _failed(now: Program) -> State | None:
    if not now.failed or (now.offer and now.offer.version != now.failed):
        return None
    newer = translate("Program", "It is not taken again by itself until a newer one comes.")
    if now.left:
        title = translate("Program", "You went back from {failed}")
        text, deeds = newer, (Deed.AGAIN, Deed.CHECK)
    else:
        title = translate("Program", "{failed} did not start here")
        again = translate("Program", "After two tries {version} was started again.")
        text = f"{again.format(version=now.version)} {newer}"
        deeds = (Deed.REPORT, Deed.AGAIN)
    return State(
        icon="rotate-ccw",
        tone="info" if now.left else "warn",
        title=title.format(failed=now.failed),
        text=text,
        deeds=deeds,
    )


def _false(now: Program) -> State | None:
    if not now.code:
        return None
    gravest = says_false(now)
    return State(
        icon="shield-x" if gravest else "wifi-off",
        tone="bad" if gravest else "warn",
        title=states.because(now.code, now.facts),
        text=states.advice(now.code, now.facts),
        deeds=(Deed.CHECK,),
    )


def _offered(now: Program) -> State | None:
    if now.offer is None:
        return None
    said = translate("Program", "{version} is there").format(version=now.offer.version)
    words = [states.week_name(now.offer.week), language.size(now.offer.size)]
    if now.offer.security:
        words.append(translate("Program", "closes a security hole"))
    text = " · ".join(words)
    why = states.because(now.waits) if now.waits else ""
    first = Deed.FETCH if now.renews_itself else Deed.CHECK
    return State(
        icon="circle-arrow-up",
        tone="accent",
        title=said,
        text="\n".join(filter(None, (text, why, "" if now.renews_itself else how(now)))),
        deeds=(first, Deed.BACK) if now.before else (first,),
        notes=_notes(now.offer),
    )


def _quiet(now: Program, at: float) -> State:
    back: tuple[Deed, ...] = (Deed.CHECK, Deed.BACK) if now.before else (Deed.CHECK,)
    if now.why_not == "already_there":
        title = translate("Program", "This is the newest version of this channel")
        return State(icon="circle-check", tone="ok", title=title, text=looked(now, at), deeds=back)
    if now.why_not:
        title = translate("Program", "Nothing newer for this computer now")
        text = states.because(now.why_not, now.fact)
        return State(icon="circle-pause", tone="info", title=title, text=text, deeds=back)
    title = translate("Program", "Not looked yet") if not now.checked else looked(now, at)
    return State(icon="info", tone="info", title=title, text=looked(now, at), deeds=back)


def how(now: Program) -> str:
    """Return how a person renews a copy that does not exchange itself."""
    version = now.offer.version if now.offer else ""
    fetch = translate("Program", "Get {file} where you got this one, then: {command}")
    match now.packaged:
        case Packaged.DEB:
            file = f"orangery_{version}_amd64.deb"
            return fetch.format(file=file, command=f"sudo apt install ./{file}")
        case Packaged.RPM:
            file = f"orangery-{version}-1.x86_64.rpm"
            return fetch.format(file=file, command=f"sudo dnf install ./{file}")
        case Packaged.SOURCE:
            return translate("Program", "Bring your checkout up to date, then run scripts/setup.")
        case Packaged.VERSIONS:
            return states.advice("program_not_writable", {"root": now.root})
        case _:
            return translate(
                "Program", "Unpack the new archive in another folder and start it from there."
            )


def _notes(offer: Offer | None) -> str:
    return language.pick(offer.notes) if offer and offer.notes else ""
