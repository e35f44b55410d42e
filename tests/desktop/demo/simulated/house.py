"""A house without a broker for simulated devices, and a web server they can fetch from."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from desktop.demo.simulated.common import Timings
from fleet import dialects
from fleet.model import Device, Message, Observation, UpdateWord
from fleet.registry import Registry
from fleet.steps import Publish

FAST = Timings(reading=0.05, transfer=0.02, reboot=0.02, fetch_limit=5)
QUIET = Timings(reading=600, transfer=0.02, reboot=0.02, fetch_limit=5)
LIMIT = 10.0


class House:
    """A registry that hears all that is said on a port of its own, and the port itself."""

    def __init__(self) -> None:
        self.said: list[Publish] = []
        self.words: list[UpdateWord] = []
        self.filters: list[str] = []
        self._registry = Registry(dialects.ALL)
        self._changed = threading.Condition()

    def publish(self, step: Publish) -> None:
        self.hear(Message(broker="home", topic=step.topic, payload=step.payload, at=1))
        with self._changed:
            self.said.append(step)

    def subscribe(self, filters: object) -> None:
        self.filters += [topic for topic, _ in list(filters)]  # type: ignore[call-overload]

    def hear(self, message: Message) -> None:
        with self._changed:
            heard = self._registry.hear(message)
            assert not heard.unknown or heard.unknown == "no_dialect", heard.unknown
            self.words += [word for _, word in heard.words]
            self._registry.settle()
            self._changed.notify_all()

    def fold(self, seen: Observation) -> None:
        """Take what was learned by another way than MQTT."""
        with self._changed:
            self._registry.fold([seen], 1)
            self._changed.notify_all()

    def filters_now(self) -> list[tuple[str, int]]:
        with self._changed:
            return self._registry.filters()

    def until(self, true: Callable[[dict[str, Device]], object]) -> dict[str, Device]:
        """Wait until this is true of the devices by name; fails after a deadline."""
        with self._changed:
            held = self._changed.wait_for(lambda: true(self._by_name()), LIMIT)
            assert held, self._by_name()
            return self._by_name()

    def _by_name(self) -> dict[str, Device]:
        return {device.name: device for device in self._registry.devices.values()}


def nothing_more_runs() -> None:
    """Wait for every timer but those between two readings; fails where they never end."""
    until = time.monotonic() + 3 * LIMIT
    while busy := [
        timer
        for timer in threading.enumerate()
        if isinstance(timer, threading.Timer) and timer.interval < QUIET.reading
    ]:
        assert time.monotonic() < until, busy  # another test has left its device running
        busy[0].join(LIMIT)


class Files:
    """A web server with one answer for every address."""

    def __init__(self) -> None:
        self.body, self.status, self.asked = b"", 200, 0
        self.more: dict[str, bytes] = {}  # by path, where not every address has the same answer
        files = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                files.asked += 1
                self.send_response(files.status)
                self.end_headers()
                self.wfile.write(files.more.get(self.path, files.body))

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/t/fw.bin.gz"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
