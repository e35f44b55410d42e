"""The whole house as one file, and the devices for others, on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop import cli_carry, exchange_folders, sealed
from desktop.app import Household
from desktop.cli import main
from fleet import brokers
from fleet.brokers import BrokerSettings
from fleet.commands import SetRoom
from fleet.store import HouseLock
from tests.desktop.homes import Voice, device_called, furnish, until


@pytest.fixture
def run(tmp_path):
    def run(*words, folder="house", code=0, **more):
        place = str(tmp_path / folder)
        result = CliRunner().invoke(main, ["--folder", place, "--lang", "en", *words], **more)
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.output

    return run


@pytest.fixture
def house(tmp_path):
    return furnish(tmp_path / "house", region="NL")


def test_it_goes_out_and_in_and_says_what_is_in_it(run, house, tmp_path):
    file = str(tmp_path / "f.orangery.zip")
    assert json.loads(run("export", file, "--json"))["devices"] == 0
    assert "0 device(s), 0 report(s)" in run("import", "--look", file, folder="new")
    assert not (tmp_path / "new").exists()
    assert "It is here" in run("import", file, folder="new")
    assert '"region": "NL"' in (tmp_path / "new" / "settings.json").read_text()


def test_with_a_passphrase_it_is_asked_for_at_both_ends(run, house, tmp_path, monkeypatch):
    file = str(tmp_path / "f.age")
    run("export", "--lock", file, input="three boats\nthree boats\n")
    assert sealed.is_sealed((tmp_path / "f.age").read_bytes())
    said = run("import", file, folder="new", code=1, input="two boats\n")
    assert "does not open the file" in said
    monkeypatch.setenv(cli_carry.PASSPHRASE, "three boats")
    assert "It is here" in run("import", file, folder="new")


def test_for_a_key_only_its_other_half_opens(run, house, tmp_path):
    key, file = sealed.new_key(), str(tmp_path / "f.age")
    run("export", "--for-key", sealed.public(key).hex(), file)
    (tmp_path / "key").write_text(key.hex() + "\n")
    assert "It is here" in run("import", file, "--key-file", str(tmp_path / "key"), folder="new")
    run("export", "--for-key", "abc", file, code=2)


def test_over_a_house_it_wants_to_be_told_so(run, house, tmp_path):
    file = str(tmp_path / "f.zip")
    run("export", file)
    assert "There already is a house" in run("import", file, code=1)
    told = json.loads(run("import", file, "--replace", "--json"))
    assert told["kept"].startswith(str(tmp_path / "house.before-"))


def test_a_house_that_is_open_stays_and_nothing_moves_in_later(run, house, tmp_path):
    file = str(tmp_path / "f.zip")
    run("export", file)
    with HouseLock(house):
        run("import", file, "--replace", code=1)
    assert not exchange_folders.beside(house)


def test_what_is_not_in_the_file_is_named(run, house, tmp_path):
    brokers.save(house, [BrokerSettings(host="h", user="me", tls=True, ca_file="/no/ca")])
    file = str(tmp_path / "f.zip")
    run("export", file)
    said = run("import", file, folder="new")
    assert "the password of me at home" in said
    assert "/no/ca" in said
    missing = json.loads(run("import", file, "--replace", "--json", folder="new"))["missing"]
    assert [one["what"] for one in missing] == ["broker", "certificate"]


def test_where_there_is_no_house_nothing_is_made(run, tmp_path):
    assert "There is no house" in run("export", str(tmp_path / "f.zip"), folder="none", code=1)


@pytest.mark.broker
@pytest.mark.parametrize("ending", ["json", "csv", "yaml"])
def test_the_devices_for_others(run, tmp_path, broker, ending):
    folder = furnish(tmp_path / "house", broker.port)
    with Household(folder) as home, Voice(broker.port):
        key = until(home.client, device_called("Hall lamp")).key
        home.client.send(SetRoom(device=key, room="Hall")).result(10)
        how = "--homeassistant" if ending == "yaml" else "--neutral"
        told = json.loads(run("export", how, str(tmp_path / f"d.{ending}"), "--json"))
    assert told["devices"] == 1
    text = (tmp_path / f"d.{ending}").read_text()
    assert {"json": '"name": "Hall lamp"', "csv": ",Hall lamp,Hall,", "yaml": "mqtt:"}[
        ending
    ] in text
