from __future__ import annotations

import pytest

from desktop.models import reporting
from desktop.models.reporting import Span, Step
from feedback.report import Part, PartName
from fleet.model import UpdateState
from tests.desktop.fake_house import device, update


def test_one_goes_through_three_steps_and_back() -> None:
    assert reporting.next_step(Step.WHAT) is Step.EVIDENCE
    assert reporting.next_step(Step.PREVIEW) is None
    assert reporting.step_before(Step.EVIDENCE) is Step.WHAT
    assert reporting.step_before(Step.WHAT) is None


def test_the_head_says_where_one_is(qapp) -> None:
    heads = reporting.heads(Step.EVIDENCE)
    assert [one.done for one in heads] == [True, False, False]
    assert heads[1].said == "Step 2 of 3: What goes along"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Part(name=PartName.DEVICE, data=b"{}", places=3), "2 bytes · 3 values replaced"),
        (Part(name=PartName.MESSAGES, data=b"[]", lines=1, dropped=2), "1 line · 2 older ones"),
        (Part(name=PartName.DEVICE, missing="no_device"), "not collected: no device is chosen"),
        (Part(name=PartName.UPDATES, missing="unreadable: OSError"), "read (OSError)"),
        (Part(name=PartName.UPDATES, missing="disk_full"), "not collected: The disk with"),
    ],
)
def test_every_part_says_how_much_it_is_or_why_there_is_none(spoken, part: Part, said: str) -> None:
    assert said in reporting.part_line(part).note


def test_what_stands_in_place_of_a_value_is_found() -> None:
    text = '{"<mac-ca2a1c>": "<name-00ff00> is <b> or <mac-xyz>"}'
    found = [text[one.start : one.end] for one in reporting.replaced_spans(text)]
    assert found == ["<mac-ca2a1c>", "<name-00ff00>"]


def test_the_line_under_the_preview_names_size_and_digest(spoken) -> None:
    assert reporting.preview_line(b"abc", "ba78", [Span(0, 1)]) == (
        "3 bytes · 1 value replaced · SHA-256 ba78"
    )


def test_a_version_since_which_it_happens_is_one_it_had() -> None:
    was = update("d4", UpdateState.DONE, version_from="1.0", version_to="1.1")
    assert reporting.versions(device("d4", "Lamp", version="1.1"), was) == ["1.1", "1.0"]
    assert reporting.versions(None, None) == []
