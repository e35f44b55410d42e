from __future__ import annotations

import pytest

from desktop.memory import FILE, Memory


@pytest.fixture
def file(tmp_path):
    return tmp_path / FILE


def test_what_was_put_is_there_at_the_next_start(file):
    memory = Memory(file)
    memory.put("zoom", 120)
    memory.put("columns", ["name", "room"])
    memory.save()
    again = Memory(file)
    assert again.get("zoom", int, 100) == 120
    assert again.get("columns", list[str], []) == ["name", "room"]


def test_without_a_file_it_lasts_as_long_as_the_process():
    memory = Memory()
    memory.put("zoom", 120)
    memory.save()
    assert memory.get("zoom", int, 100) == 120


def test_a_thing_of_another_kind_is_as_none(file):
    file.write_text('{"zoom": "large", "columns": ["name"]}')
    memory = Memory(file)
    assert memory.get("zoom", int, 100) == 100
    assert memory.get("columns", list[str], []) == ["name"]


@pytest.mark.parametrize("held", ["", "{", "[1]", "null"])
def test_a_damaged_file_begins_as_new_and_is_written_whole_again(file, held):
    file.write_text(held)
    memory = Memory(file)
    assert memory.get("zoom", int, 100) == 100
    memory.put("zoom", 120)
    memory.save()
    assert Memory(file).get("zoom", int, 100) == 120


def test_nothing_is_written_where_nothing_changed(file):
    memory = Memory(file)
    memory.put("zoom", 120)
    memory.save()
    file.unlink()
    memory.put("zoom", 120)
    memory.save()
    assert not file.exists()
