import io
import json
import os
import stat
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import SSlibKey

from firmware import keys
from firmware.keys import PublishError

WORDS = "correct horse battery"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return keys.make(tmp_path_factory.mktemp("keys"), "anna", WORDS)


def test_a_signature_verifies_with_the_public_half(key):
    signature = keys.sign(key.file, WORDS, b"the bytes")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public))
    public.verify(bytes.fromhex(signature), b"the bytes")


def test_the_key_id_is_the_one_tuf_computes(key):
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public))
    assert key.keyid == SSlibKey.from_crypto(public).keyid


def test_the_file_is_encrypted_and_only_its_owners(key):
    assert b"ENCRYPTED" in key.file.read_bytes()
    assert stat.S_IMODE(key.file.stat().st_mode) == 0o600
    with pytest.raises(TypeError):
        load_pem_private_key(key.file.read_bytes(), None)


def test_keys_are_listed_by_name_without_a_passphrase(key):
    assert keys.listed(key.file.parent) == (key,)
    assert keys.read(key.file) == key


def test_a_wrong_passphrase_is_said(key):
    with pytest.raises(PublishError) as caught:
        keys.sign(key.file, "incorrect horse", b"x")
    assert caught.value.code == "wrong_passphrase"
    assert "incorrect horse" not in repr(caught.value)


def test_a_short_passphrase_is_refused_before_a_key_is_made(tmp_path):
    with pytest.raises(PublishError, match="passphrase_short"):
        keys.make(tmp_path, "anna", "short")
    assert not list(tmp_path.iterdir())


def test_a_second_key_of_a_name_is_refused(key):
    before = key.file.read_bytes()
    with pytest.raises(PublishError, match="key_exists"):
        keys.make(key.file.parent, "anna", WORDS)
    assert key.file.read_bytes() == before


@pytest.mark.parametrize("name", ["", "../anna", "Anna", "a/b"])
def test_a_name_that_is_no_name_is_refused(tmp_path, name):
    with pytest.raises(PublishError, match="key_name_bad"):
        keys.make(tmp_path, name, WORDS)


def test_an_unencrypted_key_is_not_used(tmp_path):
    file = tmp_path / "open.pem"
    private = Ed25519PrivateKey.generate()
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.sign(file, WORDS, b"x")


@pytest.mark.parametrize("text", ["", "{}", '{"name": "a", "public": "00"}', "[]"])
def test_a_broken_public_file_is_named(tmp_path, text):
    (tmp_path / "a.pub").write_text(text)
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.read(tmp_path / "a.pem")


def test_neither_arguments_nor_environment_of_the_child_hold_the_passphrase(key, monkeypatch):
    seen = {}
    real = subprocess.run

    def watched(command, **words):
        seen.update(words, command=command)
        return real(command, **words)

    monkeypatch.setattr(subprocess, "run", watched)
    keys.sign(key.file, WORDS, b"x")
    assert seen["command"] == [sys.executable, "-m", "firmware.keys", "sign"]
    assert WORDS not in json.dumps([seen["command"], dict(os.environ), str(seen.get("env"))])


def test_a_frozen_program_calls_itself_by_the_hidden_word(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert keys._child_command("sign") == [sys.executable, "_sign-child", "sign"]


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"file": "/x"}'])
def test_the_child_answers_nonsense_with_an_error_and_not_with_a_trace(text):
    out = io.StringIO()
    assert keys.main(["sign"], io.StringIO(text), out) == 1
    assert json.loads(out.getvalue())["error"] in {"signing_failed", "key_unreadable"}


def test_the_private_key_is_never_loaded_in_this_process(key, monkeypatch):
    monkeypatch.setattr(keys, "load_pem_private_key", None)
    assert keys.sign(key.file, WORDS, b"x")
