import json
import os
import stat
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.signer import Signature, SSlibKey
from securesystemslib.signer._utils import compute_default_keyid

from firmware import keys
from firmware.keys import Kind, PublicKey, PublishError, Stretch

WORDS = "correct horse battery"
QUICK = Stretch(2**14)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return keys.make(tmp_path_factory.mktemp("keys"), "anna", WORDS, stretch=QUICK)


def copied(key, folder, **changed):
    """The key's two files in another folder, its .pub with other members."""
    known = json.loads(key.file.with_suffix(".pub").read_bytes()) | changed
    (folder / "anna.pem").write_bytes(key.file.read_bytes())
    (folder / "anna.pub").write_text(json.dumps(known))
    return folder / "anna.pem"


# --- kinds ----------------------------------------------------------------------------------------


def test_a_signature_verifies_with_the_public_half(key):
    signature = keys.sign(key.file, WORDS, b"the bytes")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public))
    public.verify(bytes.fromhex(signature), b"the bytes")


@pytest.mark.parametrize(
    ("kind", "scheme"),
    [
        (Kind.P256, "ecdsa-sha2-nistp256"),
        (Kind.P384, "ecdsa-sha2-nistp384"),
        (Kind.MLDSA44, "ml-dsa-44/1"),
        (Kind.MLDSA65, "ml-dsa-65/1"),
    ],
)
def test_every_kind_signs_as_tuf_verifies_it(tmp_path, kind, scheme):
    made = keys.make(tmp_path, "anna", WORDS, kind=kind, stretch=QUICK)
    assert (made.kind, made.scheme) == (kind, scheme)
    assert keys.read(made.file) == made
    signature = Signature(made.keyid, keys.sign(made, WORDS, b"the bytes"))
    plain = SSlibKey.from_dict(made.keyid, made.key.to_dict())
    plain.verify_signature(signature, b"the bytes")


def test_the_key_id_is_the_one_tuf_computes(key):
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public))
    assert key.keyid == SSlibKey.from_crypto(public).keyid


def test_tuf_is_given_the_key_with_its_holders_name(key):
    assert key.key.keyid == key.keyid
    assert key.key.to_dict()["x-orangery-name"] == "anna"


# --- files ----------------------------------------------------------------------------------------


def test_the_file_is_encrypted_and_only_its_owners(key):
    assert b"ENCRYPTED" in key.file.read_bytes()
    assert stat.S_IMODE(key.file.stat().st_mode) == 0o600
    with pytest.raises(TypeError):
        load_pem_private_key(key.file.read_bytes(), None)


def test_the_public_file_says_nothing_of_where_the_private_one_lies(key):
    known = json.loads(key.file.with_suffix(".pub").read_bytes())
    members = "keyid keytype name public scheme token token_key token_serial"
    assert sorted(known) == members.split()
    assert str(key.file.parent) not in str(known)


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


@pytest.mark.parametrize("name", ["", "../anna", "Anna", "a/b", "a" * 65, "anna\n"])
def test_a_name_that_is_no_name_is_refused(tmp_path, name):
    with pytest.raises(PublishError, match="key_name_bad"):
        keys.make(tmp_path, name, WORDS)


def test_a_passphrase_is_changed_and_the_old_one_opens_nothing(key, tmp_path):
    file = copied(key, tmp_path)
    keys.change_passphrase(file, WORDS, "quite another one", stretch=QUICK)
    assert keys.sign(file, "quite another one", b"x") == keys.sign(key, WORDS, b"x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(PublishError, match="wrong_passphrase"):
        keys.sign(file, WORDS, b"x")


def test_a_passphrase_is_not_changed_by_who_does_not_know_it(key, tmp_path):
    file = copied(key, tmp_path)
    with pytest.raises(PublishError, match="wrong_passphrase"):
        keys.change_passphrase(file, "incorrect horse", "quite another one")
    with pytest.raises(PublishError, match="passphrase_short"):
        keys.change_passphrase(file, WORDS, "short")
    assert file.read_bytes() == key.file.read_bytes()


def test_a_lost_public_file_is_written_anew_from_the_private_one(key, tmp_path):
    file = copied(key, tmp_path)
    file.with_suffix(".pub").unlink()
    assert keys.recover(file, WORDS) == replace(key, file=file)
    assert keys.read(file).keyid == key.keyid
    with pytest.raises(PublishError, match="key_exists"):
        keys.recover(file, WORDS)


def test_a_key_of_the_first_version_still_signs(tmp_path):
    private = Ed25519PrivateKey.generate()
    shut = BestAvailableEncryption(WORDS.encode())
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    known = {"name": "anna", "keyid": SSlibKey.from_crypto(private.public_key()).keyid}
    file = tmp_path / "anna.pem"
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, shut))
    file.with_suffix(".pub").write_text(json.dumps({**known, "public": public}, indent=1))
    signature = keys.sign(file, WORDS, b"the bytes")
    private.public_key().verify(bytes.fromhex(signature), b"the bytes")
    keys.change_passphrase(file, WORDS, "quite another one", stretch=QUICK)
    assert file.read_bytes().startswith(b"orangery-key: 1 scrypt n=16384 ")
    assert keys.sign(file, "quite another one", b"the bytes") == signature


def test_a_file_that_opens_as_another_key_is_not_locked_anew(key, tmp_path):
    """As a damaged file of the first version may: what could still be saved is kept."""
    file = copied(key, tmp_path)
    other = keys.make(tmp_path, "bert", WORDS, stretch=QUICK)
    file.write_bytes(other.file.read_bytes())
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.change_passphrase(file, WORDS, "quite another one", stretch=QUICK)
    assert file.read_bytes() == other.file.read_bytes()


# --- files that deceive ---------------------------------------------------------------------------


def test_an_unencrypted_key_is_not_used(key, tmp_path):
    file = copied(key, tmp_path)
    private = Ed25519PrivateKey.generate()
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.sign(file, WORDS, b"x")


def test_files_that_do_not_belong_together_give_no_signature(key, tmp_path):
    other = keys.make(tmp_path, "bert", WORDS, stretch=QUICK)
    other.file.write_bytes(key.file.read_bytes())
    with pytest.raises(PublishError, match="signature_bad"):
        keys.sign(other, WORDS, b"x")


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"name": "a", "keyid": "", "public": "00"}', "[]", "[" * 9_999, " " * 20_000],
)
def test_a_broken_public_file_is_named(tmp_path, text):
    (tmp_path / "a.pub").write_text(text)
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.read(tmp_path / "a.pem")


@pytest.mark.parametrize(
    "changed",
    [
        {"keyid": "0" * 64},
        {"name": "../anna"},
        {"name": "Anna <b>"},
        {"keytype": "rsa", "scheme": "rsassa-pss-sha256"},
        {"scheme": "ecdsa-sha2-nistp256"},
        {"scheme": "none"},
        {"token": "a token, though tokens have no ed25519", "token_key": "01"},
        {"token_key": "xyz"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_public_file_that_says_what_is_not_so_is_refused(key, tmp_path, changed):
    assert keys.read(copied(key, tmp_path)).keyid == key.keyid
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.read(copied(key, tmp_path, **changed))


def spelt(public: str, key: PublicKey) -> PublicKey:
    """The key with its public half spelt in another way, and the keyid that TUF computes of it."""
    keyid = compute_default_keyid(key.keytype, key.scheme, {"public": public})
    return replace(key, public=public, keyid=keyid)


def test_a_second_spelling_of_a_key_is_no_second_signer(key):
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.checked(spelt(key.public.upper(), key))


@pytest.mark.parametrize("change", [str.strip, lambda pem: pem + "\n", lambda pem: "x\n" + pem])
def test_a_second_spelling_of_a_pem_is_no_second_signer(tmp_path, change):
    key = keys.make(tmp_path, "anna", WORDS, kind=Kind.P256, stretch=QUICK)
    assert keys.checked(spelt(key.public, key)) == key
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.checked(spelt(change(key.public), key))


@pytest.mark.parametrize(
    "private", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP521R1())]
)
def test_a_kind_we_do_not_use_is_refused(tmp_path, private):
    made = SSlibKey.from_crypto(private.public_key())
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.checked(
            PublicKey(
                name="anna",
                keyid=made.keyid,
                public=made.keyval["public"],
                file=tmp_path / "anna.pem",
                keytype=made.keytype,
                scheme=made.scheme,
            )
        )


@given(body=st.binary(max_size=200))
def test_any_bytes_are_no_public_file(tmp_path_factory, body):
    file = tmp_path_factory.getbasetemp() / "any.pub"
    file.write_bytes(body)
    with pytest.raises(PublishError, match="key_unreadable"):
        keys.read(file)


@settings(deadline=None)
@given(data=st.data())
def test_a_public_file_with_a_flipped_bit_is_refused_or_says_the_same_key(
    key, tmp_path_factory, data
):
    body = bytearray(key.file.with_suffix(".pub").read_bytes())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= 1 << data.draw(st.integers(0, 7))
    file = tmp_path_factory.getbasetemp() / "flipped.pub"
    file.write_bytes(body)
    with suppress_unreadable():
        assert keys.read(file).keyid == key.keyid


@contextmanager
def suppress_unreadable():
    try:
        yield
    except PublishError as error:
        if error.code != "key_unreadable":
            raise


# --- the child, seen from here --------------------------------------------------------------------


def test_neither_arguments_nor_environment_of_the_child_hold_the_passphrase(key, monkeypatch):
    seen = {}
    real = subprocess.run

    def watched(command, **words):
        seen.update(words, command=command)
        return real(command, **words)

    monkeypatch.setattr(subprocess, "run", watched)
    keys.sign(key.file, WORDS, b"x")
    assert seen["command"] == [sys.executable, "-m", "firmware.key_child", "sign"]
    assert WORDS not in json.dumps([seen["command"], dict(os.environ), str(seen.get("env"))])


def test_a_frozen_program_calls_itself_by_the_hidden_word(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert keys._child_command("sign") == [sys.executable, "_sign-child", "sign"]


def test_the_private_key_is_never_loaded_in_this_process(key, monkeypatch):
    monkeypatch.setattr("firmware.key_files.load_pem_private_key", None)
    assert keys.sign(key.file, WORDS, b"x")


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.kill(os.getpid(), 9)", "signing_failed"),
        ("", "signing_failed"),
        ("print('no json')", "signing_failed"),
        ("print('[' * 99999)", "signing_failed"),
        ('print(\'{"signature": "xyz"}\')', "signing_failed"),
        ("print('{\"signature\": 1}')", "signing_failed"),
        ('print(\'{"error": "made up", "facts": {"code": "x"}}\')', "signing_failed"),
        ('print(\'{"error": "wrong_pin", "facts": {"code": "x"}}\')', "wrong_pin"),
        ('print(\'{"signature": ""}\')', "signature_bad"),
        (f'print(\'{{"signature": "{"00" * 64}"}}\')', "signature_bad"),
        (f'print(\'{{"signature": "{"00" * 64}"}}\'); raise SystemExit(3)', "signing_failed"),
        ("import time; time.sleep(9)", "signing_failed"),
    ],
)
def test_a_child_that_is_killed_silent_or_lies_gives_no_signature(key, monkeypatch, program, code):
    monkeypatch.setattr(keys, "_child_command", lambda job: [sys.executable, "-c", program])
    monkeypatch.setattr(keys, "_LIMIT_S", 2.0 if "sleep" in program else 60.0)
    with pytest.raises(PublishError) as caught:
        keys.sign(key, WORDS, b"x")
    assert caught.value.code == code
    assert WORDS not in repr(caught.value)
