"""Keys on real PKCS#11 tokens of SoftHSM2, each test with a folder of tokens of its own."""

import builtins
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
from securesystemslib.signer import Signature

from firmware import key_tokens, keys
from firmware.keys import Kind, PublishError

PIN = "123456-pin"
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")

pytestmark = pytest.mark.skipif(
    not shutil.which("softhsm2-util"), reason="the Debian package softhsm2 is not installed"
)


@pytest.fixture(autouse=True)
def drawer(tmp_path, monkeypatch):
    """The folder in which this test's tokens lie."""
    drawer = tmp_path / "tokens"
    drawer.mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {drawer}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    monkeypatch.delenv("PYKCS11LIB", raising=False)
    return drawer


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


def plug_in(label: str) -> str:
    """Make a new token; returns its serial number."""
    before = {token.serial for token in keys.tokens(MODULE)}
    said = subprocess.run(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", label),
            *("--pin", PIN, "--so-pin", "12345678"),
        ],
        capture_output=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    (serial,) = {token.serial for token in keys.tokens(MODULE)} - before
    return serial


def code_of(what, *given, **named):
    with pytest.raises(PublishError) as caught:
        what(*given, **named)
    assert PIN not in repr(caught.value)
    return caught.value.code


def test_no_token_is_seen_until_one_is_plugged_in():
    assert keys.tokens(MODULE) == ()
    serial = plug_in("Anna")
    assert [(token.label, token.serial) for token in keys.tokens(MODULE)] == [("Anna", serial)]


@pytest.mark.parametrize("kind", [Kind.P256, Kind.P384])
def test_a_key_made_on_a_token_signs_as_tuf_verifies_it(folder, kind):
    serial = plug_in("Anna")
    made = keys.make_on_token(folder, "anna", "Anna", PIN, kind=kind, module=MODULE)
    assert (made.kind, made.token, made.token_serial) == (kind, "Anna", serial)
    assert keys.listed(folder) == (made,)
    assert [file.name for file in folder.iterdir()] == ["anna.pub"]
    signature = keys.sign(made, PIN, b"the bytes", module=MODULE)
    made.key.verify_signature(Signature(made.keyid, signature), b"the bytes")


def test_a_key_on_a_token_is_used_by_its_path_as_one_in_a_file_is(folder, monkeypatch):
    plug_in("Anna")
    made = keys.make_on_token(folder, "anna", "Anna", PIN, module=MODULE)
    monkeypatch.setenv("PYKCS11LIB", str(MODULE))
    assert keys.sign(folder / "anna.pem", PIN, b"x")
    assert keys.sign(folder / "anna.pub", PIN, b"x")
    assert keys.read(folder / "anna.pem") == made


def test_the_private_half_cannot_be_read_out_of_the_token(folder):
    plug_in("Anna")
    keys.make_on_token(folder, "anna", "Anna", PIN, module=MODULE)
    program = f"""
import pkcs11
token = pkcs11.lib({str(MODULE)!r}).get_token(token_label="Anna")
with token.open(user_pin={PIN!r}) as session:
    key = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY)
    print(key[pkcs11.Attribute.SENSITIVE], key[pkcs11.Attribute.EXTRACTABLE])
    key[pkcs11.Attribute.VALUE]
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert said.stdout.split() == ["True", "False"]
    assert "AttributeSensitive" in said.stderr


def test_a_key_that_is_on_a_token_already_is_taken_over(folder, tmp_path):
    plug_in("Anna")
    made = keys.make_on_token(tmp_path / "elsewhere", "anna", "Anna", PIN, module=MODULE)
    taken = keys.from_token(folder, "anna", "Anna", PIN, module=MODULE)
    assert replace(taken, file=made.file) == made
    assert keys.sign(taken, PIN, b"x", module=MODULE)


def test_of_several_keys_on_a_token_one_must_be_named(folder):
    plug_in("Anna")
    first = keys.make_on_token(folder, "first", "Anna", PIN, module=MODULE)
    second = keys.make_on_token(folder, "second", "Anna", PIN, module=MODULE)
    with pytest.raises(PublishError) as caught:
        keys.from_token(folder, "anna", "Anna", PIN, module=MODULE)
    assert caught.value.code == "token_keys_many"
    assert first.token_key in caught.value.facts["keys"]
    taken = keys.from_token(folder, "anna", "Anna", PIN, key=second.token_key, module=MODULE)
    assert taken.keyid == second.keyid


def test_a_wrong_pin_is_said(folder):
    plug_in("Anna")
    key = keys.make_on_token(folder, "anna", "Anna", PIN, module=MODULE)
    with pytest.raises(PublishError) as caught:
        keys.sign(key, "654321-nip", b"x", module=MODULE)
    assert caught.value.code == "wrong_pin"
    assert caught.value.facts == {"token": "Anna"}


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        ("PinLocked", "token_locked"),
        ("UserPinNotInitialized", "token_locked"),
        ("PinLenRange", "wrong_pin"),
        ("TokenNotPresent", "token_missing"),
        ("DeviceRemoved", "token_missing"),
        ("DeviceError", "token_failed"),
    ],
)
def test_what_hardware_says_is_one_of_our_words(raised, code):
    """SoftHSM2 never locks itself and cannot be pulled out in the midst of a call."""

    def fails():
        with key_tokens._told("Anna", ["x"]):
            raise getattr(pkcs11, raised)

    assert code_of(fails) == code


def test_a_token_that_was_removed_is_missing_and_serves_again_when_it_is_back(
    folder, drawer, tmp_path
):
    plug_in("Anna")
    key = keys.make_on_token(folder, "anna", "Anna", PIN, module=MODULE)
    (token,) = drawer.iterdir()
    token.rename(tmp_path / "pocket")
    assert code_of(keys.sign, key, PIN, b"x", module=MODULE) == "token_missing"
    (tmp_path / "pocket").rename(token)
    assert keys.sign(key, PIN, b"x", module=MODULE)


def test_another_token_of_the_label_has_not_the_key(folder, drawer):
    plug_in("Anna")
    key = keys.make_on_token(folder, "anna", "Anna", PIN, module=MODULE)
    (token,) = drawer.iterdir()
    shutil.rmtree(token)
    plug_in("Anna")
    assert code_of(keys.sign, key, PIN, b"x", module=MODULE) == "token_key_missing"


def test_of_two_tokens_with_one_label_the_serial_number_decides(folder):
    plug_in("Anna")
    second = plug_in("Anna")
    made = (folder, "anna", "Anna", PIN)
    with pytest.raises(PublishError) as caught:
        keys.make_on_token(*made, module=MODULE)
    assert caught.value.code == "tokens_alike"
    assert second in caught.value.facts["serials"]
    assert not folder.exists()
    key = keys.make_on_token(*made, serial=second, module=MODULE)
    assert key.token_serial == second
    assert keys.sign(key, PIN, b"x", module=MODULE)


def test_a_token_with_another_key_of_the_same_number_gives_no_signature(folder):
    plug_in("Anna")
    anna = keys.make_on_token(folder, "anna", "Anna", PIN, module=MODULE)
    bert = keys.make_on_token(folder, "bert", "Anna", PIN, module=MODULE)
    swapped = replace(anna, token_key=bert.token_key)
    assert code_of(keys.sign, swapped, PIN, b"x", module=MODULE) == "signature_bad"


@pytest.mark.parametrize("kind", [Kind.ED25519, Kind.MLDSA65])
def test_a_kind_that_tokens_do_not_have_is_refused_before_the_token_is_asked(folder, kind):
    assert code_of(keys.make_on_token, folder, "a", "Anna", PIN, kind=kind) == "token_kind_bad"


def test_a_module_that_is_not_there_is_named(folder, tmp_path, monkeypatch):
    absent = tmp_path / "absent.so"
    assert code_of(keys.tokens, absent) == "module_missing"
    monkeypatch.setenv("PYKCS11LIB", str(absent))
    with pytest.raises(PublishError) as caught:
        keys.make_on_token(folder, "anna", "Anna", PIN)
    assert (caught.value.code, caught.value.facts["module"]) == ("module_missing", str(absent))


def test_a_module_that_is_none_is_refused(tmp_path):
    (tmp_path / "text.so").write_text("not a library")
    assert code_of(keys.tokens, tmp_path / "text.so") == "module_missing"


def test_debians_own_place_is_found_without_being_named(folder):
    plug_in("Anna")
    assert keys.make_on_token(folder, "anna", "Anna", PIN).token == "Anna"


def test_without_the_library_it_says_which_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "pkcs11":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert code_of(key_tokens.plugged_in, [str(MODULE)]) == "token_library_missing"


def test_who_has_no_token_needs_no_library():
    program = "import sys; sys.modules['pkcs11'] = None; import firmware.keys; print('loaded')"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert said.stdout == b"loaded\n"


def test_the_pin_is_in_no_argument_and_no_environment(folder, monkeypatch):
    plug_in("Anna")
    seen = {}
    real = subprocess.run

    def watched(command, **words):
        seen.update(words, command=command)
        return real(command, **words)

    monkeypatch.setattr(subprocess, "run", watched)
    keys.make_on_token(folder, "anna", "Anna", PIN, module=MODULE)
    assert PIN in seen["input"].decode()
    assert PIN not in json.dumps([seen["command"], str(seen.get("env"))])
    assert PIN not in (folder / "anna.pub").read_text()
