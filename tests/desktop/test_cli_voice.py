"""What members decide, typed in two houses and at a real hub."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from desktop.cli import main
from feedback import public
from hub import points, voice
from hub.__main__ import main as hub_main
from hub.tables_voice import ballot as ballots
from tests.desktop.homes import furnish
from tests.hub.running import RunningHub

NOBODY = "0190f3c4-0000-7000-8000-00000000dead"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    running = RunningHub(tmp_path_factory.mktemp("hub"))
    running.start()
    yield running
    running.close()


class Home:
    """A house at the hub, as its people type."""

    def __init__(self, folder, hub, name: str) -> None:
        self.folder = furnish(folder)
        self.run("enrol", hub.url, hub.invite(), "--name", name)

    def run(self, *words: str, code: int = 0) -> str:
        whole = ["--folder", str(self.folder), "--lang", "en", *words]
        answer = CliRunner().invoke(main, whole, catch_exceptions=False)
        assert answer.exit_code == code, answer.output
        return answer.stdout

    def voice(self, *words: str, code: int = 0) -> str:
        return self.run("voice", *words, code=code)

    def json(self, *words: str, code: int = 0):
        return json.loads(self.voice(*words, "--json", code=code))

    def say(self, *words: str):
        """Say something and send it."""
        said = self.json(*words)
        self.run("sync")
        return said


@pytest.fixture(scope="module")
def homes(hub, tmp_path_factory):
    folder = tmp_path_factory.mktemp("homes")
    return Home(folder / "anna", hub, "Anna"), Home(folder / "ben", hub, "Ben")


@pytest.fixture(scope="module")
def staff(hub):
    token = hub.staff("Lin")._token
    environment = {"ORANGERY_HUB_URL": hub.url, "ORANGERY_HUB_TOKEN": token}

    def run(*words: str, code: int = 0) -> str:
        answer = CliRunner().invoke(hub_main, ["voice", *words], env=environment)
        assert answer.exit_code == code, answer.output
        return answer.output

    return run


def worked(hub) -> None:
    """Let the hub do what it does by itself, now and not when its turn comes."""
    for one in voice.JOBS:
        one.run(SimpleNamespace(store=hub.store), time.time())


def test_a_house_at_no_hub_is_told_so(tmp_path):
    folder = furnish(tmp_path / "alone")
    answer = CliRunner().invoke(main, ["--folder", str(folder), "voice", "idea", "a lamp"])
    assert (answer.exit_code, "no hub" in answer.output) == (1, True)
    for words in ("ideas", "petitions", "ballots", "case", "circles", "committee", "charter"):
        shown = CliRunner().invoke(main, ["--folder", str(folder), "voice", words])
        assert shown.exit_code == 0, shown.output


def test_an_idea_is_said_voted_for_answered_and_shipped(hub, homes, staff):
    anna, ben = homes
    staff("threshold", "1")
    idea = anna.say("idea", "dim slowly", "--text", "In ten minutes.", "--circle", "model:lamp")
    ben.run("sync")
    assert "dim slowly" in ben.voice("ideas", "--circle", "model:lamp")
    ben.say("vote", idea["id"][:8])
    worked(hub)
    ben.run("sync")
    assert "9 votes left" in ben.voice("ideas")
    assert "nobody yet" in ben.voice("petitions")
    staff("take", idea["id"])
    assert "PETITION of Lin" in staff("ideas")
    staff("plan", idea["id"], "2026-W50")
    staff("ship", idea["id"], "2026-W50")
    ben.run("sync")
    (shown,) = ben.json("ideas")["ideas"]
    assert (shown["state"], shown["week"], shown["answer"]) == ("shipped", "2026-W50", "accept")
    assert "10 votes left" in ben.voice("ideas")
    refused = ben.say("vote", idea["id"])
    (told,) = [one for one in ben.json("acts")["acts"] if one["about"] == refused["id"]][:1]
    assert told["code"] == "idea_closed"
    assert "has ended" in ben.voice("acts")
    worked(hub)
    ben.run("sync")
    assert "1 of 1" in ben.voice("record")


def test_a_ballot_is_cast_closed_and_counted_again_in_every_house(hub, homes, staff, tmp_path):
    anna, ben = homes
    asked = json.loads(staff("ask", "Which colour?", "blue", "green", "--advisory", "--json"))
    for home, choice in ((anna, "2"), (ben, "1")):
        home.run("sync")
        assert "Which colour?" in home.voice("ballots")
        assert home.say("cast", asked["id"], choice)["receipt"].startswith(f"{choice}:")
    anna.say("cast", asked["id"], "1")  # she has changed her mind
    assert "open" in anna.voice("ballot", asked["id"][:8])
    with hub.store.write() as db:  # three days later
        of_it = ballots.c.id == asked["id"]
        db.execute(sa.update(ballots).where(of_it).values(closes=time.time() - 1))
    worked(hub)
    for home in homes:
        home.run("sync")
        said = home.json("verify", asked["id"])["recount"]
        assert (said["totals"], said["faults"], said["told"]) == ([2, 0], [], True)
        assert "Your ballot is in the list" in home.run("ballot", "verify", asked["id"])
    assert "blue  2 votes  <- won" in anna.voice("ballot", asked["id"])
    assert "2 of 2 voted" in staff("ballots")
    changed = tmp_path / "ballot.txt"
    changed.write_bytes(fetched(hub, asked["id"]).replace(b" 0\nb", b" 1\nb", 1))
    said = anna.json("verify", str(changed), code=1)["recount"]
    assert {"totals", "list"} <= set(said["faults"])


def fetched(hub, ballot: str) -> bytes:
    with public.opened(hub.url, f"/v1/public/ballots/{ballot}") as lines:
        return b"".join(lines)


def test_a_refusal_is_appealed_and_the_lot_drawn_again(hub, homes, staff):
    anna, _ = homes
    idea = anna.say("idea", "a towel")
    staff("decline", idea["id"], "We make no towels.", "--outside")
    anna.run("sync")
    words = ("--against", "declined", "--remedy", "reopen", "--text", "But you could.")
    case = anna.say("appeal", idea["id"][:8], *words)
    anna.run("sync")
    assert "yours" in anna.voice("case")
    assert "But you could." in anna.voice("case", case["id"])
    staff("side", case["id"], "We have no loom.")
    with hub.store.write() as db:
        points.make_checkpoint(db, "2026-W52", now=time.time())
    worked(hub)
    anna.run("sync")
    assert "We have no loom." in anna.voice("case", case["id"])
    assert anna.json("case", case["id"], "--redraw")["redraw"]["faults"] == []
    assert "asks for reopen" in staff("cases")


def test_circles_committees_and_the_charter_are_there(hub, homes, staff, tmp_path):
    anna, ben = homes
    anna.say("join", "room:kitchen")
    ben.say("join", "room:kitchen")
    staff("line", "lamps", "Lamps", "--manager", "Lin")
    ben.run("sync")
    ben.say("committee", "lamps", "--stand", "I have forty.")
    for number, text in (("one", "Votes earn nothing.\n"), ("two", "Votes earn nothing at all.\n")):
        (tmp_path / number).write_text(text)
        staff("charter", str(tmp_path / number))
    worked(hub)
    anna.run("sync")
    assert "room:kitchen" in anna.voice("circles", "--kind", "room")
    (circle,) = anna.json("circles", "--kind", "room")["circles"]
    assert circle["members"] == 2
    anna.say("leave", "room:kitchen")
    assert "stands: Ben: I have forty." in anna.voice("committee", "lamps")
    assert "Votes earn nothing." in anna.voice("charter")
    assert anna.json("charter", "--diff")["lines"][0] == "-Votes earn nothing."
    assert "nobody yet" in staff("lines")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("vote", "nothing"), "idea_unknown"),
        (("cast", "nothing", "1"), "ballot_unknown"),
        (("join", "kitchen"), "voice_invalid"),
        (("support", "nothing"), "motion_unknown"),
        (("verify", "nothing"), "ballot_unknown"),
        (("case", "nothing"), "case_unknown"),
        (("committee", "cars"), "product_line_unknown"),
    ],
)
def test_what_cannot_be_is_said_at_once(homes, words, code):
    assert homes[0].json(*words, code=1)["error"]["code"] == code


def test_staff_freeze_a_week_name_a_leader_and_read_the_record(homes, staff, hub):
    staff("line", "plugs", "Plugs")
    staff("freeze", "plugs", "2027-W02", "Dim slowly", "Fewer reconnects")
    homes[0].say("join", "use:party")
    member = homes[0].json("ideas")  # the house has heard of itself
    assert member["left"] <= 10
    staff("leader", "use:party")
    assert "petitions answered in time" in staff("record")
    assert json.loads(staff("cases", "--steward", "--json")) is not None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("plan", NOBODY, "2026-W50"), "idea_unknown"),
        (("ship", NOBODY, "2026-W99"), "bad_request"),
        (("judge", NOBODY, "--uphold"), "case_unknown"),
        (("side", NOBODY, "We did."), "case_unknown"),
        (("execute", NOBODY, "Done."), "case_unknown"),
        (("answer-hold", "plugs", "2027-W02", "No."), "hold_unknown"),
        (("freeze", "cars", "2027-W02", "a"), "product_line_unknown"),
        (("leader", "kitchen"), "circle_unknown"),
        (("leader", "room:attic", ""), "circle_unknown"),
        (("ask", "Why?", "one", "--binding"), "ballot_options"),
        (("ask", "Why?", "one", "two", "--binding", "--days", "1"), "ballot_too_short"),
        (("ask", "Why?", "a", "b", "--advisory", "--idea", NOBODY), "idea_unknown"),
    ],
)
def test_what_the_hub_refuses_is_said_to_staff_in_words(staff, words, code):
    assert f"[{code}]" in staff(*words, code=1)
