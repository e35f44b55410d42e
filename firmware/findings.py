"""What the gates before signing find: codes, how grave each is, and who answers for it.

The words for each code are in resources/i18n/gates.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from firmware.signed import Waiver


class Severity(StrEnum):
    """What a finding does to the week."""

    REFUSE = "refuse"  # cannot be waived: the image or the week has to change
    STOP = "stop"  # nobody signs until a named person has answered for it
    NOTE = "note"  # to be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the gates found. sha256: of the image; "" where it is about the week."""

    code: str
    severity: Severity
    sha256: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


_REFUSE, _STOP, _NOTE = Severity.REFUSE, Severity.STOP, Severity.NOTE

CODES: Mapping[str, tuple[Severity, tuple[str, ...]]] = {
    # the image's own header
    "image_missing": (_REFUSE, ("file",)),
    "image_changed": (_REFUSE, ("file",)),
    "header_unreadable": (_REFUSE, ("file", "why")),
    "checksum_wrong": (_REFUSE, ("file", "why")),
    "image_disagrees": (_REFUSE, ("file", "field", "header", "asked")),
    "image_incomplete": (_REFUSE, ("file", "field")),
    "format_new": (_STOP, ("file", "format", "line")),
    "format_unchecked": (_NOTE, ("file", "line")),
    "wrapped": (_NOTE, ("file", "wrapper", "bytes")),
    # against what was published before
    "version_not_rising": (_REFUSE, ("model", "version", "last")),
    "counter_not_rising": (_REFUSE, ("model", "counter", "last")),
    "minimum_above_version": (_REFUSE, ("file", "minimum", "version")),
    "minimum_leaves_out": (_STOP, ("file", "minimum", "last")),
    "size_jump": (_STOP, ("file", "size", "last")),
    "duplicate_bytes": (_REFUSE, ("file", "other")),
    "recalled_bytes": (_REFUSE, ("file",)),
    "come_back_unusual": (_STOP, ("file", "seconds")),
    "chunks_wrong": (_REFUSE, ("file",)),
    # against the others of the week
    "stones_disordered": (_REFUSE, ("file", "other")),
    "back_not_published": (_REFUSE, ("file",)),
    "back_counter_low": (_REFUSE, ("file", "counter", "last")),
    "undoes_unknown": (_REFUSE, ("file", "version")),
    "undoes_not_newer": (_REFUSE, ("file", "version")),
    "after_unknown": (_REFUSE, ("file", "other")),
    "after_circle": (_REFUSE, ("files",)),
    # the program itself
    "program_list_missing": (_REFUSE, ("file", "list")),
    "program_list_other": (_REFUSE, ("file", "other")),
    "program_archive_missing": (_NOTE, ("file",)),
    # the bytes
    "trailing_padding": (_STOP, ("file", "bytes")),
    "trailing_bytes": (_REFUSE, ("file", "bytes")),
    "members_unlisted": (_STOP, ("file", "count")),
    "image_blank": (_REFUSE, ("file", "percent")),
    "long_run": (_STOP, ("file", "bytes")),
    "mark_found": (_STOP, ("file", "words", "place")),
    "secret_found": (_STOP, ("file", "words", "place")),
    "private_key_found": (_REFUSE, ("file", "words", "place")),
    "certificate_expired": (_STOP, ("file", "subject", "on", "place")),
    "certificate_not_yet": (_STOP, ("file", "subject", "on", "place")),
    "scan_incomplete": (_STOP, ("file",)),
    # the week
    "week_empty": (_REFUSE, ()),
    "path_twice": (_REFUSE, ("file",)),
    "notes_missing": (_STOP, ("language",)),
    "notes_same": (_STOP, ()),
    "notes_placeholder": (_STOP, ("language", "words")),
    "notes_language": (_STOP, ("language",)),
    "known_untranslated": (_STOP, ("id", "language")),
    "withdrawn_untranslated": (_STOP, ("language",)),
    "held_untranslated": (_REFUSE, ("language",)),
    "ring_closed": (_REFUSE, ("percent", "left")),
    "rings_not_rising": (_REFUSE, ("ring",)),
    "rings_stale": (_STOP, ("ring",)),
    "rings_open": (_STOP, ()),
    "rings_unfinished": (_NOTE, ("ring", "percent")),
    "salt_missing": (_STOP, ()),
    "salt_reused": (_STOP, ("week",)),
    "recall_dropped": (_STOP, ("week",)),
    "promotion_early": (_STOP, ("file", "weeks", "needed")),
    # the waivers themselves
    "waiver_unused": (_NOTE, ("waived", "person")),
    "waiver_powerless": (_NOTE, ("waived", "person")),
}
"""Each code with its severity and the facts it always has."""


def finding(code: str, sha256: str = "", **facts: object) -> Finding:
    """Return a finding of a known code; KeyError for another."""
    said = {name: str(value) for name, value in facts.items()}
    return Finding(code=code, severity=CODES[code][0], sha256=sha256, facts=said)


def open_findings(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> tuple[Finding, ...]:
    """Return what still stops the week: every refusal, and each stop that nobody answers for.

    A waiver covers one code for one sha256 ("" for a finding about the week), nothing else.
    """
    answered = {(waiver.code, waiver.sha256) for waiver in waivers}
    return tuple(
        one
        for one in findings
        if one.severity is Severity.REFUSE
        or (one.severity is Severity.STOP and (one.code, one.sha256) not in answered)
    )


def judged_waivers(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> tuple[Finding, ...]:
    """Return a note for each waiver that answers for nothing, or tries to answer for a refusal."""
    known = {(one.code, one.sha256): one.severity for one in findings}
    notes = []
    for waiver in waivers:
        severity = known.get((waiver.code, waiver.sha256))
        if severity is not Severity.STOP:
            code = "waiver_powerless" if severity is Severity.REFUSE else "waiver_unused"
            notes.append(finding(code, waiver.sha256, waived=waiver.code, person=waiver.person))
    return tuple(notes)
