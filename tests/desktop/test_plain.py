"""What others wrote is shown and obeyed by nobody: in errors, tables, messages and the log."""

import logging

import pytest
from rich.table import Table

from desktop import logs, show, show_messages, words
from desktop.plain import in_line, plain
from fleet.ring import Noted

HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b31m\u202egnp.exe"


def obeyed(text):
    return [one for one in text if one in "\x07\x1b\x9b\u202e"]


@pytest.mark.parametrize("kept", ["a\tb\nc", "爷爷的灯", "👨‍👩‍👧", "Zoë's lamp", ""])
def test_what_is_only_text_stays(kept):
    assert plain(kept) == kept


def test_every_end_of_a_line_is_shown_as_one_line():
    assert in_line("one\r\ntwo\u2028three") == "one\\ntwo\\nthree"


def test_a_fact_of_an_error_does_nothing():
    sentence, hint = words.say("link_unknown", {"link": HOSTILE})
    assert not obeyed(sentence + hint)
    assert "gnp.exe" in sentence


def test_a_cell_of_a_table_does_nothing(capsys):
    table = Table("name")
    table.add_row(HOSTILE)
    show.print_table(table)
    assert not obeyed(capsys.readouterr().out)


def test_a_message_of_a_device_does_nothing_and_is_one_line():
    said = {"topic": f"a/{HOSTILE}", "payload": HOSTILE.encode(), "size": 40}
    noted = Noted(number=1, at=0.0, broker="b", retain=False, sent=False, **said)
    assert not obeyed(show_messages.line(noted, {}))


def test_a_line_of_the_log_is_one_line(tmp_path):
    with logs.kept(tmp_path):
        logging.getLogger("x").warning("it said %s", f"{HOSTILE}\nCRITICAL all is lost")
    written = logs.file_of(tmp_path).read_text(encoding="utf-8")
    assert not obeyed(written)
    assert len(written.splitlines()) == 1
