"""The gates before signing that hold an image against the others of its week."""

import msgspec
import pytest

from tests.firmware.gated import House, image, lamp, train, week

OLD, BAD = lamp("1.1.0", 11), lamp("1.2.0", 12)
BAD_PATH, BACK_PATH = "fw/acme/lamps/bad.bin", "fw/acme/lamps/back.bin"


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.fixture
def old(house):
    return house.had(OLD, version="1.1.0", counter=11)


@pytest.fixture
def bad(house):
    house.keep(BAD)
    return image(BAD, path=BAD_PATH)


def back(body=OLD, **more):
    said = {"version": "1.1.0", "counter": 13, "undoes": ("1.2.0",)} | more
    return image(body, path=BACK_PATH, **said)


def test_old_bytes_under_a_new_counter_are_a_way_back(house, old, bad):
    assert house.codes(week(bad, back())) == []


def test_a_way_back_may_ship_while_what_it_undoes_no_longer_does(house, old, bad):
    house.had(BAD, path=BAD_PATH)
    assert house.codes(week(back())) == []
    assert house.codes(week(back(), withdrawn={"en": "It hums.", "zh_CN": "嗡嗡作响。"})) == []


def test_next_week_the_same_way_back_ships_beside_a_newer_image(house, old, bad):
    house.had(BAD, path=BAD_PATH)
    house.published.append(back())
    newer = lamp("1.3.0", 14)
    house.keep(newer)
    new = image(newer, version="1.3.0", counter=14)
    assert house.codes(week(new, back())) == []


def test_the_next_image_counts_above_the_way_back(house, old, bad):
    house.published += [bad, back()]
    newer = lamp("1.3.0", 13)
    house.keep(newer)
    found = house.codes(week(image(newer, version="1.3.0", counter=13)))
    assert found == ["counter_not_rising"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"counter": 12}, "back_counter_low"),
        ({"undoes": ("1.2.0", "1.9.0")}, "undoes_unknown"),
        ({"undoes": ("1.1.0",)}, "undoes_not_newer"),
    ],
)
def test_a_way_back_that_leads_nowhere_is_refused(house, old, bad, more, code):
    assert house.codes(week(bad, back(**more))) == [code]


def test_bytes_that_were_never_published_are_no_way_back(house, bad):
    house.keep(OLD)
    assert house.codes(week(bad, back())) == ["back_not_published"]


def test_bytes_of_another_version_are_no_way_back_to_this_one(house, old, bad):
    found = house.codes(week(bad, back(version="1.1.5")))
    assert found == ["image_disagrees", "back_not_published"]


def test_an_image_that_counts_more_than_is_signed_is_no_way_back(house, old, bad):
    high = lamp("1.0.0", 99)
    house.had(high, version="1.0.0", counter=99)
    assert "image_disagrees" in house.codes(week(bad, back(high, version="1.0.0")))


def test_recalled_bytes_are_no_way_back(house, old, bad):
    assert house.codes(week(bad, back(), recalled=(old.sha256,))) == ["recalled_bytes"]


def test_a_way_back_may_be_of_another_size_than_what_it_undoes(house, bad):
    small = lamp("1.1.0", 11, payload=b"small and old")
    house.had(small, version="1.1.0", counter=11)
    house.published.append(bad)
    assert house.codes(week(back(small))) == []


def test_a_way_back_is_no_promotion(house, old, bad):
    house.trains = [train(bad, number=45), train(bad, number=46)]
    house.published.append(bad)
    assert house.codes(week(bad, back(), channel="stable")) == []


# --- stepping stones -----------------------------------------------------------------------------


def test_a_stone_ships_beside_what_it_leads_to(house, old):
    stone, far = lamp("1.5.0", 12), lamp("2.0.0", 13)
    house.keep(stone)
    house.keep(far)
    first = image(stone, version="1.5.0")
    last = image(far, version="2.0.0", counter=13, minimum="1.5.0")
    assert house.codes(week(first, last)) == []
    assert house.codes(week(last)) == ["minimum_leaves_out"]


def test_a_published_stone_may_stay_when_a_newer_image_has_shipped(house, old):
    far = lamp("2.0.0", 12)
    last = house.had(far, version="2.0.0", minimum="1.1.0")
    house.trains = [train(old, last)]
    assert house.codes(week(old, last)) == []
    assert house.codes(week(old)) == ["version_not_rising"]


@pytest.mark.parametrize(("counter", "version"), [(13, "1.5.0"), (12, "2.0.0")])
def test_stones_that_do_not_rise_are_refused(house, counter, version):
    one, other = lamp("2.0.0", 12), lamp(version, counter)
    house.keep(one)
    house.keep(other)
    two = week(
        image(one, version="2.0.0"),
        image(other, version=version, counter=counter, path="fw/acme/lamps/other.bin"),
    )
    assert "stones_disordered" in house.codes(two)


# --- who goes after whom -------------------------------------------------------------------------


def after(one, *paths):
    return msgspec.structs.replace(one, after=paths)


def test_a_device_may_wait_for_what_ships_this_week(house, bad):
    hub = lamp("3.0.0", 3, model="Hub")
    house.keep(hub)
    gateway = image(hub, model="Hub", version="3.0.0", counter=3)
    assert house.codes(week(gateway, after(bad, gateway.path))) == []
    assert house.codes(week(after(bad, gateway.path))) == ["after_unknown"]


def test_images_that_wait_for_each_other_are_refused(house, bad):
    hub = lamp("3.0.0", 3, model="Hub")
    house.keep(hub)
    gateway = image(hub, model="Hub", version="3.0.0", counter=3)
    circle = week(after(gateway, bad.path), after(bad, gateway.path))
    assert house.codes(circle) == ["after_circle"]
    assert house.codes(week(after(bad, bad.path))) == ["after_circle"]
