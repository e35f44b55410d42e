"""PINs are kept as a slow hash, and guessed slowly."""

import pytest

from fleet import pins
from fleet.errors import CommandError
from fleet.pins import Tries

SALT = bytes(16)


def test_a_hash_says_whether_a_pin_is_the_one():
    kept = pins.hashed("7405", SALT)
    assert pins.holds("7405", kept)
    assert not pins.holds("7406", kept)


def test_the_hash_has_nothing_of_the_pin_and_its_cost_in_it():
    kept = pins.hashed("7405", SALT)
    assert kept.startswith("scrypt$32768$8$1$")
    assert "7405" not in kept


def test_two_people_with_one_pin_have_two_hashes():
    assert pins.hashed("7405", SALT) != pins.hashed("7405", b"x" * 16)


@pytest.mark.parametrize("kept", ["", "scrypt$1$2$3", "plain:7405", "scrypt$x$8$1$AA==$AA=="])
def test_what_is_no_hash_holds_for_nothing(kept):
    assert not pins.holds("7405", kept)


def test_digits_of_another_keyboard_are_the_same_digits():
    assert pins.holds("7405", pins.hashed(pins.check("\uff17\uff14\uff10\uff15"), SALT))


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("123", "pin_short"),
        ("x" * 65, "pin_long"),
        ("1111", "pin_plain"),
        ("1234", "pin_plain"),
        ("8765", "pin_plain"),
    ],
)
def test_a_pin_that_is_guessed_at_once_is_refused(pin, code):
    with pytest.raises(CommandError, match=code):
        pins.check(pin)


def test_words_are_a_pin_as_well():
    assert pins.check(" green apple ") == "green apple"


def test_five_wrong_ones_cost_no_wait_and_the_sixth_must():
    tries = Tries()
    for n in range(5):
        assert pins.wait(tries, 100.0 + n) == 0
        tries = pins.tried(tries, 100.0 + n)
    assert pins.wait(tries, 104.0) == 30.0
    assert pins.wait(tries, 134.0) == 0.0


@pytest.mark.parametrize(("wrong", "seconds"), [(6, 60.0), (8, 240.0), (12, 3600.0), (90, 3600.0)])
def test_the_wait_doubles_to_an_hour(wrong, seconds):
    assert pins.wait(Tries(wrong, 100.0), 100.0) == seconds


def test_a_clock_set_back_makes_no_wait_longer():
    assert pins.wait(Tries(5, 1_000_000.0), 0.0) == 30.0


def test_a_day_of_guessing_tries_less_than_forty_pins():
    tries, now, made = Tries(), 0.0, 0
    while now < 86_400:
        now += pins.wait(tries, now)
        tries, made = pins.tried(tries, now), made + 1
    assert made < 40
