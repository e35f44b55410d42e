"""What a person does wrong, or meets: one clear sentence and what to do, and nothing is lost.

Each row of the table runs the real command line three times (plain in both languages, and JSON) on
a house that was made to go wrong. docs/troubleshooting.md tells the same by symptom.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from desktop import door, logs
from desktop.app import Household
from desktop.cli import main
from desktop.settings import Settings, save
from firmware import steps
from fleet import brokers
from fleet.brokers import BrokerSettings, OwnBroker, free_port
from fleet.errors import StoreError
from fleet.model import Rollout, RolloutState
from fleet.store import HouseLock, Store
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator
from tests.hub.running import RunningHub

pytestmark = pytest.mark.broker
DATABASES = ("house.sqlite", "rollout.sqlite", "reports.sqlite", "trust/trust.sqlite")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass
class Ill:
    """A house in which something is wrong, and what is around it."""

    folder: Path
    port: int
    sim: Simulator
    facts: dict[str, str] = field(default_factory=dict)  # that the sentence or hint must name
    words: list[str] = field(default_factory=list)
    typed: str = ""
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def house(self, **chosen) -> Path:
        return furnish(self.folder, self.port, self.sim, **chosen)


def run(folder: Path, *words: str, typed: str = ""):
    return CliRunner().invoke(
        main, ["--folder", str(folder), *words], input=typed, catch_exceptions=False
    )


TABLE: dict[str, tuple[str, Callable[[Ill], None]]] = {}


def row(code: str):
    """A row of the table: `code` is what the command line must say of it."""

    def add(make: Callable[[Ill], None]):
        TABLE[make.__name__] = (code, make)
        return make

    return add


# --- broker --------------------------------------------------------------------------------------


@row("broker_unknown_host")
def a_broker_whose_name_nobody_knows(ill):
    ill.words, ill.facts = ["broker", "no..host"], {"address": "no..host:1883"}


@row("broker_unreachable")
def a_broker_where_nobody_listens(ill):
    port = str(free_port())
    ill.words = ["broker", "127.0.0.1", "--port", port]
    ill.facts = {"address": f"127.0.0.1:{port}"}


@row("broker_wrong_password")
def a_broker_that_does_not_know_the_password(ill):
    strict = ill.stack.enter_context(OwnBroker(users={"anna": "right"}))
    ill.words = ["broker", "127.0.0.1", "--port", str(strict.port), "--user", "anna"]
    ill.words.append("--password-stdin")
    ill.typed = "wrong\n"
    ill.facts = {"address": f"127.0.0.1:{strict.port}"}
    save(ill.folder, Settings(secrets_in_file=True))


@row("broker_no_mqtt")
def a_port_that_speaks_something_else(ill):
    port = str(ill.stack.enter_context(web_server()))
    ill.words = ["broker", "127.0.0.1", "--port", port]
    ill.facts = {"address": f"127.0.0.1:{port}"}


@row("settings_broken")
def brokers_that_cannot_be_read(ill):
    ill.words = ["devices"]
    file = ill.house() / "brokers.json"
    file.write_text("{")
    ill.facts = {"path": str(file)}


# --- maker and mirror ----------------------------------------------------------------------------


@row("no_maker")
def no_maker_at_all(ill):
    ill.words = ["check"]


@row("week_unknown")
def an_update_before_the_first_check(ill):
    ill.house()
    ill.words, ill.facts = ["update"], {"maker": "acme"}


@row("mirror_unreachable")
def a_mirror_without_network(ill):
    url = f"http://127.0.0.1:{free_port()}/"
    ill.house(url=url)
    ill.words, ill.facts = ["check"], {"source": url}


@row("mirror_unreachable")
def a_mirror_that_is_no_folder_any_more(ill):
    ill.house(url="/nowhere/at/all")
    ill.words, ill.facts = ["check"], {"source": "/nowhere/at/all"}


@row("metadata_tampered")
def a_mirror_whose_files_are_garbage(ill):
    ill.house()
    ill.sim.file("timestamp").write_text("<html>")
    ill.words, ill.facts = ["check"], {"role": "timestamp"}


@row("metadata_expired")
def a_week_that_has_expired(ill):
    ill.sim.days["train-orange"] = -1.0
    ill.house()
    ill.words, ill.facts = ["check"], {"role": "train-orange"}


@row("bundle_bad")
def a_bundle_that_is_none(ill):
    file = ill.house() / "w48.bundle"
    file.write_bytes(b"PK\x03\x04" + bytes(500))
    ill.words = ["check", "--source", str(file)]


@row("root_missing")
def a_pinned_root_that_is_gone(ill):
    (ill.house() / "makers" / "acme.root.json").unlink()
    ill.words, ill.facts = ["check"], {"maker": "acme"}


@row("root_missing")
def a_pinned_root_that_cannot_be_read(ill):
    (ill.house() / "makers" / "acme.root.json").write_text('{"signed": 1}')
    ill.words, ill.facts = ["check"], {"maker": "acme"}


@row("root_bad")
def a_root_that_is_none(ill):
    file = ill.folder / "mine.json"
    file.write_text("{}")
    ill.words = ["maker", "acme", "http://127.0.0.1/", str(file)]


@row("file_unreadable")
def a_root_that_is_not_there(ill):
    ill.words = ["maker", "acme", "http://127.0.0.1/", "/nowhere/root.json"]
    ill.facts = {"file": "/nowhere/root.json"}


# --- hub -----------------------------------------------------------------------------------------


@row("not_enrolled")
def a_house_without_a_hub(ill):
    ill.house()
    ill.words = ["sync"]


@row("code_mistyped")
def an_invitation_with_a_slip_of_the_pen(ill):
    ill.house()
    ill.words = ["enrol", "http://127.0.0.1:9", "OR-AAAA-AAAA-AAAA-AAAA-A", "--name", "Mei"]


@row("hub_unreachable")
def a_hub_without_network(ill):
    hub = RunningHub(ill.folder.parent / "hub")
    ill.stack.callback(hub.close)
    url = f"http://127.0.0.1:{free_port()}"
    ill.house()
    ill.words, ill.facts = ["enrol", url, hub.invite(), "--name", "Mei"], {"url": url}


@row("code_used")
def an_invitation_that_was_used_already(ill):
    hub = RunningHub(ill.folder.parent / "hub")
    ill.stack.callback(hub.close)
    hub.start()
    code = hub.invite()
    first = furnish(ill.folder.parent / "first")
    assert run(first, "enrol", hub.url, code, "--name", "Mei").exit_code == 0
    ill.house()
    ill.words = ["enrol", hub.url, code, "--name", "Bo"]


# --- files ---------------------------------------------------------------------------------------


@row("settings_unreadable")
def settings_that_cannot_be_read(ill):
    file = ill.house() / "settings.json"
    file.write_text('{"theme":')
    ill.words, ill.facts = ["devices"], {"file": str(file)}


def damaged(name: str, code: str):
    def make(ill):
        with Household(ill.house()):
            pass
        file = ill.folder / name
        file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
        ill.words, ill.facts = ["devices"], {"path": str(file)}

    make.__name__ = f"damaged {name}"
    row(code)(make)


for database in DATABASES:
    damaged(database, "store_corrupt")


@row("store_newer")
def a_database_of_tomorrow(ill):
    with Household(ill.house()):
        pass
    file = ill.folder / "house.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        (table,) = db.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE '%sqlite_migrations%'"
        ).fetchone()
        db.execute(
            f'INSERT INTO "{table}" (migration_set, name, applied_at) VALUES (?, ?, ?)',
            ("house", "of_tomorrow", "2030-01-01"),
        )
    ill.words, ill.facts = ["devices"], {"path": str(file)}


@row("trust_damaged")
def a_damaged_memory_of_makers_is_not_forgotten_by_the_way(ill):
    with Household(ill.house()):
        pass
    file = ill.folder / "trust" / "trust.sqlite"
    file.write_bytes(b"\0" * 4096)
    ill.words, ill.facts = ["repair"], {"path": str(file)}


@row("disk_full")
def a_full_disk(ill):
    disk = ill.stack.enter_context(small_disk(ill.folder.parent / "disk"))
    furnish(disk / "house", ill.port, ill.sim)
    fill(disk)
    ill.folder = disk / "house"
    ill.words, ill.facts = ["devices"], {"path": str(disk / "house")}


@row("store_unwritable")
def a_folder_that_is_a_file(ill):
    ill.folder = ill.folder.parent / "file"
    ill.folder.write_text("not a folder")
    ill.words, ill.facts = ["devices"], {"path": str(ill.folder)}


@row("house_locked")
def a_house_that_another_program_has_open(ill):
    ill.stack.enter_context(HouseLock(ill.house()))
    ill.words, ill.facts = ["devices"], {"pid": str(os.getpid()), "folder": str(ill.folder)}


@row("file_unreadable")
def a_recording_that_is_not_there(ill):
    ill.words, ill.facts = ["replay", "/nowhere/x.jsonl"], {"file": "/nowhere/x.jsonl"}


# --- names ---------------------------------------------------------------------------------------


@row("no_such_device")
def a_device_that_nobody_has(ill):
    ill.house()
    ill.words, ill.facts = ["device", "Moon lamp"], {"name": "Moon lamp"}


@row("hours_bad")
def hours_that_are_none(ill):
    ill.house()
    ill.words = ["policy", "--window", "friday evening"]
    ill.facts = {"hours": "friday evening"}


@row("zone_unknown")
def a_time_zone_that_is_nowhere(ill):
    ill.house()
    ill.words, ill.facts = ["policy", "--zone", "Mars/Olympus"], {"zone": "Mars/Olympus"}


@row("plan_number_bad")
def a_plan_in_which_nothing_could_ever_begin(ill):
    ill.house()
    ill.words, ill.facts = ["policy", "--per-gateway", "0"], {"name": "per_gateway"}


@row("span_bad")
def a_span_without_a_unit(ill):
    ill.house()
    ill.words, ill.facts = ["policy", "--soak", "24"], {"span": "24"}


@row("undo_of_nothing")
def an_undo_that_names_nothing(ill):
    ill.house()
    ill.words = ["undo"]


@row("history_broken")
def a_record_that_somebody_changed(ill):
    file = ill.house() / "rollout.sqlite"
    with Store.open(file, steps.MIGRATIONS, durable=True) as kept:
        rollout = Rollout(id="r", week="2026-W48", state=RolloutState.RUNNING)
        steps.Steps(kept).keep([rollout, rollout], 1.0)
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE event SET state = 'finished' WHERE n = 2")
    ill.words, ill.facts = ["history", "--verify"], {"number": "2"}


@row("no_such_device")
def an_undo_of_a_device_that_nobody_has(ill):
    ill.house()
    ill.words, ill.facts = ["undo", "Moon lamp"], {"name": "Moon lamp"}


@row("no_rollout")
def a_pause_of_nothing(ill):
    ill.house()
    ill.words = ["pause"]


@contextlib.contextmanager
def web_server():
    """What answers each connection as a web server does that was not asked for a page."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    with line:
                        line.recv(4096)
                        line.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextlib.contextmanager
def small_disk(at: Path):
    """A disk of 2 MiB; without the right to mount one, a test cannot fill a disk honestly."""
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(at)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk; test_a_disk_that_fills_later is patched")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


@pytest.fixture(autouse=True)
def brokers_on_loopback_are_quick(monkeypatch):
    monkeypatch.setattr(door, "_SETTLE_S", 0.2)


@pytest.fixture
def ill(tmp_path, broker):
    (tmp_path / "house").mkdir()
    with contextlib.ExitStack() as stack:
        sim = Simulator(tmp_path / "mirror")
        yield Ill(folder=tmp_path / "house", port=broker.port, sim=sim, stack=stack)


def contents(folder: Path) -> dict[str, str]:
    """What lies in a house, without what every start writes."""
    if not folder.is_dir():
        return {"": folder.read_text()}
    own = {
        "lock",
        "serve.port",
        "orangery.log",
        "socket",
        "refresh.lock",
        "brokers.json",
        "secrets.json",
        "home.json",
        "scrub.json",
    }
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in own and file.suffix not in {".sqlite", ""}
        if not file.name.endswith(("-wal", "-shm"))
    }


@pytest.mark.parametrize("name", TABLE)
def test_one_sentence_and_what_to_do_in_both_languages(name, ill):
    code, make = TABLE[name]
    make(ill)
    before = contents(ill.folder)
    english = run(ill.folder, "--lang", "en", *ill.words, typed=ill.typed)
    chinese = run(ill.folder, "--lang", "zh_CN", *ill.words, typed=ill.typed)
    as_json = run(ill.folder, "--json", *ill.words, typed=ill.typed)

    for answer in (english, chinese, as_json):
        assert answer.exit_code == 1, answer.output
        assert "Traceback" not in answer.output
    told = json.loads(as_json.stdout)["error"]
    assert told["code"] == code
    assert english.stdout == chinese.stdout == ""
    assert english.stderr.splitlines()[-2:] == [told["sentence"], told["hint"]]
    for fact in ill.facts.values():
        assert fact in english.stderr
        assert fact in chinese.stderr
    for said in (english.stderr, chinese.stderr):
        assert not re.search(r"…|[{}]|Errno", said), said
    sentence, hint = chinese.stderr.splitlines()[-2:]
    assert CHINESE.search(sentence)
    assert CHINESE.search(hint)
    assert contents(ill.folder) == before


@pytest.mark.parametrize("page", ["docs/troubleshooting.md", "docs/zh/troubleshooting.md"])
def test_each_row_stands_in_the_page_for_people(page):
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    assert not {code for code, _ in TABLE.values() if f"`{code}`" not in text}


# --- what goes on afterwards ---------------------------------------------------------------------


@pytest.mark.parametrize("name", DATABASES)
def test_a_damaged_database_is_set_aside_whole_and_the_house_opens_again(name, ill):
    TABLE[f"damaged {name}"][1](ill)
    damaged = (ill.folder / name).read_bytes()
    done = run(ill.folder, "--json", "repair", "--trust")
    (told,) = json.loads(done.stdout)["set_aside"]
    assert Path(told["kept"]).read_bytes() == damaged
    assert run(ill.folder, "--json", "devices").exit_code == 0
    assert Path(told["kept"]).read_bytes() == damaged


def test_repair_says_what_was_done_and_what_begins_anew(ill):
    TABLE["damaged house.sqlite"][1](ill)
    done = run(ill.folder, "--lang", "en", "repair")
    assert done.exit_code == 0
    assert "house.sqlite.aside-1" in done.stdout
    assert "found again by themselves" in done.stdout
    assert "No file of this house is damaged." in run(ill.folder, "--lang", "en", "repair").stdout


def test_repair_leaves_a_database_of_a_newer_program_alone(ill):
    a_database_of_tomorrow(ill)
    before = (ill.folder / "house.sqlite").read_bytes()
    answer = run(ill.folder, "--json", "repair")
    assert json.loads(answer.stdout)["error"]["code"] == "store_newer"
    assert (ill.folder / "house.sqlite").read_bytes() == before


def test_a_missing_database_is_begun_anew_and_devices_are_found_again(ill):
    with Voice(ill.port), Household(ill.house()) as house:
        until(house.client, device_called("Hall lamp"))
    (ill.folder / "house.sqlite").unlink()
    with Voice(ill.port):
        answer = run(ill.folder, "--json", "devices")
    assert answer.exit_code == 0
    assert [one["name"] for one in json.loads(answer.stdout)["devices"]] == ["Hall lamp"]


def test_a_wrong_broker_is_kept_and_each_look_at_devices_warns_of_it(ill):
    port = free_port()
    run(ill.folder, "broker", "127.0.0.1", "--port", str(port))
    assert brokers.load(ill.folder)[0].port == port
    plain = run(ill.folder, "--lang", "en", "devices")
    assert plain.exit_code == 0
    assert f"Nothing answers at 127.0.0.1:{port}: Connection refused." in plain.stderr
    assert "Nothing answers" not in plain.stdout
    (warning,) = json.loads(run(ill.folder, "--json", "devices").stdout)["warnings"]
    assert (warning["code"], warning["facts"]["address"]) == (
        "broker_unreachable",
        f"127.0.0.1:{port}",
    )


def test_a_house_without_a_broker_says_how_to_name_one(ill):
    answer = run(ill.folder, "--lang", "zh_CN", "devices")
    assert answer.exit_code == 0
    assert "orangery broker" in answer.stderr
    assert CHINESE.search(answer.stderr)


def test_an_unknown_name_and_the_broker_that_may_be_why_are_told_together(ill):
    brokers.save(ill.folder, [BrokerSettings(host="127.0.0.1", port=free_port())])
    told = json.loads(run(ill.folder, "--json", "device", "Hall lamp").stdout)
    assert told["error"]["code"] == "no_such_device"
    assert [one["code"] for one in told["warnings"]] == ["broker_unreachable"]


def test_nothing_is_warned_of_where_all_is_well(ill):
    answer = run(ill.house(), "--json", "devices")
    assert "warnings" not in json.loads(answer.stdout)
    assert answer.stderr == ""


def test_the_right_password_after_a_wrong_one_is_all_it_needs(ill):
    a_broker_that_does_not_know_the_password(ill)
    assert run(ill.folder, *ill.words, typed="wrong\n").exit_code == 1
    assert run(ill.folder, *ill.words, typed="right\n").exit_code == 0
    assert "warnings" not in json.loads(run(ill.folder, "--json", "devices").stdout)


def test_a_maker_whose_root_is_lost_is_added_again_by_the_command_that_is_named(ill):
    a_pinned_root_that_is_gone(ill)
    root = ill.folder / "root.json"
    root.write_bytes(ill.sim.maker().root)
    assert run(ill.folder, "maker", "acme", str(ill.sim.folder), str(root)).exit_code == 0
    assert run(ill.folder, "--json", "check").exit_code == 0


def test_after_an_expired_week_the_one_before_is_still_known(ill):
    ill.house()
    assert run(ill.folder, "check").exit_code == 0
    ill.sim.days["timestamp"] = -1.0
    ill.sim.publish()
    assert run(ill.folder, "check").exit_code == 1
    with Household(ill.folder) as house:
        known = until(house.client, lambda now: now.facts.get("week", {}).get("acme"))
    assert known.id == "2026-W47"


def test_a_report_written_without_network_waits_and_says_so(ill):
    a_hub_without_network(ill)
    run(ill.folder, *ill.words)
    sent = run(ill.folder, "--json", "report", "--title", "It flickers")
    assert sent.exit_code == 0
    assert json.loads(sent.stdout)["report"]["state"] == "waiting"
    (kept,) = json.loads(run(ill.folder, "--json", "reports").stdout)["reports"]
    assert (kept["title"], kept["state"]) == ("It flickers", "waiting")


def test_a_disk_that_fills_later_loses_nothing_and_is_told(ill, monkeypatch):
    ill.house()
    with Voice(ill.port), Household(ill.folder) as house:
        key = until(house.client, device_called("Hall lamp")).key
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with monkeypatch.context() as patched:
            patched.setattr(house._house._rows._store, "write", refusing(full))
            answer = run(ill.folder, "--json", "rename", key, "Night light")
            assert json.loads(answer.stdout)["error"]["code"] == "disk_full"
            warned = json.loads(run(ill.folder, "--json", "devices").stdout)["warnings"]
            assert [one["code"] for one in warned] == ["disk_full"]
            assert str(ill.folder) in warned[0]["sentence"]
        until(house.client, device_called("Night light"))


def refusing(error: OSError):
    @contextlib.contextmanager
    def write():
        raise StoreError("disk_full", path="house.sqlite") from error
        yield

    return write


def test_a_fault_of_ours_is_logged_and_told_in_one_sentence(ill, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("desktop.show.devices", broken)
    answer = run(ill.house(), "--lang", "en", "devices")
    assert answer.exit_code == 1
    assert "ZeroDivisionError" in answer.stderr
    assert str(logs.file_of(ill.folder)) in answer.stderr
    assert "Traceback" not in answer.output
    assert "Traceback" in logs.file_of(ill.folder).read_text()
