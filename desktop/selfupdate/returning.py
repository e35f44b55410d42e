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


def put_back(folder: Path) -> int:
    """Let databases that the failed version had changed be what they were; returns how many.

    The house in `folder` is one that this version cannot open, and nobody has it open. 0: nothing
    was done: no version failed here, or that one had worked and a person went back from it, so
    that more than a few moments' worth would be missing. StoreError: where no copy fits, and
    others of repair.go_back.
    """
    if (known := _known()) is None or known.state().worked:
        return 0
    back = repair.go_back(folder)
    for one in back:
        logger.warning("%s is as it was before version %s", one.file.name, known.state().failed)
    return len(back)


def tell(folder: Path, back: int, *, now: float | None = None) -> None:
    """Have a report offered once of the version that failed; the house in `folder` is open.

    `back`: what `put_back` returned, of this start.
    """
    if (known := _known()) is None or (state := known.state()).told:
        return
    crash = crashes.Crash(
        ended=crashes.Ended.WENT_BACK,
        at=time.time() if now is None else now,
        what="start",
        version=state.failed,
        put_back=back,
    )
    try:
        crashes.leave(folder, crash)
        known.was_told()
    except OrangeryError as error:
        logger.warning("that version %s did not start is not told: %s", state.failed, error)


def _known() -> Versions | None:
    """Return the versions here, where this one runs because another one failed."""
    if build.root() is None or (known := versions.here()) is None:
        return None
    state = known.state()
    again = state.proven and state.now == known.running  # and not a further one on trial
    return known if state.failed and again else None
