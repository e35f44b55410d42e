"""A bus and what it has reported, for tests at real brokers."""

from __future__ import annotations

import queue

from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.model import BrokerState

WAIT = 15
QUICK = (0.05, 0.2)
_BUS = {"will", "password", "client_id", "on_message", "may"}


class Ends:
    """Started at once; `with` stops it."""

    def __init__(self, port, *, host="127.0.0.1", **settings):
        self.messages = queue.Queue()
        self.states = queue.Queue()
        words = {name: settings.pop(name) for name in _BUS & settings.keys()}
        words.setdefault("on_message", self.messages.put)
        self.bus = Bus(
            BrokerSettings(name="home", host=host, port=port, **settings),
            on_state=self.states.put,
            backoff_s=QUICK,
            **words,
        )

    def __enter__(self):
        self.bus.start()
        return self

    def __exit__(self, *_):
        self.bus.stop()

    def up(self):
        """Wait until it is connected; returns itself."""
        self.until(BrokerState.CONNECTED)
        return self

    def until(self, state, error=None):
        """Wait for a state (and error) and return it."""
        while True:
            now = self.states.get(timeout=WAIT)
            if now.state is state and error in (None, now.error):
                return now

    def trouble(self):
        """Wait for the first error and return it."""
        while not (now := self.states.get(timeout=WAIT)).error:
            pass
        return now

    def get(self):
        return self.messages.get(timeout=WAIT)
