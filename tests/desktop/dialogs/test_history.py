from __future__ import annotations

from PySide6.QtWidgets import QLabel

from desktop.commands import VerifiedHistory
from desktop.window import Window
from tests.desktop.fake_client import FakeClient


def said(window: Window) -> list[str]:
    return [label.text() for label in window.dialog.findChildren(QLabel)]


def test_every_step_of_a_device_is_there_and_the_chain_is_told(window: Window, hear) -> None:
    window.show_history("d4")
    hear()
    assert "Updates of Hall light" in said(window)
    assert "Went back" in said(window)
    assert window.dialog.chain.shown[0].tone == "ok"
    window.dialog.close()


def test_a_record_that_was_changed_is_told_in_red(window: Window, client: FakeClient, hear) -> None:
    client.answers["VerifyHistory"] = VerifiedHistory(rows=9, broken_at=4)
    window.show_history("d4")
    hear()
    assert window.dialog.chain.shown[0].tone == "bad"
    window.dialog.close()
