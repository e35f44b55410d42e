"""Each command for release staff as a program asks it: one JSON document, or a code and no change.

The same commands as people type them, in their order, are run by tests/test_docs_commands.py.
"""

import json
import shutil
import time
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from desktop.cli import main
from feedback.wire_points import Checkpoint
from firmware import exchange, keys
from firmware.publish import Publisher, Team
from tests.firmware.makers import lamp

WORDS = "correct horse battery"
WEEK = ("open", "2026-W49", "--empty")
PATH = "fw/acme/lamp/Lamp-1.1.0.bin"
STATUS = {"draft", "roles"}
DEVICE = (
    '{"schema": 1, "id": "%032x", "vendor": "Acme", "model": "Lamp", "version": "1.0.0",'
    ' "install": ["url"]}\n'
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Keys, files to give, and a maker who has published 2026-W48: copied for each test."""
    folder = tmp_path_factory.mktemp("desk")
    ring = {
        name: keys.make(folder / "keys", name, WORDS, stretch=keys.Stretch(2**14))
        for name in ("root", "build", "train", "online", "spare")
    }
    team = Team(
        root=[ring["root"]],
        targets=[ring["root"]],
        build={"lamp": [ring["build"]]},
        train=[ring["train"]],
        snapshot=ring["online"],
        timestamp=ring["online"],
        threshold=1,
    )
    now = time.time()
    made = Publisher.create(
        folder / "rel", maker="Acme", vendor="acme", lines=["lamp"], team=team, now=now
    )
    made.open_week("2026-W48", now)
    made.add(lamp(folder, counter=1), "lamp")
    made.notes("The first week.", "第一周的更新。")
    exchange.send(made, folder / "first.orangery-event")
    for name in ("root", "build", "train"):
        made.sign_all(ring[name].file, WORDS)
    made.publish(WORDS, now)
    lamp(folder, "1.1.0", 2)
    lamp(folder, "0.9.0", 3)
    (folder / "devices.jsonl").write_text(DEVICE % (1 << 100) + DEVICE % (2 << 100))
    (folder / "twice.jsonl").write_text(DEVICE % 1 + DEVICE % 1)
    (folder / "noise").write_bytes(b"noise")
    return folder


@pytest.fixture
def here(desk, tmp_path, monkeypatch):
    """Stand in a copy of the desk."""
    shutil.copytree(desk, tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


def run(*words, typed=f"{WORDS}\n", lang="en"):
    place = (
        ()
        if words[0] in {"key", "sample", "sample-program"} or "--release-folder" in words
        else FOLDER
    )
    secret = ("--passphrase-stdin",) if words[0] in SECRET else ()
    whole = ["--folder", "house", "--lang", lang, "release", *words, *place, *secret]
    return CliRunner().invoke(main, whole, input=typed, catch_exceptions=False)


def told(*words, typed=f"{WORDS}\n"):
    """What a program reads: the exit code, and all of standard output as one document."""
    answer = run(*words, "--json", typed=typed)
    return answer.exit_code, json.loads(answer.stdout)


FOLDER = ("--release-folder", "rel")
SECRET = {"key", "sign", "publish", "heartbeat"}
ADDED = (WEEK, ("add", "lamp-1.1.0.bin", "lamp"))
READY = (*ADDED, ("notes", "--en", "Dims smoothly.", "--zh", "调光更平滑。"))
SIGNED = (*READY, ("sign", "keys/build.pem"), ("sign", "keys/train.pem"))
KEYS = (("open", "--keys-only"),)


TEAM = "--root root --targets root --build lamp=build --train train --threshold 1"
PLACE = "--vendor acme --line lamp --snapshot online --timestamp online --release-folder new"
INIT = ("init", "Acme", *TEAM.split(), *PLACE.split())
CEREMONY = (
    *("ceremony", "Acme", "--vendor=acme", "--line=lamp", "--rehearsal", "--threshold=1"),
    *("--person", "ana=Ana Lee", "--release-folder", "new"),
)
SAMPLE = ("sample", "x", "--vendor=a", "--model=b", "--version=1", "--counter=1")
RING = ("ring", "all", "--percent", "100", "--opens", "2026-11-27T18:00Z")
LATE = ("ring", "all", "--percent", "100", "--opens", "2036-11-27T18:00Z")
DIM = ("known", "dim", "--en", "It is dim.", "--zh", "有点暗。")
WAIVER = ("waive", "notes_missing", "--person", "Ana", "--reason", "Soon.")
HOLD = ("hold", "--en", "We look at a report.", "--zh", "正在核实一份报告。")
OUT = (("sign", "keys/train.pem"), ("publish",))  # what the open week changes needs no more
BACK = ("way-back", "Lamp", "1.0.0", "--undoes", "1.1.0")
MARK = ("mark", PATH, "--security", "--region", "de", "--battery-least", "60", "--by-cable")
ANSWERS = (
    ((), HOLD, STATUS),
    ((HOLD, *OUT), ("lift",), STATUS),
    ((*READY, LATE, ("sign", "keys/build.pem"), *OUT), ("advance", "all"), STATUS),
    (ADDED, BACK, STATUS),
    (ADDED, MARK, STATUS),
    ((), ("status",), STATUS),
    ((), WEEK, STATUS),
    ((), ("open", "2026-W48", "--channel", "stable"), STATUS),
    ((), ("open", "--keys-only"), STATUS),
    ((), ("withdraw", "--en", "A fault.", "--zh", "有故障。"), STATUS),
    ((WEEK,), ("close",), STATUS),
    ((WEEK,), ("add", "lamp-1.1.0.bin", "lamp"), STATUS),
    (ADDED, ("remove", PATH), STATUS),
    (ADDED, ("notes", "--en", "New.", "--zh", "新的。"), STATUS),
    (ADDED, ("fixes", "R-7"), STATUS),
    (ADDED, RING, STATUS),
    (ADDED, DIM, STATUS),
    (ADDED, WAIVER, STATUS),
    (ADDED, ("waive", "size_jump", PATH, "--person", "Ana", "--reason", "Lean."), STATUS),
    ((*ADDED, RING), ("drop", "ring", "all"), STATUS),
    ((*ADDED, DIM), ("drop", "known", "dim"), STATUS),
    ((*ADDED, WAIVER), ("drop", "waiver", "notes_missing"), STATUS),
    ((("open", "2026-W49"),), ("recall", "Lamp", "1.0.0"), STATUS),
    (READY, ("diff",), {"changes"}),
    (READY, ("check",), {"findings", "stopping"}),
    (READY, ("delta",), {"deltas"}),
    (READY, ("simulate", "devices.jsonl"), {"simulation", "sha256"}),
    (READY, ("sign", "keys/train.pem"), STATUS),
    (READY, ("sign", "keys/train.pem", "train-orange"), STATUS),
    (READY, ("send", "out.orangery-event"), {"event"}),
    (SIGNED, ("publish",), {"published", "roles", "mirror"}),
    ((), ("heartbeat",), {"expires"}),
    ((), ("fingerprint",), {"fingerprint"}),
    ((), ("link", "acme", "https://fw.acme.example"), {"link", "picture"}),
    ((), ("bundle", "2026-W48", "out.bundle"), {"bundle"}),
    (KEYS, ("rotate-key", "train", "keys/spare.pub"), STATUS),
    (KEYS, ("add-signer", "root", "keys/spare.pub"), STATUS),
    ((*KEYS, ("add-signer", "root", "keys/spare.pub")), ("threshold", "root", "2"), STATUS),
    (
        (*KEYS, ("add-signer", "root", "keys/spare.pub")),
        ("remove-signer", "root", "--role", "root"),
        STATUS,
    ),
    ((), ("key", "another"), {"name", "keyid", "file"}),
    ((), SAMPLE, {"image"}),
    ((), ("sample-program", "0.2.0", "--to", "built"), {"archive", "list"}),
    ((), INIT, STATUS),
)


@pytest.mark.parametrize(
    ("before", "words", "members"), ANSWERS, ids=[" ".join(one[1]) for one in ANSWERS]
)
def test_a_command_answers_one_document_with_its_members(here, before, words, members):
    for one in before:
        assert run(*one).exit_code == 0
    code, answer = told(*words)
    assert (code, set(answer)) == (0, members)


def test_every_command_is_tried_here_or_by_following_the_page():
    tried = {words[0] for _, words, _ in ANSWERS}
    every = set(main.commands["release"].commands)
    assert every - tried == {"take", "join", "ceremony", "books"}  # each has a test of its own


def test_how_the_books_of_points_stand_is_signed_with_the_week(here, tmp_path):
    for one in ADDED:
        run(*one)
    file = tmp_path / "books.json"
    said = Checkpoint(id="2026-W49", at=1.0, rows=7, head="d" * 64, given=70)
    file.write_bytes(msgspec.json.encode(said))
    run("books", str(file))
    assert told("status")[1]["draft"]["books"] == {"rows": 7, "head": "d" * 64}


def test_what_is_open_and_who_must_sign_is_said_by_the_status(here):
    for one in READY:
        run(*one)
    _, answer = told("status")
    assert answer["draft"]["week"] == "2026-W49"
    roles = {role["role"]: role for role in answer["roles"]}
    train = roles["train-orange"]
    assert (train["missing"], train["can_sign"], train["proposed"]) == (1, ["train"], True)


def test_what_is_said_of_an_image_stands_in_the_week_until_it_is_taken_away(here):
    for one in (*ADDED, MARK):
        run(*one)
    (image,) = told("status")[1]["draft"]["images"]
    assert (image["security"], image["about"]["regions"]) == (True, ["DE"])
    assert (image["about"]["battery_least"], image["about"]["by_cable"]) == (60, True)
    run("mark", PATH, "--region", "", "--no-security")
    (image,) = told("status")[1]["draft"]["images"]
    assert (image["security"], image["about"]["regions"]) == (False, [])
    assert image["about"]["battery_least"] == 60


def test_a_region_that_is_none_is_refused(here):
    for one in ADDED:
        run(*one)
    code, answer = told("mark", PATH, "--region", "Germany")
    assert (code, answer["error"]["code"]) == (1, "week_unreadable")


def test_what_stops_the_week_ends_the_check_with_one(here):
    for one in ADDED:
        run(*one)
    code, answer = told("check")
    assert code == 1
    assert [one["code"] for one in answer["stopping"]] == ["notes_missing", "notes_missing"]


def test_a_ceremony_answers_with_what_it_left_and_speaks_to_nobody(here):
    for name in ("ana-root", "ana-build", "ana-train"):
        keys.make(here / "keys", name, WORDS, stretch=keys.Stretch(2**14))
    for name in ("online-snapshot", "online-timestamp"):
        keys.make(here / "online", name, WORDS, stretch=keys.Stretch(2**14))
    code, answer = told(*CEREMONY)
    assert (code, answer["folder"], answer["sheet"]) == (0, "new", "sheet.html")
    assert Path(answer["sheet"]).exists()
    _, said = told("fingerprint", "--release-folder", "new")
    assert answer["fingerprint"] == said["fingerprint"]
    assert told("status", "--release-folder", "new")[1]["draft"] is None


def test_a_maker_is_joined_and_the_same_file_is_taken_again(here):
    _, said = told("fingerprint")
    first = "first.orangery-event"
    at = ("--release-folder", "own")
    code, answer = told("join", first, "--fingerprint", said["fingerprint"], *at)
    assert (code, answer["taken"]["standing"]) == (0, "newer")
    code, answer = told("take", first, *at)
    assert (code, answer["taken"]["standing"]) == (0, "same")
    assert set(answer["taken"]) >= {"accepted", "refused", "changes", "missing_images"}


def test_of_two_states_one_is_given_up_only_when_somebody_says_so(here):
    for one in (*READY, ("send", "ours.orangery-event")):
        run(*one)
    shutil.copytree("rel", "other")
    run("fixes", "R-1", "--release-folder", "other")
    run("send", "theirs.orangery-event", "--release-folder", "other")
    run("fixes", "R-2")
    assert told("take", "theirs.orangery-event")[1]["error"]["code"] == "event_conflict"
    assert told("status")[1]["draft"]["fixes"] == ["R-2"]
    assert told("take", "theirs.orangery-event", "--replace")[0] == 0
    assert told("status")[1]["draft"]["fixes"] == ["R-1"]


def files(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


REFUSALS = (
    ((), ("status", "--release-folder", "keys"), "publisher_missing"),
    ((WEEK,), ("open", "2026-W50"), "week_open"),
    ((), ("open", "Friday"), "week_bad"),
    ((), ("open", "2026-W02"), "week_too_old"),
    ((), ("add", "lamp-1.1.0.bin", "lamp"), "week_not_open"),
    ((WEEK,), ("add", "lamp-1.1.0.bin", "plug"), "line_unknown"),
    ((WEEK,), ("add", "nowhere.bin", "lamp"), "image_unreadable"),
    ((WEEK,), ("add", "noise", "lamp"), "image_bad"),
    ((WEEK,), ("add", "lamp-0.9.0.bin", "lamp"), "version_not_rising"),
    ((WEEK,), ("add", "lamp-1.1.0.bin", "lamp", "--version", "2"), "image_disagrees"),
    ((WEEK,), ("remove", PATH), "image_unknown"),
    ((), ("notes", "--en", "a", "--zh", "b"), "week_not_open"),
    (ADDED, ("ring", " ", "--percent", "5", "--opens", "2026-11-27T18:00Z"), "ring_bad"),
    (ADDED, ("known", " ", "--en", "a", "--zh", "b"), "known_bad"),
    (ADDED, ("known", "dim", "--en", "a", "--zh", " "), "words_missing"),
    (ADDED, ("waive", "size_jump", "no", "--person", "A", "--reason", "b"), "image_unknown"),
    (ADDED, ("waive", "notes_same", "--person", " ", "--reason", "b"), "waiver_incomplete"),
    (ADDED, ("drop", "ring", "all"), "nothing_to_drop"),
    (ADDED, ("recall", "Lamp"), "image_ambiguous"),
    (READY, ("simulate", "nowhere.jsonl"), "inventory_unreadable"),
    (READY, ("simulate", "noise"), "inventory_bad"),
    (READY, ("simulate", "twice.jsonl"), "inventory_repeats"),
    (ADDED, ("sign", "keys/train.pem"), "gates_closed"),
    (READY, ("sign", "keys/spare.pem"), "nothing_to_sign"),
    (READY, ("sign", "keys/build.pem", "train-orange"), "key_not_of_role"),
    (READY, ("sign", "noise"), "key_unreadable"),
    ((), ("send", "out.orangery-event"), "nothing_to_send"),
    ((), ("take", "nowhere"), "event_unreadable"),
    ((), ("take", "noise"), "event_bad"),
    ((), ("take", "first.orangery-event"), "event_old"),
    ((), ("join", "first.orangery-event", "--fingerprint", "00"), "publisher_exists"),
    (READY, ("publish",), "signatures_missing"),
    ((), ("publish",), "week_not_open"),
    ((), ("bundle", "2026-W49", "out.bundle"), "week_not_published"),
    (
        (),
        ("bundle", "2026-W48", "out.bundle", "--model", "Acme=Plug"),
        "image_unknown",
    ),
    ((WEEK,), ("withdraw", "--en", "a", "--zh", "b"), "week_open"),
    ((), ("withdraw", "--en", "a", "--zh", " "), "words_missing"),
    ((), ("rotate-key", "train", "keys/spare.pub"), "week_not_open"),
    (KEYS, ("rotate-key", "nobody", "keys/spare.pub"), "key_not_of_role"),
    (KEYS, ("add-signer", "captain", "keys/spare.pub"), "role_unknown"),
    (KEYS, ("add-signer", "train-orange", "keys/build.pub"), "keys_not_disjoint"),
    (KEYS, ("remove-signer", "root"), "keys_too_few"),
    (KEYS, ("threshold", "root", "3"), "keys_too_few"),
    ((), ("key", "spare", "--keys", "keys"), "key_exists"),
    ((), (*CEREMONY, "--role", "root=zed"), "person_unknown"),
    ((), (*CEREMONY, "--person", "A B"), "person_bad"),
    ((), (*INIT[:-1], "rel"), "publisher_exists"),
    ((), (*INIT, "--train", "build"), "keys_not_disjoint"),
    ((), ("key", "Not a name", "--keys", "keys"), "key_name_bad"),
)


@pytest.mark.parametrize(
    ("before", "words", "code"), REFUSALS, ids=[f"{one[2]} {one[1][0]}" for one in REFUSALS]
)
def test_what_cannot_be_is_told_by_its_code_and_changes_nothing(here, before, words, code):
    for one in before:
        assert run(*one).exit_code == 0
    was = files(here)
    exit_code, answer = told(*words)
    assert (exit_code, answer["error"]["code"]) == (1, code)
    assert answer["error"]["sentence"]
    assert answer["error"]["hint"]
    assert "…" not in answer["error"]["sentence"] + answer["error"]["hint"]
    assert files(here) == was


@pytest.mark.parametrize("words", [("sign", "keys/train.pem"), ("publish",), ("heartbeat",)])
def test_a_wrong_passphrase_signs_nothing(here, words):
    for one in SIGNED if words[0] == "publish" else READY:
        run(*one)
    was = files(here)
    exit_code, answer = told(*words, typed="wrong horse battery\n")
    assert (exit_code, answer["error"]["code"]) == (1, "wrong_passphrase")
    assert files(here) == was


# --- for people -----------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_a_finding_names_the_language_not_its_code(here):
    for one in ADDED:
        run(*one)
    said = squeezed(run("check").stdout)
    assert "The notes are missing in English." in said
    assert "The notes are missing in Chinese." in said
    assert "缺少英文说明" in run("check", lang="zh_CN").stdout


def test_a_week_that_passes_is_said_in_a_sentence(here):
    for one in READY:
        run(*one)
    assert run("check").stdout == "The gates found nothing.\n"


def test_a_week_without_rings_is_simulated_for_all_at_once(here):
    for one in READY:
        run(*one)
    assert "no rings 2 all at once" in squeezed(run("simulate", "devices.jsonl").stdout)


def test_what_somebody_wrote_is_shown_as_it_is(here):
    run(*WEEK)
    run("notes", "--en", "[red]Look[/red] [/away] :lamp:", "--zh", "新的更新。")
    assert "[red]Look[/red] [/away] :lamp:" in run("diff").stdout


def test_a_new_key_shows_the_fingerprint_that_is_read_aloud(here):
    code, made = told("key", "another", "--keys", "own")
    assert code == 0
    said = run("key", "one-more", "--keys", "own").stdout
    digest = keys.read(here / "own/one-more.pub").keyid
    assert digest != made["keyid"]
    assert digest in said.replace(" ", "").replace("\n", "")


def test_a_passphrase_is_asked_for_unseen(here):
    for one in READY:
        run(*one)
    words = ["--lang", "en", "release", "sign", "keys/train.pem", *FOLDER]
    asked = CliRunner().invoke(main, words, input=f"{WORDS}\n")
    assert asked.exit_code == 0
    assert WORDS not in asked.output
