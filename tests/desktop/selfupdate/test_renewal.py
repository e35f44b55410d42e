"""The program renews itself by its makers' weeks: what it takes, what it refuses, and why."""

import hashlib
import threading

import pytest

from desktop.build import Packaged
from desktop.selfupdate import noting, verifying
from desktop.selfupdate.facts import Gone, Mode, Step
from desktop.selfupdate.fridays import AGAIN_S
from desktop.selfupdate.versions import Versions
from firmware import maker_link
from firmware.errors import TrustError
from firmware.release import Channel
from firmware.stage import Stage
from fleet.errors import CommandError
from tests.desktop.selfupdate.renewing import PLATFORM, Clock, Program, copy, shelf
from tests.firmware.simulator import Server, Simulator


@pytest.fixture
def maker(tmp_path):
    made = Program(tmp_path / "maker")
    made.ship("0.2.0")
    return made


@pytest.fixture
def server(maker):
    with Server(maker.folder) as running:
        yield running


@pytest.fixture
def versions(tmp_path):
    return shelf(tmp_path)


@pytest.fixture
def mine(tmp_path, maker, server, versions):
    return copy(tmp_path, maker.link(server), versions=versions)


def there(versions):
    return sorted(one.name for one in (versions.root / "versions").iterdir())


def code_of(call):
    with pytest.raises((TrustError, CommandError)) as told:
        call()
    return told.value.code


# --- what it takes -------------------------------------------------------------------------------


def test_a_newer_version_is_fetched_verified_and_starts_with_the_next_start(mine, versions):
    steps = []
    now = mine.renew(told=lambda step, have, of: steps.append((step, have, of)))
    assert (now.ready, now.before, now.step) == ("0.2.0", "", Step.READY)
    assert there(versions) == ["0.1.0", "0.2.0"]
    assert versions.is_whole("0.2.0")
    assert [step for step, *_ in steps][:1] == [Step.CHECKING]
    assert steps[-1][0] is Step.UNPACKING
    assert all(have <= of for _, have, of in steps)


def test_what_a_check_finds_is_told_with_its_size_and_week_and_fetches_nothing(mine, maker, server):
    now = mine.check()
    [archive] = [body for path, body in maker.files.items() if path.endswith(".tar.xz")]
    assert (now.offer.version, now.offer.size, now.offer.week) == (
        "0.2.0",
        len(archive),
        "2026-W47",
    )
    assert not [path for path, _ in server.requests if "/fw/" in path]


def test_it_is_fetched_once_and_the_next_time_nothing_is_asked_but_the_week(mine, server):
    mine.renew()
    server.requests.clear()
    assert mine.renew().ready == "0.2.0"
    assert not [path for path, _ in server.requests if "/fw/" in path]


def test_a_version_that_runs_is_nothing_new(tmp_path, maker, server):
    now = copy(tmp_path, maker.link(server), "0.2.0").check()
    assert (now.offer, now.why_not) == (None, "already_there")


def test_a_newer_week_replaces_the_version_that_waits(mine, maker):
    mine.renew()
    maker.ship("0.3.0")
    assert mine.renew().ready == "0.3.0"


def test_only_the_archive_of_this_platform_is_for_it(mine, maker):
    maker.ship("0.3.0", model="windows-x86_64")
    assert mine.check().why_not == "program_not_in_week"


def test_what_was_cut_off_goes_on_where_it_was(mine, maker, server, versions):
    def told(step, have, _of):
        if step is Step.FETCHING and not have:
            server.cut_after = 120

    mine.renew(told=told)
    ranges = [start for path, start in server.requests if path.endswith(".tar.xz")]
    assert ranges[0] == 0
    assert 120 in ranges
    assert versions.state().now == "0.2.0"


def test_a_person_can_stop_it_and_it_goes_on_the_next_time(mine, versions):
    stop = threading.Event()

    def told(step, _have, _of):
        if step is Step.FETCHING:
            stop.set()

    assert mine.renew(told=told, stop=stop).ready == ""
    assert there(versions) == ["0.1.0"]
    assert mine.renew().ready == "0.2.0"


def test_a_folder_on_a_stick_is_as_good_as_the_mirror(mine, maker, server):
    mine.check()
    maker.ship("0.3.0")
    server.requests.clear()
    assert mine.renew(str(maker.folder)).ready == "0.3.0"
    assert server.requests == []


def test_a_bundle_on_a_stick_is_believed_by_its_own_root(mine, maker, tmp_path):
    mine.check()
    maker.add_bundle()
    maker.ship("0.3.0")
    stick = maker.copy(tmp_path / "stick")
    (stick / "metadata" / "timestamp.json").unlink()
    assert mine.renew(str(stick)).ready == "0.3.0"


def test_stepping_stones_are_taken_one_after_the_other(mine, maker):
    maker.ship("0.3.0", minimum="0.2.0")
    assert mine.check().why_not == "below_minimum"


def test_it_can_be_held_against_its_signed_list_also_in_a_later_week(mine, maker, server, tmp_path):
    mine.renew()
    maker.ship("0.3.0")
    wanted = verifying.Wanted(
        version="0.2.0",
        platform=PLATFORM,
        link=maker_link.parse(maker.link(server)),
        home=tmp_path / "program",
    )
    folder = tmp_path / "root" / "versions" / "0.2.0"
    assert verifying.verify(folder, wanted).differences == ()


# --- what it refuses -----------------------------------------------------------------------------


def test_a_root_that_is_not_the_one_named_in_the_build_is_refused(tmp_path, maker, server):
    stranger = Simulator(tmp_path / "stranger")
    stranger.publish()
    link = maker.link(server)
    with Server(stranger.folder) as theirs:
        mine = copy(tmp_path, link.replace(server.url, theirs.url))
        assert code_of(mine.check) == "root_not_the_named"
    assert mine.now().code == "root_not_the_named"


def test_a_week_signed_by_a_wrong_key_is_refused(mine, maker, versions):
    mine.check()
    stranger = Program(maker.folder.parent / "other")
    stranger.ship("0.9.0")
    maker.signers["train-orange"] = stranger.keys["train-orange"][:2]
    maker.ship("0.9.0")
    assert code_of(mine.renew) == "threshold_missing"
    assert there(versions) == ["0.1.0"]
    assert mine.now().code == "threshold_missing"


def test_a_mirror_that_shows_an_older_week_is_refused(mine, maker, tmp_path):
    before = maker.copy(tmp_path / "before")
    maker.ship("0.3.0")
    mine.check()
    assert code_of(lambda: mine.renew(str(before))) == "mirror_rolled_back"


@pytest.mark.parametrize("killed", [False, True])
def test_a_build_of_other_makers_in_between_is_no_way_to_an_older_week(
    tmp_path, maker, server, monkeypatch, killed
):
    before = maker.copy(tmp_path / "before")
    maker.ship("0.3.0")
    copy(tmp_path, maker.link(server)).check()
    others = Program(tmp_path / "others")
    others.ship("0.2.0")
    with Server(others.folder) as theirs:
        other = copy(tmp_path, others.link(theirs))
        if killed:  # before it is written down whose root it is now
            with monkeypatch.context() as cut:
                cut.setattr("desktop.selfupdate.renewal.durable.write", lambda *_: 1 / 0)
                with pytest.raises(ZeroDivisionError):
                    other.check()
        assert other.check().offer.version == "0.2.0"
    again = copy(tmp_path, maker.link(server))
    assert code_of(lambda: again.check(str(before))) == "mirror_rolled_back"


def test_a_week_that_names_an_older_version_never_takes_it_back(tmp_path, maker, server):
    now = copy(tmp_path, maker.link(server), "0.3.0").renew()
    assert (now.ready, now.why_not) == ("", "older_than_installed")


def test_a_lower_counter_is_refused_whatever_the_version_says(mine, maker, versions):
    mine.renew()
    maker.ship("0.9.0", counter=0)
    assert code_of(mine.check) == "mirror_rolled_back"


def test_where_train_and_build_name_other_bytes_nothing_is_taken(mine, maker, versions):
    def swap(train):
        train["files"][0]["sha256"] = hashlib.sha256(b"other").hexdigest()

    maker.on_train = swap
    maker.ship("0.3.0")
    assert code_of(mine.renew) == "week_disagrees"
    assert there(versions) == ["0.1.0"]


def test_a_frozen_mirror_is_told_as_one(mine, maker):
    maker.days = dict.fromkeys(maker.days, -1.0) | {"root": 28.0}
    maker.ship("0.3.0")
    assert code_of(mine.check) == "metadata_expired"


def test_an_altered_archive_is_refused_and_said(mine, maker, versions):
    path = maker.ship("0.3.0")
    file = maker.target(path)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    assert code_of(mine.renew) == "target_tampered"
    assert there(versions) == ["0.1.0"]
    assert mine.now().code == "target_tampered"


def test_a_list_of_another_version_is_refused(mine, maker, versions):
    path = maker.ship("0.3.0", publish=False)
    old = Program(maker.folder.parent / "old")
    old.ship("0.2.9")
    name = path.replace(".tar.xz", ".files.json")
    maker.files[name] = next(body for one, body in old.files.items() if one.endswith(".json"))
    maker.publish()
    assert code_of(mine.renew) == "list_disagrees"
    assert there(versions) == ["0.1.0"]


def test_an_archive_without_its_list_is_refused(mine, maker, versions):
    path = maker.ship("0.3.0", publish=False)
    del maker.files[path.replace(".tar.xz", ".files.json")]
    maker.publish()
    assert code_of(mine.renew) == "list_missing"
    assert there(versions) == ["0.1.0"]


def test_a_week_that_is_held_or_whose_ring_is_closed_begins_nothing(mine, maker):
    words = {"en": "Wait.", "zh_CN": "请等待。"}
    maker.on_train = lambda train: train.update(held=words)
    maker.ship("0.3.0")
    assert mine.renew().why_not == "week_held"
    ring = {"name": "everybody", "percent": 100, "opens": 2**40}
    maker.on_train = lambda train: train.update(rings=[ring], salt="s")
    maker.ship("0.4.0")
    now = mine.renew()
    assert (now.why_not, now.ready) == ("ring_not_open", "")


# --- killed --------------------------------------------------------------------------------------


class Killed(BaseException):
    """The power goes."""


STEPS = ("stage.fetch list", "stage.fetch", "unpack", "note", "keep", "switch", "clean")


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_one_of_the_two_starts_and_the_next_time_goes_on(
    mine, versions, monkeypatch, tmp_path, step
):
    def dies(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        match step:
            case "stage.fetch list":
                patch.setattr(Stage, "fetch", dies)
            case "stage.fetch":
                fetch = Stage.fetch
                patch.setattr(
                    Stage,
                    "fetch",
                    lambda *asked: dies() if len(asked) > 4 else fetch(*asked),
                )
            case "unpack" | "switch":
                patch.setattr(Versions, step, dies)
            case "note":
                patch.setattr(noting, "with_taken", dies)
            case "keep":
                patch.setattr(verifying, "keep", dies)
            case "clean":
                patch.setattr(Stage, "clean", dies)
        with pytest.raises(Killed):
            mine.renew()
    assert versions.state().now == ("0.2.0" if step == "clean" else "0.1.0")
    assert mine.renew().ready == "0.2.0"
    assert versions.is_whole("0.2.0")
    assert Stage(tmp_path / "program" / "stage").used() == 0


# --- what is taken back --------------------------------------------------------------------------


def test_a_version_that_is_recalled_before_it_started_does_not_start(mine, maker, versions):
    path = maker.ship("0.2.1")
    mine.renew()
    digest = hashlib.sha256(maker.files[path]).hexdigest()
    maker.on_train = lambda train: train.update(recalled=[digest])
    maker.publish()
    now = mine.check()
    assert (versions.state().now, now.ready, now.why_not) == ("0.1.0", "", "program_not_in_week")


def test_a_version_whose_week_is_withdrawn_starts_once_that_was_a_mistake(mine, maker, versions):
    mine.renew()
    maker.on_train = lambda train: train.update(withdrawn={"en": "It eats batteries."})
    maker.publish()
    assert (mine.check().ready, versions.state().now) == ("", "0.1.0")
    maker.on_train = lambda train: None
    maker.publish()
    assert (mine.renew().ready, versions.state().now) == ("0.2.0", "0.2.0")


def test_a_version_that_was_put_here_by_hand_is_known_when_it_is_recalled(tmp_path, maker, server):
    running = copy(tmp_path, maker.link(server), "0.2.0")
    running.check()
    archive = next(body for path, body in maker.files.items() if path.endswith(".tar.xz"))
    digest = hashlib.sha256(archive).hexdigest()
    maker.on_train = lambda train: train.update(recalled=[digest])
    maker.publish()
    assert running.check().gone is Gone.RECALLED


def test_a_version_that_runs_and_is_recalled_says_so(tmp_path, mine, maker, server):
    mine.renew()
    digests = [hashlib.sha256(body).hexdigest() for body in maker.files.values()]
    kept = shelf(tmp_path, "0.2.0", before="0.1.0")
    newer = copy(tmp_path, maker.link(server), "0.2.0", versions=kept)
    maker.on_train = lambda train: train.update(recalled=digests)
    maker.publish()
    now = newer.check()
    assert (now.gone, now.before) == (Gone.RECALLED, "0.1.0")
    newer.back()
    assert mine.now().gone is None, "of the version before nothing was said"


def test_a_withdrawn_week_says_why_of_the_version_that_runs(tmp_path, maker, server):
    why = {"en": "It eats batteries.", "zh_CN": "耗电。"}
    running = copy(tmp_path, maker.link(server), "0.2.0")
    assert running.check().gone is None
    maker.on_train = lambda train: train.update(withdrawn=why)
    maker.publish()
    now = running.check()
    assert (now.gone, now.gone_words) == (Gone.WITHDRAWN, why)


def test_a_version_that_failed_here_is_not_taken_again_until_a_newer_one_comes(
    mine, maker, versions
):
    mine.renew()
    versions.back()
    assert mine.renew().why_not == "skipped"
    maker.ship("0.2.1")
    assert mine.renew().ready == "0.2.1"


def test_whoever_goes_back_is_not_brought_forward_again_by_the_same_version(
    tmp_path, maker, server
):
    kept = shelf(tmp_path, "0.2.0", before="0.1.0")
    link = maker.link(server)
    assert copy(tmp_path, link, "0.2.0", versions=kept).back().ready == "0.1.0"
    older = copy(tmp_path, link, "0.1.0", versions=Versions(kept.root, "0.1.0"))
    assert older.renew().why_not == "skipped"
    maker.ship("0.3.0")
    assert older.renew().ready == "0.3.0"


def test_a_person_may_try_it_again(mine, versions):
    mine.renew()
    versions.back()
    assert mine.renew(again=True).ready == "0.2.0"


def test_without_a_version_before_there_is_no_way_back(mine):
    assert code_of(mine.back) == "no_version_before"


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Packaged.DEB, Packaged.RPM, Packaged.LOOSE, Packaged.SOURCE])
def test_a_copy_that_somebody_else_keeps_says_what_there_is_and_fetches_nothing(
    tmp_path, maker, server, kind
):
    other = copy(tmp_path, maker.link(server), packaged=kind)
    now = other.check()
    assert (now.offer.version, now.renews_itself, now.mode) == ("0.2.0", False, Mode.TELL)
    assert code_of(other.renew) == "program_not_ours"
    assert not [path for path, _ in server.requests if "/fw/" in path]


def test_a_copy_in_a_folder_of_somebody_else_only_tells(mine, server, versions, monkeypatch):
    monkeypatch.setattr("desktop.selfupdate.versions.os.access", lambda *_: False)
    now = mine.check()
    assert (now.offer.version, now.renews_itself, now.mode) == ("0.2.0", False, Mode.TELL)
    assert code_of(mine.renew) == "program_not_writable"
    assert there(versions) == ["0.1.0"]


def test_a_copy_without_a_maker_asks_nobody(tmp_path):
    alone = copy(tmp_path, "")
    alone.begin()
    now = alone.now()
    assert (now.maker, now.mode, now.next_check, alone.is_due()) == ("", Mode.NEVER, 0.0, False)
    assert code_of(alone.check) == "program_no_maker"
    assert not (tmp_path / "program").exists()


def test_two_processes_do_not_work_on_it_at_once(tmp_path, maker, server, mine):
    other = copy(tmp_path, maker.link(server))
    found = []

    def told(step, _have, _of):
        if step is Step.UNPACKING:
            found.append(code_of(other.check))

    mine.renew(told=told)
    assert set(found) == {"renewal_under_way"}


# --- what is chosen ------------------------------------------------------------------------------


def test_the_stable_train_is_ridden_where_it_is_chosen(mine, maker):
    maker.add_stable(week="2026-W46", files=[])
    maker.ship("0.3.0")
    assert mine.check().offer.version == "0.3.0"
    now = mine.choose(channel=Channel.STABLE)
    assert (now.channel, now.offer) == (Channel.STABLE, None)
    assert mine.check().offer is None


def test_the_link_of_the_build_says_which_train_is_ridden_at_first(tmp_path, maker, server):
    assert copy(tmp_path, maker.link(server)).now().channel is Channel.ORANGE
    stable = copy(tmp_path, maker.link(server, channel="stable"))
    assert stable.now().channel is Channel.STABLE


def test_the_first_friday_after_the_first_start_is_the_first_that_counts(tmp_path, maker, server):
    clock = Clock(1_700_000_000.0)
    mine = copy(tmp_path, maker.link(server), clock=clock)
    assert not mine.is_due()
    mine.begin()
    assert not mine.is_due()
    clock.now = mine.now().next_check
    assert mine.is_due()
    mine.choose(mode=Mode.NEVER)
    assert not mine.is_due()


def test_one_that_began_under_a_clock_years_ahead_asks_once_and_then_each_friday(
    tmp_path, maker, server
):
    clock = Clock(1_900_000_000.0)
    mine = copy(tmp_path, maker.link(server), clock=clock)
    mine.begin()
    clock.now = 1_700_000_000.0  # a Tuesday
    assert mine.is_due()
    mine.check()
    clock.now += 2 * AGAIN_S
    assert not mine.is_due()


def test_two_copies_of_one_person_ask_each_for_itself_and_not_more_often(tmp_path, maker, server):
    clock = Clock(1_700_000_000.0)  # a Tuesday
    link = maker.link(server)
    newer, older = (
        copy(tmp_path / name, link, name, clock=clock, packaged=Packaged.LOOSE, memory=tmp_path)
        for name in ("0.2.0", "0.1.0")
    )
    newer.begin()
    older.begin()
    clock.now = newer.now().next_check
    assert newer.check().why_not == "already_there"
    assert (older.now().why_not, older.now().offer) == ("", None)
    clock.now += AGAIN_S
    assert (newer.is_due(), older.is_due()) == (False, True)
    assert older.check().offer.version == "0.2.0"
    clock.now += AGAIN_S
    assert (newer.is_due(), older.is_due()) == (False, False)
    assert (newer.now().offer, newer.now().gone) == (None, None)


def test_a_version_that_was_just_fetched_need_not_ask_when_it_starts(tmp_path, mine, maker, server):
    mine.begin()
    mine.renew()
    started = copy(tmp_path, maker.link(server), "0.2.0", versions=shelf(tmp_path, "0.2.0"))
    started.begin()
    assert not started.is_due()


def test_a_check_that_failed_says_since_when_until_one_holds(tmp_path, maker, server):
    mine = copy(tmp_path, maker.link(server))
    mine.check()
    timestamp = maker.metadata / "timestamp.json"
    body = timestamp.read_bytes()
    timestamp.unlink()
    assert code_of(mine.check) == "mirror_unreachable"
    since = mine.now().failing_since
    assert since > 0
    assert mine.now().offer.version == "0.2.0"
    timestamp.write_bytes(body)
    assert mine.check().failing_since == 0.0


def test_a_spoilt_note_keeps_nobody_from_a_newer_version(mine, tmp_path):
    mine.check()
    (tmp_path / "program" / "program.json").write_bytes(b"{")
    assert mine.renew().ready == "0.2.0"
