"""A code that people read off one screen and type at another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.errors import CommandError
from fleet.home_key import SIZE, code_of, key_of


@given(st.binary(min_size=SIZE, max_size=SIZE))
def test_a_code_leads_back_to_its_key(key):
    assert key_of(code_of(key)) == key


def test_it_is_in_groups_and_may_be_typed_without_them():
    code = code_of(bytes(range(16)))
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert key_of(code.replace("-", " ").lower()) == bytes(range(16))


def test_two_letters_that_changed_places_are_noticed():
    code = code_of(b"sixteen letters.")
    assert code[0] != code[1]
    with pytest.raises(CommandError, match="agree_code_bad"):
        key_of(code[1] + code[0] + code[2:])


@pytest.mark.parametrize("code", ["", "hello", "A" * 27, "A" * 28, "ÄÄÄÄ" * 7, "=" * 28])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(CommandError, match="agree_code_bad"):
        key_of(code)
