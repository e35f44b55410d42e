"""Whatever trimming a build could break is done once by the build itself, as a person would."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import boto3
import msgspec
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from firmware import patches
from tests.fleet.certificates import Authority, listening
from tests.live.conftest import BUILD_LIMIT_S
from tests.live.frozen import Frozen
from tests.test_docs_commands import commands, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_LIMIT_S)]

SECRET = "12 Orange Street"


@pytest.fixture(scope="module")
def alone(frozen, tmp_path_factory) -> Frozen:
    """The programs with a home of this module's own, which keeps its secrets in a file."""
    ours = Frozen(frozen.folder, tmp_path_factory.mktemp("alone"))
    assert ours.run("orangery", "secrets", "--in-file").returncode == 0
    return ours


def answered(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


# --- pictures: Pillow without most of its formats -------------------------------------------------


@pytest.mark.parametrize("form", ["png", "jpeg", "webp", "gif", "bmp", "mpo"])
def test_a_photo_is_drawn_anew_without_where_it_was_taken(alone, form):
    photo = alone.home / f"photo.{form}"
    tags = Image.Exif()
    tags[0x010E] = SECRET  # ImageDescription
    told = {"exif": tags} if form not in {"gif", "bmp"} else {}
    Image.effect_noise((64, 48), 50).convert("RGB").save(photo, **told)
    drafted = answered(alone.run("orangery", "--json", "report", "new", "--title", "It flickers"))
    report = json.loads(drafted)["report"]["id"]
    answered(alone.run("orangery", "report", "attach", report, str(photo)))
    blobs = (alone.home / ".local/share/orangery/blobs").rglob("*")
    newest = max(
        (file for file in blobs if file.is_file()), key=lambda file: file.stat().st_mtime_ns
    )
    assert SECRET.encode() not in newest.read_bytes()
    with Image.open(newest) as kept:
        assert kept.size == (64, 48)
        kept.load()


# --- release staff: signing in a child, patches, links and codes, paper ---------------------------


@pytest.fixture(scope="module")
def maker(frozen, tmp_path_factory):
    """The folder of release staff who followed their page with the build up to a first week."""
    home = tmp_path_factory.mktemp("maker")
    (home / "bin").mkdir()
    (home / "bin" / "orangery").symlink_to(frozen.program("orangery"))
    lines = commands("release-staff.md")
    first = next(n for n, line in enumerate(lines) if line.startswith("orangery release bundle"))
    for line in lines[: first + 1]:
        assert run(line, home).returncode == 0, line
    return home / "ana" / "release"


def test_a_house_takes_the_week_and_writes_it_on_paper_in_both_languages(alone, maker):
    mirror = maker / "mirror"
    root = mirror / "metadata" / "1.root.json"
    answered(alone.run("orangery", "maker", "add", "grove", str(mirror), str(root)))
    assert "2026-W48" in answered(alone.run("orangery", "check"))
    for language in ("en", "zh_CN"):
        paper = alone.home / f"{language}.pdf"
        answered(alone.run("orangery", "--lang", language, "week", "--pdf", str(paper)))
        assert paper.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_link_is_drawn_as_a_code(alone, maker, form):
    code = alone.home / f"code.{form}"
    words = ("grove", "https://fw.grove.example", "--release-folder", str(maker), "--qr", str(code))
    assert "orangery:maker?" in answered(alone.run("orangery", "release", "link", *words))
    assert code.stat().st_size > 500


@pytest.mark.parametrize("method", patches.METHODS)
def test_a_patch_of_each_method_is_made_and_applied_by_a_child(alone, tmp_path, method):
    (tmp_path / "old").write_bytes(os.urandom(50_000))
    (tmp_path / "new").write_bytes((tmp_path / "old").read_bytes() + b"and a little more")
    files = {name: str(tmp_path / name) for name in ("old", "new", "patch", "out")}
    job = patches.Job(method=method, **files, seconds=60, memory=1 << 30)
    answered(alone.run("orangery", patches.CHILD, msgspec.json.encode(job).decode()))
    assert (tmp_path / "out").read_bytes() == (tmp_path / "new").read_bytes()


def test_a_key_for_heirs_is_given_out_in_words(alone):
    shares = answered(alone.run("orangery", "heirs", "name", "Ana", "Bo"))
    assert len(re.findall(r"BEGIN SHARE", shares)) == 2


# --- what others have: certificates, keyrings, other homes ----------------------------------------


@pytest.fixture
def readable():
    """A folder that mosquitto's own user can read, as pytest's cannot be."""
    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_broker_is_known_by_its_certificate(frozen, readable, tmp_path):
    authority, stranger = Authority(readable), Authority(readable, "stranger")
    said = []
    with listening(authority) as port:
        to = ("127.0.0.1", "--port", str(port), "--tls", "--ca")
        for one in (stranger, authority):
            home = tmp_path / one.name
            home.mkdir()
            ours = Frozen(frozen.folder, home)
            said.append(ours.run("orangery", "broker", "add", "home", *to, str(one.file)))
    assert "signed the certificate" in said[0].stderr
    answered(said[1])


@pytest.fixture
def bus(readable):
    """The address of a session bus of our own, at which a keyring would be started when asked."""
    (readable / "secrets.service").write_text(
        "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n"
    )
    (readable / "bus.conf").write_text(
        f"<busconfig><type>session</type><listen>unix:path={readable}/bus</listen>"
        f"<servicedir>{readable}</servicedir><policy context='default'>"
        "<allow send_destination='*'/><allow receive_sender='*'/><allow own='*'/>"
        "</policy></busconfig>"
    )
    command = ["dbus-daemon", f"--config-file={readable / 'bus.conf'}", "--print-address=1"]
    daemon = subprocess.Popen([*command, "--nofork"], stdout=subprocess.PIPE, text=True)
    yield daemon.stdout.readline().strip()
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


def test_the_keyring_of_the_desktop_is_found(frozen, bus, tmp_path):
    ours = Frozen(frozen.folder, tmp_path)
    where = answered(ours.run("orangery", "data", DBUS_SESSION_BUS_ADDRESS=bus))
    assert "SecretService" in where


# --- the hub: S3, PostgreSQL ----------------------------------------------------------------------


@pytest.fixture
def bucket(monkeypatch):
    """The address of a bucket in moto's S3 on loopback, and what a client is to know."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "anybody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1")
    client.create_bucket(Bucket="attachments")
    yield f"s3://attachments/hub?endpoint=http://{host}:{port}&region=us-east-1", keys
    client.close()
    server.stop()


def test_a_hub_looks_into_its_bucket(alone, bucket, tmp_path):
    address, keys = bucket
    hub = ("--data", str(tmp_path))
    answered(alone.run("orangery-hub", "migrate", *hub))
    answered(alone.run("orangery-hub", "doctor", *hub, "--attachments", address, **keys))
    missing = address.replace("attachments", "nobodys")
    said = alone.run("orangery-hub", "doctor", *hub, "--attachments", missing, **keys)
    assert said.returncode == 1


@pytest.mark.postgres
def test_a_hub_keeps_its_rows_in_postgresql(alone, postgres, tmp_path):
    url = postgres.fresh()
    hub = ("--data", str(tmp_path), "--database", url)
    answered(alone.run("orangery-hub", "migrate", *hub))
    answered(alone.run("orangery-hub", "doctor", *hub))
    postgres.drop(url)
