"""How the command line shows what becomes of the program itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rich.table import Table

from desktop.build import Packaged
from desktop.selfupdate.facts import Gone, Mode, Offer, Program
from desktop.words import say
from firmware.release import Channel

CHANNELS = {Channel.ORANGE: "beta", Channel.STABLE: "stable"}
"""What the two trains are called where it is about the program."""

_MODES = {
    Mode.RENEW: "renews itself: fetches what is for it, and starts it the next time",
    Mode.TELL: "looks each Friday and tells what there is",
    Mode.NEVER: "asks nobody",
}
_GONE = {
    Gone.RECALLED: "the makers have recalled this version",
    Gone.WITHDRAWN: "the makers have withdrawn the week in which this version came",
}


def table(now: Program) -> Table:
    """Return a line for each thing that is known, what is to be done at the end."""
    made = Table(box=None, show_header=False, pad_edge=False)
    for name, value in _lines(now):
        if value:
            made.add_row(name, value)
    return made


def how(now: Program) -> str:
    """Return what a person does where a new version is there and the program does not put it in."""
    version = now.offer.version if now.offer else "VERSION"
    match now.packaged:
        case Packaged.DEB:
            file = f"orangery_{version}_amd64.deb"
            return f"Get {file} where you got this one, then: sudo apt install ./{file}"
        case Packaged.RPM:
            file = f"orangery-{version}-1.x86_64.rpm"
            return f"Get {file} where you got this one, then: sudo dnf install ./{file}"
        case Packaged.LOOSE:
            return "Unpack the new archive in another folder and start it from there."
        case Packaged.SOURCE:
            return "Bring your checkout up to date, then run scripts/setup."
        case Packaged.VERSIONS:
            whose = "" if now.writable else f" (as whoever owns {now.root})"
            return f"orangery app renew{whose}"


def _lines(now: Program) -> Iterator[tuple[str, str]]:
    yield "Version", f"{now.version} {now.platform}".strip()
    yield "Built", " ".join(filter(None, (_day(now.made), now.commit[:12])))
    yield "Came as", str(now.packaged)
    if now.exchanged:
        yield "In its place", f"{now.exchanged}: orangery app restart begins with it"
    if not now.maker:
        yield "New versions", " ".join(say("program_no_maker"))
        return
    yield "Makers", f"{now.maker}, channel {CHANNELS[now.channel]}"
    yield "By itself", _MODES[now.mode]
    yield "Last check", _time(now.checked) or "none yet"
    yield "Next check", _time(now.next_check)
    if now.code:
        yield from zip(("Trouble", "What to do"), say(now.code, now.facts), strict=True)
    yield "This version", _GONE[now.gone] if now.gone else ""
    yield "They say", now.gone_words.get("en", "")
    yield from _news(now)
    name = "Gone back from" if now.left else "Did not start"
    yield name, f"{now.failed}: not taken again by itself" if now.failed else ""
    yield "Before", f"{now.before} is kept: orangery app back" if now.before else ""


def _news(now: Program) -> Iterator[tuple[str, str]]:
    if now.ready:
        yield "Next start", f"{now.ready} (orangery app restart starts it now)"
    elif now.offer:
        yield "New", f"{now.offer.version}, {_size(now.offer)}, {now.offer.week}"
        yield "Its notes", now.offer.notes.get("en", "")
        yield "Waits", say(now.waits)[0] if now.waits else ""
        yield "To take it", how(now)
    elif now.why_not == "already_there":
        yield "New", "nothing: this is the newest of this channel"
    elif now.why_not:
        yield "New", say(now.why_not, {"fact": now.fact})[0]


def _size(offer: Offer) -> str:
    return f"{offer.size / 1e6:,.1f} MB"


def _time(at: float) -> str:
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M") if at else ""


def _day(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat() if at else ""
