"""Commands that only look, answered in a thread of their own while the house is at work."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from fleet.answers import give
from fleet.errors import CommandError, OrangeryError
from fleet.model import OWNER, Actor

logger = logging.getLogger(__name__)

Handler = Callable[[Any, Actor], object]
Gate = Callable[[object, Actor], Actor]
"""Says as whom a command of a visitor is carried out; raises CommandError where it is not."""


class Beside:
    """Commands that only look, answered in a thread of their own while the house is at work.

    What they look at must be safe for any thread, and so must be `gate`, which says as whom a
    visitor is answered (House.guard). They wait for no commit and no message.
    """

    def __init__(self) -> None:
        self.gate: Gate = lambda _command, visitor: replace(OWNER, visit=visitor.visit)
        self._handlers: dict[type, tuple[str, Handler]] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def handle(self, kind: type, role: str, fn: Handler) -> None:
        """Let `fn`, safe for any thread, answer commands of `kind` from actors with `role`."""
        self._handlers[kind] = (role, fn)

    def send(self, command: object, actor: Actor) -> Future[Any] | None:
        """Begin to answer; None where this is no command of this kind.

        In the future: CommandError("not_allowed" | "house_closed"), or what the handler raised.
        """
        role, fn = self._handlers.get(type(command), ("", None))
        if fn is None:
            return None
        answer: Future[Any] = Future()
        with self._lock:
            if self._closed:
                answer.set_exception(CommandError("house_closed"))
                return answer
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="house-beside")
            self._pool.submit(self._answer, role, fn, command, actor, answer)
        return answer

    def close(self) -> None:
        """Answer what waits, and nothing more."""
        with self._lock:
            self._closed = True
            pool = self._pool
        if pool is not None:
            pool.shutdown()

    def _answer(
        self, role: str, fn: Handler, command: object, actor: Actor, answer: Future[Any]
    ) -> None:
        if not answer.set_running_or_notify_cancel():
            return
        try:
            who = self.gate(command, actor) if actor.visit else actor
            if role not in who.roles:
                raise CommandError("not_allowed", actor=who.name, role=role)  # noqa: TRY301 - an answer
            result = fn(command, who)
        except OrangeryError as error:
            answer.set_exception(error)
        except Exception as fault:
            logger.exception("the handler of %s failed", type(command).__name__)
            answer.set_exception(fault)
        else:
            give(answer, result, None)
