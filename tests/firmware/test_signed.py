"""Our signed schemas are published as they are, and every refusal has its words."""

import ast
import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import signed
from firmware.errors import TrustError
from firmware.release import Channel
from firmware.signed import About, Named, Train, as_signed, read_about, read_train

ROOT = Path(__file__).parent.parent.parent
WORDS = json.loads((ROOT / "resources/i18n/errors/trust.json").read_bytes())
ELSEWHERE = {"disk_full", "store_unwritable"}  # the words of fleet


@pytest.mark.parametrize(("name", "kind"), [("train", Train), ("target", About)])
def test_the_published_schema_is_the_one_that_is_checked(name, kind):
    written = json.loads((ROOT / f"resources/schemas/{name}.json").read_bytes())
    assert written.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert written.pop("title") == f"orangery {name} {signed.SCHEMA}"
    assert written == json.loads(json.dumps(msgspec.json.schema(kind)))


@given(st.binary())
def test_any_bytes_are_a_week_or_unreadable(body):
    with pytest.raises(TrustError, match="week_unreadable"):
        read_train(body)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_any_custom_data_is_facts_or_unreadable(custom):
    with pytest.raises(TrustError, match=r"week_unreadable|week_newer"):
        read_about("fw/a/b/c", custom)


def test_members_of_a_later_schema_of_the_same_number_are_let_pass():
    about = {"schema": 1, "version": "1", "counter": 1, "vendor": "A", "model": "B", "rings": []}
    assert read_about("fw/a/b/c", about).model == "B"


BEFORE = {
    Train: "schema week channel counter published files notes fixes recalled withdrawn rings salt"
    " known waivers simulation",
    About: "schema version counter vendor model hardware minimum come_back_s keeps_previous"
    " chunk_size chunks",
}
"""The members that version 1 had from the beginning."""


@pytest.mark.parametrize(
    "value",
    [
        About(schema=1, version="1", counter=1, vendor="A", model="B"),
        Train(schema=1, week="2026-W48", channel=Channel.ORANGE, counter=1, published=1, files=()),
    ],
)
def test_where_nothing_new_is_said_the_same_is_signed_as_before(value):
    assert list(as_signed(value)) == BEFORE[type(value)].split()


def test_a_file_of_a_week_is_named_as_before_where_nothing_new_is_said():
    named = Named(path="fw/a/b/c", sha256="0" * 64, size=1)
    assert list(msgspec.to_builtins(named)) == ["path", "sha256", "size"]


def raised():
    """(code, facts) of every TrustError, PublishError and StoreError in our files."""
    for file in sorted((ROOT / "firmware").rglob("*.py")):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in {"TrustError", "PublishError", "StoreError"}:
                continue
            facts = {word.arg for word in node.keywords}
            said = node.args[0]
            for part in [said.body, said.orelse] if isinstance(said, ast.IfExp) else [said]:
                if isinstance(part, ast.Constant):
                    yield part.value, facts


def test_every_refusal_has_its_words_in_both_languages():
    codes = {code for code, _ in raised()}
    assert len(codes) > 40
    assert codes - ELSEWHERE <= WORDS.keys()
    for words in WORDS.values():
        assert [len(words[language]) for language in ("en", "zh_CN")] == [2, 2]


def test_the_words_only_ask_for_facts_that_are_given():
    for code, facts in raised():
        for text in [text for language in WORDS.get(code, {}).values() for text in language]:
            asked = set(re.findall(r"\{(\w+)\}", text))
            assert asked <= facts | {"source"}, code  # Trust.refresh adds the source itself


def test_no_words_are_kept_for_what_is_never_said():
    assert WORDS.keys() <= {code for code, _ in raised()} | {"wrong_passphrase", "key_unreadable"}
