"""Brokers, mirrors, hubs, keyrings and clocks, each really broken before it is looked at."""

import shutil
import tempfile
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from desktop.app import Household
from desktop.commands import CheckNow
from desktop.doctor import asking, files, patient, reached
from desktop.doctor.asking import Answer
from desktop.doctor.finding import Mark
from desktop.doctor.patient import Patient
from desktop.settings import MakerSettings, Settings
from feedback import book, outbox
from fleet import brokers
from fleet.brokers import BrokerSettings, OwnBroker, free_port
from fleet.steps import Publish
from fleet.store import Store
from tests.desktop.homes import Voice, furnish
from tests.firmware.simulator import Simulator
from tests.fleet.bus_ends import Ends
from tests.fleet.certificates import Authority, listening
from tests.hub.running import RunningHub

pytestmark = [  # paho leaves the socket of a failed handshake to the garbage collector
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
    ),
]
NOW = 1_795_900_000.0
DAY = 86_400.0


def codes(findings):
    return [one.code for one in findings]


def at(tmp_path, **settings):
    told = {"host": "127.0.0.1", **settings}
    return Patient(folder=tmp_path, brokers=(BrokerSettings(**told),), now=NOW)


# --- brokers -------------------------------------------------------------------------------------


def test_a_house_without_a_broker_is_to_be_looked_at(tmp_path):
    (found,) = reached.broker(Patient(folder=tmp_path))
    assert (found.mark, found.code) == (Mark.LOOK, "no_broker")


@pytest.mark.broker
def test_a_broker_where_a_device_speaks_is_good_and_nothing_is_sent_there(broker, tmp_path):
    with Ends(broker.port) as voice, Ends(broker.port) as spy:
        spy.up().bus.subscribe([("tele/#", 0), ("orangery/#", 0), ("over", 0)])
        hello = Publish(topic="tele/lamp/LWT", payload=b"Online", qos=1, retain=True)
        voice.up().bus.publish(hello)
        assert spy.get().topic == "tele/lamp/LWT"
        (found,) = reached.broker(at(tmp_path, port=broker.port))
        voice.bus.publish(Publish(topic="over", payload=b""))
        assert spy.get().topic == "over"
    assert (found.mark, found.code) == (Mark.GOOD, "broker_good")
    assert found.facts["topics"] == "1"


@pytest.mark.broker
def test_a_broker_where_nobody_speaks_is_to_be_looked_at(broker, tmp_path):
    (found,) = reached.broker(at(tmp_path, port=broker.port))
    assert (found.mark, found.code) == (Mark.LOOK, "broker_nothing_heard")


def test_a_broker_where_nobody_listens_is_told_with_its_address(tmp_path):
    port = free_port()
    (found,) = reached.broker(at(tmp_path, port=port))
    assert (found.mark, found.code) == (Mark.WRONG, "broker_unreachable")
    assert found.facts["address"] == f"127.0.0.1:{port}"


def test_a_broker_whose_name_nobody_knows_is_wrong(tmp_path):
    assert codes(reached.broker(at(tmp_path, host="no..host"))) == ["broker_unknown_host"]


@pytest.mark.broker
def test_a_wrong_password_is_told(tmp_path):
    with OwnBroker(users={"anna": "right"}) as strict:
        ill = at(tmp_path, port=strict.port, user="anna")
        brokers.keep_password(ill.brokers[0], "wrong")
        assert codes(reached.broker(ill)) == ["broker_wrong_password"]


@pytest.mark.broker
def test_tls_to_a_broker_that_speaks_none_is_told(broker, tmp_path):
    assert codes(reached.broker(at(tmp_path, port=broker.port, tls=True))) == ["broker_no_tls"]


@pytest.fixture
def authority():
    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    yield Authority(folder)
    shutil.rmtree(folder)


@pytest.mark.broker
@pytest.mark.parametrize(
    ("issued", "trusted", "code"),
    [
        ({}, False, "broker_tls_untrusted"),
        ({"ends": -1}, True, "broker_tls_expired"),
        ({"hosts": ("other.example",)}, True, "broker_tls_other_name"),
        ({}, True, "broker_nothing_heard"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told(tmp_path, authority, issued, trusted, code):
    own = str(authority.file) if trusted else ""
    with listening(authority, **issued) as port:
        assert codes(reached.broker(at(tmp_path, port=port, tls=True, ca_file=own))) == [code]


@pytest.mark.broker
def test_of_several_brokers_each_is_told_in_its_place(broker, tmp_path):
    gone = BrokerSettings(name="gone", host="127.0.0.1", port=free_port())
    here = BrokerSettings(name="here", host="127.0.0.1", port=broker.port)
    found = list(reached.broker(Patient(folder=tmp_path, brokers=(gone, here))))
    assert [one.facts["broker"] for one in found] == ["gone", "here"]


@pytest.fixture
def strict():
    """A broker that grants its user nothing but one tree."""
    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    (folder / "acl").write_text("user anna\ntopic read tele/#\n")
    with OwnBroker(users={"anna": "a"}, extra=f"acl_file {folder / 'acl'}") as running:
        yield running
    shutil.rmtree(folder)


@pytest.mark.broker
def test_a_broker_of_this_home_that_grants_too_little_is_wrong(strict, tmp_path, monkeypatch):
    ill = at(tmp_path, port=strict.port, user="anna")
    brokers.keep_password(ill.brokers[0], "a")
    monkeypatch.setattr(Patient, "may_send", lambda *_: True)
    assert "broker_no_own_topics" in codes(reached.broker(ill))


@pytest.mark.broker
def test_a_broker_that_keeps_no_messages_is_wrong(tmp_path):
    with OwnBroker(extra="retain_available false") as forgetful:
        assert "broker_forgets" in codes(reached.broker(at(tmp_path, port=forgetful.port)))


@pytest.mark.broker
def test_only_a_house_that_runs_knows_that_a_broker_is_its_own(broker, tmp_path):
    folder = furnish(tmp_path / "house", broker.port)
    assert not patient.of(folder).may_send("home")
    with Household(folder) as house, Voice(broker.port, name="Hall lamp"):
        house.client.send(CheckNow()).exception(20)
        opened = patient.of(folder)
    assert opened.shown is not None


# --- the keyring ---------------------------------------------------------------------------------


@pytest.fixture
def no_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("no_keyring")
def test_no_keyring_is_told_in_the_words_of_the_error(tmp_path):
    known = BrokerSettings(host="127.0.0.1", user="anna")
    (found,) = reached.keyring(Patient(folder=tmp_path, brokers=(known,)))
    assert (found.mark, found.code) == (Mark.WRONG, "keyring_missing")


@pytest.mark.usefixtures("no_keyring")
def test_no_keyring_is_no_fault_while_there_is_nothing_to_keep_in_one(tmp_path):
    nobody = BrokerSettings(host="127.0.0.1")
    (found,) = reached.keyring(Patient(folder=tmp_path, brokers=(nobody,)))
    assert (found.mark, found.code) == (Mark.LOOK, "keyring_missing")


def test_nothing_is_written_to_the_keyring_without_consent(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr("fleet.brokers.keep_password", lambda *said: kept.append(said))
    assert codes(reached.keyring(Patient(folder=tmp_path))) == ["keyring_good_keyring"]
    assert kept == []


def test_by_consent_an_entry_is_made_and_taken_out_again(tmp_path):
    assert codes(reached.keyring(Patient(folder=tmp_path, keyring_too=True))) == [
        "keyring_good_keyring"
    ]
    assert keyring.get_password("orangery", "orangery-doctor@doctor.invalid:1883") is None


def test_a_keyring_that_forgets_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr("fleet.brokers.keep_password", lambda *_: None)
    assert codes(reached.keyring(Patient(folder=tmp_path, keyring_too=True))) == ["keyring_forgets"]


def test_secrets_in_a_file_are_said_to_be_there(tmp_path):
    chosen = Settings(secrets_in_file=True)
    assert codes(reached.keyring(Patient(folder=tmp_path, chosen=chosen))) == ["keyring_good_file"]


# --- makers --------------------------------------------------------------------------------------


@pytest.fixture
def maker(tmp_path):
    sim = Simulator(tmp_path / "mirror")
    sim.publish()
    return sim


def checked(tmp_path, maker, **chosen):
    """A closed house that has asked its maker once."""
    folder = furnish(tmp_path / "house", maker=maker, **chosen)
    with Household(folder) as house:
        house.client.send(CheckNow()).exception(20)
    return patient.of(folder)


def test_a_maker_whose_week_was_read_is_good(tmp_path, maker):
    (found,) = reached.mirror(checked(tmp_path, maker))
    assert (found.mark, found.code, found.facts["week"]) == (Mark.GOOD, "mirror_good", "2026-W47")


def test_no_maker_is_to_be_looked_at(tmp_path):
    assert codes(reached.mirror(Patient(folder=tmp_path))) == ["maker_none"]


def test_a_maker_never_asked_is_not_known(tmp_path, maker):
    folder = furnish(tmp_path / "house", maker=maker)
    assert codes(reached.mirror(patient.of(folder))) == ["mirror_never_read"]


def test_a_mirror_that_is_false_is_wrong(tmp_path, maker):
    maker.file("timestamp").write_text("<html>")
    found = list(reached.mirror(checked(tmp_path, maker)))
    assert {"mirror_false", "metadata_tampered"} & set(codes(found))
    assert all(one.mark is Mark.WRONG for one in found)


def test_a_folder_that_is_gone_is_wrong(tmp_path, maker):
    ill = checked(tmp_path, maker)
    shutil.rmtree(maker.folder)
    assert codes(reached.mirror(ill)) == ["mirror_no_folder"]


def test_a_mirror_without_network_is_wrong_and_says_why(tmp_path):
    url = f"http://127.0.0.1:{free_port()}"
    chosen = Settings(makers=(MakerSettings(name="acme", urls=(url,)),))
    (found,) = reached.mirror(Patient(folder=tmp_path, chosen=chosen))
    assert (found.mark, found.code) == (Mark.WRONG, "mirror_not_reached")
    assert found.facts["why"] == "Connection refused"


def test_a_maker_that_is_silent_for_long_is_to_be_looked_at(tmp_path, maker):
    ill = checked(tmp_path, maker)
    standing = reached._standing(ill, "acme")
    silent = type(standing)(maker="acme", silent_since=NOW - 20 * DAY)
    (found,) = reached._stands(silent, NOW)
    assert (found.mark, found.code, found.facts["days"]) == (Mark.LOOK, "mirror_silent", "20")


# --- the hub -------------------------------------------------------------------------------------


def joined(folder, url, **more):
    with Store.open(folder / "reports.sqlite", outbox.MIGRATIONS) as store, store.write() as db:
        link = book.Link(
            outbox_id="o", key="k", secret="00", hub_url=url, hub_name="The hub", **more
        )
        book.save_link(db, link)
    return Patient(folder=folder, now=NOW)


def test_a_house_at_no_hub_is_good(tmp_path):
    assert codes(reached.hub(Patient(folder=tmp_path))) == ["hub_none"]


@pytest.mark.slow
def test_a_hub_that_answers_is_good_and_its_clock_is_asked(tmp_path):
    hub = RunningHub(tmp_path / "hub").start()
    try:
        ill = joined(tmp_path, hub.url, member_id="m")
        assert codes(reached.hub(ill)) == ["hub_good"]
        answer = asking.ask(f"{hub.url}/v1/hub")
        assert answer.status < 500
        assert abs(answer.ahead) < 60
    finally:
        hub.close()


def test_a_hub_that_is_away_is_wrong(tmp_path):
    ill = joined(tmp_path, f"http://127.0.0.1:{free_port()}", member_id="m")
    (found,) = reached.hub(ill)
    assert (found.mark, found.code) == (Mark.WRONG, "hub_not_reached")


def test_what_waits_for_long_and_an_invitation_not_taken_are_to_be_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(reached, "_answer", lambda _: Answer(status=200))
    ill = joined(tmp_path, "https://hub.example.org")
    with Store.open(tmp_path / "reports.sqlite", outbox.MIGRATIONS) as store, store.write() as db:
        db.execute(
            "INSERT INTO action (n, outbox, seq, op_id, kind, made, state) VALUES (1,'o',1,'x',"
            "'report.create', ?, 'queued')",
            (NOW - 9 * DAY,),
        )
    found = list(reached.hub(ill))
    assert codes(found) == ["hub_not_joined", "hub_waits_long"]
    assert found[1].facts["days"] == "9"


def test_what_the_hub_last_said_is_told_in_its_own_words(tmp_path, monkeypatch):
    monkeypatch.setattr(reached, "_answer", lambda _: Answer(status=503))
    ill = joined(tmp_path, "https://hub.example.org", member_id="m", error="key_unknown")
    assert codes(reached.hub(ill)) == ["hub_is_ill", "key_unknown"]


# --- the clock -----------------------------------------------------------------------------------


@pytest.fixture
def clocked(tmp_path, monkeypatch):
    """A house at a hub whose clock is ahead of ours by so many seconds."""
    monkeypatch.setattr(reached, "_is_synchronised", lambda: None)

    def make(ahead):
        monkeypatch.setattr(reached, "_answer", lambda _: Answer(status=200, ahead=ahead))
        return list(reached.clock(joined(tmp_path, "https://hub.example.org")))

    monkeypatch.setattr(files, "from_future", lambda _: [])
    return make


@pytest.mark.parametrize(
    ("ahead", "mark", "code"),
    [
        (3.0, Mark.GOOD, "clock_good"),
        (200.0, Mark.LOOK, "clock_behind"),
        (-200.0, Mark.LOOK, "clock_ahead"),
        (7_200.0, Mark.WRONG, "clock_behind"),
        (None, Mark.UNKNOWN, "clock_not_compared"),
    ],
)
def test_the_clock_is_held_against_those_it_speaks_with(clocked, ahead, mark, code):
    (found,) = clocked(ahead)
    assert (found.mark, found.code) == (mark, code)


def test_a_clock_before_the_program_was_made_is_wrong(clocked, monkeypatch):
    monkeypatch.setattr("desktop.build.build", lambda: type("B", (), {"made": int(NOW) + 9}))
    assert codes(clocked(1.0)) == ["clock_before_program"]


def test_a_system_that_does_not_set_its_clock_is_to_be_looked_at(clocked, monkeypatch):
    monkeypatch.setattr(reached, "_is_synchronised", lambda: False)
    assert codes(clocked(1.0)) == ["clock_alone"]


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("no", False), ("", None)])
def test_the_system_is_asked_whether_its_clock_is_set(tmp_path, monkeypatch, said, meant):
    tool = tmp_path / "timedatectl"
    tool.write_text(f"#!/bin/sh\necho {said}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert reached._is_synchronised() is meant
