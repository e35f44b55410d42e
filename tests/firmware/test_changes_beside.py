"""What a signer is shown of ways back, stepping stones, and of how an image ships."""

import pytest

from tests.firmware.test_changes import CAREFUL, file, found, only, side

OLD = file("fw/acme/lamp/old.bin", "a", version="1.0", counter=1)
BAD = file("fw/acme/lamp/bad.bin", "b", version="1.1", counter=2)
BACK = file("fw/acme/lamp/back.bin", "a", version="1.0", counter=3, undoes=["1.1"])
FAR = file("fw/acme/lamp/far.bin", "c", version="2.0", counter=4, minimum="1.1")


def named(one, **said):
    return {"path": one.path, "sha256": one.hashes["sha256"], "size": one.length, **said}


def out(*shipped, back=(), **said):
    """A week in which these files ship; all are known to the build role."""
    ways = [named(one) for one in back]
    return side(OLD, BAD, BACK, FAR, shipped=shipped, **({"back": ways} if ways else {}), **said)


def about_images(before, after):
    return [one.code for one in found(before, after) if one.code.startswith(("image", "way"))]


def test_a_way_back_is_told_as_one_and_not_as_an_update():
    before = side(OLD, BAD, FAR, shipped=[BAD])
    (change,) = [
        one
        for one in found(before, out(BAD, back=[BACK]))
        if one.code.startswith(("image_", "way_")) and one.code != "image_not_shipped"
    ]
    assert (change.code, change.importance) == ("way_back_added", CAREFUL)
    facts = change.facts
    assert (facts["undoes"], facts["version"], facts["counter"]) == ("1.1", "1.0", "3")


def test_a_way_back_that_stays_is_nothing_new_and_one_that_goes_is_told():
    assert about_images(out(BAD, back=[BACK]), out(BAD, back=[BACK], counter=2)) == []
    assert about_images(out(BAD, back=[BACK]), out(BAD)) == ["image_removed"]


def test_what_shipped_last_and_stays_as_a_stone_is_no_new_image():
    codes = about_images(out(BAD), out(BAD, FAR))
    assert "image_version" in codes
    assert not {"image_added", "image_removed", "image_said_anew"} & set(codes)


def test_a_stone_that_comes_beside_the_newest_is_a_new_image():
    added = only(out(FAR), out(BAD, FAR), "image_added")
    assert added.facts["path"] == BAD.path
    assert only(out(BAD, FAR), out(FAR), "image_removed").facts["path"] == BAD.path


@pytest.mark.parametrize(
    ("code", "was", "now"),
    [
        ("image_security", {}, {"security": True}),
        ("image_no_security", {"security": True}, {}),
        ("image_after", {}, {"after": [FAR.path]}),
        ("image_after", {"after": [FAR.path]}, {}),
    ],
)
def test_how_an_image_ships_is_told(code, was, now):
    before = out(files=[named(BAD, **was)])
    after = out(files=[named(BAD, **now)])
    assert about_images(before, after) == [code]
    assert only(before, after, code).importance is CAREFUL


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("image_regions", {"regions": ["DE"]}),
        ("image_battery", {"battery_least": 60}),
        ("image_by_cable", {"by_cable": True}),
    ],
)
def test_what_a_new_image_can_and_cannot_is_told(code, said):
    new = file("fw/acme/lamp/new.bin", "d", version="1.2", counter=5, **said)
    next_ = side(OLD, BAD, new, shipped=[new])
    assert only(side(OLD, BAD, shipped=[BAD]), next_, code).importance is CAREFUL
    assert only(side(OLD, shipped=[]), side(OLD, new, shipped=[new]), code).importance is CAREFUL


@pytest.mark.parametrize(
    ("code", "was", "now"),
    [
        ("held_added", {}, {"held": {"en": "x"}}),
        ("held_changed", {"held": {"en": "x"}}, {"held": {"en": "y"}}),
        ("held_removed", {"held": {"en": "x"}}, {}),
    ],
)
def test_a_hold_is_told_with_its_words(code, was, now):
    change = only(out(BAD, **was), out(BAD, **now), code)
    assert (change.importance, change.facts["language"]) == (CAREFUL, "en")
    assert change.text == (now or was)["held"]["en"]
