"""Files that people attach: read and written anew in the pool, then kept by feedback.blobs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

from desktop.commands import AttachFile
from feedback import attachments
from feedback.blobs import Shelf
from feedback.commands import Attach
from feedback.redaction import Redactor
from feedback.report import Attachment
from feedback.wire import HubError
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import OWNER, Actor

_GONE = frozenset({"refused", "gone"})


class Attaching:
    """Takes AttachFile.

    `redactor(report, device)` is asked in the house thread; what it returns makes the redactor, in
    the pool.
    """

    def __init__(
        self,
        house: House,
        pool: Executor,
        redactor: Callable[[str, str], Callable[[], Redactor]],
        shelf: Shelf,
    ) -> None:
        self._house, self._pool = house, pool
        self._redactor, self._shelf = redactor, shelf
        house.handle(AttachFile, "admin", self._attach)

    def _attach(self, asked: AttachFile, _actor: Actor) -> Future[Attachment]:
        make = self._redactor(asked.report, asked.device)
        return self._pool.submit(self._prepared, asked, make)

    def _prepared(self, asked: AttachFile, make: Callable[[], Redactor]) -> Attachment:
        """In the pool: nothing of it is kept unless all of it goes well."""
        name = asked.name or Path(asked.path).name
        data = _read(asked.path) if asked.path else asked.data
        ready = attachments.prepare(data, name, make())
        attachments.check_all([*self._sizes(asked.report), ready.size])
        sha256 = self._shelf.put(ready.data)
        kept = Attach(
            report=asked.report, sha256=sha256, size=ready.size, type=ready.type, name=ready.name
        )
        answer: Attachment = self._house.send(kept, OWNER).result()
        return answer

    def _sizes(self, report: str) -> list[int]:
        known = self._house.snapshot().facts.get("attachment", {}).values()
        return [
            one.size
            for one in known
            if isinstance(one, Attachment) and one.report == report and one.state not in _GONE
        ]


def _read(path: str) -> bytes:
    """Return a file's bytes, unless there are too many to be sent."""
    file = Path(path)
    try:
        if file.stat().st_size > attachments.LARGEST:
            limit = f"{attachments.LARGEST // (1024 * 1024)} MiB"
            raise HubError("attachment_too_large", name=file.name, limit=limit)
        return file.read_bytes()
    except OSError as error:
        raise CommandError("attachment_unreadable", name=file.name, words=error) from error
