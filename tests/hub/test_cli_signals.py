"""Signals as staff type them, against a hub that serves."""

from __future__ import annotations

import json
import time
import uuid

import pytest
from click.testing import CliRunner

from hub import incident_figures, incidents, watching
from hub.__main__ import main
from tests.hub import problems
from tests.hub.running import RunningHub


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    running = RunningHub(tmp_path_factory.mktemp("hub"))
    running.start()
    yield running
    running.close()


@pytest.fixture(scope="module")
def typed(hub):
    staff = hub.staff()
    token = staff._token
    staff.close()

    def run(*words, code=0):
        place = ["--url", hub.url, "--token", token]
        answer = CliRunner().invoke(main, [words[0], *place, *words[1:]], catch_exceptions=False)
        assert answer.exit_code == code, answer.output
        return answer.output

    return run


@pytest.fixture(scope="module")
def opened(hub):
    now = time.time()
    with hub.store.write() as db:
        problems.meets(db, "early", now - 9 * problems.DAY, version="1.1.0")
        for n in range(8):
            problems.meets(db, f"home {n}", now - 600 + n, signature="battery:drain")
        while watching.look(db, now=now):
            pass
        (row,) = incidents.rows(db)
    return row["id"]


def test_an_incident_from_its_list_to_its_end(typed, hub, opened, tmp_path):
    assert "battery, 5 homes" in typed("incident", "list")
    shown = typed("incident", "show", opened)
    assert "signatures: battery:drain (8)" in shown
    assert "lamp 1.2.0: 8 homes" in shown
    assert typed("incident", "own", opened, "Mei").endswith("owned\n")
    typed("incident", "note", opened, "The radio never sleeps.")
    typed("incident", "act", opened, "Let it sleep.")
    words = ("--en", "Charge it at home.", "--zh", "请在家充电。")
    typed("incident", "notice", opened, *words)
    typed("incident", "close", opened, *words)
    assert "closed" in typed("incident", "close", opened, *words, code=1)
    whole = json.loads(typed("incident", "show", opened, "--json"))
    assert [one["what"] for one in whole["timeline"]][-1] == "closed"
    assert whole["incident"]["owner"] == "Mei"
    file = tmp_path / "dossier.json"
    file.write_text(typed("incident", "dossier", opened))
    key = incident_figures.public_text(incident_figures.dossier_key(hub.store.secret()))
    good = CliRunner().invoke(main, ["verify-dossier", str(file), "--key", key])
    assert (good.exit_code, good.output.startswith("signed by this hub")) == (0, True)
    file.write_text(file.read_text().replace("Let it sleep", "Let it rest"))
    bad = CliRunner().invoke(main, ["verify-dossier", str(file), "--key", key])
    assert bad.exit_code == 1


def test_unhappy_homes_and_alerts(typed, opened):
    assert "acme lamp 1.2.0" in typed("signals", "negative")
    assert "battery:drain, 3 homes" in typed("signals", "alerts")


def test_a_campaign_from_its_question_to_its_end(typed):
    words = ("--en", "Is it slow?", "--zh", "慢吗?")
    asked = json.loads(typed("campaign", "ask", "acme", "latency_ms", *words, "--json"))
    assert "running  acme" in typed("campaign", "list")
    assert typed("campaign", "end", asked["id"]).endswith("ended\n")
    assert "ended  acme" in typed("campaign", "list")
    typed("campaign", "ask", "acme", "latency_ms", "--days", "91", *words, code=2)


def test_what_is_not_there_is_said_in_a_sentence(typed):
    assert "no such incident" in typed("incident", "show", str(uuid.uuid4()), code=1)
    said = typed("signals", "patch", str(uuid.uuid4()), "https://example.org/7", code=1)
    assert "[report_unknown]" in said
