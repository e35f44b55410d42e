from __future__ import annotations

import re

import pytest

from feedback import invitation
from feedback.wire import HubError


def test_a_code_looks_as_people_are_told():
    form = r"OR(-[0-9A-HJKMNP-TV-Z]{4}){4}-[0-9A-HJKMNP-TV-Z*~$=U]"
    assert re.fullmatch(form, invitation.make())


def test_a_code_is_read_back_whatever_its_ornaments():
    for _ in range(50):
        code = invitation.make()
        plain = code[3:].replace("-", "")
        assert {invitation.read(t) for t in (code, code.lower(), f" {plain} ")} == {plain}


def test_every_single_wrong_symbol_is_noticed():
    code = invitation.read(invitation.make())
    for at in range(16):
        for symbol in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".replace(code[at], ""):
            with pytest.raises(HubError, match="code_mistyped"):
                invitation.read(code[:at] + symbol + code[at + 1 :])


@pytest.mark.parametrize("typed", ["", "OR", "hello", "OR-0000-0000-0000-0000", "日本" * 9])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(HubError, match="code_mistyped"):
        invitation.read(typed)
