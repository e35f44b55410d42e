from __future__ import annotations

from dataclasses import replace

from desktop import show_reports
from desktop.commands import CheckedWords
from feedback.report import Part, PartName, Reply, Report, Suspect
from feedback.wire import ClusterState, DeviceFacts, Kind
from feedback.wire_triage import ClusterDoc, PublicWords

ONE = Report(id="r1", title="Anna's lamp", text="It blinks", facts=DeviceFacts(model="LAMP"))
DOC = ClusterDoc(
    id="c1", kind=Kind.PROBLEM, state=ClusterState.OPEN, vendor="acme", model="LAMP", component="",
    words={"en": PublicWords(title="It blinks", workaround="Hold the button.")}, made=1.0,
    fix_version="1.3.0",
)  # fmt: skip


def test_a_part_is_told_with_its_size_or_why_there_is_none():
    parts = [
        Part(name=PartName.LOG, data=b"[]", lines=12, dropped=3, places=2, size=2048),
        Part(name=PartName.RECORDING, missing="nothing_there"),
    ]
    said = show_reports.whole(ONE, parts, {"log"}).splitlines()
    assert "[x] log: 2,048 bytes, 12 lines, 3 older left out, 2 replaced" in said
    assert "[ ] recording: nothing_there" in said


def test_a_report_tells_what_the_makers_said_and_promised():
    replies = (
        Reply(id="a", author="Lin", at=0.0, text="Below five per cent?", staff=True),
        Reply(id="b", author="", at=60.0, text="Yes, at four.", waiting=True),
    )
    answered = replace(ONE, replies=replies, fix_week="2026-W49", fix_version="1.3.0")
    *_, asked, said, fixed = show_reports.whole(answered, (), ()).splitlines()
    assert asked.endswith(" Lin: Below five per cent?")
    assert said.endswith(" you, not sent yet: Yes, at four.")
    assert fixed == "fixed in: 2026-W49 1.3.0"
    no = replace(ONE, reason="It is meant to blink.")
    assert show_reports.whole(no, (), ()).endswith("\ndeclined: It is meant to blink.")


def test_a_proposal_taken_stands_in_place_of_what_it_is_for():
    found = [Suspect(0, 6, "<name-1a2b3c>"), Suspect(10, 11, "<id-000000>")]
    assert show_reports.proposed("Anna's lamp", found) == "<name-1a2b3c> lam<id-000000>"


def test_what_was_found_is_told_with_what_could_stand_there():
    found = CheckedWords(title=(Suspect(0, 6, "<name-1a2b3c>"),))
    assert show_reports.checked(ONE, found) == "Anna's -> <name-1a2b3c>"
    assert "Nothing" in show_reports.checked(ONE, CheckedWords())


def test_a_known_problem_is_told_with_the_way_around_it():
    said = show_reports.known([DOC], "zh_CN")  # only English is there
    assert said == "Known: It blinks. Hold the button. Mended in 1.3.0. [--cluster c1]\n"
