"""Release staff's answers as tables: signatures, the diff, gates, deltas, simulation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from rich.table import Table

from desktop import words
from firmware import ceremony, changes_words
from firmware.change import Change
from firmware.deltas import Advice
from firmware.draft import Draft, Image
from firmware.exchange import Taken
from firmware.findings import Finding
from firmware.publish import Status
from firmware.simulate import Simulation

_SHORT = 12  # hex digits of a sha256


def status(found: Status) -> Table:
    """The open event: its images, and per role who signed and who still can."""
    table = _table(
        "Role", "Signed", "Missing", "Can sign", "Valid until", title=_event(found.draft)
    )
    for role in found.roles:
        missing = str(role.missing) if role.proposed else ""
        able = ", ".join(role.can_sign) if role.missing else ""
        table.add_row(role.role, ", ".join(role.signed), missing, able, day(role.expires))
    images = found.draft.images if found.draft else ()
    table.caption = "\n".join(f"{one.path}  {one.size:,} bytes" for one in images)
    return table


def changes(found: tuple[Change, ...], language: str) -> str:
    """The diff, the gravest first."""
    return changes_words.text(found, language).rstrip("\n")


def findings(found: Sequence[Finding], stopping: Iterable[Finding], language: str) -> Table | str:
    """What the gates found, each with what to do; what stops the week is marked."""
    if not found:
        return changes_words.said("gates_nothing", {}, language)
    stops = list(stopping)
    table = _table("", "Code", "Image", "What", title=None)
    for one in found:
        sentence, hint = words.say(one.code, one.facts, language, book="gates")
        mark = "STOP" if one in stops else "note" if one.severity == "note" else "answered"
        table.add_row(mark, one.code, one.sha256[:_SHORT], f"{sentence}\n{hint}")
    return table


def deltas(found: Sequence[tuple[Image, Advice]], language: str) -> Table:
    """What a patch would be, against the whole file."""
    table = _table("Image", "Method", "Bytes", "Of the file", "Advice", title=None)
    for image, advice in found:
        said = _delta(advice.code, advice.facts, language)
        for at, one in enumerate(advice.measures):
            of = f"{100 * one.size / advice.size:.1f} %" if one.size else ""
            why = _delta(one.code, {"fact": one.fact}, language) if one.code else ""
            size = f"{one.size:,}" if one.size else why
            first = at == 0
            name = f"{image.about.model} {image.about.version}" if first else ""
            table.add_row(name, one.method, size, of, said if first else "")
    return table


def simulation(found: Simulation, digest: str, language: str) -> Table:
    """Who gets what and when, who is skipped and why."""
    title = f"{found.week} ({found.channel}): {found.gets:,} of {found.devices:,} devices"
    table = _table("Model", "Devices", "What", title=title)
    for ring in found.rings:
        share = f"{ring.percent} % from {moment(ring.opens)}" if ring.name else "all at once"
        name = f"ring {ring.name}" if ring.name else "no rings"
        table.add_row(name, f"{ring.devices:,}", share)
    for step in found.steps:
        went = f"{step.version_from or '?'} → {step.version_to}"
        table.add_row(step.path.rpartition("/")[2], f"{step.devices:,}", went)
    for skip in found.skipped:
        why = words.say(skip.code, {"fact": skip.fact}, language)[0]
        table.add_row(f"{skip.vendor} {skip.model}", f"{skip.devices:,}", why)
    table.caption = f"sha256 {digest}"
    return table


def taken(found: Taken, language: str) -> str:
    """What came with an event file: signatures kept and refused, and the diff."""
    lines = [f"{role}: {', '.join(names)}" for role, names in found.accepted.items()]
    for one in found.refused:
        facts = {"signer": one.signer, "role": one.role}
        lines.append(changes_words.said(one.reason, facts, language))
    lines += [
        changes_words.said("image_not_here", {"path": path}, language)
        for path in found.missing_images
    ]
    return "\n".join((*lines, "", found.text.rstrip("\n")))


def key(name: str, keyid: str, file: str) -> str:
    """A key that was made: what goes to the others, and what its owner reads aloud."""
    groups = " ".join(ceremony.fingerprint(keyid))
    public = PurePath(file).with_suffix(".pub")
    return f"{name} is made. {public} is for the others; its fingerprint, to read aloud:\n{groups}"


def ceremony_done(made: Mapping[str, str]) -> str:
    """What a ceremony left: a release folder, and a sheet to print."""
    return (
        f"The release folder of {made['maker']} is {made['folder']}; the sheet is {made['sheet']}."
    )


def publication(week: str, roles: Sequence[str], mirror: str) -> str:
    """What came into force, and where it lies."""
    what = f"Week {week}" if week else "The change of keys"
    return f"{what} is published in {mirror} ({', '.join(roles)})."


def _delta(code: str, facts: Mapping[str, str], language: str) -> str:
    return words.say(code, facts, language, book="deltas")[0]


def day(at: float) -> str:
    """Return a day as it stands in tables."""
    return dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat()


def moment(at: float) -> str:
    """Return a moment as it stands in sentences."""
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _event(draft: Draft | None) -> str:
    if draft is None:
        return "Nothing is open"
    return f"Week {draft.week} ({draft.channel})" if draft.week else "A change of keys"


def _table(*columns: str, title: str | None) -> Table:
    table = Table(box=None, pad_edge=False, title=title)
    for column in columns:
        table.add_column(column)
    return table
