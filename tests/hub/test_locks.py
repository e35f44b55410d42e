"""Whose turn it is in a hub's folder, and whose the files are."""

from __future__ import annotations

import os

import pytest

from feedback.wire import HubError
from hub import backup, locks
from hub.store import Store
from tests.hub.older_hubs import hub_at

SERVICE = 54_321  # an account that systemd made up


def refused(what) -> bool:
    try:
        with what:
            return False
    except HubError as error:
        return error.code in {"hub_is_running", "database_changing"}


def test_many_serve_from_a_folder_and_nobody_changes_it_meanwhile(tmp_path):
    with locks.serving(tmp_path), locks.serving(tmp_path):
        assert refused(locks.alone(tmp_path))
    with locks.alone(tmp_path):
        assert refused(locks.serving(tmp_path))
    assert not refused(locks.serving(tmp_path))


def test_a_turn_is_waited_for_and_not_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "WAIT_S", 0.0)
    with locks.turn(tmp_path):
        assert refused(locks.turn(tmp_path))
    assert not refused(locks.turn(tmp_path))


def test_a_lock_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "another").write_text("keep this")
    (tmp_path / "serve.lock").symlink_to(tmp_path / "another")
    with pytest.raises(OSError, match=r"serve\.lock"), locks.alone(tmp_path):
        pass
    assert (tmp_path / "another").read_text() == "keep this"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_what_root_makes_in_the_folder_of_a_service_is_the_services(tmp_path):
    folder = tmp_path / "hub"
    old = hub_at(folder, "", "0008")
    os.chown(folder, SERVICE, SERVICE)
    copy = old.migrate().copy
    old.secret()
    old.close()
    backup.restore(copy, folder, replace=True)
    store = Store(folder)
    store.ready()
    store.close()
    names = ("hub.sqlite", "hub.sqlite.at-0008", "secret.key", "migrate.lock", "serve.lock")
    assert {(folder / name).stat().st_uid for name in names} == {SERVICE}
