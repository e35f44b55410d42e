"""The reference device: speaks orangery/v1, verifies its firmware itself, boots it on trial.

One thread lives its life: boot, say hello, wait for an order, verify, fetch, install, boot again.
What came over MQTT reaches it through a queue. It believes nothing of an offer but where to look.
"""

from __future__ import annotations

import argparse
import logging
import queue
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from firmware.agent_chunks import CHUNK, WINDOW, ChunkFetcher
from firmware.agent_fetch import Fetcher, HttpFetcher
from firmware.agent_offer import Checker, Me, Offered, RefusedError, UnreachableError
from firmware.agent_partial import PartialVerifier, Pins, read_pins
from firmware.agent_report import Reporter
from firmware.agent_slots import Booted, Header, Last, Slots
from firmware.agent_verify import Verifier
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.errors import BrokerError
from fleet.model import BrokerState, Connection, Message
from fleet.steps import Publish

logger = logging.getLogger(__name__)

T = TypeVar("T")
_STOP, _HELLO, _REBOOT = "stop", "hello", "reboot"
_LIT = "lit"


class Line(Protocol):
    """The face of fleet.bus.Bus that a device needs."""

    def start(self) -> None:
        """Connect and stay connected."""

    def stop(self) -> None:
        """Say goodbye."""

    def subscribe(self, filters: Sequence[tuple[str, int]]) -> None:
        """Listen to these, after each connect."""

    def publish(self, step: Publish) -> None:
        """Send; BrokerError where not connected."""


Connect = Callable[["Agent"], Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How this device takes its time, in seconds."""

    transport: str = "http"  # or "mqtt": chunks
    chunk: int = CHUNK  # bytes of the largest that it takes
    window: int = WINDOW  # chunks that it asks for ahead
    boot_s: float = 2.0
    patience_s: float = 60.0  # with a mirror that does not answer
    retry_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the device's own hardware says of itself; a maker puts its own here."""

    ready: Callable[[], str] = lambda: ""  # a code why not now ("battery_low"); "": now
    unwell: Callable[[Booted, str], str] = lambda booted, hardware: booted.unwell(hardware)
    """What is wrong after the boot of a new image on this hardware; "": nothing."""


@dataclass(frozen=True, slots=True)
class _Busy:
    """The transfer under way."""

    offer: Offered
    fetcher: ChunkFetcher | None = None


class Agent:
    """One device; `run` in its own thread or process, `stop` from any.

    `born`: the maker's root, burnt in, for the full class; Pins for the partial class.
    """

    def __init__(
        self,
        me: Me,
        slots: Slots,
        born: bytes | Pins,
        *,
        connect: Connect,
        habits: Habits | None = None,
        body: Body | None = None,
    ) -> None:
        self.me, self._slots, self._born = me, slots, born
        self._connect = connect
        self._habits = habits or Habits()
        self._body = body or Body()
        self._prefix = f"orangery/v1/dev/{me.id}"
        self._inbox: queue.SimpleQueue[str | dict[str, Any]] = queue.SimpleQueue()
        self._line: Line | None = None
        self._busy: _Busy | None = None
        self._over = threading.Event()
        self._lit = False
        self._reporter: Reporter | None = None

    @property
    def will(self) -> Publish:
        """What the broker says when this device is gone."""
        return Publish(topic=f"{self._prefix}/state", payload=b"offline", qos=1, retain=True)

    def on_message(self, message: Message) -> None:
        """Take what came; any thread."""
        part = message.topic.removeprefix(f"{self._prefix}/")
        if part == "cmd":
            order = _order(message.payload)
            if order is not None and not message.retain:
                self._inbox.put(order)
        elif part.startswith("fw/") and part.count("/") == 3:  # noqa: PLR2004 - fw/<transfer>/<stream>/<n>
            busy = self._busy
            _, transfer, stream, piece = part.split("/")
            if busy and busy.fetcher and busy.offer.transfer == transfer:
                busy.fetcher.take(stream, piece, message.payload)

    def on_state(self, connection: Connection) -> None:
        """Say hello again at each connect; any thread."""
        if connection.state is BrokerState.CONNECTED:
            self._inbox.put(_HELLO)

    def stop(self) -> None:
        """End `run` soon."""
        self._over.set()
        self._inbox.put(_STOP)

    def run(self) -> None:
        """Live until `stop`."""
        while not self._over.is_set():
            booted = self._slots.boot()
            self._reporter = Reporter(self.me.id, self._slots)
            self._line = self._connect(self)
            self._line.subscribe([(f"{self._prefix}/cmd", 1), (f"{self._prefix}/fw/+/+/+", 1)])
            self._line.start()
            try:
                if booted.trial is None or self._try_out(booted):
                    self._serve()
            finally:
                self._say("state", b"offline", retain=True)
                self._line.stop()
            self._over.wait(self._habits.boot_s)

    # --- after a boot ----------------------------------------------------------------------------

    def _try_out(self, booted: Booted) -> bool:
        """Test the slot on trial; False: it was given up and the device must boot again."""
        trial = booted.trial
        if trial is None:
            return True
        self._await_line()
        self._status(Last(trial.transfer, "verifying", version=trial.version))
        if wrong := self._body.unwell(booted, self.me.hardware):
            self._slots.fall_back(trial, wrong)
            return False
        self._slots.commit(trial)
        self._hello()
        return True

    def _await_line(self) -> None:
        """Wait for the broker as long as a device would before it boots without one."""
        orders: list[str | dict[str, Any]] = []
        try:
            while (word := self._inbox.get(timeout=self._habits.patience_s)) != _HELLO:
                orders.append(word)
        except queue.Empty:
            logger.info("%s boots without a broker", self.me.id)
        for order in orders:
            self._inbox.put(order)

    def _serve(self) -> None:
        while not self._over.is_set():
            word = self._inbox.get()
            if word == _HELLO:
                self._hello()
            elif isinstance(word, dict) and self._obey(word) == _REBOOT:
                return

    def _hello(self) -> None:
        if self._reporter is None:
            return
        report = self._reporter.report()
        way = "chunks" if self._habits.transport == "mqtt" else "url"
        said = {
            "id": self.me.id,
            "name": self.me.name or self.me.id,
            "maker": self.me.vendor,
            "model": self.me.model,
            "hw": self.me.hardware,
            "kind": self.me.kind,
            "components": [{"slot": "main", "version": report.version}],
            "caps": {
                "install": [way],
                "checks_signature": True,
                "checks_time": not isinstance(self._born, Pins),
                "keeps_previous": True,
                "progress": True,
            },
            "chunk_max": self._habits.chunk,
            "window_max": self._habits.window,
            "features": [{"name": _LIT, "capability": "on_off", "settable": True}],
            "pubkey": self._reporter.pubkey,
            "report": report,
        }
        self._say("hello", msgspec.json.encode(said), retain=True)
        self._say("state", b"online", retain=True)
        self._say("tele", _json({_LIT: self._lit}))
        if last := self._slots.last:
            self._status(last)

    # --- orders ----------------------------------------------------------------------------------

    def _obey(self, order: Mapping[str, Any]) -> str:
        """Carry out one order; `_REBOOT`: an image waits for its trial."""
        if order.get("op") == "identify":
            self._hello()
            return ""
        if order.get("op") == "set":
            self._set(str(order.get("feature", "")), order.get("value"))
            return ""
        if order.get("op") != "offer":
            return ""
        try:
            offer = msgspec.convert(order, Offered)
        except ValueError:
            return ""
        last = self._slots.last
        if last and last.transfer == offer.transfer:  # asked twice: told twice, done once
            self._hello()
            return ""
        return self._take(offer)

    def _set(self, feature: str, value: object) -> None:
        """Switch itself: the one thing it does beside being updated."""
        taken = feature == _LIT and isinstance(value, bool)
        said = {"feature": feature, "accepted": taken}
        self._say("ack", _json(said if taken else {**said, "code": "unknown_feature"}))
        if taken:
            self._lit = bool(value)
            self._say("tele", _json({_LIT: self._lit}))

    def _take(self, offer: Offered) -> str:
        self._busy = _Busy(offer)
        try:
            self._install(offer)
        except RefusedError as error:
            self._ack(offer, error.code, error.text)
            self._end(offer, "refused", f"{error.code}: {error.text}")
            self._hello()  # its report names an attack
        except (UnreachableError, OSError) as error:
            self._end(offer, "failed", f"{error}")
        else:
            self._phase(offer, "rebooting")
            return _REBOOT
        finally:
            self._busy = None
        return ""

    def _install(self, offer: Offered) -> None:
        """Verify, accept, fetch, verify, put on trial."""
        if why := self._body.ready():
            raise RefusedError(why, "not now")
        chunks = self._chunks(offer)
        self._busy = _Busy(offer, chunks)
        checker = self._checker(offer, chunks or HttpFetcher())
        runs = self._slots.runs
        size = self._patiently(lambda: checker.judge(runs))
        self._phase(offer, "accepted")
        self._ack(offer)
        self._phase(offer, "transferring")
        progress = self._progress(offer, size)
        about = self._patiently(lambda: checker.fetch(self._slots.part, progress))
        self._phase(offer, "installing")
        self._slots.install(offer.transfer, about.counter)

    def _checker(self, offer: Offered, fetcher: Fetcher) -> Checker:
        if isinstance(self._born, Pins):
            return PartialVerifier(self._slots, self._born, self.me, offer, fetcher)
        return Verifier(self._slots.folder, self._born, self.me, offer, fetcher)

    def _chunks(self, offer: Offered) -> ChunkFetcher | None:
        if not offer.chunks:
            return None
        return ChunkFetcher(
            offer.transfer,
            lambda asked: self._say("fw/req", msgspec.json.encode(asked)),
            patience_s=self._habits.patience_s,
            over=self._over.is_set,
            chunk=self._habits.chunk,
            window=self._habits.window,
            folder=self._slots.folder / "pieces",
        )

    def _patiently(self, do: Callable[[], T]) -> T:
        """Try again while the mirror does not answer: the house may just be starting anew."""
        deadline = time.monotonic() + self._habits.patience_s
        while True:
            try:
                return do()
            except UnreachableError:
                if time.monotonic() > deadline or self._over.wait(self._habits.retry_s):
                    raise

    # --- words -----------------------------------------------------------------------------------

    def _progress(self, offer: Offered, size: int) -> Callable[[int], None]:
        told = -1

        def came(have: int) -> None:
            nonlocal told
            step = have * 20 // max(size, 1)  # told every five per cent
            if step > told:
                told = step
                status = {"transfer": offer.transfer, "phase": "transferring"}
                said = _json({**status, "have": have, "of": size})
                self._say("fw/status", said, retain=True, qos=0)

        return came

    def _ack(self, offer: Offered, code: str = "", text: str = "") -> None:
        said = {"transfer": offer.transfer, "accepted": not code, "code": code, "text": text}
        self._say("ack", _json(said))

    def _phase(self, offer: Offered, phase: str) -> None:
        """Keep where we are, then tell it: a power cut in between is told after the boot."""
        last = Last(offer.transfer, phase)
        self._slots.remember(last)
        self._status(last)

    def _end(self, offer: Offered, phase: str, error: str) -> None:
        logger.warning("%s %s %s: %s", self.me.id, phase, offer.path, error)
        last = Last(offer.transfer, phase, error=error, version=self._slots.committed.version)
        self._slots.remember(last)
        self._status(last)

    def _status(self, last: Last) -> None:
        self._say("fw/status", msgspec.json.encode(last), retain=True)

    def _say(self, what: str, payload: bytes, *, retain: bool = False, qos: int = 1) -> None:
        """Send; without a broker it is said again at the next connect (`_hello`).

        Progress goes at QoS 0: paho has 20 messages of QoS 1 on their way at most, and at a slow
        broker the next phase would be the one that waits and is lost when we boot.
        """
        if self._line is None:
            return
        try:
            self._line.publish(
                Publish(topic=f"{self._prefix}/{what}", payload=payload, qos=qos, retain=retain)
            )
        except BrokerError as error:
            logger.info("%s could not say %s: %s", self.me.id, what, error)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one device until SIGTERM; see `--help`."""
    given = _arguments().parse_args(argv)
    me = Me(
        id=given.id,
        name=given.name,
        vendor=given.vendor,
        model=given.model,
        hardware=given.hardware,
        kind=given.kind,
    )
    slots = Slots(given.folder)
    slots.found(
        Header(
            vendor=me.vendor,
            model=me.model,
            version=given.version,
            counter=given.counter,
            hardware=(me.hardware,),
        )
    )
    settings = BrokerSettings(
        name=me.id, host=given.host, port=given.port, protocol=given.protocol, user=given.user
    )
    password = given.password_file.read_text().strip() if given.password_file else ""
    agent = Agent(
        me,
        slots,
        _born(given),
        connect=lambda one: Bus(
            settings,
            password=password,
            client_id=f"orangery-agent-{me.id}",
            on_message=one.on_message,
            on_state=one.on_state,
            will=one.will,
        ),
        habits=Habits(
            transport=given.transport,
            boot_s=given.boot_seconds,
            patience_s=given.patience_seconds,
            chunk=given.chunk_bytes,
            window=given.window,
        ),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    agent.run()
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("orangery agent", description="The reference device.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--protocol", choices=["5", "3.1.1"], default="5")
    parser.add_argument("--user", default="")
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--id", required=True, help="without / + #")
    parser.add_argument("--name", default="")
    parser.add_argument("--vendor", default="orangery")
    parser.add_argument("--model", required=True)
    parser.add_argument("--hardware", default="A")
    parser.add_argument("--kind", default="")
    parser.add_argument("--version", default="1.0.0", help="of the factory's image")
    parser.add_argument("--counter", type=int, default=0, help="of the factory's image")
    parser.add_argument("--folder", type=Path, required=True, help="its flash")
    born = parser.add_mutually_exclusive_group(required=True)
    born.add_argument("--root", type=Path, help="the maker's root, burnt in: the full class")
    born.add_argument("--targets", type=Path, help="its targets.json: the partial class")
    parser.add_argument("--line", default="", help="of the partial class: whose keys it knows")
    parser.add_argument("--transport", choices=["http", "mqtt"], default="http")
    parser.add_argument("--boot-seconds", type=float, default=2.0)
    parser.add_argument("--patience-seconds", type=float, default=60.0)
    parser.add_argument("--chunk-bytes", type=int, default=CHUNK, help="at most 65,536")
    parser.add_argument("--window", type=int, default=WINDOW, help="chunks, at most 16")
    return parser


def _born(given: argparse.Namespace) -> bytes | Pins:
    root: Path | None = given.root
    return root.read_bytes() if root else read_pins(given.targets.read_bytes(), given.line)


def _order(payload: bytes) -> dict[str, Any] | None:
    try:
        order = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        return None
    return order if isinstance(order, dict) else None


def _json(said: Mapping[str, object]) -> bytes:
    return msgspec.json.encode(said)


if __name__ == "__main__":
    raise SystemExit(main())
