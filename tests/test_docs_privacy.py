"""docs/privacy.md shows what our code sends, and its examples say nothing that they must not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts import privacy

DOCS = Path(__file__).parent.parent / "docs"
PAGES = [DOCS / "privacy.md", DOCS / "zh" / "privacy.md"]


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return privacy.examples()


def bodies(text: str) -> list[dict]:
    return [
        json.loads(found) for found in re.findall(r"^\{\n.*?^\}$", text, re.MULTILINE | re.DOTALL)
    ]


def head(text: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in text.splitlines() if ": " in line[:30])
    return {name.lower(): value for name, _, value in lines}


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_every_example_is_on_the_page_once(page, made):
    named = re.findall(r"<!-- example: (\w+) -->", page.read_text())
    assert sorted(named) == sorted(made)


def test_they_come_out_the_same_each_time(made):
    assert privacy.examples() == made


def test_a_mirror_is_told_what_is_wanted_and_nothing_of_the_house(made):
    assert set(head(made["mirror"])) == {"host", "accept-encoding", "user-agent", "range"}
    assert head(made["mirror"])["user-agent"] == "orangery"


def test_nobody_is_told_which_libraries_are_in_use(made):
    for name in ("join", "report", "pull", "public", "doctor"):
        assert head(made[name])["user-agent"] == "orangery"


def test_joining_tells_a_name_and_a_public_key(made):
    [body] = bodies(made["join"])
    assert set(body) == {"v", "code", "name", "public_key", "app"}


def test_a_report_holds_no_name_and_no_address_of_the_lamp(made):
    [body] = bodies(made["report"])
    said = json.dumps(body)
    assert body["ops"][0]["body"]["facts"] == {
        "vendor": "acme",
        "model": "lamp",
        "version": "1.1.0",
    }
    for secret in ("Anna", "bedside", "Millers", "02005E", "02:00:5E"):
        assert secret not in said


def test_the_questions_that_are_public_are_not_signed(made):
    assert "signature" not in made["public"]
    assert "x-orangery-outbox" not in made["public"]
    assert "signature" in head(made["pull"])


def test_what_is_announced_names_neither_house_nor_person(made):
    rows = re.findall(r"^[0-9a-f]{4}  ((?:[0-9a-f]{2} ?)+)", made["announced"], re.MULTILINE)
    packet = bytes.fromhex("".join(rows))
    assert b"orangery-share" in packet
    assert b"Anna" not in packet
    assert privacy._HOME.tag.encode() in packet


def test_a_neighbour_is_asked_with_a_key_that_is_made_of_the_mark(made):
    assert head(made["near"])["orangery-key"] == privacy._HOME.key
    assert privacy._HOME.mark not in made["near"] + made["announced"]
