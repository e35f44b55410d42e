from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import signature
from feedback.signature import Request
from feedback.wire import HubError

NOW = 1_795_000_000.0
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
ASKED = Request(method="POST", path="/v1/sync/push", query="a=1", body=b"{}", outbox="o1")
HEADERS = signature.sign(ASKED, KEY, created=NOW, nonce="n" * 24)


def checked(request: Request = ASKED, headers=HEADERS, public=PUBLIC, now=NOW) -> None:
    signature.check(signature.read(headers), request, headers, public, now=now)


def test_a_signed_request_passes_and_names_its_key_and_nonce():
    checked()
    claim = signature.read(HEADERS)
    assert (claim.key_id, claim.nonce) == (signature.key_id(PUBLIC), "n" * 24)


@pytest.mark.parametrize(
    "other",
    [
        {"method": "GET"},
        {"path": "/v1/enrol"},
        {"query": ""},
        {"body": b"{ }"},
        {"outbox": "o2"},
    ],
)
def test_another_request_under_the_same_signature_is_refused(other):
    with pytest.raises(HubError, match="bad_signature"):
        checked(replace(ASKED, **other))


def test_another_key_is_refused():
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(HubError, match="bad_signature"):
        checked(public=other)


def test_another_time_written_into_it_is_refused():
    forged = {**HEADERS, "signature-input": HEADERS["signature-input"].replace("1795", "1796")}
    with pytest.raises(HubError, match="bad_signature"):
        checked(headers=forged, now=NOW + 1_000_000)


@pytest.mark.parametrize("off", [-301, 301])
def test_a_clock_that_is_too_far_off_is_told_as_such(off):
    with pytest.raises(HubError, match="clock_skew"):
        checked(now=NOW + off)


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest"])
def test_a_request_without_one_of_the_headers_is_refused(name):
    headers = {key: value for key, value in HEADERS.items() if key != name}
    with pytest.raises(HubError, match="bad_signature"):
        checked(headers=headers)


def test_fewer_covered_parts_are_refused():
    headers = {**HEADERS, "signature-input": HEADERS["signature-input"].replace(' "@query"', "")}
    with pytest.raises(HubError, match="bad_signature"):
        checked(headers=headers)
