"""How the command line shows what the doctor found, and what a bundle for support holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from desktop.doctor.bundle import Bundle
from desktop.doctor.finding import Finding, worst
from desktop.models import doctor


def told(findings: Sequence[Finding], language: str) -> dict[str, Any]:
    """Return for programs what was found, with its words."""
    lines = [(found, doctor.line(found, language)) for found in findings]
    return {
        "worst": worst(tuple(findings)),
        "findings": [
            {
                "check": found.check,
                "mark": found.mark,
                "code": found.code,
                "facts": found.facts,
                "message": said.words,
                "hint": said.hint,
            }
            for found, said in lines
        ],
    }


def table(findings: Sequence[Finding], language: str) -> Table:
    """Return a line for each finding, what to do below it, and the sum."""
    made = Table(box=None, pad_edge=False, show_header=False)
    made.add_column(no_wrap=True)
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for said in (doctor.line(found, language) for found in findings):
        made.add_row(said.how, said.name, said.words)
        if said.hint:
            made.add_row("", "", said.hint)
    made.add_row("", "", doctor.total(findings, language))
    return made


def bundle(file: Path, made: Bundle) -> str:
    """Return what a bundle holds, and how to look at it before anybody else does."""
    lines = [f"{file}: nothing of it was sent. {made.places} place(s) were taken out."]
    lines += [f"  {name}  {len(body):,} bytes" for name, body in made.files.items()]
    return "\n".join([*lines, "Look at it: --show NAME, with the same --bundle."])
