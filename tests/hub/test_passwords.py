from __future__ import annotations

import pytest

from feedback.wire import HubError
from hub import passwords
from hub.passwords import Tries

NOW = 1_795_000_000.0
GOOD = "correct horse battery"


def after(wrong: int, tries: Tries | None = None) -> Tries:
    tries = tries or Tries()
    for n in range(wrong):
        tries = tries.missed(NOW + n)
    return tries


def test_a_password_is_kept_as_argon2id_and_matches_itself_alone():
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, GOOD)
    assert not passwords.matches(kept, GOOD + "!")


def test_the_same_password_is_kept_differently_each_time():
    assert passwords.hashed(GOOD) != passwords.hashed(GOOD)


def test_nobody_has_no_password_not_even_the_one_that_is_compared_with():
    assert not passwords.matches(None, "the password of nobody")


def test_a_damaged_hash_matches_nothing():
    assert not passwords.matches("$argon2id$nonsense", GOOD)


@pytest.mark.parametrize("password", ["short", "x" * 257, ""])
def test_a_password_has_a_least_and_a_greatest_length(password):
    with pytest.raises(HubError, match="password_weak"):
        passwords.hashed(password)


def test_a_hash_of_less_work_is_outdated():
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    assert passwords.outdated(weak)
    assert not passwords.outdated(passwords.hashed(GOOD))


def test_five_wrong_tries_shut_a_name_for_a_quarter_of_an_hour():
    assert not after(4).shut(NOW + 5)
    assert after(5).shut(NOW + 4 + 899)
    assert not after(5).shut(NOW + 4 + 900)


def test_each_five_more_shut_it_for_twice_as_long():
    assert after(10).shut_until == NOW + 9 + 1800
    assert after(500).shut_until <= NOW + 499 + 64 * 900


def test_a_day_without_a_wrong_try_begins_anew():
    assert after(4).missed(NOW + 2 * 86400).wrong == 1
