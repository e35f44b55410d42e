from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop.release_desk import ReleaseDesk
from firmware.errors import PublishError
from firmware.exchange import Standing, own_fingerprint
from firmware.inventory import inventory_of
from firmware.publish import Publisher
from firmware.release import Channel, Known, Ring
from fleet.model import Caps, Device, Install, Version
from tests.desktop.fake_house import NOW
from tests.desktop.release_rooms import Rooms, desk_of, image
from tests.firmware.makers import WORDS


def waive(desk: ReleaseDesk) -> None:
    """Answer for the one finding that stops the week."""
    for one in desk.look().result().stopping:
        desk.waive(one.sha256, one.code, "Mei", "It is only a test").result()


def stopped(desk: ReleaseDesk) -> set[str]:
    return {one.code for one in desk.look(afresh=True).result().stopping}


@pytest.fixture
def other(rooms: Rooms, half: Publisher, tmp_path: Path):
    """A second key holder who joined with the first one's file."""
    first = desk_of(half)
    mail = first.send(tmp_path / "mail.orangery-event", with_images=True).result()
    made = ReleaseDesk(tmp_path / "other", lambda: NOW)
    made.join(mail, own_fingerprint(half)).result()
    yield made
    made.close()
    first.close()


def test_a_look_has_all_that_staff_look_at_before_they_sign(desk: ReleaseDesk) -> None:
    seen = desk.look().result()
    assert seen.status.draft.week == "2026-W48"
    assert [one.code for one in seen.stopping] == ["mark_found"]
    assert {one.about for one in seen.changes} >= {"", "Acme Lamp", "build-lamp"}
    assert [one.about.version for one in seen.published] == ["1.0.0"]
    assert seen.weeks == ((Channel.ORANGE, "2026-W47"),)
    assert seen.missing_images == ()


@pytest.mark.parametrize("deed", ["sign", "publish"])
def test_nobody_signs_or_publishes_past_the_gates(
    rooms: Rooms, half: Publisher, desk: ReleaseDesk, deed: str
) -> None:
    rooms.sign_all(half)
    place = {"sign": rooms.key("build3"), "publish": rooms.keys}[deed]
    with pytest.raises(PublishError, match="gates_closed"):
        getattr(desk, deed)(place, WORDS).result()
    assert half.published.train(Channel.ORANGE).week == "2026-W47"


def test_who_answers_for_a_finding_opens_the_gates(rooms: Rooms, desk: ReleaseDesk) -> None:
    waive(desk)
    seen = desk.sign(rooms.key("build1"), WORDS).result()
    [role] = [one for one in seen.status.roles if one.role == "build-lamp"]
    assert role.signed == ("build1",)


def test_a_week_is_published_with_the_online_keys(
    rooms: Rooms, half: Publisher, desk: ReleaseDesk
) -> None:
    waive(desk)
    rooms.sign_all(half)
    seen = desk.publish(rooms.keys, WORDS).result()
    assert seen.status.draft is None
    assert seen.weeks == ((Channel.ORANGE, "2026-W48"),)


def test_a_wrong_passphrase_signs_nothing(rooms: Rooms, desk: ReleaseDesk) -> None:
    waive(desk)
    with pytest.raises(PublishError, match="wrong_passphrase"):
        desk.sign(rooms.key("build1"), "not it at all").result()
    [role] = [one for one in desk.look().result().status.roles if one.role == "build-lamp"]
    assert role.signed == ()


def test_bytes_are_read_once_by_looking_but_always_before_signing(
    rooms: Rooms, half: Publisher, desk: ReleaseDesk
) -> None:
    waive(desk)
    [draft_image] = half.draft().images
    (half.folder / "images" / draft_image.sha256).write_bytes(b"swapped")
    assert desk.look().result().stopping == ()
    with pytest.raises(PublishError, match="gates_closed"):
        desk.sign(rooms.key("build1"), WORDS).result()
    assert "image_changed" in stopped(desk)


def test_the_timestamp_is_signed_anew_while_a_week_is_open(rooms: Rooms, desk: ReleaseDesk) -> None:
    def ends(seen) -> float:
        return next(one.expires for one in seen.status.roles if one.role == "timestamp")

    before = ends(desk.look().result())
    assert ends(desk.heartbeat(rooms.keys, WORDS).result()) > before


def test_what_the_week_says_is_kept(desk: ReleaseDesk, tmp_path: Path) -> None:
    desk.notes("New.", "新的。").result()
    desk.fixes(["r-1", "r-2"]).result()
    desk.rings([Ring(name="lab", percent=5, opens=int(NOW))]).result()
    desk.known([Known(id="slow", words={"en": "Slow.", "zh_CN": "慢。"})]).result()
    draft = desk.add([image(tmp_path, "0.1", model="Dimmer")], "lamp").result().status.draft
    assert draft.notes == {"en": "New.", "zh_CN": "新的。"}
    assert (draft.fixes, draft.rings[0].name, draft.known[0].id) == (("r-1", "r-2"), "lab", "slow")
    assert [one.about.model for one in draft.images] == ["Dimmer", "Lamp"]
    without = desk.remove(draft.images[0].path).result().status.draft
    assert [one.about.model for one in without.images] == ["Lamp"]


def test_a_recall_takes_the_image_out(desk: ReleaseDesk) -> None:
    [one] = desk.look().result().status.draft.images
    draft = desk.recall(one.sha256).result().status.draft
    assert (draft.images, draft.recalled) == ((), (one.sha256,))


def test_weeks_and_keys_are_opened_and_dropped(published: Publisher) -> None:
    desk = desk_of(published)
    assert desk.open_keys().result().status.draft.week == ""
    assert desk.close_week().result().status.draft is None
    assert desk.open_week("2026-W48", carry=False).result().status.draft.images == ()
    desk.close_week().result()
    withdrawn = desk.withdraw("It bricks lamps.", "会让灯变砖。", Channel.ORANGE).result()
    assert withdrawn.status.draft.withdrawn["en"] == "It bricks lamps."
    desk.close()


def test_who_signs_is_changed_in_all_roles_of_a_key(rooms: Rooms, published: Publisher) -> None:
    desk = desk_of(published)
    desk.open_keys().result()
    spare = rooms.keys / "spare.pub"
    staff = desk.rotate_key((), "root3", spare).result().setup.staff
    for role in ("root", "targets"):
        assert [key.name for key in staff[role].keys] == ["root1", "root2", "spare"]
    staff = desk.remove_signer(("targets",), "spare").result().setup.staff
    assert len(staff["targets"].keys) == 2
    assert desk.set_threshold("build-lamp", 3).result().setup.staff["build-lamp"].threshold == 3
    desk.close()


def test_what_one_sends_another_takes_signs_and_sends_back(
    rooms: Rooms, desk: ReleaseDesk, other: ReleaseDesk, tmp_path: Path
) -> None:
    waive(desk)
    mail = desk.send(tmp_path / "there.orangery-event", with_images=False).result()
    assert other.take(mail).result().standing is Standing.NEWER
    other.sign(rooms.key("train2"), WORDS).result()
    back = other.send(tmp_path / "back.orangery-event", with_images=False).result()
    taken = desk.take(back).result()
    assert taken.accepted["train-orange"] == ("train2",)


def test_a_conflict_is_refused_until_one_gives_in(
    desk: ReleaseDesk, other: ReleaseDesk, tmp_path: Path
) -> None:
    desk.notes("Ours.", "我们的。").result()
    other.notes("Theirs.", "他们的。").result()
    mail = other.send(tmp_path / "theirs.orangery-event", with_images=False).result()
    with pytest.raises(PublishError, match="event_conflict"):
        desk.take(mail).result()
    desk.take(mail, replace=True).result()
    assert desk.look().result().status.draft.notes["en"] == "Theirs."


def test_an_inventory_is_simulated_and_its_digest_signed_only_when_asked(
    desk: ReleaseDesk, tmp_path: Path
) -> None:
    lamp = Device(
        key="d1", name="Lamp", vendor="Acme", model="Lamp", version=Version("1.0.0"),
        caps=Caps(install=frozenset({Install.URL})),
    )  # fmt: skip
    file = tmp_path / "inventory.jsonl"
    file.write_bytes(b"".join(inventory_of([lamp], channel=Channel.ORANGE)))
    only_looked = desk.simulate(file, keep=False).result()
    assert (only_looked.found.devices, only_looked.found.gets) == (1, 1)
    assert desk.look().result().status.draft.simulation == ""
    kept = desk.simulate(file, keep=True).result()
    assert desk.look().result().status.draft.simulation == kept.digest


def test_measuring_stops_when_it_is_cancelled(desk: ReleaseDesk) -> None:
    [(one, advice)] = desk.deltas(lambda: True).result()
    assert one.about.version == "1.1.0"
    assert all(measure.size == 0 for measure in advice.measures)


def test_a_folder_of_nobody_says_so(tmp_path: Path) -> None:
    desk = ReleaseDesk(tmp_path)
    with pytest.raises(PublishError, match="publisher_missing"):
        desk.look().result()
    desk.close()


def test_closing_does_not_wait_and_a_successor_does(half: Publisher) -> None:
    """A page is made anew when the language changes: two desks of one folder for a moment."""
    first, second = desk_of(half), desk_of(half)
    began, go_on, came = threading.Event(), threading.Event(), threading.Event()
    slow = first._do(lambda _: began.set() or go_on.wait(30))
    assert began.wait(30)
    first.close()
    after = second._do(lambda _: came.set())
    assert not came.wait(0.3)
    go_on.set()
    assert slow.result(30)
    assert after.result(30)
    second.close()
