from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.language import Speaker


@pytest.fixture
def spoken(qapp: QApplication) -> Iterator[Speaker]:
    """English as the window speaks it, with its forms for one and for many."""
    made = Speaker(qapp, "en")
    yield made
    made.close()
