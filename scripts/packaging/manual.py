"""The manual page of a program, from its own help: all commands on one page, to be searched.

Format: man(7). One page and not one a command: `man orangery` is what people type, and 194 pages
would bury it. What the help cannot say (files, exit codes) stands in resources/packages/*.man.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from scripts.generate_docs import PROGRAMS, walk
from scripts.packaging.packing import PACKAGES

_VERBATIM = "\b"  # click: the paragraph stands as it is written


def page(program: str, *, version: str, made: int) -> str:
    """Return the page of one of PROGRAMS, dated `made` (seconds since the epoch)."""
    main = importlib.import_module(PROGRAMS[program]).main
    date = datetime.fromtimestamp(made, UTC).date().isoformat()
    about, *_ = inspect.cleandoc(main.help or "").removeprefix("Orangery: ").partition(".")
    lines = [
        f'.TH {program.upper()} 1 "{date}" "Orangery {version}" "User Commands"',
        *(".nh", ".ad l"),
        *(".SH NAME", f"{_bare(program)} \\- {_bare(about[0].lower() + about[1:])}"),
        *(".SH SYNOPSIS", *_synopsis(program, main)),
        *(".SH DESCRIPTION", *_text(main.help or "")),
        *(".SH OPTIONS", *_options(program, main)),
        ".SH COMMANDS",
    ]
    commands = (one for one in walk(main, program) if one[1] is not main)
    for path, command in commands:
        lines += [f".SS {_bare(path)}", *_synopsis(path, command), ".PP"]
        lines += [*_text(command.help or ""), *_options(path, command)]
    tail = (PACKAGES / f"{program}.man").read_text(encoding="utf-8")
    return "\n".join(lines) + "\n" + tail


def _synopsis(path: str, command: click.Command) -> Iterator[str]:
    pieces = command.collect_usage_pieces(click.Context(command, info_name=path))
    yield f".B {_bare(path)}"
    if pieces:
        yield _bare(" ".join(pieces))


def _options(path: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            yield ".TP"
            yield f"\\fB{_bare(record[0])}\\fR"
            yield from _lines(record[1] or "")


def _text(help_: str) -> Iterator[str]:
    """Give the paragraphs of a help text."""
    for number, paragraph in enumerate(inspect.cleandoc(help_).split("\n\n")):
        if number:
            yield ".PP"
        if paragraph.lstrip().startswith(_VERBATIM):
            yield from (".nf", *_lines(paragraph.replace(_VERBATIM, "").strip("\n")), ".fi")
        else:
            yield from _lines(" ".join(paragraph.split()))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield _bare(line)


def _bare(text: str) -> str:
    """Return `text` so that roff takes no letter of it as its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("|", "|\\:")  # may break there
    return re.sub(r"^([.'])", r"\\&\1", text)
