import json

import pytest
from click.testing import CliRunner

from desktop import show_similar
from desktop.cli import main
from feedback.commands import Similar

HIT = Similar(
    kind="cluster",
    id="c1",
    titles={"en": "Plug drops off", "zh_CN": "插座掉线"},
    workarounds={"en": "Restart it"},
    state="planned",
    fix_week="2026-W49",
    score=0.51,
)


def asked(folder, *words):
    return CliRunner().invoke(main, ["--folder", str(folder), "similar", *words])


def test_a_house_that_knows_nothing_says_so(tmp_path):
    done = asked(tmp_path, "插座掉线")
    assert (done.exit_code, done.stdout) == (0, "Nothing like it is known here.\n")


def test_a_program_is_answered_in_json(tmp_path):
    done = asked(tmp_path, "plug", "drops", "off", "--json")
    assert json.loads(done.stdout) == {"similar": []}


def test_a_device_that_is_not_there_is_an_error(tmp_path):
    assert asked(tmp_path, "it hums", "--device", "nobody").exit_code == 1


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Plug drops off"), ("zh_CN", "插座掉线"), ("fr", "Plug drops off")],
)
def test_the_table_speaks_the_language_of_who_asks(language, title):
    table = show_similar.similar([HIT], language)
    cells = [next(iter(column.cells)) for column in table.columns]
    assert cells == ["0.51", title, "planned 2026-W49", "Restart it", "c1"]


def test_words_typed_in_no_language_are_shown_as_they_are():
    assert show_similar.in_language({"": "It hums"}, "zh_CN") == "It hums"
    assert show_similar.in_language({}, "zh_CN") == ""
