"""The composed household, on a real broker: what a person does with it and what it keeps."""

import json
import socket
import threading

import keyring
import pytest

from desktop import app, logs, settings
from desktop.app import Household
from desktop.commands import (
    AddMaker,
    AdmitStale,
    CheckNow,
    GatherEvidence,
    KeepSecrets,
    SetBroker,
    SetChannel,
    SetLook,
    StageWeek,
    TrustOf,
)
from desktop.door import waited
from feedback.commands import SaveDraft, SendReport
from feedback.evidence import preview
from feedback.report import PartName, ReportState
from firmware.orders import StartRollout
from firmware.release import Channel, Fit
from firmware.serve_rules import Limits
from fleet import brokers
from fleet.commands import Rename
from fleet.errors import BrokerError, CommandError, OrangeryError, StoreError
from fleet.house import House
from fleet.inbox import Inbox
from fleet.model import Actor, BrokerState, UpdateState
from fleet.trace import Direction
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator

pytestmark = pytest.mark.broker


@pytest.fixture
def maker(tmp_path):
    return Simulator(tmp_path / "mirror")


@pytest.fixture
def folder(tmp_path, broker, maker):
    return furnish(tmp_path / "house", broker.port, maker)


@pytest.fixture
def household(folder):
    with Household(folder) as opened:
        yield opened


@pytest.fixture
def client(household):
    return household.client


@pytest.fixture
def lamp(broker):
    with Voice(broker.port) as voice:
        yield voice


def do(client, command):
    return waited(client.send(command))


def test_a_device_that_says_hello_is_in_the_house(client, lamp):
    device = until(client, device_called("Hall lamp"))
    assert (device.vendor, device.model, str(device.version)) == ("Acme", "Lamp 1", "0.9")


def test_a_name_given_to_a_device_is_there_after_a_restart(folder, lamp):
    with Household(folder) as first:
        key = until(first.client, device_called("Hall lamp")).key
        do(first.client, Rename(device=key, name="Night light"))
    with Household(folder) as second:
        assert second.client.snapshot().devices[key].name == "Night light"


def test_an_open_house_shows_at_once_what_it_knew_before(folder, monkeypatch):
    """Who asks in the same instant (`orangery maker list`) must not see an empty house."""
    began = House.start

    def slow(house):
        """Keep the house thread from its first turn until somebody waits for it or has looked."""
        take, looked = Inbox.take, threading.Event()
        monkeypatch.setattr(Inbox, "mark", lambda box: (looked.set(), mark(box))[1])
        monkeypatch.setattr(Inbox, "take", lambda *asked: (looked.wait(5), take(*asked))[1])
        began(house)

    mark = Inbox.mark
    monkeypatch.setattr(House, "start", slow)
    with Household(folder) as household:
        assert "acme" in household.client.snapshot().facts["trust"]


def test_a_verified_week_is_held_against_each_device(client, lamp):
    key = until(client, device_called("Hall lamp")).key
    week = do(client, CheckNow())
    assert week.id == "2026-W47"
    fit = until(client, lambda now: isinstance(now.facts["fit"].get(key), Fit) and now.facts["fit"])
    assert fit[key].target.version == "1.1"


def test_a_week_is_still_known_after_a_restart_without_its_mirror(folder, maker):
    with Household(folder) as first:
        do(first.client, CheckNow())
    maker.folder.rename(maker.folder.with_name("away"))
    with Household(folder) as second:
        week = until(second.client, lambda now: now.facts.get("week", {}).get("acme"))
    assert week.id == "2026-W47"


def test_a_mirror_that_is_gone_is_an_answer_and_changes_nothing(client, maker):
    week = do(client, CheckNow())
    maker.folder.rename(maker.folder.with_name("away"))
    with pytest.raises(Exception, match="mirror_unreachable"):
        do(client, CheckNow())
    facts = until(client, lambda now: now.facts["trust"]["acme"].code and now.facts)
    assert facts["trust"]["acme"].code == "mirror_unreachable"
    assert facts["week"]["acme"] == week


def test_staging_fetches_only_what_fits_a_device_here(folder, client, lamp):
    until(client, device_called("Hall lamp"))
    do(client, CheckNow())
    until(client, lambda now: any(isinstance(one, Fit) for one in now.facts["fit"].values()))
    assert do(client, StageWeek()) == ("fw/acme/lamp/lamp.bin",)
    lamp.hello("1.1")
    until(client, lambda now: not any(isinstance(one, Fit) for one in now.facts["fit"].values()))
    assert do(client, StageWeek()) == ()


def test_an_update_is_done_when_the_device_itself_says_so(client, lamp):
    key = until(client, device_called("Hall lamp")).key
    do(client, CheckNow())
    do(client, StartRollout())
    offer = lamp.order("offer")
    assert offer["version"] == "1.1"
    lamp.say("ack", json.dumps({"transfer": offer["transfer"], "accepted": True}).encode())
    update = client.snapshot().facts["update"][key]
    assert not update.state.ended
    lamp.hello("1.1")
    update = until(
        client, lambda now: (one := now.facts["update"][key]).state is UpdateState.DONE and one
    )
    assert update.version_to == "1.1"


def test_what_was_sent_to_a_device_is_traced_beside_what_it_said(household, lamp):
    client = household.client
    key = until(client, device_called("Hall lamp")).key
    do(client, CheckNow())
    do(client, StartRollout())
    offer = lamp.order("offer")
    status = {"transfer": offer["transfer"], "phase": "transferring", "have": 1, "of": 2}
    lamp.say("fw/status", json.dumps(status).encode())
    until(client, lambda now: now.facts["update"][key].state is not UpdateState.OFFERED)
    traced = household._house.trace.last(key, 50)
    ways = {one.topic.removeprefix(lamp.prefix): one.direction for one in traced}
    assert ways["/cmd"] is Direction.OUT
    assert ways["/fw/status"] is Direction.IN
    assert ways["/hello"] is Direction.IN


def test_evidence_holds_both_ways_and_no_name_of_the_house(client, lamp):
    key = until(client, device_called("Hall lamp")).key
    do(client, CheckNow())
    do(client, StartRollout())
    lamp.order("offer")
    parts = do(client, GatherEvidence(device=key))
    text = preview(parts, list(PartName)).decode()
    assert '"way": "out"' in text
    assert '"way": "in"' in text
    assert "Hall lamp" not in text
    assert "127.0.0.1" not in text


def test_what_a_device_called_itself_before_it_was_renamed_is_not_in_the_evidence(
    client, lamp, folder
):
    key = until(client, device_called("Hall lamp")).key
    do(client, Rename(device=key, name="Bedside"))
    log = logs.file_of(folder)
    log.parent.mkdir(exist_ok=True)
    log.write_text("WARNING Hall lamp went away, then Bedside came\n")
    text = preview(do(client, GatherEvidence(device=key)), list(PartName)).decode()
    assert "went away" in text
    assert "Hall lamp" not in text
    assert "Bedside" not in text


def test_evidence_is_redacted_outside_the_house_thread(client, lamp, monkeypatch):
    seen = []
    gather = app.mail.evidence.gather

    def watched(*args, **words):
        seen.append(threading.current_thread().name)
        return gather(*args, **words)

    monkeypatch.setattr(app.mail.evidence, "gather", watched)
    key = until(client, device_called("Hall lamp")).key
    do(client, GatherEvidence(device=key))
    assert seen
    assert all(name.startswith("pool") for name in seen)


def test_evidence_of_an_unknown_device_is_refused(client):
    with pytest.raises(CommandError, match="unknown_device"):
        do(client, GatherEvidence(device="nobody"))


def test_a_report_waits_over_a_restart_where_there_is_no_hub(folder):
    with Household(folder) as first:
        draft = do(first.client, SaveDraft(title="It flickers", text="At night."))
        do(first.client, SendReport(report=draft.id, evidence=b"{}"))
    with Household(folder) as second:
        kept = until(second.client, lambda now: now.facts.get("report", {}).get(draft.id))
    assert (kept.title, kept.state) == ("It flickers", ReportState.WAITING)


def test_a_second_program_is_refused_with_the_first_ones_pid(folder, household):
    with pytest.raises(StoreError, match="house_locked"), Household(folder):
        pass


def test_a_house_that_could_not_open_leaves_its_lock(folder):
    (folder / "reports.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="store_corrupt"), Household(folder):
        pass
    (folder / "reports.sqlite").unlink()
    with Household(folder) as opened:
        assert opened.client.snapshot() is not None


def test_files_are_served_on_the_same_port_after_a_restart(folder):
    with Household(folder):
        first = (folder / "serve.port").read_text()
    with Household(folder):
        assert (folder / "serve.port").read_text() == first


def test_what_devices_may_take_is_a_setting(tmp_path):
    limits = Limits(rate=100_000, connections=1)
    with Household(furnish(tmp_path / "other", serve_limits=limits)) as opened:
        assert opened._server._limits == limits


def test_nothing_listens_in_a_house_without_an_update(household):
    assert household._server.listening == ()


def test_a_port_taken_meanwhile_is_no_reason_not_to_open(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        (folder / "serve.port").write_text(str(taken))
        with Household(folder):
            assert (folder / "serve.port").read_text() != str(taken)


def test_another_broker_is_kept_with_its_password_in_the_keyring_only(folder, household, broker):
    chosen = SetBroker(host="127.0.0.1", port=broker.port, user="anna", password="hunter2")
    do(household.client, chosen)
    (kept,) = brokers.load(folder)
    assert kept.user == "anna"
    assert brokers.password(kept) == "hunter2"
    told = [file for file in folder.rglob("*") if file.is_file() and file.name != "secrets.json"]
    assert not [file for file in told if b"hunter2" in file.read_bytes()]


def test_a_password_that_is_not_said_again_stays_as_it_is(folder, household, broker):
    do(
        household.client,
        SetBroker(host="127.0.0.1", port=broker.port, user="anna", password="hunter2"),
    )
    do(household.client, SetBroker(host="127.0.0.1", port=broker.port, user="anna", tls=False))
    (kept,) = brokers.load(folder)
    assert brokers.password(kept) == "hunter2"


def test_a_broker_whose_password_cannot_be_kept_is_not_kept_either(folder, household, monkeypatch):
    def refuse(*_):
        raise BrokerError("keyring_missing")

    monkeypatch.setattr(brokers, "keep_password", refuse)
    before = brokers.load(folder)
    with pytest.raises(BrokerError, match="keyring_missing"):
        do(household.client, SetBroker(host="elsewhere", user="anna", password="hunter2"))
    assert brokers.load(folder) == before


def test_a_broker_without_a_user_needs_no_keyring(household, broker, monkeypatch):
    def refuse(*_):
        raise BrokerError("keyring_missing")

    monkeypatch.setattr(brokers, "keep_password", refuse)
    do(household.client, SetBroker(host="127.0.0.1", port=broker.port))


def test_a_locked_keyring_is_a_fact_of_the_connection_and_the_house_opens(folder, monkeypatch):
    def refuse(*_):
        raise BrokerError("keyring_failed", words="locked")

    monkeypatch.setattr(brokers, "password", refuse)
    with Household(folder) as opened:
        link = until(opened.client, lambda now: now.facts.get("connection", {}).get("home"))
    assert (link.state, link.error, link.fact) == (BrokerState.REFUSED, "keyring_failed", "locked")


def test_a_maker_whose_root_is_gone_stops_nobody_and_can_be_added_again(folder, maker):
    file = folder / "makers" / "acme.root.json"
    file.unlink()
    with Household(folder) as opened:
        told = until(opened.client, lambda now: now.facts.get("trust", {}).get("acme"))
        assert told.code == "root_missing"
        with pytest.raises(StoreError, match="root_missing"):
            do(opened.client, CheckNow())
        root = maker.maker().root.decode()
        do(opened.client, AddMaker(name="acme", urls=(str(maker.folder),), root=root))
        assert do(opened.client, CheckNow()).id == "2026-W47"


@pytest.mark.parametrize("root", ["", "{}", '{"signed": {"_type": "root"}, "signatures": []}'])
def test_a_root_that_is_none_is_not_pinned(folder, household, root):
    before = (folder / "makers" / "acme.root.json").read_bytes()
    with pytest.raises(Exception, match="root_bad"):
        do(household.client, AddMaker(name="acme", root=root))
    assert (folder / "makers" / "acme.root.json").read_bytes() == before


def test_a_makers_name_cannot_leave_its_folder(folder, household, maker):
    root = maker.maker().root.decode()
    with pytest.raises(CommandError, match="maker_name_bad"):
        do(household.client, AddMaker(name="../../evil", root=root))
    assert not (folder.parent / "evil.root.json").exists()


def test_by_consent_secrets_go_to_a_file_and_back(folder, household, memory_keyring):
    do(household.client, KeepSecrets(in_file=True))
    keyring.set_password("orangery", "home", "s3cret")
    assert "s3cret" in (folder / "secrets.json").read_text()
    assert settings.load(folder).secrets_in_file
    do(household.client, KeepSecrets(in_file=False))
    assert memory_keyring.get_password("orangery", "home") == "s3cret"
    assert not settings.load(folder).secrets_in_file


def test_the_look_is_kept_and_told(folder, household):
    do(household.client, SetLook(language="zh_CN", theme="dark"))
    look = until(
        household.client,
        lambda now: (one := now.facts["look"]["window"]).theme == "dark" and one,
    )
    assert look.language == "zh_CN"
    assert json.loads((folder / "settings.json").read_text())["theme"] == "dark"


def test_a_maker_comes_with_several_mirrors_and_a_channel_and_keeps_them(folder, household, maker):
    root, gone = maker.maker().root.decode(), str(folder / "gone")
    urls = (gone, str(maker.folder))
    do(household.client, AddMaker(name="acme", urls=urls, root=root))
    assert do(household.client, CheckNow()).source == str(maker.folder)
    (known,) = settings.load(folder).makers
    assert known.urls == urls
    with_answers = household.client.snapshot().facts["trust"]["acme"].answers
    assert [one.code for one in with_answers] == ["mirror_unreachable", ""]


def test_another_channel_is_kept_told_and_looked_for_at_once(folder, maker):
    maker.add_stable(week="2026-W44")
    maker.publish()
    with Household(folder) as opened:
        do(opened.client, CheckNow())
        do(opened.client, SetChannel(channel=Channel.STABLE))
        week = until(
            opened.client,
            lambda now: (
                (one := now.facts.get("week", {}).get("acme")) and one.id == "2026-W44" and one
            ),
        )
        assert week.channel is Channel.STABLE
        assert opened.client.snapshot().facts["channel"]["acme"].channel is Channel.STABLE
    with Household(folder) as again:
        assert do(again.client, CheckNow()).id == "2026-W44"


def test_until_the_other_channel_is_verified_nothing_is_installed(household, lamp):
    client = household.client
    until(client, device_called("Hall lamp"))
    do(client, CheckNow())
    do(client, SetChannel(channel=Channel.STABLE))  # this maker has no such train
    assert "acme" not in client.snapshot().facts.get("week", {})
    with pytest.raises(OrangeryError):
        do(client, StartRollout())


def test_the_channel_of_a_maker_that_is_not_known_is_not_set(household):
    with pytest.raises(OrangeryError, match="maker_unknown"):
        do(household.client, SetChannel(maker="nobody", channel=Channel.STABLE))


@pytest.mark.parametrize(
    "command",
    [
        SetChannel(channel=Channel.STABLE),
        AdmitStale(source="stick", reason="r"),
        TrustOf(),
        CheckNow(source="stick"),
    ],
)
def test_only_an_admin_decides_what_is_trusted(household, command):
    guest = Actor("guest", frozenset({"guest"}))
    with pytest.raises(CommandError, match="not_allowed"):
        waited(household._house.send(command, guest))


def test_an_expired_stick_that_an_admin_took_can_be_installed(folder, maker, tmp_path, lamp):
    maker.days = dict.fromkeys(maker.days, -1.0) | {"root": 28.0}
    maker.publish()
    with Household(folder) as opened:
        client = opened.client
        until(client, device_called("Hall lamp"))
        stick = str(maker.folder)
        with pytest.raises(OrangeryError, match="metadata_expired"):
            do(client, CheckNow(source=stick))
        do(client, AdmitStale(source=stick, reason="the line is down", by="Ana"))
        do(client, StartRollout())
        assert lamp.order("offer")["version"] == "1.2"
