"""docs/settings.md, in both languages, names every setting of the program, with its default."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import msgspec
import pytest

from desktop import cli_app, shell, zoom
from desktop.models import notices
from desktop.noticing import LEVEL
from desktop.pages.sections.experts import EXPERT
from desktop.pages.settings import ALL as SECTIONS
from desktop.selfupdate.facts import Mode
from desktop.settings import MakerSettings, Settings
from feedback.consent import Level
from firmware.plan import Plan
from firmware.release import Channel
from firmware.serve_rules import Limits
from fleet.brokers import BrokerSettings
from hub import config
from hub.bridges import settings as bridges
from scripts import generate_docs
from tests.test_docs_words import variables

DOCS = Path(__file__).parent.parent / "docs"
ENGLISH, CHINESE = DOCS / "settings.md", DOCS / "zh" / "settings.md"
NESTED = {"plan", "serve_limits"}
"""Settings that are tables of their own."""


def chapters(page: Path) -> list[str]:
    """The parts of the page below each headline, in the same order in both languages."""
    return re.split(r"^##+ .*$", page.read_text(), flags=re.MULTILINE)[1:]


def rows(part: str) -> dict[str, list[str]]:
    """The lines of the tables in a part, by the names in their first column."""
    lines = [line.strip().strip("|").split("|") for line in part.splitlines() if line[:3] == "| `"]
    cells = [[cell.strip() for cell in line] for line in lines]
    return {name: line[1:] for line in cells for name in re.findall(r"`([^`]+)`", line[0])}


def said(part: str) -> dict[str, object]:
    """Name and default, as JSON; "" where there is none."""
    return {
        name: json.loads(cells[0].strip("`")) if cells and cells[0] else ""
        for name, cells in rows(part).items()
    }


def fields(kind: type) -> dict[str, object]:
    """The settings of a value of ours with their defaults, as a file has them."""
    found = {}
    for field in dataclasses.fields(kind):
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        if default is dataclasses.MISSING or field.name in NESTED:
            found[field.name] = ""
        else:
            value = msgspec.to_builtins(default)
            found[field.name] = sorted(value) if isinstance(default, frozenset) else plain(value)
    return found


def plain(value: object) -> object:
    return json.loads(json.dumps(value))


def of_struct(kind: type[msgspec.Struct]) -> dict[str, object]:
    found = {}
    for field in msgspec.structs.fields(kind):
        if isinstance(field.default, msgspec.Struct):
            of = of_struct(type(field.default))
            found |= {f"{field.name}.{name}": value for name, value in of.items()}
        elif field.default_factory is not msgspec.NODEFAULT:
            found[field.name] = plain(msgspec.to_builtins(field.default_factory()))
        else:
            missing = field.default is msgspec.NODEFAULT
            found[field.name] = "" if missing else plain(msgspec.to_builtins(field.default))
    return found


WINDOW = {
    zoom._NAME: zoom.USUAL,
    LEVEL: str(notices.Level.USUAL),
    shell.CLOSE_TO_TRAY: False,
    EXPERT: False,
}
HOUSE = (
    fields(Settings),
    fields(MakerSettings),
    fields(Plan),
    fields(Limits),
    fields(BrokerSettings),
)


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])
@pytest.mark.parametrize("at", range(len(HOUSE)))
def test_every_setting_of_a_house_is_on_the_page_with_its_default(page, at):
    assert said(chapters(page)[at]) == HOUSE[at]


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_setting_of_the_window_is_on_the_page(page):
    assert said(chapters(page)[6]) == WINDOW


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_how_far_the_program_goes_by_itself_is_on_the_page(page):
    table = rows(chapters(page)[7])
    assert set(table) == {"mode", "channel"}
    assert set(re.findall(r"`(\w+)`", table["mode"][1])) == {str(mode) for mode in Mode}
    choices = set(cli_app.channel.params[0].type.choices)
    named = set(re.findall(r"`(\w+)`", table["channel"][1]))
    assert choices <= named <= choices | {str(channel) for channel in Channel}


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_level_of_consent_is_on_the_page(page):
    assert {f"`{level}`" for level in Level} <= set(re.findall(r"`[a-z]+`", chapters(page)[5]))


INSIDE = {"ORANGERY_MARK", "ORANGERY_POLICY", "ORANGERY_CLUSTERS"}
"""Said by scripts/setup to a shell of its own."""


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_variable_that_is_read_is_on_the_page_and_no_other(page):
    named = set(re.findall(r"\bORANGERY_[A-Z_]+\b", page.read_text()))
    assert named == variables() - INSIDE


def test_every_setting_of_a_hub_is_on_the_page_with_its_default():
    *_, toml, bridge = chapters(ENGLISH)
    assert said(toml) == of_struct(config.Config)
    assert said(bridge) == of_struct(bridges.Settings)


@pytest.mark.parametrize(("page", "code"), [(ENGLISH, "en"), (CHINESE, "zh_CN")], ids=["en", "zh"])
def test_where_it_is_in_the_window_is_a_section_of_the_settings(page, code):
    sections = {generate_docs.shown("Settings", one.text, code) for one in SECTIONS} | {""}
    parts = chapters(page)
    named = {cells[2] for cells in rows(parts[0]).values()}
    named |= {cells[2] for cells in rows(parts[6]).values()}
    assert named <= sections
