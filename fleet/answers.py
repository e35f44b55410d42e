"""How a command is answered: by its handler's result, or by what work of its own comes to."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from fleet.errors import CommandError


def give(answer: Future[Any], result: object, error: BaseException | None) -> None:
    """Answer with the result, with that of a future it is, or with what was raised."""
    if answer.cancelled():
        return
    if error is not None:
        answer.set_exception(error)
    elif isinstance(result, Future):
        result.add_done_callback(lambda done: _pass_on(done, answer))
    else:
        answer.set_result(result)


def _pass_on(done: Future[Any], answer: Future[Any]) -> None:
    if done.cancelled():
        answer.set_exception(CommandError("house_closed"))
    elif (error := done.exception()) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(done.result())
