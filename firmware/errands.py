"""Carries out the steps of a dialect for a device: publishes, waits, lays, asks over HTTP.

Steps are done in their order. Nothing here waits: what takes time goes on from the queue that the
runner empties at each turn (a delay), or from the pool (a request over HTTP).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Protocol

from firmware.jobs import Event, Heard, Served, Unfit, Unsent
from firmware.stage import StagedFile
from firmware.whole_file import message_of
from fleet import lan_http
from fleet.dialects import Dialect
from fleet.errors import BrokerError
from fleet.lan_http import LanError
from fleet.model import Device, Message, Observation, Phase, UpdateWord
from fleet.steps import Delay, HttpRequest, Lay, Publish, PublishFile, Refusal, Step

logger = logging.getLogger(__name__)

_NEVER = ("broker_read_only", "broker_packet_too_large", "broker_keeps_nothing")
"""Why a broker will not take it at the next try either."""

_PIECE = 16 << 10  # bytes of an upload that are read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Steps that are still to be done for a device, in one of its dialects.

    `transfer`: of the update that they belong to, without which they are not done any more; "":
    they only ask something.
    """

    device: Device
    broker: str
    dialect: Dialect
    steps: tuple[Step, ...]
    transfer: str = ""
    staged: StagedFile | None = None


class Doors(Protocol):
    """What errands need of firmware.effects.Doors."""

    @property
    def pool(self) -> Executor:
        """Where requests over HTTP are waited for."""

    def publish(self, broker: str, step: Publish, /) -> None:
        """Send it. BrokerError."""

    def sent(self, device: str, broker: str, step: Publish, /) -> object:
        """It went."""

    def largest(self, broker: str, /) -> int:
        """Bytes of the largest packet that it takes; 0: any."""

    def observe(self, message: Message, read: tuple[Observation, ...], /) -> object:
        """A device answered past the brokers."""

    def loopback(self) -> bool:
        """Whether devices live on this computer."""


class Errands:
    """One for each runner; all of it in the house thread, but for what says otherwise."""

    def __init__(
        self,
        doors: Doors,
        *,
        lay: Callable[[str, Lay], object],
        tell: Callable[[Event | Errand], object],
        wanted: Callable[[str, str], bool],
    ) -> None:
        """`lay`: by transfer. `tell`: what came of it, also from the pool.

        `wanted`: of a device and a transfer, whether that update still goes on.
        """
        self._doors, self._lay, self._tell, self._wanted = doors, lay, tell, wanted
        self._later: list[tuple[float, Errand]] = []

    def go(self, errand: Errand, now: float) -> bool:
        """Do its steps up to one that takes time; False: they could not be done, which is told."""
        key = errand.device.key
        if errand.transfer and not self._wanted(key, errand.transfer):
            return False
        try:
            for number, step in enumerate(errand.steps):
                rest = replace(errand, steps=errand.steps[number + 1 :])
                if isinstance(step, Delay):
                    self._later.append((now + step.seconds, rest))
                    return True
                if isinstance(step, HttpRequest | PublishFile):
                    self._doors.pool.submit(self._slowly, step, rest)
                    return True
                self._do(errand, step)
        except ValueError as fault:  # a dialect lays what cannot be laid
            logger.exception("the steps for %s are wrong", key)
            self._fails(errand, "fault", repr(fault))
        except BrokerError as error:
            if error.code in _NEVER:
                self._fails(errand, error.code, error.facts.get("fact", ""))
            elif errand.transfer:
                self._tell(Unsent(key, error.code))
            else:
                logger.info("%s is not asked: %s", key, error)
        else:
            return True
        return False

    def due(self, now: float) -> list[Errand]:
        """Return, once, those whose delay is over."""
        due = [errand for at, errand in self._later if at <= now]
        self._later = [one for one in self._later if one[0] > now]
        return due

    def _do(self, errand: Errand, step: Publish | Lay) -> None:
        if isinstance(step, Lay):
            self._lay(errand.transfer, step)
        else:
            self._doors.publish(errand.broker, step)
            self._doors.sent(errand.device.key, errand.broker, step)

    # --- in the pool -----------------------------------------------------------------------------

    def _slowly(self, step: HttpRequest | PublishFile, rest: Errand) -> None:
        try:
            if isinstance(step, PublishFile):
                self._read(step, rest)
            else:
                self._answered(step, rest)
        except Exception as fault:
            logger.exception("a step for %s failed", rest.device.key)
            self._fails(rest, "fault", repr(fault))

    def _read(self, step: PublishFile, rest: Errand) -> None:
        """Make one message of the file, and go on with that."""
        message = message_of(step, rest.staged, self._doors.largest(rest.broker))
        if isinstance(message, Refusal):
            self._fails(rest, message.code, message.fact)
        else:
            self._tell(replace(rest, steps=(message, *rest.steps)))

    def _answered(self, request: HttpRequest, rest: Errand) -> None:
        """Ask; then let its dialect read the answer, and go on with what follows.

        A device that restarts at once may not answer: then only its version tells.
        """
        left = threading.Event()
        upload = self._upload(rest, left) if request.upload else None
        try:
            answer = lan_http.send(request, upload=upload, loopback=self._doors.loopback())
        except LanError as error:
            logger.info("%s over HTTP: %s", rest.device.key, error)
            may_have_it = error.code == "http_no_answer" and (upload is None or left.is_set())
            if not may_have_it:
                self._fails(rest, error.code, error.facts["fact"])
            return
        said = Message(broker=rest.broker, topic=request.url, payload=answer.body, at=time.time())
        read = rest.dialect.answered(rest.device, request, answer.status, answer.body)
        if isinstance(read, Refusal):
            self._fails(rest, read.code, read.fact)
            return
        if read:
            self._doors.observe(said, tuple(read))
        if not answer.ok:
            self._fails(rest, "http_refused", answer.words)
            return
        if rest.transfer and (upload or not rest.steps):
            phase = Phase.INSTALLING if upload else Phase.ACCEPTED
            self._tell(Heard(rest.device.key, UpdateWord(phase=phase, transfer=rest.transfer)))
        if rest.steps:
            self._tell(rest)

    def _fails(self, rest: Errand, code: str, fact: str) -> None:
        if rest.transfer:
            self._tell(Unfit(rest.device.key, code, fact))

    def _upload(self, errand: Errand, left: threading.Event) -> lan_http.Upload:
        """Return the file on its way; `left` is set when all of it has left."""
        if errand.staged is None:
            raise ValueError("nothing is offered that could go along")
        target = errand.staged.target
        name = target.path.rpartition("/")[2]
        return lan_http.Upload(name=name, size=target.size, pieces=self._pieces(errand, left))

    def _pieces(self, errand: Errand, left: threading.Event) -> Iterator[bytes]:
        """Give the file, its last piece only after a look at its seal; OSError where it broke."""
        if errand.staged is None:
            return
        size, sent, told = errand.staged.target.size, 0, -1
        with errand.staged.path.open("rb", buffering=0) as file:
            while sent < size:
                piece = file.read(min(_PIECE, size - sent))
                if not piece or not errand.staged.intact():
                    raise OSError("the file changed on the disk")
                if not self._wanted(errand.device.key, errand.transfer):
                    raise OSError("the update was ended")
                yield piece
                sent += len(piece)
                if (percent := 100 * sent // size) > told:
                    told = percent
                    self._tell(Served(errand.device.key, sent, size))
        left.set()
