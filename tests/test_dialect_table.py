"""The table of docs/dialects/README.md, made of recordings."""

import json

import pytest

from fleet import dialects, families
from scripts import dialect_table
from tests.fleet.dialects.captures import captures


def test_what_a_recording_yields_is_counted(tmp_path):
    said = [
        {"topic": "tele/attic/LWT", "payload": "Online"},
        {
            "topic": "tele/attic/INFO1",
            "payload": json.dumps({"Info1": {"Version": "1.2(tasmota)"}}),
        },
        {"topic": "tele/attic/INFO2", "payload": "{"},
        {"topic": "weather/rain", "payload": "3"},
    ]
    (tmp_path / "home.jsonl").write_text("\n".join(map(json.dumps, said)))
    told = dialect_table.table(tmp_path).splitlines()
    assert "| [Tasmota](tasmota.md) | 1 | 0 | 1 | 1 | 0 | 1 |" in told
    assert "| home (1 not understood, 1 nobody's) | 1 | 0 | 1 | 1 | 0 | 1 |" in told


@pytest.mark.parametrize("dialect", dialects.ALL, ids=lambda each: each.name)
def test_each_dialect_has_its_page(dialect):
    assert (dialect_table.PAGE.parent / f"{dialect.name}.md").is_file()
    assert dialect.name in families.TITLES


def test_the_page_is_as_these_recordings_make_it():
    assert dialect_table.page(captures()) == dialect_table.PAGE.read_text(), (
        "run: .venv/bin/python -m scripts.dialect_table"
    )
