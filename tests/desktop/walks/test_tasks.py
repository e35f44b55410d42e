from __future__ import annotations

import pytest

from tests.desktop.conftest import MakeFace
from tests.desktop.walks.tasks import TASKS
from tests.desktop.walks.walk import Walk


@pytest.mark.parametrize("name", TASKS)
def test_the_task_is_done_with_nothing_but(name: str, make_face: MakeFace) -> None:
    task, house = TASKS[name]
    client = house()
    window = make_face(client).window
    window.resize(1280, 800)
    walk = Walk(window, name)
    walk.begin()
    task(walk, client)
    assert (walk.keys > 0, walk.clicks > 0) == ("keys" in name, "mouse" in name)
