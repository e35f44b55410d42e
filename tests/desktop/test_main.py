"""How the program opens a window where what a window needs is not there."""

import pytest

from desktop import __main__ as main
from desktop import live, week_pdf
from fleet.errors import CommandError

LACKS = "libEGL.so.1: cannot open shared object file: No such file or directory"


def fails(name, path=None):
    def call(*_words, **_named):
        raise ImportError(LACKS, name=name, path=path)

    return call


def opened(tmp_path):
    windows = main._Windows()
    return windows.house(tmp_path, language="en", simple=False, link="", minimised=False)


@pytest.mark.parametrize(
    ("name", "path"),
    [("PySide6.QtGui", None), ("shiboken6", None), ("QtGui", "/lib/PySide6/QtGui.abi3.so")],
)
def test_what_qt_lacks_is_named_and_no_fault_of_ours(monkeypatch, tmp_path, name, path):
    monkeypatch.setattr(live, "house", fails(name, path))
    with pytest.raises(CommandError, match="window_parts_missing") as met:
        opened(tmp_path)
    assert met.value.facts == {"words": LACKS}


def test_a_week_on_paper_needs_the_same(monkeypatch):
    monkeypatch.setattr(week_pdf, "of", fails("PySide6.QtGui"))
    with pytest.raises(CommandError, match="window_parts_missing"):
        main._Windows().week(None, language="en", own=True)


@pytest.mark.parametrize("name", ["desktop.gui", None])
def test_what_else_cannot_be_loaded_is_a_fault_of_ours(monkeypatch, tmp_path, name):
    monkeypatch.setattr(live, "house", fails(name))
    with pytest.raises(ImportError):
        opened(tmp_path)
