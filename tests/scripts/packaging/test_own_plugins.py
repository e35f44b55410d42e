"""A built program lets Qt find no plugins but its own."""

import os
import runpy
import sys
from pathlib import Path

import PySide6

from scripts.packaging import own_plugins


def test_a_path_of_the_desktop_leads_qt_nowhere(monkeypatch):
    monkeypatch.setenv("QT_PLUGIN_PATH", "/usr/lib/qt6/plugins")
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/orangery/_internal", raising=False)
    runpy.run_path(own_plugins.__file__)
    assert os.environ["QT_PLUGIN_PATH"] == "/opt/orangery/_internal/PySide6/Qt/plugins"


def test_from_source_nothing_changes(monkeypatch):
    monkeypatch.setenv("QT_PLUGIN_PATH", "/mine")
    runpy.run_path(own_plugins.__file__)
    assert os.environ["QT_PLUGIN_PATH"] == "/mine"


def test_the_installed_pyside_has_them_there():
    beside = Path(PySide6.__file__).parent.parent
    assert Path(own_plugins.own(str(beside)), "platforms").is_dir()
