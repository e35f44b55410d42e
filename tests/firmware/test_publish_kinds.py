"""A root held by a file, a post-quantum key and a token: from the ceremony to a house."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from firmware import keys
from firmware.keys import Kind
from firmware.publish import PublishError
from firmware.trust import Maker, Trust
from tests.firmware.makers import WORDS, create, key_ring, lamp, sign_all, team

PIN = "123456-pin"
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
QUICK = keys.Stretch(2**14)

pytestmark = pytest.mark.skipif(
    not shutil.which("softhsm2-util"), reason="the Debian package softhsm2 is not installed"
)


@pytest.fixture
def ring(tmp_path, monkeypatch):
    drawer, conf = tmp_path / "tokens", tmp_path / "softhsm2.conf"
    drawer.mkdir()
    conf.write_text(f"directories.tokendir = {drawer}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    monkeypatch.setenv("PYKCS11LIB", str(MODULE))
    words = ("--init-token", "--free", "--label", "Chen", "--pin", PIN, "--so-pin", "12345678")
    subprocess.run(["softhsm2-util", *words], capture_output=True, check=True)
    folder = tmp_path / "keys"
    made = key_ring(folder)
    made["quantum"] = keys.make(folder, "quantum", WORDS, kind=Kind.MLDSA65, stretch=QUICK)
    made["token"] = keys.make_on_token(folder, "token", "Chen", PIN)
    return made


@pytest.fixture
def publisher(tmp_path, ring):
    staff = [ring["root1"], ring["quantum"], ring["token"]]
    return create(tmp_path / "pub", ring, time.time(), team=team(ring, root=staff, targets=staff))


def test_a_week_under_a_post_quantum_key_and_a_token_reaches_a_house(publisher, ring, tmp_path):
    publisher.open_week("2026-W48", time.time())
    publisher.add(lamp(tmp_path), "lamp")
    assert publisher.sign_all(ring["quantum"].file, WORDS)
    assert publisher.sign_all(ring["token"].file.with_suffix(".pub"), PIN)
    sign_all(publisher, ring)
    publisher.publish(WORDS, time.time())
    trust = Trust(
        tmp_path / "trust",
        [Maker(name="acme", root=publisher.root(), url=str(publisher.mirror))],
    )
    assert trust.refresh("acme").id == "2026-W48"
    trust.close()
    signed = {role.role: role.signed for role in publisher.status().roles}
    assert signed["root"] == signed["targets"] == ("quantum", "token")


def test_a_wrong_pin_signs_nothing(publisher, ring):
    with pytest.raises(PublishError, match="wrong_pin"):
        publisher.sign_all(ring["token"].file.with_suffix(".pub"), "000000")
    assert not any(role.signed for role in publisher.status().roles)
