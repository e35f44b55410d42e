"""What a person reads about whether this copy of the program is as it was signed. Pure.

Nothing here says more than is known: a copy that could not be looked at is neither good nor bad.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop import language
from desktop.build import Packaged
from desktop.language import mark, translate
from desktop.models import states
from desktop.selfupdate.shipped import Kind
from desktop.words import say
from firmware.errors import TrustError
from fleet.errors import OrangeryError

if TYPE_CHECKING:
    from desktop.selfupdate.own_copy import OwnCopy
    from desktop.selfupdate.verifying import Verdict

COMMAND = "orangery version --verify"
_ELSEWHERE = f"{COMMAND} --of"
_MANAGERS = {Packaged.DEB: "dpkg --verify orangery", Packaged.RPM: "rpm -V orangery"}
_KINDS = {
    Kind.MISSING: mark("OwnCopy", "missing"),
    Kind.CHANGED: mark("OwnCopy", "changed"),
    Kind.EXTRA: mark("OwnCopy", "extra"),
    Kind.MODE: mark("OwnCopy", "with other rights"),
    Kind.UNREADABLE: mark("OwnCopy", "unreadable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is known so far: nothing, how far a look has come, or what the last one came to."""

    running: bool = False
    have: int = 0  # bytes that were read
    of: int = 0  # 0: the list is looked for
    verdict: Verdict | None = None
    error: BaseException | None = None  # why it could not be told
    at: float = 0.0  # when that was known


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How it is told; never by colour alone."""

    icon: str
    tone: str
    title: str
    text: str = ""
    percent: int | None = None  # of what is read; -1: nobody knows how much
    files: str = ""  # those that are not as they were signed, a line each
    lacks_list: bool = False  # it could be told with the week in which the list came
    differs: bool = False


def shown(own: OwnCopy, look: Look, now: float) -> Shown:
    """Return what is said of a copy."""
    if look.running:
        return _running(look)
    if look.verdict is not None:
        found = look.verdict
        return _differs(found) if found.differences else _good(found, look.at, now)
    if look.error is not None:
        return _unknown(look.error)
    return _before(own)


def manager(own: OwnCopy) -> str:
    """Return the command with which a package manager looks for itself; "": it is not its."""
    return _MANAGERS.get(own.packaged, "")


def by_manager(own: OwnCopy) -> str:
    """Return that a package manager knows its files too; "": none put it here."""
    if own.packaged not in _MANAGERS:
        return ""
    return translate(
        "OwnCopy",
        "A package manager put this copy here and keeps a list of its own; it is asked so:",
    )


def elsewhere(own: OwnCopy) -> str:
    """Return what no program can say of itself, and how another computer is asked."""
    if not own.can_be_held:
        return ""
    text = translate(
        "OwnCopy",
        "A program that somebody exchanged could lie about itself. To be sure, take its folder, "
        "{folder}, to a computer whose copy you trust, and say there:",
    )
    return text.format(folder=own.folder)


def command_elsewhere() -> str:
    """Return what is typed at that other computer."""
    return f"{_ELSEWHERE} {translate('OwnCopy', 'FOLDER')}"


def kinds(found: Verdict) -> str:
    """Return how many files are missing, changed and so on: "2 changed, 1 extra"."""
    counted = {kind: sum(one.kind is kind for one in found.differences) for kind in Kind}
    words = (
        translate("OwnCopy", "{count} {how}").format(count=count, how=kind_word(kind))
        for kind, count in counted.items()
        if count
    )
    return translate("OwnCopy", ", ").join(words)


def kind_word(kind: Kind) -> str:
    """Return how a file is not as it was signed, in a word."""
    return translate("OwnCopy", _KINDS[kind])


def text(own: OwnCopy, look: Look, now: float, most: int | None = None) -> str:
    """Return all of it as plain text: also what only a maker reads; at most so many files."""
    told = shown(own, look, now)
    files = told.files.splitlines()
    left = ["…"] if most is not None and len(files) > most else []
    lines = [told.title, told.text, *files[:most], *left]
    if found := look.verdict:
        lines.append(f"{found.version} {found.platform} {found.commit}".rstrip())
        lines.append(f"{found.maker} {found.week}, sha256 {found.sha256}, {found.source}")
        lines += [f"{one.role}: {_signers(one.signers, one.threshold)}" for one in found.signed]
    return "\n".join(filter(None, lines)) + "\n"


def _signers(names: tuple[str, ...], threshold: int) -> str:
    return ", ".join(names) or str(threshold)


def _before(own: OwnCopy) -> Shown:
    if own.folder is None:
        text = translate(
            "OwnCopy",
            "Nobody signed these files, so there is nothing to hold them against. “git status” "
            "shows what was changed, “git verify-commit HEAD” whether somebody signed the commit.",
        )
        title = translate("OwnCopy", "It cannot be told: this copy runs from its source")
        return Shown(icon="info", tone="info", title=title, text=text)
    if not own.build.maker:
        title = translate("OwnCopy", "It cannot be told: nobody signs the versions of this copy")
        text = translate(
            "OwnCopy",
            "It was built without the link of a maker. Compare it with the package you got it "
            "from, or build it yourself and compare.",
        )
        return Shown(icon="info", tone="info", title=title, text=text)
    title = translate("OwnCopy", "Not checked since this window was opened")
    return Shown(icon="circle-dashed", tone="muted", title=title)


def _running(look: Look) -> Shown:
    if not look.of:
        title = translate("OwnCopy", "Looking for the signed list…")
        return Shown(icon="search", tone="info", title=title, percent=-1)
    text = translate("OwnCopy", "{have} of {of}").format(
        have=language.size(look.have), of=language.size(look.of)
    )
    title = translate("OwnCopy", "Reading every file…")
    percent = min(look.have * 100 // look.of, 100)
    return Shown(icon="search", tone="info", title=title, text=text, percent=percent)


def _good(found: Verdict, at: float, now: float) -> Shown:
    title = translate("OwnCopy", "All %n file(s) are as they were signed", None, found.files)
    when = translate("OwnCopy", "Checked {when}.").format(when=language.moment(at, now))
    told = (_signed(found), when, _launcher(found))
    return Shown(icon="shield-check", tone="ok", title=title, text=" ".join(filter(None, told)))


def _differs(found: Verdict) -> Shown:
    wrong = len(found.differences)
    title = translate("OwnCopy", "%n file(s) are not as they were signed", None, wrong)
    advice = translate(
        "OwnCopy",
        "Where you put your own libraries there, it is those. Otherwise do not rely on this copy: "
        "get the program anew where you trust it, and tell its makers.",
    )
    line = translate("OwnCopy", "{how}: {file}")
    files = "\n".join(
        line.format(how=kind_word(one.kind), file=one.path) for one in found.differences
    )
    counted = translate("OwnCopy", "{kinds}.").format(kinds=kinds(found))
    words = (counted, _signed(found), advice, _launcher(found))
    told = " ".join(filter(None, words))
    return Shown(icon="shield-x", tone="bad", title=title, text=told, files=files, differs=True)


def _unknown(error: BaseException) -> Shown:
    code, facts = "unexpected", {"code": type(error).__name__}
    if isinstance(error, OrangeryError):
        code, facts = error.code, error.facts
    why, hint = say(code, facts, language.current())
    title = translate("OwnCopy", "It cannot be told now")
    return Shown(
        icon="circle-help",
        tone="warn",
        title=title,
        text=f"{why} {hint}".strip(),
        lacks_list=isinstance(error, TrustError),
    )


def _signed(found: Verdict) -> str:
    """Return by whom and when: of both parties, in the words of a week."""
    text = translate("OwnCopy", "Version {version}, signed by {maker} in {week}, {day}.")
    return text.format(
        version=found.version,
        maker=found.maker,
        week=states.week_name(found.week),
        day=language.full_day(found.published),
    )


def _launcher(found: Verdict) -> str:
    if found.launcher is not False:
        return ""
    return translate(
        "OwnCopy",
        "The launcher beside the versions is not this version's own; after a renewal that is "
        "usual.",
    )
