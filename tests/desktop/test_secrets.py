"""Secrets in a file, by consent: only for its owner, whole or as before."""

import stat

import keyring
import keyring.backends.fail
import keyring.errors
import pytest

from desktop import secrets
from desktop.secrets import FileKeyring, keep_in_file
from fleet import brokers
from fleet.brokers import BrokerSettings
from fleet.errors import StoreError


@pytest.fixture
def ring(tmp_path):
    return FileKeyring(tmp_path / "secrets.json")


def test_a_secret_is_kept_for_the_next_start(ring, tmp_path):
    ring.set_password("orangery", "anna", "hunter2")
    assert FileKeyring(tmp_path / "secrets.json").get_password("orangery", "anna") == "hunter2"


def test_only_the_owner_may_read_the_file(ring, tmp_path):
    ring.set_password("orangery", "anna", "hunter2")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_one_service_does_not_see_the_secrets_of_another(ring):
    ring.set_password("orangery", "anna", "one")
    ring.set_password("orangery-hub", "anna", "two")
    assert ring.get_password("orangery", "anna") == "one"
    assert ring.get_password("orangery", "bert") is None


def test_a_secret_can_be_forgotten_once(ring):
    ring.set_password("orangery", "anna", "hunter2")
    ring.delete_password("orangery", "anna")
    assert ring.get_password("orangery", "anna") is None
    with pytest.raises(keyring.errors.PasswordDeleteError):
        ring.delete_password("orangery", "anna")


def test_a_damaged_file_is_a_keyrings_error_and_stays(ring, tmp_path):
    (tmp_path / "secrets.json").write_bytes(b"{")
    with pytest.raises(keyring.errors.KeyringError):
        ring.get_password("orangery", "anna")
    with pytest.raises(keyring.errors.KeyringError):
        ring.set_password("orangery", "anna", "new")
    assert (tmp_path / "secrets.json").read_bytes() == b"{"


def test_it_is_never_chosen_by_itself(ring):
    assert ring.priority <= 0


def test_by_consent_the_brokers_password_goes_there(tmp_path):
    keep_in_file(tmp_path / "secrets.json")
    known = BrokerSettings(user="anna")
    brokers.keep_password(known, "hunter2")
    assert "hunter2" in (tmp_path / "secrets.json").read_text()
    assert brokers.password(known) == "hunter2"


def test_back_to_the_keyring_takes_everything_along_and_leaves_no_file(tmp_path, memory_keyring):
    file = tmp_path / secrets.SECRETS
    secrets.keep_in_file(file)
    keyring.set_password("orangery", "home", "s3cret")
    secrets.keep_in_keyring(file)
    assert memory_keyring.get_password("orangery", "home") == "s3cret"
    assert keyring.get_keyring() is memory_keyring
    assert not file.exists()


def test_a_keyring_that_takes_nothing_leaves_all_in_the_file(tmp_path):
    file = tmp_path / secrets.SECRETS
    keyring.set_keyring(keyring.backends.fail.Keyring())
    secrets.keep_in_file(file)
    keyring.set_password("orangery", "home", "s3cret")
    with pytest.raises(StoreError, match="keyring_missing"):
        secrets.keep_in_keyring(file)
    assert keyring.get_password("orangery", "home") == "s3cret"
