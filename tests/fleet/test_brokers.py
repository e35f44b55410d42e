import keyring
import keyring.errors
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from fleet import brokers
from fleet.brokers import BrokerSettings
from fleet.errors import BrokerError, StoreError

HOME = BrokerSettings(name="home", host="10.0.0.2", user="anna", tls=True, ca_file="/etc/ca.pem")


def test_a_house_without_settings_has_no_brokers(tmp_path):
    assert brokers.load(tmp_path) == ()


def test_saved_settings_are_loaded_again(tmp_path):
    both = (HOME, BrokerSettings(name="shed", port=1884))
    brokers.save(tmp_path / "house", both)
    assert brokers.load(tmp_path / "house") == both
    assert [file.name for file in (tmp_path / "house").iterdir()] == ["brokers.json"]


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"brokers": [{"port": "x"}]}', b"\xff\xfe"])
def test_a_broken_file_is_refused_untouched(tmp_path, text):
    (tmp_path / "brokers.json").write_bytes(text)
    with pytest.raises(StoreError) as refused:
        brokers.load(tmp_path)
    assert refused.value.code == "settings_broken"
    assert (tmp_path / "brokers.json").read_bytes() == text


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "house").write_text("a file")
    with pytest.raises(StoreError) as refused:
        brokers.save(tmp_path / "house", [HOME])
    assert refused.value.code == "store_unwritable"


def test_a_password_is_in_the_keyring_and_not_in_the_file(tmp_path, memory_keyring):
    brokers.keep_password(HOME, "secret")
    brokers.save(tmp_path, [HOME])
    assert brokers.password(HOME) == "secret"
    assert list(memory_keyring.secrets) == [("orangery", "anna@10.0.0.2:1883")]
    assert b"secret" not in (tmp_path / "brokers.json").read_bytes()


def test_an_empty_password_removes_the_one_kept(memory_keyring):
    brokers.keep_password(HOME, "secret")
    brokers.keep_password(HOME, "")
    assert (brokers.password(HOME), memory_keyring.secrets) == ("", {})


def test_no_user_needs_no_keyring():
    keyring.set_keyring(NoKeyring())
    assert brokers.password(BrokerSettings()) == ""


def test_a_computer_without_a_keyring_says_so():
    keyring.set_keyring(NoKeyring())
    with pytest.raises(BrokerError) as refused:
        brokers.keep_password(HOME, "secret")
    assert refused.value.code == "keyring_missing"


@pytest.mark.parametrize("inside_chain", [False, True])
def test_a_keyring_of_plain_text_is_refused(memory_keyring, inside_chain):
    plain = type("PlaintextKeyring", (type(memory_keyring),), {"__module__": "keyrings.alt.file"})()
    if inside_chain:
        chain = type(memory_keyring)()
        chain.backends = [memory_keyring, plain]
        keyring.set_keyring(chain)
    else:
        keyring.set_keyring(plain)
    for use in (lambda: brokers.keep_password(HOME, "x"), lambda: brokers.password(HOME)):
        with pytest.raises(BrokerError) as refused:
            use()
        assert refused.value.code == "keyring_plaintext"
    assert plain.secrets == {}


def test_a_locked_keyring_is_said(memory_keyring, monkeypatch):
    def locked(*_):
        raise keyring.errors.KeyringLocked

    monkeypatch.setattr(type(memory_keyring), "get_password", locked)
    with pytest.raises(BrokerError) as refused:
        brokers.password(HOME)
    assert refused.value.code == "keyring_failed"
