"""Each job without a window, as a person types it, on a house with a real broker."""

import json

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from desktop import cli_main, door, settings
from desktop.app import Household
from desktop.cli import main
from feedback.report import PartName, ReportState
from fleet.model import BrokerState, UpdateState
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker


@pytest.fixture
def maker(tmp_path):
    return Simulator(tmp_path / "mirror")


@pytest.fixture
def folder(tmp_path, broker, maker):
    return furnish(tmp_path / "house", broker.port, maker)


@pytest.fixture
def house(folder):
    with Household(folder) as opened:
        yield opened.client


@pytest.fixture
def lamp(broker, house):
    with Voice(broker.port) as voice:
        until(house, device_called("Hall lamp"))
        yield voice


@pytest.fixture
def run(folder):
    def orangery(*words, typed=""):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, input=typed, catch_exceptions=False)

    return orangery


@pytest.fixture
def told(run):
    def orangery(*words, **more):
        answer = run(*words, "--json", **more)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    return orangery


def test_devices_are_listed_for_people_and_for_programs(run, told, lamp):
    assert "Hall lamp" in run("devices").stdout
    (device,) = told("devices")["devices"]
    assert (device["name"], device["vendor"], device["model"]) == ("Hall lamp", "Acme", "Lamp 1")


def test_json_may_stand_before_the_command_too(run, lamp):
    assert json.loads(run("--json", "devices").stdout)["devices"]


def test_a_command_that_opens_the_house_itself_sees_the_same(folder, broker, monkeypatch):
    monkeypatch.setattr(door, "_SETTLE_S", 0.3)
    with Voice(broker.port):
        answer = CliRunner().invoke(main, ["--folder", str(folder), "--json", "devices"])
    assert [one["name"] for one in json.loads(answer.stdout)["devices"]] == ["Hall lamp"]


@pytest.mark.parametrize("name", ["Hall lamp", "hall LAMP"])
def test_a_device_is_found_by_name_in_any_case(told, lamp, name):
    assert told("device", name)["device"]["name"] == "Hall lamp"


def test_a_device_is_found_by_key(told, house, lamp):
    key = device_called("Hall lamp")(house.snapshot()).key
    assert told("device", key)["device"]["key"] == key


def test_two_of_one_name_are_not_guessed_between(run, house, lamp, broker):
    with Voice(broker.port, "lamp-2"):
        until(house, lambda now: len(now.devices) == 2)
        answer = run("device", "Hall lamp")
    assert answer.exit_code == 1
    assert "More than one device" in answer.stderr


def test_name_room_and_asking_first_are_given_by_command(run, house, lamp):
    assert run("rename", "Hall lamp", "Night light").exit_code == 0
    assert run("room", "Night light", "Bedroom").exit_code == 0
    assert run("ask-first", "Night light").exit_code == 0
    device = device_called("Night light")(house.snapshot())
    assert (device.room, device.ask_first) == ("Bedroom", True)
    assert run("ask-first", "Night light", "--no").exit_code == 0
    assert not device_called("Night light")(house.snapshot()).ask_first


def test_a_device_is_marked_to_go_first_and_to_stay_as_it_is(run, house, lamp):
    assert run("spare", "Hall lamp").exit_code == 0
    assert run("pin", "Hall lamp").exit_code == 0
    device = device_called("Hall lamp")(house.snapshot())
    assert (device.spare, device.pinned) == (True, True)
    assert run("spare", "Hall lamp", "--no").exit_code == 0
    assert run("pin", "Hall lamp", "--no").exit_code == 0
    device = device_called("Hall lamp")(house.snapshot())
    assert (device.spare, device.pinned) == (False, False)


def test_tags_are_given_and_taken_away(run, house, lamp):
    assert run("tag", "Hall lamp", "attic", "fragile").exit_code == 0
    assert device_called("Hall lamp")(house.snapshot()).tags == {"attic", "fragile"}
    assert run("tag", "Hall lamp").exit_code == 0
    assert not device_called("Hall lamp")(house.snapshot()).tags


def test_two_rows_are_made_one_and_two_again(run, house, lamp, broker):
    announced = {"stat_t": "x/state", "name": "Glow", "dev": {"ids": "x", "name": "Glow"}}
    lamp.publish("homeassistant/sensor/x/config", json.dumps(announced).encode())
    until(house, device_called("Glow"))
    assert run("join", "Hall lamp", "Glow").exit_code == 0
    assert len(house.snapshot().devices) == 1
    assert run("split", "Hall lamp", "homeassistant").exit_code == 0
    assert len(house.snapshot().devices) == 2
    refused = run("split", "Hall lamp", "native")
    assert (refused.exit_code, "no name of its own" in refused.stderr) == (1, True)


def test_where_the_home_is_is_said_once_and_kept(run, folder, house):
    assert run("region", "de").exit_code == 0
    assert house.snapshot().facts["region"]["home"].region == "DE"
    assert settings.load(folder).region == "DE"
    refused = run("region", "Germany")
    assert refused.exit_code == 1
    assert "no region" in refused.stderr
    assert run("region", "").exit_code == 0
    assert settings.load(folder).region == ""


def test_a_check_shows_the_week_and_whom_it_fits(run, told, house, lamp):
    assert told("check")["week"]["id"] == "2026-W47"
    until(house, lambda now: any(hasattr(one, "target") for one in now.facts["fit"].values()))
    shown = run("check").stdout
    assert "Week 2026-W47 of acme" in shown
    assert "ready: 1.1" in shown
    assert "train-orange 2 of 3" in shown


def test_staging_names_the_files(told, house, lamp):
    told("check")
    until(house, lambda now: any(hasattr(one, "target") for one in now.facts["fit"].values()))
    assert told("stage")["staged"] == ["fw/acme/lamp/lamp.bin"]


def test_sharing_is_off_until_it_is_wished_and_says_where_it_is(run, told, house, lamp, folder):
    assert told("share")["share"]["on"] is False
    said = told("share", "--on")["share"]
    assert (said["on"], said["code"]) == (True, "")
    assert f"At {said['address']}, with 0 other" in run("share").stdout
    assert json.loads((folder / "settings.json").read_text())["share_at_home"] is True
    assert "Off." in run("share", "--off").stdout
    assert json.loads((folder / "settings.json").read_text())["share_at_home"] is False


def test_sharing_away_from_home_says_so(run, house, broker):
    def link(now):
        return now.facts.get("connection", {}).get("home")

    until(house, lambda now: (one := link(now)) and one.state is BrokerState.CONNECTED)
    broker.stop()
    until(house, lambda now: link(now).state is not BrokerState.CONNECTED)
    answer = run("share", "--on")
    assert (answer.exit_code, "not connected to this home's broker" in answer.stderr) == (1, True)


def test_an_update_is_followed_to_its_end(run, told, house, lamp):
    told("check")
    until(house, lambda now: any(hasattr(one, "target") for one in now.facts["fit"].values()))
    stop = house.listen(lambda _: None)

    def obey(changes):
        updates = changes.facts.get("update", {}).values()
        if any(one and one.state is UpdateState.OFFERED for one in updates):
            lamp.hello("1.1")

    also = house.listen(obey)
    answer = run("update", "Hall lamp")
    stop()
    also()
    assert answer.exit_code == 0
    assert "Hall lamp: Confirmed 1.1" in answer.stdout
    steps = [one["state"] for one in told("history", "Hall lamp")["events"]]
    assert steps[0] == "known"
    assert steps[-1] == "done"
    assert "done" in run("history").stdout


def test_taking_back_what_was_never_begun_is_refused(run, lamp):
    answer = run("cancel", "Hall lamp")
    assert answer.exit_code == 1
    assert "no update" in answer.stderr.lower()


def test_a_preview_is_what_would_be_sent_and_leaves_nothing(run, told, lamp):
    shown = run("report", "Hall lamp", "--title", "It flickers", "--preview").stdout
    body = json.loads(shown)
    assert body["title"] == "It flickers"
    assert set(body["evidence"]["parts"]) == set(PartName)
    assert told("reports")["reports"] == []


def test_a_part_of_the_evidence_can_be_left_out(run, lamp):
    words = ["--title", "x", "--preview", "--without", "messages", "--without", "updates"]
    body = json.loads(run("report", "Hall lamp", *words).stdout)
    assert set(body["evidence"]["parts"]) == set(PartName) - {"messages", "updates"}


def test_a_report_waits_for_its_hub_and_is_listed(run, told, lamp):
    sent = told("report", "Hall lamp", "--title", "It flickers", "--text", "At night.")
    assert sent["report"]["state"] == ReportState.WAITING
    assert [one["title"] for one in told("reports")["reports"]] == ["It flickers"]
    assert "It flickers" in run("reports").stdout


def test_recorded_messages_are_replayed_without_a_house(tmp_path):
    hello = {"id": "x", "maker": "Acme", "model": "M", "components": [], "caps": {"install": []}}
    lines = [
        {"topic": "orangery/v1/dev/x/hello", "payload": json.dumps(hello)},
        {"topic": "nobody/knows", "payload": "1"},
    ]
    file = tmp_path / "recorded.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    answer = CliRunner().invoke(
        main, ["--folder", str(tmp_path / "no"), "replay", str(file), "--json"]
    )
    found = json.loads(answer.stdout)
    assert [one["model"] for one in found["devices"]] == ["M"]
    assert [one["topic"] for one in found["unknown"]] == ["nobody/knows"]
    assert not (tmp_path / "no").exists()


def test_a_makers_week_comes_by_one_command(run, told, tmp_path, broker, house):
    other = Simulator(tmp_path / "other")
    other.publish()
    root = tmp_path / "root.json"
    root.write_bytes(other.maker().root)
    assert run("maker", "beta", str(other.folder), str(root)).exit_code == 0
    told("check")
    assert house.snapshot().facts["trust"]["beta"].maker == "beta"


def test_without_a_window_the_bare_command_says_so(folder):
    answer = CliRunner().invoke(main, ["--folder", str(folder), "--lang", "en"])
    assert answer.exit_code == 1
    assert "without its window" in answer.stderr


def test_the_window_is_opened_on_the_folder_in_the_language(folder):
    opened = []

    class Windows:
        def house(self, place, **how):
            opened.append((place, how))
            return 3

    words = ["--folder", str(folder), "--lang", "zh_CN"]
    answer = CliRunner().invoke(main, words, obj=Windows())
    assert answer.exit_code == 3
    CliRunner().invoke(main, [*words, "--simple"], obj=Windows())
    CliRunner().invoke(main, [*words, "--minimised", "orangery:device/d%201"], obj=Windows())
    plain = {"language": "zh_CN", "simple": False, "link": "", "minimised": False}
    linked = {**plain, "link": "orangery:device/d%201", "minimised": True}
    assert opened == [(folder, plain), (folder, {**plain, "simple": True}), (folder, linked)]


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """Start `orangery words` in a folder; returns at which link it opens, else the exit code."""
    monkeypatch.chdir(tmp_path)

    def start(*words):
        links = []

        class Windows:
            def house(self, place, *, link, **how):
                links.append(link)
                return 0

        answer = CliRunner().invoke(main, ["--folder", str(tmp_path), *words], obj=Windows())
        return links[0] if links else answer.exit_code

    return start


def test_a_file_opens_the_window_that_looks_at_it(opened, tmp_path):
    (tmp_path / "week 48.bundle").touch()
    (tmp_path / "devices").touch()
    address = f"{tmp_path.as_uri()}/week%2048.bundle"
    assert opened("week 48.bundle") == address
    assert opened(f"{tmp_path}/week 48.bundle") == address
    assert opened(address) == address  # as a desktop says it
    assert opened("./devices") == f"{tmp_path.as_uri()}/devices"  # without ./ it is the command


def test_a_typing_error_is_no_file(opened, tmp_path):
    (tmp_path / "device").mkdir()
    for word in ("device", "gone.bundle"):
        assert opened(word) == 2


def test_files_are_completed_where_a_word_looks_like_one():
    def found(incomplete):
        complete = ShellComplete(main, {}, "orangery", "_ORANGERY_COMPLETE")
        return [(one.type, one.value) for one in complete.get_completions([], incomplete)]

    assert ("plain", "devices") in found("dev")
    assert found("./we") == [("file", "./we")]
    assert found("zz") == []


@pytest.mark.parametrize(
    ("name", "value", "language"),
    [("LANG", "zh_CN.UTF-8", "zh_CN"), ("LANG", "de_DE", "en"), ("ORANGERY_LANG", "zh", "zh_CN")],
)
def test_errors_speak_the_language_of_the_system(monkeypatch, name, value, language):
    for each in ("ORANGERY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, value)
    assert cli_main.system_language() == language


@pytest.mark.parametrize("words", [("devices",), ("--json", "devices"), ("--folder", "/x", "app")])
def test_whoever_has_no_folder_of_their_own_is_told_so(monkeypatch, words):
    monkeypatch.setattr(cli_main.os.path, "expanduser", lambda path: path)
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 1
    assert "HOME" in told.output


def test_a_word_that_no_file_can_be_called_is_an_unknown_command():
    told = CliRunner().invoke(main, ["x" * 5_000])
    assert told.exit_code == 2
    assert "No such command" in told.output
