"""What the Updates page asks of the house for many devices at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later

if TYPE_CHECKING:
    from fleet import commands as household
    from fleet.client import Client
else:
    household = later("fleet.commands")


class UpdateWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def leave_out(self, each: Iterable[tuple[str, str]], *, skip: bool = True) -> Future[Any]:
        """Skip a version on each device, or take that back; comes when all have come."""
        return together(
            self._send(household.SkipVersion(device=key, version=version, skip=skip))
            for key, version in each
        )


def together(futures: Iterable[Future[Any]]) -> Future[Any]:
    """Return a future that comes when all have come, with the first error there was."""
    every = list(futures)
    whole: Future[Any] = Future()
    left = set(map(id, every))

    def came(one: Future[Any]) -> None:
        left.discard(id(one))
        if not left and not whole.done():
            errors = (each.exception() for each in every)
            error = next((each for each in errors if each is not None), None)
            whole.set_exception(error) if error else whole.set_result(None)

    for one in every:
        one.add_done_callback(came)
    if not every:
        whole.set_result(None)
    return whole
