"""The Release page of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import commands
from desktop.pages.release import ReleasePage
from firmware.publish import Publisher
from tests.desktop import fake_client

Open = Callable[..., ReleasePage]


@pytest.fixture
def open_page(make_face, qtbot: QtBot) -> Iterator[Open]:
    """Turns to the Release page of a folder, and waits until it has looked."""

    def opened(folder: Path, language: str = "en") -> ReleasePage:
        client = fake_client.client()
        client.now.facts["release"] = {"folder": commands.SetReleaseFolder(folder=str(folder))}
        window = make_face(client, language=language).window
        window.show_page("release")
        page = window.page("release")
        qtbot.waitUntil(lambda: page.week.isVisible() or page.way_in.isVisible(), timeout=20_000)
        return page

    return opened


@pytest.fixture
def page(open_page: Open, half: Publisher) -> ReleasePage:
    return open_page(half.folder)
