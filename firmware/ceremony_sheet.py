"""The sheet of a key ceremony, as plain text and as one HTML page, in English or Chinese.

It is made of public halves alone: names, fingerprints, who holds what. Dates, places and signatures
are left blank, to be written by hand. The words are in resources/i18n/ceremony.json.
"""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import resources
from firmware.ceremony import ONLINE, Plan, fingerprint
from firmware.errors import PublishError
from firmware.keys import PublicKey

_LINE = 78  # characters
_BLANK = "_" * 30
_TROUBLE = ("lost", "stolen", "many", "leaves")
_HELD = ("held", "where", "again")
_STYLE = """
body{font:11pt/1.4 serif;max-width:48em;margin:2em auto;padding:0 1em;color:#000;background:#fff}
table{border-collapse:collapse;width:100%}
td,th{border:1px solid #000;padding:.4em;text-align:left;vertical-align:top}
.fingerprint{font-family:monospace;font-size:12pt}
.blank{display:inline-block;min-width:16em;border-bottom:1px solid #000;height:1.6em}
.hand td{height:3.2em}
tr,p,li{page-break-inside:avoid}
@page{size:A4;margin:18mm}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One key as it stands on the sheet."""

    name: str
    holder: str  # "": the publishing machine
    kind: str
    token: str  # "": in a file
    serial: str
    keyid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is printed; nothing of it is secret."""

    maker: str
    root: str  # its fingerprint, 64 hex digits
    threshold: int
    roles: Mapping[str, tuple[str, ...]]  # role -> names of keys
    rows: tuple[Row, ...]
    people: tuple[str, ...]


def sheet(plan: Plan, keys: Iterable[PublicKey], root: str, *, maker: str) -> Sheet:
    """Return the sheet of a ceremony held as planned; `root`: exchange.fingerprint of the root.

    PublishError ceremony_key_missing where a planned key was not made, or not as planned.
    """
    made = {key.name: key for key in keys}
    rows = []
    for planned in plan.keys:
        key = made.get(planned.name)
        if key is None or (key.kind, key.token) != (planned.choice.kind, planned.choice.token):
            raise PublishError("ceremony_key_missing", key=planned.name)
        rows.append(_row(key, plan.people[planned.person]))
    for name in plan.online:
        if name not in made:
            raise PublishError("ceremony_key_missing", key=name)
        rows.append(_row(made[name], ""))
    return Sheet(
        maker=maker,
        root=root,
        threshold=plan.threshold,
        roles=plan.roles,
        rows=tuple(rows),
        people=tuple(plan.people.values()),
    )


def text(sheet: Sheet, language: str = "en") -> str:
    """Return the sheet as plain text of at most 78 characters a line."""
    say = _words(language)
    lines = [say["title"].format(maker=sheet.maker), "=" * _LINE, *_wrapped(say["secret"]), ""]
    lines += [f"{say[name]}: {_BLANK}" for name in _HELD]
    lines += ["", *_wrapped(say["root"]), *_groups(sheet.root)]
    lines += ["", say["roles"], "-" * _LINE]
    for rule in _rules(sheet, say):
        lines += _wrapped(rule)
    lines += ["", say["keys"], "-" * _LINE]
    for row in sheet.rows:
        lines += [f"{say['key']}: {row.name}", f"{say['holder']}: {row.holder or say['online']}"]
        lines += [f"{say['kind']}: {row.kind}", f"{say['lies']}: {_lies(row, say)}"]
        lines += [f"{say['id']}:", *_groups(row.keyid), f"{say['copies']}: {_BLANK}", ""]
    lines += [say["trouble"], "-" * _LINE]
    for name in _TROUBLE:
        lines += [*_wrapped(say[name].format(threshold=sheet.threshold)), ""]
    lines += [*_wrapped(say["hands"]), ""]
    for person in (*sheet.people, say["witness"]):
        lines += [f"{person}: {_BLANK}", ""]
    return "\n".join(lines)


def page(sheet: Sheet, language: str = "en") -> str:
    """Return the sheet as one HTML page: no script, nothing fetched, made to be printed."""
    say = {name: html.escape(words) for name, words in _words(language).items()}
    title = say["title"].format(maker=html.escape(sheet.maker))
    blanks = "".join(f'<p>{say[name]}: <span class="blank"></span></p>' for name in _HELD)
    rules = "".join(f"<li>{rule}</li>" for rule in _rules(sheet, say, html.escape))
    head = "".join(f"<th>{say[name]}</th>" for name in ("key", "holder", "lies", "id", "copies"))
    rows = "".join(_table_row(row, say) for row in sheet.rows)
    trouble = "".join(f"<p>{say[name].format(threshold=sheet.threshold)}</p>" for name in _TROUBLE)
    people = (*(html.escape(person) for person in sheet.people), say["witness"])
    hands = "".join(f"<tr><td>{person}</td><td></td></tr>" for person in people)
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh_CN" else "en"}"><head>'
        f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head><body>'
        f"<h1>{title}</h1><p>{say['secret']}</p>{blanks}"
        f'<h2>{say["root"]}</h2><p class="fingerprint">{"<br>".join(_groups(sheet.root))}</p>'
        f"<h2>{say['roles']}</h2><ul>{rules}</ul>"
        f"<h2>{say['keys']}</h2><table><tr>{head}</tr>{rows}</table>"
        f"<h2>{say['trouble']}</h2>{trouble}<h2>{say['hands']}</h2>"
        f'<table class="hand"><tr><th></th><th>{say["signature"]}</th></tr>{hands}</table>'
        "</body></html>\n"
    )


def said(code: str, facts: Mapping[str, str], language: str) -> str:
    """Return the words of a step or an advice of the plan."""
    return _words(language)[code].format(**facts)


def _row(key: PublicKey, holder: str) -> Row:
    return Row(
        name=key.name,
        holder=holder,
        kind=key.kind,
        token=key.token,
        serial=key.token_serial,
        keyid=key.keyid,
    )


def _table_row(row: Row, say: Mapping[str, str]) -> str:
    holder = html.escape(row.holder) or say["online"]
    cells = (
        f"<b>{html.escape(row.name)}</b><br>{html.escape(row.kind)}",
        holder,
        _lies(row, say, html.escape),
    )
    plain = "".join(f"<td>{cell}</td>" for cell in cells)
    mark = "<br>".join(_groups(row.keyid))
    return f'<tr>{plain}<td class="fingerprint">{mark}</td><td></td></tr>'


def _rules(sheet: Sheet, say: Mapping[str, str], safe: Callable[[str], str] = str) -> list[str]:
    alone = {role: (name,) for role, name in zip(ONLINE, _online(sheet), strict=True)}
    return [
        say["rule"].format(
            role=safe(role),
            threshold=1 if role in ONLINE else sheet.threshold,
            count=len(names),
            keys=safe(", ".join(names)),
        )
        for role, names in {**sheet.roles, **alone}.items()
    ]


def _online(sheet: Sheet) -> list[str]:
    return [row.name for row in sheet.rows if not row.holder]


def _lies(row: Row, say: Mapping[str, str], safe: Callable[[str], str] = str) -> str:
    if row.token:
        return say["token"].format(token=safe(row.token), serial=safe(row.serial))
    return say["file"].format(name=safe(row.name))


def _groups(digest: str) -> list[str]:
    """Return a fingerprint in four lines of four groups."""
    groups = fingerprint(digest)
    return ["  ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)]


def _wrapped(words: str) -> list[str]:
    if words.isascii():
        return textwrap.wrap(words, _LINE)
    width = _LINE // 2  # a Chinese character is as wide as two
    return [words[at : at + width] for at in range(0, len(words), width)]


def _words(language: str) -> dict[str, str]:
    """Return name -> words; English where a language is not known."""
    known = json.loads(resources.path("i18n/ceremony.json").read_text(encoding="utf-8"))
    return {name: words.get(language, words["en"]) for name, words in known.items()}
