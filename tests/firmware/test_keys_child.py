"""The child process itself, and the files that only it opens."""

import base64
import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import key_files
from firmware.errors import PublishError
from firmware.key_files import Stretch

WORDS = "correct horse battery"
QUICK = Stretch(2**14)
PRIVATE = Ed25519PrivateKey.generate()


@pytest.fixture(scope="module")
def text():
    return key_files.locked(PRIVATE, WORDS, QUICK, b"s" * 16)


def child(job: str, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "firmware.key_child", job],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def code_of(file, passphrase=WORDS):
    with pytest.raises(PublishError) as caught:
        key_files.opened(file, passphrase)
    assert passphrase not in repr(caught.value)
    return caught.value.code


# --- the process ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("job", "text"),
    [
        ("sign", ""),
        ("sign", "{}"),
        ("sign", "no json"),
        ("sign", '{"file": "/x"}'),
        ("sign", '{"file": "/x", "data": "xy"}'),
        ("sign", '{"more": 1}'),
        ("make", '{"kind": "rsa", "secret": "correct horse battery"}'),
        ("make", '{"kind": "ed25519", "secret": "correct horse battery", "n": 3}'),
        ("nothing", "{}"),
    ],
)
def test_the_child_answers_nonsense_with_an_error_and_not_with_a_trace(job, text):
    said = child(job, text)
    assert said.returncode == 1
    assert json.loads(said.stdout)["error"] in {"signing_failed", "key_unreadable"}
    assert said.stderr == ""
    assert WORDS not in said.stdout


def test_the_child_leaves_no_core_dump_and_cannot_be_looked_into():
    program = """
import ctypes, resource, sys
from firmware import key_child as child
def probe(asked):
    core = resource.getrlimit(resource.RLIMIT_CORE)
    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)  # PR_GET_DUMPABLE
    return child.Answer(facts={"core": str(core), "dumpable": str(dumpable)})
child.JOBS["probe"] = probe
sys.exit(child.main(["probe"], sys.stdin, sys.stdout))
"""
    said = subprocess.run(
        [sys.executable, "-c", program], input="{}", capture_output=True, text=True, check=True
    )
    assert json.loads(said.stdout)["facts"] == {"core": "(0, 0)", "dumpable": "0"}


# --- the file -------------------------------------------------------------------------------------


def test_a_file_opens_with_its_passphrase(text, tmp_path):
    (tmp_path / "a.pem").write_text(text)
    opened = key_files.opened(tmp_path / "a.pem", WORDS)
    assert opened.public_key() == PRIVATE.public_key()
    assert code_of(tmp_path / "a.pem", "incorrect horse") == "wrong_passphrase"


def test_the_passphrase_alone_does_not_open_the_block(text, tmp_path):
    _, _, block = text.partition("\n")
    (tmp_path / "a.pem").write_text(block)
    assert code_of(tmp_path / "a.pem") == "wrong_passphrase"


@pytest.mark.parametrize(
    ("n", "r", "p"),
    [
        (2**13, 8, 1),
        (2**19, 8, 1),
        (2**30, 8, 1),
        (0, 8, 1),
        (16_385, 8, 1),
        (2**14, 9, 1),
        (2**14, 0, 1),
        (2**14, 8, 5),
        (2**14, 8, 0),
    ],
)
def test_what_a_file_may_ask_of_us_is_bounded(text, tmp_path, n, r, p):
    with pytest.raises(ValueError, match="bounds"):
        Stretch(n, r, p)
    (tmp_path / "a.pem").write_text(text.replace("n=16384 r=8 p=1", f"n={n} r={r} p={p}"))
    assert code_of(tmp_path / "a.pem") == "key_unreadable"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("key: 1", "key: 2"),
        lambda text: text.replace("n=16384", "n=" + "0" * 99 + "16384"),
        lambda text: text.replace("salt=73", "salt="),
        lambda text: text.replace("salt=73", "salt=7g"),
        lambda text: text.replace("mac=", "mac=00"),
        lambda text: text.replace("mac=", ""),
        lambda text: "Subject: x\n" + text,
        lambda text: text + text,
        lambda text: text + "x",
        lambda text: text.replace("ENCRYPTED ", ""),
        lambda text: text + "\n" * key_files.FILE_MAX,
    ],
)
def test_a_file_of_another_shape_is_not_guessed_at(text, tmp_path, change):
    (tmp_path / "a.pem").write_text(change(text))
    assert code_of(tmp_path / "a.pem") == "key_unreadable"


@settings(deadline=None)
@given(data=st.data())
def test_a_file_cut_off_anywhere_is_damaged_and_not_a_wrong_passphrase(
    text, tmp_path_factory, data
):
    file = tmp_path_factory.getbasetemp() / "cut.pem"
    file.write_text(text[: data.draw(st.integers(0, len(text) - 2))])
    assert code_of(file) == "key_unreadable"


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_a_file_with_a_flipped_bit_never_opens_as_another_key(text, tmp_path_factory, data):
    body = bytearray(text.encode())
    at = data.draw(st.integers(0, len(body) - 2))
    body[at] ^= 1 << data.draw(st.integers(0, 7))
    file = tmp_path_factory.getbasetemp() / "flipped.pem"
    file.write_bytes(body)
    try:
        opened = key_files.opened(file, WORDS)
    except PublishError as error:
        if error.code not in {"key_unreadable", "wrong_passphrase"}:
            raise
    else:
        assert opened.public_key() == PRIVATE.public_key()


@given(body=st.binary(max_size=500))
def test_any_bytes_are_no_key(tmp_path_factory, body):
    file = tmp_path_factory.getbasetemp() / "any.pem"
    file.write_bytes(body)
    assert code_of(file) == "key_unreadable"


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    assert len(body) < 0x80 * 2
    return bytes([tag, *([0x81] if len(body) >= 0x80 else []), len(body)]) + body


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


SALT = der(4, b"s" * 16)
SCRYPT = der(6, bytes.fromhex("2b06010401da47040b"))
PBKDF2 = der(6, bytes.fromhex("2a864886f70d01050c"))


def block(kdf: bytes) -> str:
    """An encrypted PKCS8 block (RFC 8018, PBES2 with AES-256-CBC) that names its own cost."""
    aes = der(0x30, der(6, bytes.fromhex("60864801650304012a")), der(4, b"i" * 16))
    scheme = der(0x30, der(6, bytes.fromhex("2a864886f70d01050d")), der(0x30, kdf, aes))
    body = base64.encodebytes(der(0x30, scheme, der(4, b"x" * 48))).decode()
    return f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}-----END ENCRYPTED PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("kdf", "harmless"),
    [
        (der(0x30, SCRYPT, der(0x30, SALT, number(2**14), number(8), number(1))), True),
        (der(0x30, SCRYPT, der(0x30, SALT, number(2**24), number(8), number(1))), False),
        (der(0x30, SCRYPT, der(0x30, SALT, number(2**10), number(8), number(2**20))), False),
        (der(0x30, PBKDF2, der(0x30, SALT, number(2048))), True),
    ],
)
def test_a_block_that_names_a_cost_of_its_own_eats_no_memory(tmp_path, kdf, harmless):
    (tmp_path / "a.pem").write_text(block(kdf))
    asked = {"file": str(tmp_path / "a.pem"), "secret": WORDS, "data": "00"}
    said = child("sign", json.dumps(asked))
    assert said.returncode == 1
    assert ("wrong_passphrase" in said.stdout) == harmless
    assert WORDS not in said.stdout + said.stderr


def test_a_block_that_names_endless_work_is_ended(tmp_path):
    (tmp_path / "a.pem").write_text(block(der(0x30, PBKDF2, der(0x30, SALT, number(2**31 - 1)))))
    program = "import sys; from firmware import key_child as c; c._CPU_S = 1; "
    program += "sys.exit(c.main(['sign'], sys.stdin, sys.stdout))"
    asked = {"file": str(tmp_path / "a.pem"), "secret": WORDS, "data": "00"}
    said = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout) == (-24, "")  # SIGXCPU
