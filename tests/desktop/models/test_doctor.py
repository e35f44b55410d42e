"""What the doctor found, in words."""

from desktop.doctor.finding import Mark, good, unknown, wrong
from desktop.models import doctor


def test_what_is_good_needs_no_word_on_what_to_do():
    said = doctor.line(good("disk", "disk_good", free=9, need=1, folder="/x"), "en")
    assert (said.mark, said.how, said.name, said.hint) == (Mark.GOOD, "Good", "Disk", "")
    assert said.words == "9 MB are free at /x; this week's files need 1."


def test_an_error_of_the_list_is_told_in_its_own_words():
    said = doctor.line(wrong("broker", "no_broker"), "en")
    assert said.words == "This house has no broker yet, so it sees no devices."
    assert said.hint == "Name it: orangery broker HOST."


def test_the_sum_is_that_of_the_worst():
    found = [unknown("time", "clock_not_compared"), wrong("disk", "disk_no_names")]
    assert doctor.total(found, "en") == "Something is wrong."
    assert doctor.total(found[:1], "en") == "Nothing is wrong."


def test_the_text_to_copy_has_a_line_for_each_and_what_to_do_below():
    text = doctor.text([wrong("disk", "disk_no_names", folder="/x", left=3)], "en")
    first, second, third = text.splitlines()
    assert first == "Something is wrong."
    assert second.startswith("[Wrong] Disk: The disk under /x")
    assert third.startswith("    Remove many small files")
