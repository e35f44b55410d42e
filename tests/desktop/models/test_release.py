from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop import language
from desktop.models import release, release_lines, release_text
from desktop.models.lines import Deed, Line
from desktop.models.release import Page, Step
from desktop.models.release_lines import folded
from desktop.release_desk import Seen
from firmware import keys
from firmware.exchange import Reason, Refused, Standing, Taken
from firmware.findings import finding
from firmware.publish import Publisher, RoleStatus
from firmware.release import Known, Ring
from firmware.signed import Waiver
from tests.desktop.fake_house import NOW
from tests.desktop.release_rooms import NOTES, Rooms, desk_of
from tests.firmware.makers import DAY, WORDS


@pytest.fixture(autouse=True)
def english(qapp):
    speaker = language.Speaker(qapp, "en")
    yield
    speaker.close()


def look(publisher: Publisher, now: float = NOW) -> Seen:
    desk = desk_of(publisher)
    try:
        return replace(desk.look().result(), now=now)
    finally:
        desk.close()


def page(publisher: Publisher, now: float = NOW) -> Page:
    return release.compose(look(publisher, now))


def answered(publisher: Publisher) -> Publisher:
    for one in look(publisher).stopping:
        publisher.waive(one.sha256, one.code, "Mei", "Only a test")
    return publisher


def line_of(lines: tuple[Line, ...], key: str) -> Line:
    return next(line for line in lines if line.key == key)


# --- what comes next ------------------------------------------------------------------------------


def test_with_nothing_open_a_week_is_to_be_opened(published: Publisher) -> None:
    shown = page(published)
    assert (shown.title, shown.next.step) == ("No week is open", Step.OPEN)
    assert not shown.open
    assert shown.lacking == "Nothing is open."


def test_a_timestamp_that_nobody_renews_comes_before_the_next_week(published: Publisher) -> None:
    shown = page(published, NOW + 4 * DAY)
    assert shown.next.step is Step.HEARTBEAT


def test_an_empty_week_wants_images(published: Publisher) -> None:
    published.open_week("2026-W48", NOW, carry=False)
    shown = page(published)
    assert shown.title == "Week 48 · Orange · Friday 27 November"
    assert (shown.next.step, shown.lacking) == (Step.ADD, "The week has no images yet.")


def test_a_week_without_notes_wants_them(published: Publisher) -> None:
    published.open_week("2026-W48", NOW)
    assert page(published).next.step is Step.NOTES


def test_a_finding_wants_an_answer_before_anybody_signs(half: Publisher) -> None:
    shown = page(half)
    assert shown.next.step is Step.ANSWER
    assert shown.next.text == "Somebody has to answer for 1 finding before anybody signs."
    assert shown.held == shown.lacking == "1 finding stands in the way."


def test_who_can_still_sign_is_named(half: Publisher) -> None:
    shown = page(answered(half))
    assert shown.next.step is Step.SIGN
    assert shown.next.text == (
        "2 of build1, build2, build3 still have to sign “What the bytes are: lamp”."
        " 1 more role waits."
    )
    assert not shown.held


def test_the_last_signature_is_a_choice_of_names(rooms: Rooms, half: Publisher) -> None:
    answered(half)
    for name in ("build1", "build2"):
        half.sign_all(rooms.key(name), WORDS)
    half.notes("Blinds stop.", "窗帘会停。")  # what ships is to be signed anew
    half.sign("train-orange", rooms.key("train3"), WORDS)
    assert page(half).next.text == "train1 or train2 can still sign “What ships: Orange”."


def test_when_all_have_signed_it_is_to_be_published(rooms: Rooms, half: Publisher) -> None:
    rooms.sign_all(answered(half))
    shown = page(half)
    assert (shown.next.step, shown.ready, shown.lacking) == (Step.PUBLISH, True, "")


def test_a_change_of_keys_without_a_change_cannot_be_published(published: Publisher) -> None:
    published.open_keys(NOW)
    shown = page(published)
    assert (shown.title, shown.next.step) == ("A change of keys", Step.KEYS)
    assert (shown.ready, shown.lacking) == (False, "Nothing changes yet.")


# --- the cards ------------------------------------------------------------------------------------


def test_a_week_is_told_in_one_line(half: Publisher) -> None:
    half.rings([Ring(name="lab", percent=5, opens=int(NOW + 2 * DAY))])
    half.known([Known(id="slow", words={"en": "Slow.", "zh_CN": "慢。"})])
    half.fixes(["r-1"])
    said = page(half).facts
    for part in (
        "1 image", "notes in English", "notes in 中文", "from Sun 29 Nov for 5 % of the homes",
        "1 known issue", "1 report answered",
    ):  # fmt: skip
        assert part in said.split(" · ")


def test_an_image_says_what_it_is_and_can_be_taken_out(half: Publisher) -> None:
    [line] = page(half).images
    assert (line.title, line.versions) == ("Acme Lamp", "1.1.0")
    assert line.text.startswith("lamp · any hardware · ")
    assert line.deeds == (Deed.DETAILS, Deed.REMOVE)


def test_an_image_without_its_bytes_says_so(half: Publisher) -> None:
    [one] = half.draft().images
    (half.folder / "images" / one.sha256).unlink()
    [line] = page(half).images
    assert line.icon == "triangle-alert"
    assert "did not come along" in line.text


def test_details_of_an_image_name_its_digest_in_full(half: Publisher) -> None:
    [one] = half.draft().images
    told = dict(release_lines.image_facts(one))
    assert told["SHA-256"] == one.sha256
    assert told["Model"] == "Lamp"


def test_findings_are_ordered_by_what_they_stop(half: Publisher) -> None:
    sha = half.draft().images[0].sha256
    found = [
        finding("rings_unfinished", ring="lab", percent=5),
        finding("mark_found", sha, file="f", words="w", place="p"),
        finding("size_jump", sha, file="f", size=1, last=2),
        finding("week_empty"),
    ]
    waiver = Waiver(sha256=sha, code="size_jump", person="Mei", reason="A new font")
    lines = release_lines.findings(found, [waiver], half.draft().images)
    assert [line.title.split(" · ")[0] for line in lines] == [
        "Must be mended", "Stops the week", "Answered for", "To be read",
    ]  # fmt: skip
    assert [line.deeds for line in lines] == [(), (Deed.WAIVE,), (), ()]
    assert "Mei answers for it: A new font" in lines[2].text
    assert "Acme Lamp 1.1.0" in lines[1].title
    assert release_lines.finding_of(lines[1].key) == ("mark_found", sha)


def test_a_stop_about_the_week_itself_can_be_answered_for_too() -> None:
    [line] = release_lines.findings([finding("notes_same")], [], [])
    assert (line.title, line.deeds) == ("Stops the week · The week", (Deed.WAIVE,))
    assert release_lines.finding_of(line.key) == ("notes_same", "")


def test_what_others_wrote_cannot_look_like_a_line_of_ours(half: Publisher) -> None:
    sha = half.draft().images[0].sha256
    waiver = Waiver(sha256=sha, code="mark_found", person="Mei\nAll is well", reason="a \u202e b")
    found = finding("mark_found", sha, file="a\nb", words="w", place="p")
    [line] = release_lines.findings([found], [waiver], half.draft().images)
    assert line.text.count("\n") == 1  # between the finding and the answer
    assert "\u202e" not in line.text
    half.notes("Safe \u202e now", "好")
    assert "<U+202E>" in page(half).notes[0]


def test_two_findings_of_one_kind_are_two_lines(half: Publisher) -> None:
    sha = half.draft().images[0].sha256
    twice = [finding("mark_found", sha, file="f", words=word, place="p") for word in "ab"]
    assert len({line.key for line in release_lines.findings(twice, [], half.draft().images)}) == 2


def test_signatures_name_who_signed_and_who_still_can(half: Publisher) -> None:
    line = line_of(page(half).signing, "train-orange")
    assert (line.versions, line.icon) == ("1 of 2", "pencil")
    assert "signed by train1 · can still sign: train2, train3 · valid until" in line.text


def test_a_changed_root_counts_the_old_keys_too(rooms: Rooms, published: Publisher) -> None:
    published.open_keys(NOW)
    published.rotate_key(["root"], "root3", keys.read(rooms.keys / "spare.pub"))
    published.sign("root", rooms.key("spare"), WORDS)
    line = line_of(page(published).signing, "root")
    assert "of the keys until now 0 of 2" in line.text
    assert line.versions == "2 signatures missing"


def test_what_is_published_says_until_when_with_a_year_where_it_is_another(
    published: Publisher,
) -> None:
    standing = page(published).standing
    assert line_of(standing, "train-orange").text.startswith("valid until Wed 23 Dec ·")
    assert "Nov 2027" in line_of(standing, "root").text


@pytest.mark.parametrize(
    ("days", "icon", "said"),
    [
        (0, "shield-check", "valid until"),
        (3, "triangle-alert", "valid until"),
        (6, "circle-x", "ended on"),
    ],
)
def test_a_timestamp_goes_from_good_to_late(
    published: Publisher, days: int, icon: str, said: str
) -> None:
    line = line_of(page(published, NOW + days * DAY).standing, "timestamp")
    assert line.icon == icon
    assert line.text.startswith(said)


def test_a_role_nobody_named_is_shown_as_it_is() -> None:
    assert release_lines.role_name("snapshot-of-tomorrow") == "snapshot-of-tomorrow"
    assert release_lines.role_name("build-lamp") == "What the bytes are: lamp"


# --- changes --------------------------------------------------------------------------------------


def test_changes_come_by_gravity_and_by_what_they_are_about(
    rooms: Rooms, published: Publisher
) -> None:
    published.open_keys(NOW)
    published.rotate_key(["root"], "root3", keys.read(rooms.keys / "spare.pub"))
    grave, *rest = page(published).changes
    assert (grave.icon, grave.tone, grave.folds) == ("shield-x", "bad", False)
    assert grave.heading.startswith("LOOK VERY CLOSELY")
    assert grave.lines[0].title == "Root: who signs what"
    assert "spare may sign" in grave.lines[0].text
    assert "root3 may sign no longer" in grave.lines[0].text
    assert all(group.icon != "shield-x" for group in rest)


def test_what_people_wrote_is_quoted_under_the_change(half: Publisher) -> None:
    said = [line.text for group in page(half).changes for line in group.lines]
    assert any("\n    Blinds stop where they should." in text for text in said)


def group(count: int, *, folds: bool) -> release_lines.Group:
    lines = tuple(Line(key=str(at), icon="info", tone="muted", title="x") for at in range(count))
    return release_lines.Group(heading="h", icon="info", tone="muted", lines=lines, folds=folds)


def test_long_lists_fold_but_grave_changes_never_do() -> None:
    grave, careful, routine = group(9, folds=False), group(4, folds=True), group(4, folds=True)
    assert [len(one.lines) for one in folded([grave, careful, routine], 6)] == [9]
    assert [len(one.lines) for one in folded([careful, group(8, folds=True)], 6)] == [4, 2]


def test_a_list_is_not_folded_for_a_line_or_two() -> None:
    assert folded([group(8, folds=True)], 6) == (group(8, folds=True),)
    assert len(folded([group(9, folds=True)], 6)[0].lines) == 6


# --- longer texts ---------------------------------------------------------------------------------


def test_what_was_taken_names_kept_refused_and_missing() -> None:
    taken = Taken(
        standing=Standing.NEWER,
        changes=(),
        text="The diff.\n",
        accepted={"train-orange": ("kim",)},
        refused=(Refused(role="train-orange", signer="0badcafe", reason=Reason.STRANGER),),
        missing_images=("fw/acme/lamp/a.bin",),
    )
    said = release_text.taken(taken)
    assert "It was newer" in said
    assert "What ships: Orange: kim" in said
    assert "0badcafe" in said
    assert "fw/acme/lamp/a.bin" in said
    assert said.endswith("The diff.")


def test_names_of_signers_are_each_told_once(published: Publisher) -> None:
    names = release.names_of(look(published))
    assert len(names) == len(set(names)) == 10


def test_many_names_are_not_all_spelled_out() -> None:
    role = RoleStatus(
        role="root", version=1, threshold=1, signed=(), can_sign=tuple("abcdef"), missing=1,
        expires=NOW, proposed=True,
    )  # fmt: skip
    assert release._who_signs([role]).startswith("a, b, c or others can still sign")


def test_notes_are_those_of_the_draft(published: Publisher, tmp_path: Path) -> None:
    published.open_week("2026-W48", NOW)
    published.notes(*NOTES)
    assert page(published).notes == NOTES
