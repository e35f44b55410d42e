"""A card of Settings, opened as a person does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.window import Window
from tests.desktop.pages.cards import card_of

OpenCard = Callable[[str, type], Any]


@pytest.fixture
def open_card(window: Window) -> OpenCard:
    return lambda section, kind: card_of(window, section, kind)
