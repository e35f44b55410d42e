from __future__ import annotations

import re

from fleet.errors import OrangeryError
from hub.words import known, sentence
from tests.hub.running import ROOT

RAISED = re.compile(r'(?:HubError|CommandError)\(\s*"(\w+)"|_problem\("(\w+)"|code: str = "(\w+)"')


def raised() -> set[str]:
    files = [*ROOT.glob("feedback/*.py"), *ROOT.glob("hub/*.py")]
    return {
        next(filter(None, found))
        for file in files
        for found in RAISED.findall(file.read_text(encoding="utf-8"))
    }


def test_every_code_that_is_raised_has_a_sentence_and_a_hint_in_both_languages():
    missing = [code for code in raised() if code not in known()]
    assert missing == []
    for said in known().values():
        assert [len(said["en"]), len(said["zh_CN"])] == [2, 2]


def test_a_sentence_is_filled_with_the_facts_and_never_breaks_for_want_of_one():
    assert "http://h " in sentence(OrangeryError("hub_unreachable", url="http://h"))
    assert "? " in sentence(OrangeryError("hub_unreachable"))
    assert sentence(OrangeryError("brand_new")) == "brand_new"
