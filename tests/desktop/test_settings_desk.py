from __future__ import annotations

from pathlib import Path

import pytest

from desktop import broker_service, service, settings_desk
from desktop.app import Household
from desktop.settings_commands import AskData, MakeBroker
from fleet import brokers
from fleet.brokers import free_port
from fleet.errors import CommandError, StoreError
from tests.desktop.homes import furnish

LIMIT = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return furnish(tmp_path / "house")


@pytest.fixture(autouse=True)
def no_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    """No unit is written on the machine of the tests."""
    monkeypatch.setattr(service, "has_systemd", lambda: False)


def test_a_house_says_where_it_lies_and_how_much_that_is(folder: Path) -> None:
    (folder / "stage" / "blobs").mkdir(parents=True)
    (folder / "stage" / "blobs" / "a").write_bytes(bytes(5000))
    (folder / "of-mine.txt").write_bytes(bytes(70))
    with Household(folder) as house:
        told = house.client.send(AskData()).result(LIMIT)
    assert told.folder == str(folder.resolve())
    assert told.sizes["firmware"] >= 5000
    assert told.sizes["settings"] > 0
    assert told.sizes["devices"] > 0
    assert told.sizes["other"] >= 70
    assert told.free > 0


def test_it_says_that_secrets_are_in_a_file(folder: Path) -> None:
    with Household(folder) as house:
        assert house.client.send(AskData()).result(LIMIT).in_file


def test_a_part_without_anything_is_not_named(tmp_path: Path) -> None:
    assert dict(settings_desk.data_of(tmp_path).sizes) == {}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "house", tmp_path / "outside"
    inside.mkdir()
    outside.write_bytes(bytes(9000))
    (inside / "stage").symlink_to(outside)
    assert dict(settings_desk.data_of(inside).sizes) == {}


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="store_unreadable"):
        settings_desk.data_of(tmp_path / "gone")


def test_a_broker_is_made_and_used(folder: Path) -> None:
    port = free_port()
    with Household(folder) as house:
        made = house.client.send(MakeBroker(port=port)).result(LIMIT)
    assert (made.name, made.started) == (broker_service.NAME, False)
    assert made.command[-1] == str(folder.resolve() / "broker" / "mosquitto.conf")
    (kept,) = brokers.load(folder)
    assert (kept.name, kept.port, kept.user) == (broker_service.NAME, port, broker_service.USER)
    assert brokers.password(kept)


def test_a_broker_that_cannot_be_used_is_not_left_behind(folder: Path) -> None:
    brokers.save(folder, [brokers.BrokerSettings(name=broker_service.NAME, port=free_port())])
    with Household(folder) as house, pytest.raises(CommandError, match="broker_exists"):
        house.client.send(MakeBroker(port=free_port())).result(LIMIT)
    assert not (folder / "broker" / "mosquitto.conf").exists()
