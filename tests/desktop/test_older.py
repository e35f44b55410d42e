"""A house of an earlier day is opened, keeps all it had, and can go back to what it was."""

import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from desktop import repair
from desktop.app import Household
from desktop.cli import main
from desktop.commands import History
from desktop.house_file import STORES
from feedback import book
from firmware.seen import Floor, Seen
from firmware.steps import MIGRATIONS, Steps
from fleet import copies
from fleet.errors import StoreError
from fleet.store import Migrations, Store
from tests.desktop.older_houses import DAYS, furnish_of, of_tomorrow

TODAY = max(DAYS)


@pytest.fixture(params=DAYS)
def older(request, tmp_path):
    return furnish_of(request.param, tmp_path / "house")


@pytest.fixture
def house(tmp_path):
    """A house of the first day that this program has opened."""
    folder = furnish_of(min(DAYS), tmp_path / "house")
    with Household(folder):
        pass
    return folder


def test_a_house_of_an_earlier_day_opens_with_all_it_had(older):
    with Household(older) as opened:
        snapshot = opened.client.snapshot()
        past = opened.client.send(History()).result(10)
    assert len(snapshot.devices) >= 1
    assert len(snapshot.facts["report"]) >= 1
    assert any(step.state == "done" for step in past)
    with closing(Seen(older / "trust" / "trust.sqlite")) as seen:
        assert seen.floors("acme")
        assert seen.standing("acme").maker == "acme"


def test_the_steps_of_an_earlier_day_become_a_chain_that_holds(older):
    with Store.open(older / "rollout.sqlite", MIGRATIONS) as store:
        said = Steps(store).verify()
    assert said.broken_at is None
    assert said.rows > 10


def test_what_was_changed_was_copied_before(house):
    changed = {copy.file.name for copy in repair.copies(house)}
    assert changed == {
        "house.sqlite.before-measure",
        "reports.sqlite.before-outcomes",
        "rollout.sqlite.before-chain",
        "trust.sqlite.before-count_per_channel",
    }
    with Household(house):
        pass
    assert len(repair.copies(house)) == 4


@pytest.mark.parametrize("name", STORES)
def test_a_database_of_any_state_there_ever_was_is_brought_to_this_one(name, tmp_path):
    known = STORES[name]
    changes = list(known._changes.items())
    for number in range(1, len(changes)):
        was = Migrations(known.name)
        was._changes = dict(changes[:number])
        file = tmp_path / f"{number}.sqlite"
        Store.open(file, was).close()
        Store.open(file, known).close()
        assert [copy.before for copy in copies.copies(file)] == [changes[number][0]]
    Store.open(tmp_path / "new.sqlite", known).close()
    for number in range(1, len(changes)):
        assert tables(tmp_path / f"{number}.sqlite") == tables(tmp_path / "new.sqlite")


def tables(file):
    with closing(sqlite3.connect(file)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema ORDER BY name")]
        return {
            name: {row[1:3] for row in db.execute(f"PRAGMA table_info('{name}')")} for name in names
        }


# --- going back ----------------------------------------------------------------------------------


def test_a_sound_house_has_nothing_to_go_back_from(house):
    assert repair.newer(house) == ()
    assert repair.go_back(house) == ()


def test_a_house_that_a_newer_program_changed_goes_back_and_opens(house):
    for name in ("house.sqlite", "rollout.sqlite"):
        of_tomorrow(house / name)
    with pytest.raises(StoreError, match="store_newer"), Household(house):
        pass
    assert repair.newer(house) == (house / "rollout.sqlite", house / "house.sqlite")
    done = repair.go_back(house)
    assert [one.kept.name for one in done] == ["rollout.sqlite.aside-1", "house.sqlite.aside-1"]
    with Household(house) as opened:
        assert len(opened.client.snapshot().devices) == 1


def test_cut_short_between_two_databases_it_goes_on_when_done_again(house, monkeypatch):
    for name in ("reports.sqlite", "rollout.sqlite", "house.sqlite"):
        of_tomorrow(house / name)
    whole = copies.put_back

    def cut(file, *more):
        if file.name == "rollout.sqlite":
            raise KeyboardInterrupt
        return whole(file, *more)

    monkeypatch.setattr(copies, "put_back", cut)
    with pytest.raises(KeyboardInterrupt):
        repair.go_back(house)
    assert repair.newer(house) == (house / "rollout.sqlite", house / "house.sqlite")
    monkeypatch.undo()
    assert len(repair.go_back(house)) == 2
    with Household(house):
        pass


def test_what_was_said_to_the_hub_since_is_not_numbered_again(house):
    with Store.open(house / "reports.sqlite", STORES["reports.sqlite"]) as store:
        since = book.load_link(store)
        with store.write() as db:
            joined = book.Link(**{**as_dict(since), "member_id": "m-1", "hub_url": "https://hub"})
            book.save_link(db, joined)
    of_tomorrow(house / "reports.sqlite")
    repair.go_back(house)
    with Store.open(house / "reports.sqlite", STORES["reports.sqlite"]) as store:
        link = book.load_link(store)
        waits = store.rows("SELECT outbox, seq, op_id FROM action WHERE state = 'queued'")
    assert link.member_id == "m-1"
    assert link.outbox_id != since.outbox_id
    assert [(row["outbox"], row["seq"]) for row in waits] == [(link.outbox_id, 1)]


def as_dict(link):
    return {name: getattr(link, name) for name in link.__dataclass_fields__}


def test_a_number_of_a_maker_does_not_fall_by_going_back(house):
    trust = house / "trust" / "trust.sqlite"
    with closing(Seen(trust)) as seen:
        seen.keep(seen.standing("acme"), [Floor("counter:train|orange", 99)], {})
    of_tomorrow(trust)
    repair.go_back(house)
    with closing(Seen(trust)) as seen:
        assert Floor("counter:train|orange", 99) in seen.floors("acme")


def test_where_the_newer_memory_of_makers_cannot_be_read_it_is_only_forgotten_by_consent(house):
    trust = house / "trust" / "trust.sqlite"
    of_tomorrow(trust, table="floor")
    of_tomorrow(house / "house.sqlite")
    with pytest.raises(StoreError, match="trust_newer"):
        repair.go_back(house)
    assert len(repair.newer(house)) == 2  # nothing was done
    assert len(repair.go_back(house, trust=True)) == 2
    with Household(house):
        pass


def test_without_a_copy_nothing_is_done_to_the_others_either(house):
    for copy in copies.copies(house / "house.sqlite"):
        copy.file.unlink()
    of_tomorrow(house / "house.sqlite")
    of_tomorrow(house / "rollout.sqlite")
    with pytest.raises(StoreError, match="no_copy_fits"):
        repair.go_back(house)
    assert len(repair.newer(house)) == 2


def run(folder, *words):
    return CliRunner().invoke(main, ["--folder", str(folder), *words], catch_exceptions=False)


def test_the_command_line_says_how_to_go_back_and_does_it(house):
    of_tomorrow(house / "house.sqlite")
    refused = run(house, "--lang", "en", "devices")
    assert 'go back with "orangery repair --older"' in refused.output
    done = run(house, "--lang", "en", "repair", "--older")
    assert "house.sqlite.aside-1" in done.output
    assert json.loads(run(house, "--json", "repair", "--older").output) == {"put_back": []}
    assert "No file of this house was written by a newer version" in (
        run(house, "--lang", "en", "repair", "--older").output
    )
