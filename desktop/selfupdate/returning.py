"""The first start after a version was gone back from: the house opens again, and people are told.

Databases of the house that the newer version had changed before it failed give way to the copies
that were made before (desktop/repair.py); they are kept beside them. Then a report is offered once,
as of a crash (desktop/crashes.py). No Qt.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import build
from fleet.errors import OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import crashes, repair
    from desktop.selfupdate import versions
    from desktop.selfupdate.versions import Versions
else:  # only where it has happened
    crashes, repair = later("desktop.crashes"), later("desktop.repair")
    versions = later("desktop.selfupdate.versions")

logger = logging.getLogger(__name__)


def settle(folder: Path, *, now: float | None = None) -> None:
    """Do that for the house in `folder`, which nobody has open; nothing where nothing failed.

    Where the databases cannot be put back the house says so itself when it is opened. A version
    that had worked here, and that a person went back from, has changed more than a few moments'
    worth: then nothing is put back without being asked for.
    """
    if build.root() is None or (known := versions.here()) is None:
        return
    try:
        _settle(known, folder, time.time() if now is None else now)
    except OrangeryError as error:
        logger.warning("going back from a version is not done yet: %s", error)


def _settle(known: Versions, folder: Path, now: float) -> None:
    state = known.state()
    if not state.failed or state.now != known.running:
        return
    back = repair.go_back(folder) if not state.worked and repair.newer(folder) else ()
    for one in back:
        logger.warning("%s is as it was before version %s", one.file.name, state.failed)
    if state.told:
        return
    crashes.leave(
        folder,
        crashes.Crash(
            ended=crashes.Ended.WENT_BACK,
            at=now,
            what="start",
            version=state.failed,
            put_back=len(back),
        ),
    )
    known.was_told()
