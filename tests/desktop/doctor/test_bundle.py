"""No secret of a household comes out of a bundle for support, and what is shown is what is kept."""

import io
import json
import logging
import zipfile

import msgspec
import pytest

from desktop import crashes, logs, members_desk
from desktop.app import Household
from desktop.doctor import bundle, finding, patient
from desktop.doctor.patient import Patient
from desktop.settings import Settings
from firmware import durable
from fleet.brokers import BrokerSettings
from fleet.commands import Forget, Rename
from fleet.errors import CommandError, StoreError
from fleet.model import Snapshot
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.desktop.older_houses import DAYS, furnish_of
from tests.feedback import corpus, leaks
from tests.feedback.test_corpus import house_of, said

NOW = 1_795_900_000.0
FINDINGS = (finding.good("disk", "disk_good", free=1, need=2, folder="/x"),)


def all_of(made):
    return b"\n".join(made.files.values())


@pytest.fixture
def folder(tmp_path):
    with Household(furnish(tmp_path / "house")):
        pass
    return tmp_path / "house"


def test_a_bundle_holds_what_helps(folder):
    made = bundle.gather(patient.of(folder), FINDINGS)
    assert list(made.files)[:7] == [
        "README.txt",
        "findings.json",
        "program.json",
        "settings.json",
        "counts.json",
        "databases.json",
        "log.txt",
    ]
    (found,) = json.loads(made.files["findings.json"])
    assert (found["code"], found["mark"]) == ("disk_good", "good")
    states = json.loads(made.files["databases.json"])
    assert {one["state"] for one in states} == {"good"}
    assert json.loads(made.files["counts.json"])["rows"]["house.sqlite"]["device"] == 0


def test_copies_of_databases_and_faults_are_in_it(tmp_path):
    folder = furnish_of(min(DAYS), tmp_path / "house")
    with Household(folder):
        pass
    (folder / "crash").mkdir(exist_ok=True)
    (folder / "crash" / "1-2.json").write_text('File "/srv/me/desktop/app.py", line 7')
    made = bundle.gather(patient.of(folder), ())
    states = json.loads(made.files["databases.json"])
    assert "house.sqlite.before-measure" in [one["name"] for one in states]
    assert "/srv/me" not in made.files["fault-1.txt"].decode()


def test_what_is_shown_is_what_is_kept_and_only_this_user_reads_it(folder, tmp_path):
    made = bundle.gather(patient.of(folder), FINDINGS)
    file = tmp_path / "support.zip"
    bundle.write(made, file)
    assert bundle.read(file) == dict(made.files)
    assert file.stat().st_mode & 0o777 == 0o600
    assert bundle.packed(made) == file.read_bytes()
    with zipfile.ZipFile(file) as zipped:
        assert zipped.testzip() is None


def test_a_file_that_is_there_stays(folder, tmp_path):
    (tmp_path / "mine.zip").write_text("mine")
    with pytest.raises(CommandError, match="file_exists"):
        bundle.write(bundle.gather(patient.of(folder), ()), tmp_path / "mine.zip")
    assert (tmp_path / "mine.zip").read_text() == "mine"


def test_what_is_no_bundle_is_said_to_be_none(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(StoreError, match="file_unreadable"):
        bundle.read(tmp_path / "x.zip")


def test_a_house_that_is_not_there_gives_a_bundle_too(tmp_path):
    made = bundle.gather(Patient(folder=tmp_path / "none", now=NOW), FINDINGS)
    assert made.files["log.txt"] == b"nothing_there\n"


def damaged(way):
    """A zip whose member is not what it says: packed in another way, locked, or cut."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("log.txt", b"a line of a log\n" * 50)
    body = bytearray(out.getvalue())
    middle = body.find(b"PK\1\2")
    for start, at in ((0, 6), (middle, 8)):  # flags, then the way of packing, in both heads
        body[start + at] |= 1 if way == "locked" else 0
        body[start + at + 2] = {"lzma": 14, "bz2": 12, "unknown": 99}.get(way, 8)
    if way == "cut":
        body[40:60] = b"\xff" * 20
    return bytes(body)


@pytest.mark.parametrize("way", ["locked", "lzma", "bz2", "unknown", "cut"])
def test_a_damaged_bundle_of_somebody_is_said_to_be_none(tmp_path, way):
    file = tmp_path / "x.zip"
    file.write_bytes(damaged(way))
    with pytest.raises(StoreError, match="file_unreadable"):
        bundle.read(file)


# --- leaks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", corpus.DIALECTS)
def test_nothing_sown_comes_out_of_a_bundle(dialect, tmp_path):
    for number in range(4):
        spoken, secret = corpus.household(dialect, number)
        devices, _ = house_of([said(*line, at=float(at)) for at, line in enumerate(spoken)])
        folder = tmp_path / f"{number}"
        furnish(folder)
        known = BrokerSettings(host=secret["host"], user=secret["user"])
        log = logs.file_of(folder)
        log.parent.mkdir()
        log.write_text("".join(f"INFO MQTT {topic} {payload}\n" for topic, payload in spoken))
        shown = Snapshot(number=1, devices={one.key: one for one in devices}, facts={})
        ill = Patient(folder=folder, shown=shown, brokers=(known,), now=NOW)
        made = bundle.gather(ill, FINDINGS)
        assert leaks.leaks(all_of(made), secret.values()) == set()
        assert made.places > 0


@pytest.mark.parametrize("role", ["member", "of a later program"])
def test_nothing_of_people_brokers_and_places_comes_out(tmp_path, role):
    folder = furnish(tmp_path / "Annas house")
    chosen = Settings(
        helper_phone="+491701234567",
        staff_name="boris.staff",
        staff_hub="https://hub.staff.example",
        serve_host="192.168.77.5",
        release_folder="/media/annas-stick/release",
    )
    known = BrokerSettings(
        name="cellar-nas", host="nas-17.anna.example", user="mq-anna", ca_file="/media/ca-anna.pem"
    )
    durable.write(
        folder / members_desk.FILE,
        msgspec.json.encode({"members": [{"id": "m1", "name": "Grossmutter Ilse", "role": role}]}),
    )
    ill = Patient(folder=folder, chosen=chosen, brokers=(known,), now=NOW)
    secret = (
        *(chosen.helper_phone, chosen.staff_name, "hub.staff.example", chosen.serve_host),
        *(chosen.release_folder, known.name, known.host, known.user, known.ca_file, str(folder)),
        "Grossmutter Ilse",
    )
    log = logs.file_of(folder)
    log.parent.mkdir()
    log.write_text("\n".join(f"WARNING met {word} here" for word in secret))
    found = [finding.wrong("broker", "broker_unreachable", address=f"{known.host}:1883", fact="")]
    found.append(finding.wrong("permissions", "folder_open", folder=folder, mode="0777"))
    made = bundle.gather(ill, found)
    assert leaks.leaks(all_of(made), secret) == set()


def test_an_exception_that_was_kept_is_told_as_text(folder):
    crash = crashes.Crash(ended=crashes.Ended.EXCEPTION, at=NOW, what="window", trace="Traceback")
    crashes.folder_of(folder).mkdir(exist_ok=True)
    (crashes.folder_of(folder) / "1-2.json").write_bytes(msgspec.json.encode(crash))
    made = bundle.gather(patient.of(folder), ())
    assert made.files["fault-1.txt"] == b"exception, window \nTraceback"


@pytest.mark.broker
def test_a_device_that_was_forgotten_is_not_named_either(broker, tmp_path):
    folder = furnish(tmp_path / "house", broker.port)
    with Household(folder) as house, Voice(broker.port, name="Ursulas night lamp"):
        lamp = until(house.client, device_called("Ursulas night lamp")).key
        house.client.send(Rename(device=lamp, name="Bedside Ursula 88")).result(10)
        house.client.send(Forget(device=lamp, back_s=600.0)).result(10)
    with logs.kept(folder):
        logging.getLogger("x").warning("Bedside Ursula 88 and Ursulas night lamp went")
    made = bundle.gather(patient.of(folder), ())
    assert b"went" in made.files["log.txt"]
    assert leaks.leaks(all_of(made), ["Bedside Ursula 88", "Ursulas night lamp"]) == set()
