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
from tests.firmware.simulator import Simulator
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


@pytest.fixture
def weekly(tmp_path):
    """A house without a broker that has checked a week."""
    folder = furnish(tmp_path / "house", maker=Simulator(tmp_path / "mirror"))
    orangery(folder, "check")
    return folder


class Drawing:
    """Stands in for the window: remembers what it was to draw."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []

    def week(self, snapshot, *, language, own):
        self.asked.append((language, own))
        return b"%PDF-1.4"


def test_a_week_is_shown_and_written_for_paper(tmp_path, weekly):
    assert "Week 2026-" in orangery(weekly, "week")
    drawing, file = Drawing(), tmp_path / "week.pdf"
    words = ["--folder", str(weekly), "--lang", "zh_CN", "week", "--pdf", str(file)]
    CliRunner().invoke(main, words, obj=drawing, catch_exceptions=False)
    CliRunner().invoke(main, [*words, "--public"], obj=drawing, catch_exceptions=False)
    assert drawing.asked == [("zh_CN", True), ("zh_CN", False)]
    assert file.read_bytes() == b"%PDF-1.4"


def test_without_a_week_there_is_nothing_to_write(tmp_path):
    folder = furnish(tmp_path / "house")
    told = orangery(folder, "week", "--pdf", str(tmp_path / "week.pdf"), code=1)
    assert "No weekly release has been checked yet." in told
    assert not (tmp_path / "week.pdf").exists()
