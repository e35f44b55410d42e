"""The page of a week as a PDF: A4, text that can be selected, a foot with the number of each page.

A heading stays with what follows it, the head of a table stands again on each page, and what became
of one's own devices begins on a page of its own, so that it can be kept back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QApplication

from desktop import gui
from desktop.language import Speaker, translate
from desktop.models import week_sheet
from desktop.models.mirror import Mirror
from desktop.models.week_sheet import Part, Table, WeekSheet
from desktop.theme import LIGHT
from fleet.model import Snapshot

_DPI = 96  # of the layout: a pixel of it is 0.75 points
_MARGIN_MM, _FOOT_PX = 18.0, 40.0
_POINTS = 10.0
_FOLLOWERS = 2  # blocks after a heading that stay with it: a line, or the head of a table
_MOST_PASSES = 40  # headings that can be moved


def of(snapshot: Snapshot, *, language: str, own: bool) -> bytes:
    """Return the page of the newest week of a house as a PDF file; for a program without a window.

    `own`: with what became of devices here. CommandError("no_week").
    """
    if not isinstance(QApplication.instance(), QApplication):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # nothing is shown
    speaker = Speaker(gui.application(), language)
    try:
        return pdf(week_sheet.compose(Mirror(snapshot), time.time(), own=own))
    finally:
        speaker.close()


def pdf(sheet: WeekSheet) -> bytes:
    """Return the page as a PDF file; needs a QGuiApplication, and a face of its fonts for Han."""
    into = QByteArray()
    buffer = QBuffer(into)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"Orangery {sheet.id}")
    writer.setCreator("Orangery")
    writer.setResolution(_DPI)
    margins = QMarginsF(*[_MARGIN_MM] * 4)
    size = QPageSize(QPageSize.PageSizeId.A4)
    unit = QPageLayout.Unit.Millimeter
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, unit))
    page = QRectF(0, 0, writer.width(), writer.height())
    document = laid(sheet, writer, QSizeF(page.width(), page.height() - _FOOT_PX))
    painter = QPainter(writer)
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
        _draw(painter, document, page, number)
        _foot(painter, sheet, page, number + 1, document.pageCount())
    painter.end()
    buffer.close()
    return bytes(into.data())


def laid(sheet: WeekSheet, device: QPaintDevice, size: QSizeF) -> QTextDocument:
    """Return the text laid out for `device` on pages of `size`, in its pixels."""
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.documentLayout().setPaintDevice(device)
    document.setDefaultFont(_font())
    document.setDefaultStyleSheet(_style())
    document.setHtml(_html(sheet))
    document.setPageSize(size)
    for _ in range(_MOST_PASSES):
        alone = next(_left_alone(document), None)
        if alone is None:
            break
        _begin_page(alone)
    return document


def _left_alone(document: QTextDocument) -> Iterator[QTextBlock]:
    """Yield headings of which what follows stands on another page."""
    layout, height = document.documentLayout(), document.pageSize().height()
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() > 1 and not _begins_page(block):
            after = _follower(block)
            here = layout.blockBoundingRect(block).top() // height
            if layout.blockBoundingRect(after).bottom() // height > here:
                yield block
        block = block.next()


def _follower(heading: QTextBlock) -> QTextBlock:
    """Return the last block that has to stay with a heading."""
    last = heading
    for _ in range(_FOLLOWERS):
        after = last.next()
        if not after.isValid() or after.blockFormat().headingLevel():
            break
        last = after
    return last


def _begins_page(block: QTextBlock) -> bool:
    before = QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
    return bool(block.blockFormat().pageBreakPolicy() & before)


def _begin_page(block: QTextBlock) -> None:
    cursor = QTextCursor(block)
    changed = block.blockFormat()
    changed.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    cursor.setBlockFormat(changed)


def _draw(painter: QPainter, document: QTextDocument, page: QRectF, number: int) -> None:
    height = document.pageSize().height()
    painter.save()
    painter.translate(0, -number * height)
    document.drawContents(painter, QRectF(0, number * height, page.width(), height))
    painter.restore()


def _foot(painter: QPainter, sheet: WeekSheet, page: QRectF, number: int, of: int) -> None:
    font = _font()
    font.setPointSizeF(_POINTS * 0.8)
    painter.setFont(font)
    painter.setPen(QColor(LIGHT.muted))
    place = QRectF(page.left(), page.bottom() - _FOOT_PX / 2, page.width(), _FOOT_PX / 2)
    low = Qt.AlignmentFlag.AlignBottom
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | low, sheet.foot)
    said = translate("WeekSheet", "Page {number} of {of}").format(number=number, of=of)
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | low, said)


def _font() -> QFont:
    font = QFont(QApplication.font())
    font.setPointSizeF(_POINTS)
    return font


def _style() -> str:
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return (
        f"body, td, th, li {{ color: {LIGHT.text}; }}"
        f"h1 {{ font-size: 24pt; margin-top: 0; margin-bottom: 4px; color: {LIGHT.text}; }}"
        f"h2 {{ font-size: 13pt; margin-top: 28px; margin-bottom: 8px; color: {LIGHT.accent}; }}"
        "p, li { margin-top: 0; margin-bottom: 4px; }"
        "ul { margin-top: 0; margin-bottom: 4px; }"
        f".about, .head {{ color: {LIGHT.muted}; }}"
        f".warn {{ color: {LIGHT.bad}; font-weight: bold; }}"
        f".fixed {{ font-family: '{fixed}'; font-size: 8.5pt; }}"
        ".head { font-size: 9pt; }"
    )


def _html(sheet: WeekSheet) -> str:
    said = [f"<h1>{escape(sheet.title)}</h1>", f"<p class='about'>{escape(sheet.about)}</p>"]
    said += [f"<p class='warn'>⚠ {escape(one)}</p>" for one in sheet.warnings]
    said += [_part(part) for part in sheet.parts]
    return f"<body>{''.join(said)}</body>"


def _part(part: Part) -> str:
    own = " style='page-break-before: always'" if part.own else ""
    said = [f"<h2{own}>{escape(part.title)}</h2>"]
    said += [f"<p>{escape(line)}</p>" for line in part.lines]
    if part.items:
        said.append("<ul>" + "".join(f"<li>{escape(one)}</li>" for one in part.items) + "</ul>")
    if part.table:
        said.append(_table(part.table))
    return "".join(said)


def _table(table: Table) -> str:
    def cells(row: Iterable[str], *, head: bool) -> str:
        return "".join(_cell(table, column, text, head=head) for column, text in enumerate(row))

    heads = f"<thead><tr>{cells(table.heads, head=True)}</tr></thead>"
    rows = "".join(f"<tr>{cells(row, head=False)}</tr>" for row in table.rows)
    return (
        "<table width='100%' cellspacing='0' cellpadding='4' border='0'>"
        f"{heads}<tbody>{rows}</tbody></table>"
    )


def _cell(table: Table, column: int, text: str, *, head: bool) -> str:
    align = "right" if column in table.right else "left"
    line = f"border-bottom: 1px solid {LIGHT.border if head else LIGHT.line}; "
    kind = "head" if head else "fixed" if column in table.fixed else "said"
    words = f"<span class='{kind}'>{escape(text) or '&nbsp;'}</span>"
    return f"<td align='{align}' valign='middle' style='{line}'>{words}</td>"
