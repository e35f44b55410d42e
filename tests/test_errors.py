"""Codes and words belong together, in all rooms: none is left over, and every fact is given.

That every code raised has its words, in both languages and in one file only, is in test_docs.py.
"""

import ast
import re
from pathlib import Path

import pytest

from scripts import generate_docs
from tests.test_docs import FAILURES, ROOT, error_codes, name_of, parsed, words_in

WORDS = {code: generate_docs.errors(room)[code] for room, code in error_codes()}
ROOMS = ("fleet", "firmware", "feedback", "hub", "desktop")
FILES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
LATER = {"source"}  # firmware.trust.Trust.refresh adds it to whatever a reading raised
PLAIN = re.compile(r"[a-z]+(?:_[a-z]+)*_?")


def raised(file: Path) -> list[tuple[str, frozenset[str], int]]:
    """Codes that are raised with the names of their facts, where both stand in the source."""
    found = []
    for call in ast.walk(parsed(file)):
        if not isinstance(call, ast.Call) or name_of(call) not in FAILURES:
            continue
        names = [keyword.arg for keyword in call.keywords]
        if None in names:  # **facts: known only when it runs
            continue
        said = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "code")]
        facts = frozenset(names) - {"code"}
        if name_of(call) == "Refusal" and len(call.args) > 1:
            facts |= {"fact"}
        found += [(code, facts, call.lineno) for node in said for code in sorted(words_in(node))]
    return found


def spoken(file: Path) -> set[str]:
    """Words of the texts in a source file that are not its documentation."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    documents = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documents
    ]
    return {word for text in texts for word in PLAIN.findall(text)}


RAISED = [
    pytest.param(code, facts, id=f"{file.relative_to(ROOT)}:{line}:{code}")
    for file in FILES
    for code, facts, line in raised(file)
    if code in WORDS
]


def test_the_search_finds_what_is_raised():
    found = {one.values[0] for one in RAISED}
    assert {"no_such_device", "store_corrupt", "mirror_unreachable", "hub_unreachable"} <= found
    assert len(RAISED) > 150


@pytest.mark.parametrize(("code", "facts"), RAISED)
def test_each_fact_that_the_words_name_is_given_where_the_code_is_raised(code, facts):
    wanted = {name for said in WORDS[code]["en"] for name in re.findall(r"{(\w+)}", said)}
    assert wanted - LATER <= facts


def test_no_words_are_left_over():
    literals = {word for file in FILES for word in spoken(file)}
    beginnings = tuple(word for word in literals if word.count("_") > 1 and word.endswith("_"))
    assert not {code for code in WORDS if code not in literals and not code.startswith(beginnings)}
