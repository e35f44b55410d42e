"""Folders that never meet: what an event file brings is recomputed, verified and merged."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware import archive, durable, event
from firmware.changes import Importance
from firmware.errors import PublishError, TrustError
from firmware.exchange import Reason, Standing, fingerprint, join, send, take
from firmware.publish import Publisher
from firmware.review import changes
from tests.firmware.holders import NOW, WEEK, WORDS, Holder, Staff, open_week
from tests.firmware.mutants import mutated
from tests.firmware.releases import Release

DAY = 86_400
ROLES = {"root", "bundle-root", "targets", "build-lamp", "train-orange"}


@pytest.fixture(autouse=True)
def no_power_cuts(monkeypatch):
    """Waiting for the disk is not what is tried here."""
    monkeypatch.setattr(durable, "sync", lambda _: None)


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    return Staff(tmp_path_factory.mktemp("online"))


@pytest.fixture(scope="module")
def made(staff, tmp_path_factory):
    """Folders to copy: the office with the first week open, the home that took it; and its file."""
    folder = tmp_path_factory.mktemp("made")
    office = staff.folder(folder / "office")
    open_week(office, Release())
    mail = send(office, folder / "first.orangery-event")
    take(join(folder / "home", mail, pinned(office)), mail, "en")
    shutil.copytree(folder / "office", folder / "published")
    publish(staff, Publisher(folder / "published"))
    return folder


@pytest.fixture
def office(made, tmp_path):
    """The folder of Ann and Carl, with the first week open."""
    return copied(made, "office", tmp_path)


@pytest.fixture
def running(made, tmp_path):
    """The office after its first week, with the next one open."""
    office = copied(made, "published", tmp_path)
    open_week(office, Release(version="2.1.0", counter=3), "2026-W49", NOW + 7 * DAY)
    return office


@pytest.fixture
def home(made, tmp_path):
    """The folder of Ben and Dora, who took the first week."""
    return copied(made, "home", tmp_path)


@pytest.fixture
def mail(made, tmp_path):
    """The first week as an event file."""
    return Path(shutil.copy(made / "first.orangery-event", tmp_path))


def copied(made, name, tmp_path):
    return Publisher(shutil.copytree(made / name, tmp_path / name))


def pinned(publisher):
    return fingerprint(publisher.proposals()["root"].to_bytes())


def publish(staff, publisher, now=NOW):
    for holder in staff.people:
        holder.sign(publisher)
    publisher.publish(WORDS, now)


def refused(call, *facts):
    with pytest.raises(PublishError) as raised:
        call()
    return (raised.value.code, *(raised.value.facts[name] for name in facts))


def rewritten(file, change):
    """The same file with other members: `change` gets and returns name -> bytes."""
    with zipfile.ZipFile(file) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    archive.write(file, change(members))
    return file


def in_json(name, change):
    """A change of one JSON member, for `rewritten`."""

    def apply(members):
        value = json.loads(members[name])
        change(value)
        return {**members, name: json.dumps(value).encode()}

    return apply


def state(publisher):
    """All that taking a file may change."""
    files = (file for file in publisher.folder.rglob("*") if file.is_file())
    return {file: file.read_bytes() for file in files if file.name != "history.json"}


# --- together -------------------------------------------------------------------------------------


def test_two_folders_reach_the_threshold_by_three_files_and_the_first_publishes(
    staff, office, tmp_path
):
    staff.ann.sign(office)
    first = send(office, tmp_path / "1.orangery-event")
    home = join(tmp_path / "joined", first, pinned(office))
    taken = take(home, first, "en")
    assert taken.standing is Standing.NEWER
    assert set(taken.accepted) == {"root", "bundle-root", "targets", "build-lamp"}
    assert not taken.refused
    assert not taken.missing_images
    staff.ben.sign(home)
    staff.dora.sign(home)
    second = send(home, tmp_path / "2.orangery-event", with_images=False)
    assert take(office, second, "en").accepted["train-orange"] == ("dora",)
    staff.carl.sign(office)
    third = send(office, tmp_path / "3.orangery-event", with_images=False)
    assert take(home, third, "en").accepted["train-orange"] == ("carl", "dora")
    assert home.status().ready
    assert office.publish(WORDS, NOW).week == WEEK
    assert office.published.train().week == WEEK


def test_both_folders_merge_each_others_signatures(staff, office, home, tmp_path):
    staff.ann.sign(office)
    staff.ben.sign(home)
    there = send(office, tmp_path / "there")
    back = send(home, tmp_path / "back")
    for publisher, file in ((office, back), (home, there)):
        assert take(publisher, file, "en").standing is Standing.SAME
        assert set(publisher.proposals()["build-lamp"].signatures) == {
            staff.ann.key.keyid,
            staff.ben.key.keyid,
        }


def test_taking_a_file_twice_changes_nothing(staff, office, home, tmp_path):
    staff.ann.sign(office)
    file = send(office, tmp_path / "again")
    first = take(home, file, "en")
    before = state(home)
    second = take(home, file, "en")
    assert state(home) == before
    assert second.standing is Standing.SAME
    assert second.accepted == first.accepted


def test_the_next_week_brings_what_was_published_meanwhile(running, home, tmp_path):
    taken = take(home, send(running, tmp_path / "next"), "en")
    assert taken.standing is Standing.NEWER
    assert home.published.train().week == WEEK
    assert home.draft().week == "2026-W49"
    assert not taken.refused
    assert {one.code for one in taken.changes} >= {"week_next", "image_version"}
    assert Importance.GRAVE not in {one.importance for one in taken.changes}


def test_a_heartbeat_between_two_files_is_in_nobodys_way(staff, running, home, tmp_path):
    take(home, send(running, tmp_path / "there"), "en")
    staff.ben.sign(home)
    back = send(home, tmp_path / "back")
    running.heartbeat(WORDS, NOW + 8 * DAY)
    stamp = running.published.main.timestamp().signed.version
    assert take(running, back, "en").accepted["build-lamp"] == ("ben",)
    assert running.published.main.timestamp().signed.version == stamp


def test_an_event_without_images_is_small_enough_for_a_mail(office, tmp_path):
    file = send(office, tmp_path / "small", with_images=False)
    assert file.stat().st_size < 64 * 1024
    assert event.read(file).images == {}


def test_without_images_one_can_look_and_sign_and_is_told_what_is_missing(staff, office, tmp_path):
    file = send(office, tmp_path / "small", with_images=False)
    home = join(tmp_path / "joined", file, pinned(office))
    taken = take(home, file, "en")
    assert taken.missing_images == (office.draft().images[0].path,)
    assert staff.ben.sign(home)
    assert take(office, send(home, tmp_path / "back"), "en").accepted["build-lamp"] == ("ben",)


def test_images_sent_along_are_kept_where_their_bytes_hold(office, home):
    image = office.draft().images[0]
    kept = home.folder / "images" / image.sha256
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == image.sha256


def test_the_changes_are_told_in_the_language_asked_for(office, home, mail):
    taken = take(home, mail, "zh_CN")
    assert "灯光更柔和" in taken.text
    assert "务必仔细核对" in taken.text
    assert taken.changes == changes(office)


def test_a_changed_key_is_grave_in_the_other_folder(running, home, tmp_path):
    take(home, send(running, tmp_path / "next"), "en")
    running.rotate_key(["build-lamp"], "ben", Holder("eve").key)
    taken = take(home, send(running, tmp_path / "rotated"), "en")
    grave = {(one.code, one.about) for one in taken.changes if one.importance is Importance.GRAVE}
    assert grave == {("key_added", "build-lamp"), ("key_removed", "build-lamp")}
    assert [info.name for info in home.setup.signers("build-lamp").keys] == ["ann", "eve"]


# --- one event, two states ------------------------------------------------------------------------


def test_a_signature_for_an_older_draft_is_dropped_and_said(staff, office, home, tmp_path):
    staff.ben.sign(home)
    staff.dora.sign(home)
    late = send(home, tmp_path / "late")
    office.notes("A calmer light, and a brighter one.", "灯光更柔和更明亮。")
    before = office.draft()
    taken = take(office, late, "en")
    assert taken.standing is Standing.OLDER
    assert office.draft() == before
    assert [(one.role, one.signer, one.reason) for one in taken.refused] == [
        ("train-orange", "dora", Reason.OLDER)
    ]
    assert taken.accepted["build-lamp"] == ("ben",)  # its bytes did not change


def test_a_later_draft_is_taken_over_and_what_no_longer_fits_is_said(staff, office, home, tmp_path):
    staff.dora.sign(home)
    office.notes("Now with more words.", "文字更多。")
    taken = take(home, send(office, tmp_path / "later"), "en")
    assert taken.standing is Standing.NEWER
    assert home.draft() == office.draft()
    assert [(one.role, one.signer, one.reason) for one in taken.refused] == [
        ("train-orange", "dora", Reason.OLDER)
    ]


def test_an_older_file_does_not_bring_the_older_draft_back(office, home, mail, tmp_path):
    office.notes("Now with more words.", "文字更多。")
    take(home, send(office, tmp_path / "later"), "en")
    assert take(home, mail, "en").standing is Standing.OLDER
    assert home.draft() == office.draft()


def test_where_both_changed_the_event_somebody_has_to_decide(office, home, tmp_path):
    office.notes("One.", "一。")
    home.notes("Two.", "二。")
    file = send(home, tmp_path / "two")
    before = state(office)
    assert refused(lambda: take(office, file, "en")) == ("event_conflict",)
    assert state(office) == before
    assert take(office, file, "en", replace=True).standing is Standing.NEWER
    assert office.draft().notes["en"] == "Two."


def test_another_event_is_not_mixed_into_an_open_one(staff, office, home, tmp_path):
    home.close_week()
    home.open_week("2026-W50", NOW + 1)
    file = send(office, tmp_path / "there")
    assert refused(lambda: take(home, file, "en"), "week") == ("week_open", "2026-W50")


# --- signatures -----------------------------------------------------------------------------------


def signed_by(role, keyid, text):
    def change(metadata):
        metadata["signatures"].append({"keyid": keyid, "sig": text})

    return in_json(f"proposed/1.{role}.json", change)


def test_a_signature_by_a_key_not_of_the_role_is_left_out_and_said(staff, office, home, tmp_path):
    data = office.proposals()["train-orange"].signed_bytes
    staff.dora.sign(office)
    file = send(office, tmp_path / "there")
    ann = staff.ann
    taken = take(
        home, rewritten(file, signed_by("train-orange", ann.key.keyid, ann.over(data))), "en"
    )
    assert [(one.role, one.signer, one.reason) for one in taken.refused] == [
        ("train-orange", ann.key.keyid[:8], Reason.STRANGER)
    ]
    assert taken.accepted == {"train-orange": ("dora",)}


@pytest.mark.parametrize("text", ["", "zz", "00" * 64])
def test_a_bad_signature_is_named_and_the_good_ones_stay(staff, office, home, tmp_path, text):
    staff.ann.sign(office)
    file = rewritten(
        send(office, tmp_path / "there"), signed_by("build-lamp", staff.ben.key.keyid, text)
    )
    taken = take(home, file, "en")
    assert [(one.role, one.signer, one.reason) for one in taken.refused] == [
        ("build-lamp", "ben", Reason.BAD)
    ]
    assert taken.accepted["build-lamp"] == ("ann",)
    assert set(home.proposals()["build-lamp"].signatures) == {staff.ann.key.keyid}


def test_the_same_key_under_two_names_is_refused(office, mail, home):
    twin = msgspec.structs.replace(office.setup.signers("train-orange").keys[0], name="twin")
    twin = msgspec.to_builtins(msgspec.structs.replace(twin, keyid="f" * 64))

    def add(head):
        head["setup"]["staff"]["train-orange"]["keys"].append(twin)

    before = state(home)
    code, *_ = refused(lambda: take(home, rewritten(mail, in_json("event.json", add)), "en"))
    assert code == "key_ambiguous"
    assert state(home) == before


def test_any_number_of_strange_signatures_is_told_of_in_part(office, home, tmp_path):
    def flood(metadata):
        metadata["signatures"] = [{"keyid": f"{n:064x}", "sig": "00"} for n in range(2_000)]

    file = rewritten(
        send(office, tmp_path / "flood"), in_json("proposed/1.train-orange.json", flood)
    )
    assert len(take(home, file, "en").refused) == 100


# --- lies -----------------------------------------------------------------------------------------


def test_a_lying_diff_is_never_read(office, home, mail):
    honest = take(home, mail, "en")
    lying = rewritten(mail, lambda members: {**members, "diff.txt": b"Nothing changes.\n\xff"})
    assert take(home, lying, "en").text == honest.text
    assert "calmer" in honest.text


@pytest.mark.parametrize(
    ("role", "change"),
    [
        ("train-orange", lambda signed: signed.update(version=1, expires="2036-01-01T00:00:00Z")),
        ("build-lamp", lambda signed: next(iter(signed["targets"].values())).update(length=1)),
        ("build-lamp", lambda signed: signed.update(note="harmless")),
        ("root", lambda signed: signed["roles"]["root"].update(threshold=1)),
        ("root", lambda signed: signed["keys"].popitem() and signed.update(consistent_snapshot=0)),
    ],
)
def test_proposed_metadata_that_is_not_what_we_compute_is_refused_whole(home, mail, role, change):
    file = mail
    rewritten(file, in_json(f"proposed/1.{role}.json", lambda whole: change(whole["signed"])))
    before = state(home)
    code, *_ = refused(lambda: take(home, file, "en"))
    assert code in {"event_disagrees", "event_bad"}
    assert state(home) == before


def test_a_proposal_left_out_is_refused(home, mail):
    def without(members):
        return {name: body for name, body in members.items() if "1.targets" not in name}

    code = refused(lambda: take(home, rewritten(mail, without), "en"), "role")
    assert code == ("event_disagrees", "targets")


def test_a_proposal_under_another_version_is_refused(home, mail):
    def renamed(members):
        body = members.pop("proposed/1.targets.json")
        return {**members, "proposed/2.targets.json": body}

    assert refused(lambda: take(home, rewritten(mail, renamed), "en"), "why") == (
        "event_bad",
        "bad_name",
    )


def test_a_draft_changed_in_the_file_alone_is_refused(home, mail):
    def change(head):
        head["draft"]["images"][0]["about"]["hardware"] = []
        head["draft"]["images"][0]["about"]["counter"] = 9

    code, *_ = refused(lambda: take(home, rewritten(mail, in_json("event.json", change)), "en"))
    assert code == "event_disagrees"


@pytest.mark.parametrize(
    ("field", "value"),
    [("vendor", "evil"), ("created", 5), ("lines", ["lamp", "lock"])],
)
def test_an_event_of_another_setup_is_refused(home, mail, field, value):
    def change(head):
        head["setup"][field] = value

    code, *_ = refused(lambda: take(home, rewritten(mail, in_json("event.json", change)), "en"))
    assert code in {"setup_other", "setup_bad"}


def test_an_event_of_another_maker_is_refused(home, tmp_path):
    other = Staff(tmp_path / "others").folder(tmp_path / "other")
    open_week(other, Release())
    file = send(other, tmp_path / "other.orangery-event")
    code, *_ = refused(lambda: take(home, file, "en"))
    assert code in {"event_disagrees", "setup_other", "week_open", "event_conflict"}


def test_altered_image_bytes_are_refused_before_anything_is_taken(office, mail, tmp_path):
    home = join(tmp_path / "joined", mail, pinned(office))
    name = f"images/{office.draft().images[0].sha256}"

    def change(members):
        return {**members, name: bytes(len(members[name]))}

    before = state(home)
    why = refused(lambda: take(home, rewritten(mail, change), "en"), "why")
    assert why == ("event_bad", "image_altered")
    assert state(home) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_altered_event_is_taken_or_refused_and_nothing_else(home, running, tmp_path, data):
    if not (file := tmp_path / "real").exists():
        send(running, file, with_images=False)
    with zipfile.ZipFile(file) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    name = data.draw(st.sampled_from(sorted(members.keys() - {"diff.txt"})))
    members[name] = json.dumps(mutated(json.loads(members[name]), data)).encode()
    archive.write(tmp_path / "altered", members)
    before = state(home)
    try:
        take(home, tmp_path / "altered", "en")
    except (PublishError, TrustError):
        assert state(home) == before


# --- what is published ----------------------------------------------------------------------------


def test_an_event_that_builds_on_an_older_state_is_refused(running, mail):
    code, role, have = refused(lambda: take(running, mail, "en"), "role", "have")
    assert (code, role, have) == ("event_old", "root", "1")


def test_a_published_state_that_does_not_verify_is_refused(running, home, tmp_path):
    file = send(running, tmp_path / "next")

    def change(metadata):
        metadata["signatures"] = metadata["signatures"][:1]

    before = state(home)
    name = "published/metadata/1.train-orange.json"
    code, *_ = refused(lambda: take(home, rewritten(file, in_json(name, change)), "en"))
    assert code == "published_bad"
    assert state(home) == before


@pytest.mark.parametrize("place", ["metadata/1", "bundle/metadata/1"])
def test_a_published_root_that_has_no_canonical_form_is_refused(running, home, tmp_path, place):
    def change(metadata):
        metadata["signed"]["consistent_snapshot"] = 0.0

    name = f"published/{place}.root.json"
    file = rewritten(send(running, tmp_path / "next"), in_json(name, change))
    assert refused(lambda: take(home, file, "en"), "why") == ("event_bad", "incomplete")


@pytest.mark.parametrize("name", ["timestamp.json", "1.targets.json", "1.root.json"])
def test_a_published_state_with_a_hole_is_refused(running, home, tmp_path, name):

    def change(members):
        return {one: body for one, body in members.items() if one != f"published/metadata/{name}"}

    before = state(home)
    file = rewritten(send(running, tmp_path / "next"), change)
    code, *_ = refused(lambda: take(home, file, "en"))
    assert code in {"event_bad", "event_disagrees", "published_bad", "mirror_incomplete"}
    assert state(home) == before


def test_another_root_under_our_version_is_refused(running, home, tmp_path):
    take(home, send(running, tmp_path / "next"), "en")

    def change(metadata):
        metadata["signed"]["expires"] = "2036-01-01T00:00:00Z"

    file = rewritten(
        send(running, tmp_path / "fork"), in_json("published/metadata/1.root.json", change)
    )
    assert refused(lambda: take(home, file, "en"), "role") == ("event_disagrees", "root")


# --- joining --------------------------------------------------------------------------------------


def test_a_published_maker_is_joined_by_the_fingerprint_of_its_first_root(
    office, running, tmp_path
):
    before, root = pinned(office), running.root()
    file = send(running, tmp_path / "next")
    assert fingerprint(root) == before  # signatures do not change it
    spaced = " ".join(before[at : at + 8].upper() for at in range(0, 64, 8))
    for number, said in enumerate((before, spaced, hashlib.sha256(root).hexdigest())):
        joined = join(tmp_path / f"joined{number}", file, said)
        assert joined.published.train().week == WEEK
    assert take(joined, file, "en").standing is Standing.NEWER


@pytest.mark.parametrize("said", ["", "00" * 32, "no fingerprint"])
def test_another_fingerprint_is_refused_and_nothing_laid_out(running, mail, tmp_path, said):
    for file in (mail, send(running, tmp_path / "next")):
        code = refused(lambda file=file: join(tmp_path / "joined", file, said))
        assert code == ("fingerprint_differs",)
        assert not (tmp_path / "joined").exists()


def test_a_folder_that_is_there_is_not_joined_over(running, home, tmp_path):
    before = state(home)
    file = send(running, tmp_path / "next")
    code = refused(lambda: join(home.folder, file, fingerprint(running.root())))
    assert code == ("publisher_exists",)
    assert state(home) == before


def test_a_file_with_a_root_that_its_setup_does_not_give_is_refused(office, mail, tmp_path):
    def change(head):
        head["setup"]["staff"]["root"]["threshold"] = 1

    file = rewritten(mail, in_json("event.json", change))
    assert refused(lambda: join(tmp_path / "joined", file, pinned(office)))[0] == "event_disagrees"


def test_a_joiner_has_no_wishes_before_the_event_is_taken(running, tmp_path):
    running.rotate_key(["build-lamp"], "ben", Holder("eve").key)
    file = send(running, tmp_path / "wish")
    joined = join(tmp_path / "joined", file, fingerprint(running.root()))
    assert [info.name for info in joined.setup.signers("build-lamp").keys] == ["ann", "ben"]


def test_before_the_first_week_the_ceremony_can_be_signed_by_file(staff, tmp_path):
    office = staff.folder(tmp_path / "new")
    staff.ann.sign(office)
    file = send(office, tmp_path / "ceremony")
    home = join(tmp_path / "joined", file, pinned(office))
    taken = take(home, file, "en")
    assert set(taken.accepted) == {"root", "bundle-root", "targets"}
    staff.ben.sign(home)
    back = take(office, send(home, tmp_path / "back"), "en")
    assert back.accepted["root"] == ("ann", "ben")


def test_nothing_is_sent_where_nothing_waits(running, tmp_path):
    running.close_week()
    assert refused(lambda: send(running, tmp_path / "x")) == ("nothing_to_send",)
