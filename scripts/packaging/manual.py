"""The manual pages of a program, from its own help: all commands on one page, to be searched.

Format: man(7). One page and not one a command: `man orangery` is what people type, and 194 pages
would bury it. What the help cannot say (files, exit codes) stands in resources/packages/*.man.

The help is English. The Chinese page has the same commands in the same places, each with a sentence
of resources/packages/manual.zh_CN.json, what its options mean in English, and says so; a command
that the file does not know keeps its help. It is for those who test and look after a home: of
commands for staff, and of the hub, there is none.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import click

from scripts.generate_docs import PROGRAMS, walk
from scripts.packaging.packing import PACKAGES

_VERBATIM = "\b"  # click: the paragraph stands as it is written
_HAN = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_OPENS = r"\uff08\u300a\u300c"  # brackets and quotes: no line ends with one
_CLOSES = r"\u3002\uff0c\u3001\uff1b\uff1a\uff01\uff1f\uff09\u300b\u300d"  # none begins with one


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """What a page says that no help says."""

    title: str = "User Commands"
    name: str = "NAME"
    synopsis: str = "SYNOPSIS"
    description: str = "DESCRIPTION"
    options: str = "OPTIONS"
    commands: str = "COMMANDS"
    tail: str = ""  # in the name of the file of what the help cannot say
    note: str = ""  # below the description
    said: Mapping[str, str] = field(default_factory=dict)  # path of a command -> its sentence


ENGLISH = Tongue()


def chinese() -> Tongue:
    """Return the language of the page for zh_CN."""
    words = json.loads((PACKAGES / "manual.zh_CN.json").read_text(encoding="utf-8"))
    return Tongue(**words["page"], said=words["said"], tail=".zh_CN")


def page(program: str, *, version: str, made: int, tongue: Tongue = ENGLISH) -> str:
    """Return the page of one of PROGRAMS, dated `made` (seconds since the epoch)."""
    main = importlib.import_module(PROGRAMS[program]).main
    date = datetime.fromtimestamp(made, UTC).date().isoformat()
    about, *_ = inspect.cleandoc(main.help or "").removeprefix("Orangery: ").partition(".")
    about = tongue.said.get(program, about[0].lower() + about[1:])
    lines = [
        *(("'\\\" -*- coding: UTF-8 -*-",) if tongue.said else ()),  # else man(1) may think of GBK
        f'.TH {program.upper()} 1 "{date}" "Orangery {version}" "{tongue.title}"',
        *(".nh", ".ad l"),
        *(f".SH {tongue.name}", f"{_bare(program)} \\- {_plain(about)}"),  # whatis(1) reads it
        *(f".SH {tongue.synopsis}", *_synopsis(program, main)),
        *(f".SH {tongue.description}", *_text(_told(program, main, tongue))),
        *((".PP", *_text(tongue.note)) if tongue.note else ()),
        *(f".SH {tongue.options}", *_options(program, main)),
        f".SH {tongue.commands}",
    ]
    commands = (one for one in walk(main, program) if one[1] is not main)
    for path, command in commands:
        lines += [f".SS {_bare(path)}", *_synopsis(path, command), ".PP"]
        lines += [*_text(_told(path, command, tongue)), *_options(path, command)]
    tail = (PACKAGES / f"{program}{tongue.tail}.man").read_text(encoding="utf-8")
    return "\n".join(lines) + "\n" + _broken(tail)


def _told(path: str, command: click.Command, tongue: Tongue) -> str:
    """Return what a command does, in the language of the page where that is known."""
    return tongue.said.get(path) or command.help or ""


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
    return _broken(_plain(text).replace("|", "|\\:"))  # a line may break there


def _plain(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text)


def _broken(text: str) -> str:
    """Let lines break between Chinese characters, where they may: no space stands there."""
    return re.sub(f"((?![{_OPENS}]){_HAN})(?=(?![{_CLOSES}]){_HAN})", r"\1\\:", text)
