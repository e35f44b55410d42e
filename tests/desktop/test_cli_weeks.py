"""A week's page as a household reads it, with a real hub behind."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from desktop.cli import main
from feedback.wire_weeks import PublishedLine, PublishWeek
from hub import week_page
from tests.desktop.homes import furnish
from tests.hub.running import RunningHub


def orangery(folder, *words, code=0):
    whole = ["--folder", str(folder), "--lang", "en", *words]
    answer = CliRunner().invoke(main, whole, catch_exceptions=False)
    assert answer.exit_code == code, answer.output
    return answer.output


@pytest.fixture
def hub(tmp_path):
    running = RunningHub(tmp_path / "hub")
    running.start()
    yield running
    running.close()


def publish(hub, week: str, words: str) -> None:
    said = PublishWeek(changes=(PublishedLine(words={"en": words, "zh_CN": "已修复"}),))
    with hub.store.write() as db:
        week_page.publish(db, "Rae", week, said, now=time.time())


def test_a_house_reads_the_newest_page_or_the_one_it_names(tmp_path, hub):
    folder = furnish(tmp_path / "house")
    assert "No week was published" in orangery(folder, "week-page")
    orangery(folder, "enrol", hub.url, hub.invite(), "--name", "Anna")
    publish(hub, "2026-W48", "dims further")
    publish(hub, "2026-W49", "hums no more")
    orangery(folder, "sync")
    assert "- hums no more" in orangery(folder, "week-page")
    assert "from testers: 0 of 1 (0%)" in orangery(folder, "week-page", "2026-W48")
    page = json.loads(orangery(folder, "week-page", "2026-W48", "--json"))["week_page"]
    assert page["changes"][0]["words"]["zh_CN"] == "已修复"
    assert "Nothing was published" in orangery(folder, "week-page", "2026-W01", code=1)
