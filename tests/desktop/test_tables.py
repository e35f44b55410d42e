import csv
import io
import json

import pytest

from desktop.tables import Format, Sheet, encoded, written

SHEET = Sheet(
    ids=("name", "battery"),
    titles=("Name", "Battery"),
    rows=(("Ceiling lamp", None), ("门锁", 41.0), ('a "b", c\td\n', 12.5)),
)


def test_text_has_a_line_for_each_row_and_tabs_between() -> None:
    assert written(SHEET, Format.TEXT).split("\n") == [
        "Name\tBattery",
        "Ceiling lamp\t",
        "门锁\t41",
        'a "b", c d\t12.5',
        "",
    ]


def test_csv_is_read_back_as_it_was() -> None:
    read = list(csv.reader(io.StringIO(written(SHEET, Format.CSV), newline="")))
    assert read[0] == ["Name", "Battery"]
    assert read[2] == ["门锁", "41"]
    assert read[3] == ['a "b", c\td\n', "12.5"]


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])  # noqa: RUF001
def test_no_cell_is_a_formula(cell: str) -> None:
    sheet = Sheet(ids=("name",), titles=("Name",), rows=((cell,),))
    (_, (read,)) = csv.reader(io.StringIO(written(sheet, Format.CSV), newline=""))
    assert read == f"'{cell}"


def test_a_number_below_zero_stays_a_number() -> None:
    sheet = Sheet(ids=("signal",), titles=("Signal",), rows=((-70.0,),))
    assert written(sheet, Format.CSV) == "Signal\r\n-70\r\n"


def test_json_has_the_names_for_programs_and_nothing_changed() -> None:
    assert json.loads(written(SHEET, Format.JSON)) == [
        {"name": "Ceiling lamp", "battery": None},
        {"name": "门锁", "battery": 41.0},
        {"name": 'a "b", c\td\n', "battery": 12.5},
    ]


def test_a_file_of_csv_says_that_it_is_utf_8() -> None:
    assert encoded(SHEET, Format.CSV).startswith(b"\xef\xbb\xbfName")
    assert encoded(SHEET, Format.JSON).startswith(b"[")
