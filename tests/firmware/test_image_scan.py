"""What is found in the bytes of an image: words, secrets, keys, certificates, emptiness."""

import datetime as dt
import gzip
import io
import os
import zipfile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)

from firmware.image_scan import scan
from tests.firmware.images import shelly, uf2

KEY = ec.generate_private_key(ec.SECP256R1())
ENDS = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
PAGE = 4096
MIB = 1024 * 1024


def found(body, form="unknown"):
    return scan(io.BytesIO(body), form)


def marks(body, form="unknown"):
    return {(mark.kind, mark.words) for mark in found(body, form).marks}


def certificate(name="Acme CA", ends=ENDS):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder(subject, subject, KEY.public_key(), 1)
        .not_valid_before(ends - dt.timedelta(days=100))
        .not_valid_after(ends)
        .sign(KEY, SHA256())
    )


def key_bytes(key, encoding=Encoding.PEM, form=PrivateFormat.PKCS8, secret=None):
    lock = BestAvailableEncryption(secret) if secret else NoEncryption()
    return key.private_bytes(encoding, form, lock)


@pytest.mark.parametrize(
    "words",
    [b"DO NOT SHIP", b"Do not ship!", b"(do not ship)", "DO NOT SHIP".encode("utf-16-le")],
)
def test_a_phrase_is_found_in_any_case_and_in_both_encodings(words):
    assert marks(b"\x01" + words + b"\x02") == {("phrase", "do not ship")}


@pytest.mark.parametrize("words", [b"latest key", b"test keyboard", b"do  not ship", b"DONOTSHIP"])
def test_a_phrase_inside_other_words_is_none(words):
    assert marks(words) == set()


def test_it_says_where_but_never_the_secret_itself():
    body = b"x" * 5000 + b" AKIAABCDEFGHIJKLMNOP "
    (mark,) = found(body).marks
    assert (mark.kind, mark.words, mark.place) == ("secret", "aws access key", "@0x1389")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b" ghp_" + b"a1" * 18 + b" ", "github token"),
        (b"=xoxb-" + b"1234567890-" * 3, "slack token"),
        (b"\0ASIAABCDEFGHIJKLMNOP\0", "aws access key"),
    ],
)
def test_secrets_are_known_by_their_form(body, words):
    assert marks(body) == {("secret", words)}


def test_what_only_begins_like_a_secret_is_none():
    assert marks(b"AKIA ghp_short xAKIAABCDEFGHIJKLMNOP AKIAABCDEFGHIJKLMNOPQ") == set()


KEYS = [KEY, ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)]


@pytest.mark.parametrize("key", KEYS)
def test_private_keys_are_found_in_pem_and_der(key):
    assert marks(b"code" + key_bytes(key)) == {("private_key", "PEM")}
    assert marks(b"code" + key_bytes(key, Encoding.DER) + b"more") == {("private_key", "DER")}


@pytest.mark.parametrize("key", [KEYS[0], KEYS[2]])
def test_private_keys_are_found_in_their_older_forms(key):
    older = PrivateFormat.TraditionalOpenSSL
    assert marks(key_bytes(key, form=older)) == {("private_key", "PEM")}
    assert marks(key_bytes(key, form=older, secret=b"x")) == {("private_key", "PEM")}
    assert marks(key_bytes(key, Encoding.DER, older)) == {("private_key", "DER")}


def test_an_encrypted_key_and_one_inside_a_string_are_found():
    assert marks(key_bytes(KEY, secret=b"x")) == {("private_key", "PEM")}
    assert marks(key_bytes(KEY).replace(b"\n", b"\\n")) == {("private_key", "PEM")}


def test_program_code_that_reads_keys_and_public_keys_are_none():
    code = b"-----BEGIN RSA PRIVATE KEY-----\0-----END RSA PRIVATE KEY-----\0"
    public = certificate().public_bytes(Encoding.DER)
    assert marks(code + b"-----BEGIN PRIVATE KEY-----\n" + code + public) == set()


@pytest.mark.parametrize(
    "body",
    [
        certificate().public_bytes(Encoding.DER),
        certificate().public_bytes(Encoding.PEM),
        certificate().public_bytes(Encoding.PEM).replace(b"\n", b"\\n"),
        pkcs7.serialize_certificates([certificate()], Encoding.DER),
    ],
)
def test_a_certificate_is_found_in_every_form(body):
    (one,) = found(b"\x30\x82" + os.urandom(500) + body + b"rest").certificates
    assert (one.subject, one.ends) == ("CN=Acme CA", ENDS.timestamp())
    assert one.starts == (ENDS - dt.timedelta(days=100)).timestamp()


def test_each_certificate_is_told_once():
    two = [certificate(), certificate("Other")]
    body = b"".join(one.public_bytes(Encoding.DER) for one in (*two, *two))
    assert [one.subject for one in found(body).certificates] == ["CN=Acme CA", "CN=Other"]


@pytest.mark.parametrize("before", range(-40, 41, 8))
def test_nothing_is_lost_where_two_reads_meet(before):
    for body, what in (
        (b" DO NOT SHIP ", ("phrase", "do not ship")),
        (key_bytes(KEY, Encoding.DER), ("private_key", "DER")),
    ):
        assert marks(bytes(MIB - len(body) // 2 + before) + body + bytes(99)) == {what}
    der = certificate().public_bytes(Encoding.DER)
    (one,) = found(bytes(MIB - len(der) // 2 + before) + der + bytes(99)).certificates
    assert one.subject == "CN=Acme CA"


def test_a_phrase_is_found_in_each_compressed_payload_with_its_place():
    inner = b"x" * 3_000_000 + b" DO NOT SHIP "
    for body, form, place in (
        (gzip.compress(inner), "esp-gzip", "gzip@0x2dc6c1"),
        (shelly({"a.bin": inner}, method=zipfile.ZIP_DEFLATED), "zip", "SHSW-1-1.0/a.bin@0x2dc6c1"),
        (shelly({"a.gz": gzip.compress(inner)}), "zip", "SHSW-1-1.0/a.gz@0x2dc6c1"),
    ):
        assert [mark.place for mark in found(body, form).marks] == [place]


def test_a_phrase_is_found_across_the_blocks_of_a_uf2_file():
    body = uf2(b"x" * 250 + b" DO NOT SHIP " + b"x" * 250)
    assert marks(body) == set()
    assert marks(body, "uf2") == {("phrase", "do not ship")}


@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
def test_an_empty_image_and_a_gap_are_measured(fill):
    assert found(fill * 40 * PAGE).blank_share == 1
    contents = found(b"x" * 30 * PAGE + fill * 20 * PAGE + b"x" * 30 * PAGE)
    assert (contents.longest, contents.longest_share) == (20 * PAGE, 0.25)
    assert found(b"x" * 9 * PAGE).longest == 0


def test_a_gap_goes_on_over_two_reads_but_not_over_two_fills():
    assert found(b"x" * (MIB - 8 * PAGE) + bytes(16 * PAGE)).longest == 16 * PAGE
    assert found(bytes(8 * PAGE) + b"\xff" * 8 * PAGE).longest == 8 * PAGE


def test_a_bomb_is_left_and_told():
    body = gzip.compress(bytes(80 * MIB))
    assert not found(body, "esp-gzip").complete
    assert found(gzip.compress(b"x"), "esp-gzip").complete


def test_too_many_likenesses_are_left_and_told():
    contents = found(bytes.fromhex("3082000a30820002a003020102") * 1000)
    assert (contents.complete, contents.certificates) == (False, ())


class Watched(io.BytesIO):
    largest = 0

    def read(self, size=-1):
        self.largest = max(self.largest, size if size >= 0 else 2**62)
        return super().read(size)


def test_it_never_reads_a_large_file_at_once():
    file = Watched(os.urandom(5 * MIB))
    scan(file, "unknown")
    assert file.largest <= MIB
