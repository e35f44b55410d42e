from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication

from desktop import week_pdf
from desktop.models import week_sheet
from desktop.models.mirror import Mirror
from desktop.models.week_sheet import Part, Table, WeekSheet
from fleet.errors import CommandError
from tests.desktop import big_house, fake_house

SIZE = QSizeF(600, 800)


def sheet(*parts: Part) -> WeekSheet:
    return WeekSheet(id="2026-W48", title="Week 48", about="", warnings=(), parts=parts, foot="")


def laid(*parts: Part) -> QTextDocument:
    return week_pdf.laid(sheet(*parts), QImage(600, 800, QImage.Format.Format_RGB32), SIZE)


def tops(document: QTextDocument) -> dict[str, int]:
    """Page on which each text begins."""
    found: dict[str, int] = {}
    block = document.begin()
    while block.isValid():
        top = document.documentLayout().blockBoundingRect(block).top()
        found.setdefault(block.text(), int(top // SIZE.height()))
        block = block.next()
    return found


def test_a_heading_is_never_left_alone_at_the_end_of_a_page(qapp: QApplication) -> None:
    for lines in range(20, 50):  # somewhere among these the heading is the last that fits
        before = Part(title="A", lines=tuple(f"line {n}" for n in range(lines)))
        found = tops(laid(before, Part(title="B", lines=("first", "second"))))
        assert found["B"] == found["first"], lines


def test_what_is_about_own_devices_begins_a_page(qapp: QApplication) -> None:
    found = tops(laid(Part(title="A", lines=("one",)), Part(title="B", lines=("two",), own=True)))
    assert (found["one"], found["B"]) == (0, 1)


def test_what_a_maker_wrote_is_no_markup(qapp: QApplication) -> None:
    found = tops(laid(Part(title="A", items=("<b>bold</b> & <img src=x>",))))
    assert "<b>bold</b> & <img src=x>" in found


def test_a_long_table_goes_over_pages_under_its_head(qapp: QApplication) -> None:
    rows = tuple((f"device {n}", "1.0") for n in range(120))
    document = laid(Part(title="A", table=Table(heads=("Device", "Version"), rows=rows)))
    assert document.pageCount() > 3
    assert tops(document)["device 119"] == document.pageCount() - 1


def test_the_file_is_a_pdf_with_as_many_pages_as_were_laid_out(qapp: QApplication) -> None:
    mirror = Mirror(big_house.client().snapshot())
    made = week_pdf.pdf(week_sheet.compose(mirror, fake_house.NOW))
    assert made.startswith(b"%PDF-1.")
    assert len(re.findall(rb"/Type /Page\b", made)) == 3


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_program_without_a_window_makes_it_too(qapp: QApplication, language: str) -> None:
    made = week_pdf.of(fake_house.house(), language=language, own=True)
    assert made.startswith(b"%PDF-1.")


def test_without_a_week_it_says_so(qapp: QApplication) -> None:
    with pytest.raises(CommandError, match="no_week"):
        week_pdf.of(fake_house.house(week={}), language="en", own=True)
