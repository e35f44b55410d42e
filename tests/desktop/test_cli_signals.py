"""Signals, boards and medals as a household types them, with a real hub behind."""

from __future__ import annotations

import json
import time

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from desktop.cli import main
from feedback.wire import Kind
from feedback.wire_incidents import AskCampaign
from hub import board, campaigns, incidents, thermometer, watching
from hub.tables import member
from tests.desktop.homes import furnish
from tests.hub import problems
from tests.hub.running import RunningHub

ID = "6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11"


def orangery(folder, *words, code=0):
    whole = ["--folder", str(folder), "--lang", "en", *words]
    answer = CliRunner().invoke(main, whole, catch_exceptions=False)
    assert answer.exit_code == code, answer.output
    return answer.output


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    running = RunningHub(tmp_path_factory.mktemp("hub"))
    running.start()
    yield running
    running.close()


@pytest.fixture
def folder(tmp_path, hub):
    made = furnish(tmp_path / "house")
    orangery(made, "enrol", hub.url, hub.invite(), "--name", "Anna")
    orangery(made, "sync")
    return made


def test_before_any_word_of_the_hub_there_is_a_sentence_each(tmp_path):
    made = furnish(tmp_path / "house")
    assert "no incident" in orangery(made, "signals", "incidents")
    assert orangery(made, "signals", "thermometer").startswith("50 of 100")
    assert "nothing to be measured" in orangery(made, "signals", "campaigns")
    assert "No board yet" in orangery(made, "points", "board")
    assert "No medal yet" in orangery(made, "points", "medals")


def test_a_published_incident_comes_to_every_house(folder, hub):
    now = time.time()
    with hub.store.write() as db:
        problems.meets(db, "the first", now - 40 * problems.DAY, kind=Kind.PRAISE)
        for n in range(6):
            problems.meets(db, f"home {n}", now - 60 + n)
        while watching.look(db, now=now):
            pass
        (row,) = incidents.rows(db)
        words = {"en": "Charge it at home.", "zh_CN": "请在家充电。"}
        incidents.publish(db, "Lin", row["id"], words, now=now)
    orangery(folder, "sync")
    assert "Charge it at home." in orangery(folder, "signals", "incidents")
    (found,) = json.loads(orangery(folder, "signals", "incidents", "--json"))["incidents"]
    assert (found["component"], found["homes"]) == ("battery", 6)


def test_the_thermometer_is_this_households_own(folder, hub):
    with hub.store.write() as db:
        query = sa.select(member.c.id).where(member.c.name == "Anna")
        mine = db.execute(query.order_by(member.c.enrolled.desc())).scalars().first()
        thermometer.look(db, [mine], now=time.time())
    orangery(folder, "sync")
    assert "50 of 100" in orangery(folder, "signals", "thermometer")


def test_a_campaign_that_fits_no_device_here_is_not_joined(folder, hub):
    said = AskCampaign(
        id=ID,
        vendor="acme",
        feature="latency_ms",
        days=14.0,
        purpose={"en": "Is it slow?", "zh_CN": "慢吗?"},
    )
    with hub.store.write() as db:
        campaigns.ask(db, "Lin", said, now=time.time() - 60)
    orangery(folder, "sync")
    assert "Is it slow?" in orangery(folder, "signals", "campaigns")
    assert "no device here" in orangery(folder, "signals", "preview", ID[:6])
    assert "No device here" in orangery(folder, "signals", "join", ID[:6], code=1)
    assert "takes no part" in orangery(folder, "signals", "leave", ID, code=1)
    assert "no such campaign" in orangery(folder, "signals", "join", "zzz", code=1)


def test_who_wishes_stands_on_the_board(folder, hub):
    orangery(folder, "points", "show", "Ada")
    orangery(folder, "sync")
    with hub.store.write() as db:
        board.settle(db, now=time.time())
    orangery(folder, "sync")
    assert "on the boards as Ada" in orangery(folder, "points", "board")
    orangery(folder, "points", "show", "--off")
    orangery(folder, "sync")
    assert "on no board" in orangery(folder, "points", "board")
    assert orangery(folder, "points", "rate", "zzz", "popcorn", code=1)
