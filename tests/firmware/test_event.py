"""The event file: what is written is read, and whatever else is in it is refused by its name."""

import hashlib
import json
import tracemalloc
import zipfile

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware import archive
from firmware.draft import Draft, Durations, Image
from firmware.errors import PublishError
from firmware.event import Event, Head, extract, read, state_of, write
from firmware.release import Known, Ring
from firmware.signed import About
from firmware.staff import KeyInfo, Setup, Signers
from tests.firmware.mutants import mutated

BODY = b"firmware " * 500
SHA = hashlib.sha256(BODY).hexdigest()
WEEK = b'{"week": 1}'
WEEK_NAME = f"targets/train/orange/{hashlib.sha256(WEEK).hexdigest()}.week.json"


def head(**changes):
    key = KeyInfo(name="ann", keyid="1" * 64, public="2" * 64)
    setup = Setup(
        maker="Acme",
        vendor="acme",
        lines=("lamp",),
        created=1_700_000_000,
        durations=Durations(),
        staff={"root": Signers((key,), 1), "build-lamp": Signers((key,), 1)},
    )
    about = About(schema=1, version="1.0", counter=1, vendor="Acme", model="Lamp")
    image = Image(path="fw/acme/lamp/a", sha256=SHA, size=len(BODY), line="lamp", about=about)
    draft = Draft(
        week="2026-W48",
        opened=1_700_000_000,
        counter=1,
        images=(image,),
        rings=(Ring(name="lab", percent=5, opens=9),),
        known=(Known(id="k", words={"en": "x"}),),
    )
    return Head(**{"maker": "Acme", "setup": setup, "draft": draft, **changes})


@pytest.fixture
def whole():
    return Event(
        head=head(builds_on={"root": 1}, history=("a" * 64,)),
        published={"metadata/1.root.json": b"{}", "bundle/metadata/1.root.json": b"[]"}
        | {"metadata/timestamp.json": b"1", WEEK_NAME: WEEK},
        proposed={"2.root": b"{}", "1.train-orange": b"[]"},
        diff="Nothing changes.",
    )


@pytest.fixture
def file(whole, tmp_path):
    (tmp_path / "image").write_bytes(BODY)
    return write(tmp_path / "a.orangery-event", whole, {SHA: tmp_path / "image"})


def members(file):
    with zipfile.ZipFile(file) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def refused(file):
    with pytest.raises(PublishError) as raised:
        read(file)
    assert raised.value.code == "event_bad"
    return raised.value.facts["why"]


def outcome(file):
    """The code of the refusal, or "read"."""
    try:
        read(file)
    except PublishError as error:
        return error.code
    return "read"


def changed(file, **given):
    """The same file with members put in, or left out where None is given."""
    kept = {**members(file), **{name.replace("__", "/"): body for name, body in given.items()}}
    archive.write(file, {name: body for name, body in kept.items() if body is not None})
    return file


def with_head(file, change):
    value = json.loads(members(file)["event.json"])
    change(value)
    return changed(file, **{"event.json": json.dumps(value).encode()})


def test_what_was_written_is_what_is_read(file, whole, tmp_path):
    opened = read(file)
    assert opened.event.head == whole.head
    assert opened.event.published == whole.published
    assert opened.event.proposed == whole.proposed
    assert opened.event.diff == ""
    assert extract(opened, SHA, tmp_path / "out").read_bytes() == BODY


def test_the_order_of_roles_survives_since_proposals_follow_from_it(tmp_path, whole):
    staff = dict(reversed(whole.head.setup.staff.items()))
    other = head(setup=msgspec.structs.replace(whole.head.setup, staff=staff))
    write(tmp_path / "o", Event(head=other), {})
    assert list(read(tmp_path / "o").event.head.setup.staff) == list(staff)


def test_the_diff_is_there_for_people(file):
    assert members(file)["diff.txt"] == b"Nothing changes."


def test_the_same_event_gives_the_same_bytes(file, whole, tmp_path):
    again = write(tmp_path / "again", whole, {SHA: tmp_path / "image"})
    assert again.read_bytes() == file.read_bytes()


def test_a_file_that_is_not_there_is_unreadable(tmp_path):
    with pytest.raises(PublishError, match="event_unreadable"):
        read(tmp_path / "absent")


@pytest.mark.parametrize(
    "name",
    [
        "evil.sh",
        "images/short",
        "proposed/root.json",
        "proposed/1.root.txt",
        "published/targets/fw/acme/lamp/a",
        "published/../evil.json",
        "published/metadata/.json",
        "published/etc/1.root.json",
        "/event.json",
    ],
)
def test_a_member_of_no_known_place_is_refused(file, name):
    assert refused(changed(file, **{name: b""})) == "bad_name"


def test_what_the_archive_refuses_is_told_as_of_an_event(file):
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("proposed/1.targets.json", b"x" * 100)
    assert refused(file) == "compressed"


def test_a_file_without_its_head_is_refused(file):
    assert refused(changed(file, **{"event.json": None})) == "incomplete"


@pytest.mark.parametrize(("name", "size"), [("event.json", 2), ("proposed/1.root.json", 5)])
def test_a_member_too_large_is_refused_without_being_read(file, name, size):
    changed(file, **{name: bytes(size * 1_000_000 + 1)})
    tracemalloc.start()
    assert refused(file) == "too_large"
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_many_large_members_are_refused_together(file):
    many = {f"proposed/{number}.root.json": bytes(4_900_000) for number in range(1, 15)}
    assert refused(changed(file, **many)) == "too_large"


def test_more_than_ten_thousand_members_are_refused(file):
    many = {f"proposed/{number}.root.json": b"" for number in range(1, 10_001)}
    assert refused(changed(file, **many)) == "too_many_members"


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[" * 100_000, b"\xff", b"[1]"])
def test_a_head_that_is_none_is_refused(file, body):
    assert refused(changed(file, **{"event.json": body})) == "unreadable"


def test_a_head_of_a_newer_schema_says_so(file):
    with_head(file, lambda value: value.update(schema=3))
    with pytest.raises(PublishError, match="event_newer"):
        read(file)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(more=1),
        lambda value: value["draft"].update(more=1),
        lambda value: value["setup"]["staff"]["root"]["keys"][0].update(more=1),
        lambda value: value["draft"]["images"][0]["about"].update(more=1),
        lambda value: value["draft"]["rings"][0].update(more=1),
    ],
)
def test_what_this_program_does_not_know_is_refused(file, change):
    assert refused(with_head(file, change)) == "unknown_member"


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(maker="Other"),
        lambda value: value["draft"].update(opened=10**18),
        lambda value: value["draft"].update(opened=-1),
        lambda value: value["draft"].update(counter=2**40),
        lambda value: value["draft"].update(taken={"root": 2**40}),
        lambda value: value["setup"].update(created=10**300),
        lambda value: value["setup"]["durations"].update(train=1e300),
        lambda value: value["draft"]["images"][0].update(sha256="../../etc/passwd"),
        lambda value: value["draft"]["images"][0].update(size=-1),
    ],
)
def test_a_value_that_nothing_could_reckon_with_is_refused(file, change):
    assert refused(with_head(file, change)) in {"bad_value", "unreadable"}


def test_a_published_week_under_another_digest_is_refused(file):
    assert refused(changed(file, **{f"published/{WEEK_NAME}": b"{}"})) == "manifest_altered"


def test_an_image_that_the_draft_does_not_name_is_refused(file):
    other = hashlib.sha256(b"other").hexdigest()
    assert refused(changed(file, **{f"images/{other}": b"other"})) == "unreferenced"


def test_an_image_of_another_length_is_refused(file):
    assert refused(changed(file, **{f"images/{SHA}": BODY + b"x"})) == "image_altered"


def test_an_image_with_other_bytes_is_refused_while_it_is_copied(file, tmp_path):
    opened = read(changed(file, **{f"images/{SHA}": BODY[:-1] + b"x"}))
    with pytest.raises(PublishError, match="image_altered"):
        extract(opened, SHA, tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("out")] == []


def test_a_state_is_named_by_all_that_is_in_it(whole):
    setup, draft = whole.head.setup, whole.head.draft
    other = msgspec.structs.replace(draft, notes={"en": "x"})
    wished = msgspec.structs.replace(setup, staff={})
    assert len({state_of(setup, draft), state_of(setup, other), state_of(wished, draft)}) == 3
    assert state_of(setup, draft) == state_of(setup, msgspec.structs.replace(draft))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(tmp_path_factory, body):
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(body)
    with pytest.raises(PublishError, match="event_bad"):
        read(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_event_with_changed_bytes_is_read_or_refused_and_nothing_else(file, tmp_path, data):
    body = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "flipped").write_bytes(bytes(body))
    assert outcome(tmp_path / "flipped") in {"read", "event_bad", "event_newer"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_head_with_any_values_is_read_or_refused_and_nothing_else(whole, tmp_path, data):
    value = mutated(msgspec.to_builtins(whole.head), data)
    archive.write(tmp_path / "any", {"event.json": json.dumps(value).encode(), "diff.txt": b""})
    assert outcome(tmp_path / "any") in {"read", "event_bad", "event_newer"}
