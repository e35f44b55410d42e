"""The threats of RFC 9124 (4.2) that apply to us, each by its name.

docs/security-release.md says of each what we do, and why the others do not apply.
"""

import ast
import http.client
import json
import os
import queue
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from firmware import catalogue, durable
from firmware.image import inspect
from firmware.release import Misfit
from firmware.serve import FileServer
from fleet.model import Caps, Device, Install, Message, Version
from fleet.steps import Publish
from tests.firmware.homes import EVIL, GOOD, House
from tests.firmware.simulator import LAMP, Server

PAGE = Path(__file__).parents[2] / "docs" / "security-release.md"
DEVICE = Device(
    key="lamp",
    name="Lamp",
    vendor="Acme",
    model="Lamp 1",
    version=Version("0.9"),
    caps=Caps(install=frozenset({Install.URL})),
)


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.trust.close()


@pytest.fixture
def sim(house):
    return house.sim


@pytest.fixture
def files():
    server = FileServer()
    server.start()
    yield server
    server.stop()


def get(url):
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.netloc, timeout=10)
    link.request("GET", parts.path)
    answer = link.getresponse()
    try:
        return answer.status, answer.read()
    except http.client.IncompleteRead as short:
        return answer.status, short.partial
    finally:
        link.close()


# --- old and wrong images ------------------------------------------------------------------------


def test_threat_img_expired(house, sim, tmp_path):
    """An old image with a known hole, once genuine, is offered again."""
    old = sim.copy(tmp_path / "old")
    sim.files[LAMP] = b"lamp firmware 1.1, mended"
    sim.publish()
    house.week = house.trust.refresh("acme")
    assert house.refuses(str(old)).code == "mirror_rolled_back"
    older = catalogue.fits(house.lamp(), replace(DEVICE, version=Version("7.0")))
    assert isinstance(older, Misfit)
    assert older.code == "older_than_installed"


def test_threat_img_expired_offline(house, sim, tmp_path):
    """A house was away for long, so it has no higher floor: then the day of expiry refuses."""
    sim.days["timestamp"] = -1
    sim.publish()
    stick = sim.copy(tmp_path / "stick")
    error = house.refuses(str(stick))
    assert (error.code, error.facts["role"]) == ("metadata_expired", "timestamp")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vendor": "Other"}, "other_vendor"),
        ({"model": "Lock 1"}, "other_model"),
        ({"hardware": ["B"]}, "other_hardware"),
    ],
)
def test_threat_img_incompatible(house, sim, change, code):
    """A genuine image for another device: it is signed for whom it is, and goes to nobody else."""
    sim.about[LAMP] = change
    sim.publish()
    house.week = house.trust.refresh("acme")
    device = replace(DEVICE, hardware="A")
    misfit = catalogue.best(house.week, device)
    assert isinstance(misfit, Misfit)
    assert misfit.code == code


@pytest.mark.parametrize("body", [b"\x1f\x8b" + bytes(40), b"\xe9" + bytes(30), b"<html>", b""])
def test_threat_img_format(tmp_path, body):
    """Bytes of another format than the device reads: said before anybody can sign them."""
    (tmp_path / "image.bin").write_bytes(body)
    assert inspect(tmp_path / "image.bin").problems


@pytest.mark.parametrize("path", ["fw/../../etc/passwd", "/etc/passwd", "fw\\x", "fw//x", "."])
def test_threat_img_location(house, sim, path):
    """A signed path that points elsewhere: refused; a name on the disk is a digest in any case."""
    sim.on_train = lambda train: train["files"][0].update(path=path)
    sim.publish()
    assert house.refuses().code in {"week_unreadable", "week_disagrees"}
    with pytest.raises(ValueError, match=re.escape(path)):
        house.stage.path(path)


def test_threat_img_replace(house):
    """Other bytes are laid where the download will continue: they are found and thrown away."""
    place = house.stage.path(house.lamp().sha256)
    place.parent.mkdir(parents=True)
    place.with_name(f"{place.name}.part").write_bytes(EVIL)
    assert house.stage.fetch(house.trust, "acme", house.lamp()).path.read_bytes() == GOOD


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets", "build-lamp", "train-orange"])
def test_threat_img_non_auth(house, sim, role):
    """Metadata that nobody signed at all."""
    sim.signers[role] = []
    sim.publish()
    error = house.refuses()
    assert (error.code, error.facts["role"]) == ("threshold_missing", role)


@pytest.mark.parametrize("extra", [b"\0", b"x" * 1_000_000])
def test_threat_img_extra(house, sim, extra):
    """Bytes after the image, which a loader might run: not one of them reaches the disk."""
    sim.target().write_bytes(GOOD + extra)
    assert house.refuses_bytes().code == "target_tampered"
    assert house.stage.used() <= len(GOOD)


# --- the network ---------------------------------------------------------------------------------


def test_threat_net_redirect(house, tmp_path):
    """The name of the mirror leads to the attacker's, who has a whole repository of his own."""
    attacker = House(tmp_path / "attacker")
    attacker.trust.close()
    with Server(attacker.sim.folder) as theirs, redirecting(theirs.url) as ours:
        assert house.refuses(ours).code == "threshold_missing"
        assert theirs.requests, "the redirection was followed, and did not help"


@pytest.mark.parametrize("name", ["timestamp.json", "2.snapshot.json", "2.train-orange.json"])
def test_threat_net_onpath_metadata(house, sim, name):
    """Whoever sits on the way changes a byte of what comes by."""
    sim.publish()
    spoil(sim.metadata / name)
    with Server(sim.folder) as server:
        assert house.refuses(server.url).code == "metadata_tampered"


def test_threat_net_onpath_image(house, sim):
    """The same with the image."""
    with Server(sim.folder) as server:
        house.trust.add(sim.maker(server.url))
        house.week = house.trust.refresh("acme")
        spoil(sim.target())
        assert house.refuses_bytes().code == "target_tampered"


# --- the order of things -------------------------------------------------------------------------


def test_threat_upd_wrong_precursor(house, sim):
    """An update that needs a version between: the signed minimum keeps it from older devices."""
    sim.about[LAMP] = {"minimum": "0.95"}
    sim.publish()
    misfit = catalogue.best(house.trust.refresh("acme"), DEVICE)
    assert isinstance(misfit, Misfit)
    assert misfit.code == "below_minimum"


def test_threat_upd_unapproved(house, sim):
    """A genuine image of the build staff that nobody has put on a train is not to be had."""
    sim.files["fw/acme/lamp/next.bin"] = b"not yet"
    sim.on_train = lambda train: train.update(files=train["files"][:1])
    sim.publish()
    house.week = house.trust.refresh("acme")
    assert [target.path for target in house.week.targets] == [LAMP]
    house.is_unmoved()


# --- the manifest --------------------------------------------------------------------------------


def test_threat_mfst_override(house, sim):
    """A second word on the same file, of a role above it, does not replace the build role's."""
    sim.files[LAMP] = EVIL
    sim.on_targets = lambda targets: targets.targets.update({LAMP: sim.named()})
    sim.on_build = lambda build: build.targets.clear()
    sim.publish()
    assert house.refuses().code == "week_disagrees"


def test_threat_mfst_modification(house, sim):
    """The week's manifest is altered where it lies; its digest is signed by the train."""
    sim.publish()
    for manifest in (sim.folder / "targets" / "train" / "orange").iterdir():
        body = json.loads(manifest.read_bytes())
        body["files"] = []
        manifest.write_bytes(json.dumps(body).encode())
    assert house.refuses().code in {"metadata_tampered", "target_tampered"}


def test_threat_mfst_exposure(house, sim):
    """Who watches the mirror learns that a house asks, and nothing of the house."""
    with Server(sim.folder) as server:
        house.trust.refresh("acme", server.url)
        asked = [path for path, _ in server.requests]
    names = {f"/{file.relative_to(sim.folder)}" for file in sim.folder.rglob("*")}
    assert set(asked) <= names | {"/metadata/2.root.json"}
    assert not any("?" in path for path in asked)


def test_threat_key_exposure(house, sim):
    """A stolen key, once its role's staff have been given others, signs nothing more."""
    stolen = sim.keys["build-lamp"]
    sim.keys["build-lamp"] = [type(one).generate_ed25519() for one in stolen]
    sim.publish()
    house.week = house.trust.refresh("acme")
    sim.files[LAMP] = EVIL
    sim.signers["build-lamp"] = stolen
    sim.publish()
    assert house.refuses().code == "threshold_missing"


# --- checked, then exchanged ---------------------------------------------------------------------


def exchanged(file):
    """By another file of that name."""
    durable.write(file, EVIL)


def overwritten(file):
    """In place, with the times of before put back."""
    before = file.stat()
    file.write_bytes(EVIL)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def linked(file):
    """By a link to a file elsewhere."""
    other = file.with_name("elsewhere")
    other.write_bytes(EVIL)
    file.unlink()
    file.symlink_to(other)


SWAPS = [exchanged, overwritten, linked]


@pytest.mark.parametrize("swap", SWAPS)
def test_threat_mfst_toctou_http(house, files, swap):
    """Between verification and use the staged file becomes another: no device gets a byte."""
    staged = house.stage.fetch(house.trust, "acme", house.lamp())
    grant = files.offer(staged, {}, ttl=60)
    assert get(grant.url) == (200, GOOD)
    swap(staged.path)
    status, body = get(grant.url)
    assert (status, EVIL in body) == (410, False)
    assert not staged.intact()


@pytest.mark.parametrize("swap", SWAPS)
def test_threat_mfst_toctou_chunks(house, files, swap):
    """The same over MQTT: the device is told that it is gone."""
    staged = house.stage.fetch(house.trust, "acme", house.lamp())
    grant = files.offer(staged, {}, ttl=60, prefix="orangery/v1/dev/lamp")
    swap(staged.path)
    asked = {"transfer": grant.transfer, "stream": "s", "file": f"targets/{LAMP}"}
    payload = json.dumps({**asked, "from": 0, "count": 4}).encode()
    message = Message(broker="home", topic="orangery/v1/dev/lamp/fw/req", payload=payload)
    answers: queue.SimpleQueue[Publish] = queue.SimpleQueue()
    files.on_request(message, answers.put)
    assert json.loads(answers.get(timeout=10).payload) == {"error": "gone"}
    assert answers.empty()


@pytest.mark.parametrize("swap", SWAPS)
def test_threat_mfst_toctou_staged_again(house, swap):
    """Whoever stages it again gets the signed bytes, fetched anew."""
    staged = house.stage.fetch(house.trust, "acme", house.lamp())
    swap(staged.path)
    again = house.stage.fetch(house.trust, "acme", house.lamp())
    assert again.path.read_bytes() == GOOD
    assert again.intact()


def test_threat_mfst_toctou_while_it_is_verified_again(house, monkeypatch):
    """It is exchanged between the check of its bytes and the answer: that answer does not count."""
    staged = house.stage.fetch(house.trust, "acme", house.lamp())
    true_verify, swaps = house.trust.verify, [overwritten]

    def verify_then_swap(maker, target, path):
        verified = true_verify(maker, target, path)
        swaps.pop()(path)
        return verified

    monkeypatch.setattr(house.trust, "verify", verify_then_swap)
    assert house.stage.fetch(house.trust, "acme", house.lamp()).path.read_bytes() == GOOD
    assert staged.path.read_bytes() == GOOD


def test_threat_mfst_toctou_others_cannot_reach_the_files(house):
    """No other account of the machine may enter the folder."""
    staged = house.stage.fetch(house.trust, "acme", house.lamp())
    assert staged.path.parent.parent.stat().st_mode & 0o077 == 0


# --- the page ------------------------------------------------------------------------------------

THREATS = (
    *("IMG.EXPIRED", "IMG.EXPIRED.OFFLINE", "IMG.INCOMPATIBLE", "IMG.FORMAT", "IMG.LOCATION"),
    *("NET.REDIRECT", "NET.ONPATH", "IMG.REPLACE", "IMG.NON_AUTH", "UPD.WRONG_PRECURSOR"),
    *("UPD.UNAPPROVED", "IMG.DISCLOSURE", "MFST.OVERRIDE", "MFST.EXPOSURE", "IMG.EXTRA"),
    *("KEY.EXPOSURE", "MFST.MODIFICATION", "MFST.TOCTOU"),
)


@pytest.mark.parametrize("threat", THREATS)
def test_the_page_answers_each_threat_once(threat):
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    assert sum(row.startswith(f"| {threat} |") for row in rows) == 1


def test_every_test_that_the_page_names_exists():
    named = re.findall(r"`(tests/[\w/]+\.py):(\w+)`", PAGE.read_text())
    assert len(named) > len(THREATS)
    for file, prefix in named:
        tree = ast.parse((PAGE.parents[1] / file).read_text())
        tests = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert any(name.startswith(prefix) for name in tests), f"{file}:{prefix}"


def spoil(file):
    body = bytearray(file.read_bytes())
    at = body.find(b'"version":') + 10 if file.suffix == ".json" else 3
    body[at] ^= 1
    file.write_bytes(bytes(body))


class redirecting:  # noqa: N801 - reads as what it does
    """A web server that sends everybody elsewhere."""

    def __init__(self, to: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(302)
                self.send_header("Location", to + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._http.server_port}"

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
