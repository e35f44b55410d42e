"""What a household has chosen is read whole and written whole."""

import errno
import os

import pytest

from desktop import settings
from desktop.settings import MakerSettings, Settings
from firmware.release import Channel
from fleet.errors import StoreError

CHOSEN = Settings(makers=(MakerSettings(name="acme", urls=("https://m.example/",)),), theme="dark")


def test_a_new_house_has_the_settings_of_the_program(tmp_path):
    assert settings.load(tmp_path) == Settings()


def test_what_was_saved_is_read_again(tmp_path):
    settings.save(tmp_path, CHOSEN)
    assert settings.load(tmp_path) == CHOSEN


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"makers": 3}', b"\xff\xfe", b"[]", b'{"theme": "\xff"}']
)
def test_a_file_that_cannot_be_read_is_named_and_stays(tmp_path, body):
    file = tmp_path / "settings.json"
    file.write_bytes(body)
    with pytest.raises(StoreError, match="settings_unreadable") as caught:
        settings.load(tmp_path)
    assert caught.value.facts["file"] == str(file)
    assert file.read_bytes() == body


def test_a_maker_of_before_there_were_several_mirrors_is_read_as_it_was_meant(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text('{"makers": [{"name": "acme", "url": "https://m.example/"}]}')
    (maker,) = settings.load(tmp_path).makers
    assert maker == MakerSettings(name="acme", urls=("https://m.example/",))
    assert maker.channel is Channel.ORANGE


def test_mirrors_and_channel_are_kept(tmp_path):
    two = ("https://a.example", "https://b.example")
    maker = MakerSettings(name="acme", urls=two, channel=Channel.STABLE)
    settings.save(tmp_path, Settings(makers=(maker,)))
    assert settings.load(tmp_path).makers == (maker,)


def test_settings_of_a_newer_program_are_read_for_what_we_know(tmp_path):
    (tmp_path / "settings.json").write_text('{"theme": "light", "of_tomorrow": 1}')
    assert settings.load(tmp_path).theme == "light"


def test_a_disk_that_fills_while_saving_leaves_what_was(tmp_path, monkeypatch):
    settings.save(tmp_path, CHOSEN)

    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="disk_full") as caught:
        settings.save(tmp_path, Settings())
    assert "settings.json" in caught.value.facts["path"]
    assert settings.load(tmp_path) == CHOSEN
