"""The household's connections: one bus a broker, heard by the house and spoken through.

Whether a broker is this home's is asked of desktop/places.py, each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from desktop import night_mqtt
from desktop.places import Places
from fleet import home
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.errors import BrokerError
from fleet.model import BrokerState, Connection, Message
from fleet.steps import Publish

Heard = Callable[[Message], None]

_KNOWN_S = 5.0  # a broker that we are connected to has long told its mark
_OWN = (night_mqtt.SENSOR,)  # what we announce to others is no device of this home


class Serve(Protocol):
    """Answers a message past the house, at the broker it came from."""

    def __call__(self, message: Message, publish: Callable[[Publish], None], largest: int) -> None:
        """Answer `message` with `publish`, in packets of at most `largest` bytes (0: any)."""


class Links:
    """All buses of a household. `hear` and `tell` are called in a broker's network thread."""

    def __init__(
        self,
        *,
        hear: Heard,
        tell: Callable[[Connection], None],
        places: Places,
        direct: Iterable[tuple[str, Serve]] = (),
        will: Callable[[], Publish | None] = lambda: None,
        sent: Callable[[str, Publish], object] = lambda _broker, _step: None,
        beside: Heard = lambda _message: None,
    ) -> None:
        """`sent` hears of all that was published, `beside` of what comes past the house."""
        self._hear = hear
        self._places = places
        places.join(self.publish, tell, self._ask_again)
        self._direct = tuple(direct)
        self._will = will
        self._sent, self._beside = sent, beside
        self._buses: dict[str, Bus] = {}
        self._filters: list[tuple[str, int]] = []

    def use(self, settings: BrokerSettings, password: str) -> float:
        """Connect to this broker from now on; an earlier one of the same name is left.

        Returns since when (seconds, UTC): what is told of this connection is not older than that,
        and what is told of an earlier one is.
        """
        if (before := self._buses.pop(settings.name, None)) is not None:
            before.stop()
        self._places.use(settings.name, settings.address)
        bus = Bus(
            settings,
            password=password,
            on_message=self._heard,
            on_state=self._places.connection,
            will=None if settings.read_only else self._will(),
        )
        bus.direct(home.TOPIC, self._places.mark)  # first: what is kept is sent in this order
        for topic_filter, serve in self._direct:
            bus.direct(topic_filter, partial(self._served, serve, bus))
        bus.subscribe(self._filters, own=False)
        self._buses[settings.name] = bus
        begun = bus.state.since
        bus.start()
        return begun

    def leave(self, name: str) -> None:
        """Go from this broker for good."""
        if (bus := self._buses.pop(name, None)) is not None:
            bus.stop()
        self._places.leave(name)

    def subscribe(self, filters: Iterable[tuple[str, int]]) -> None:
        """Hear these topics at every broker, now and after each reconnect.

        By QoS 0: of what is kept, a broker holds back some thousand messages of QoS 1 at most and
        drops the rest (docs/adr/0030), and a lost connection loses either.
        """
        self._filters = [*self._filters, *((name, 0) for name, _ in filters)]
        for bus in tuple(self._buses.values()):
            bus.subscribe(self._filters, own=False)

    def publish(self, broker: str, step: Publish) -> None:
        """Send `step` there.

        BrokerError: not_this_home; broker_away where we are not connected; those of Bus.publish.
        """
        self._places.open(broker)
        if (bus := self._buses.get(broker)) is None:
            raise BrokerError("broker_away", broker=broker)
        bus.publish(step)
        self._sent(broker, step)

    def largest(self, broker: str) -> int:
        """Return the bytes of the largest packet that this broker takes; 0: it said nothing."""
        bus = self._buses.get(broker)
        return bus.largest if bus else 0

    def is_home(self, broker: str) -> bool:
        """Whether this broker is known as this home's; waits a little where it is not known yet."""
        deadline = time.monotonic() + _KNOWN_S
        while not self._places.is_home(broker) and broker not in self._places.foreign:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return self._places.is_home(broker)

    def here(self, broker: str) -> str:
        """Return our own address on the way to this broker; "" where we are not connected."""
        bus = self._buses.get(broker)
        return bus.here if bus else ""

    def renew(self) -> None:
        """Connect to every broker anew, at once."""
        for bus in tuple(self._buses.values()):
            bus.renew()

    def will_anew(self) -> None:
        """Know what each broker is to say for us; where that is anything, connect anew for it."""
        for bus in tuple(self._buses.values()):
            if not bus.settings.read_only:
                bus.leave_will(will := self._will())
                if will is not None:
                    bus.renew()

    def _heard(self, message: Message) -> None:
        if self._places.passes(message) and message.topic not in _OWN:
            self._hear(message)

    def _served(self, serve: Serve, bus: Bus, message: Message) -> None:
        if self._places.passes(message):
            self._beside(message)
            serve(message, partial(self.publish, message.broker), bus.largest)

    def _ask_again(self, broker: str) -> None:
        if (bus := self._buses.get(broker)) is not None:
            bus.ask_again()

    @property
    def connected(self) -> frozenset[str]:
        """Return the names of this home's brokers that we are connected to."""
        return frozenset(
            name
            for name, bus in self._buses.items()
            if bus.state.state is BrokerState.CONNECTED and self._places.is_home(name)
        )

    def stop(self) -> None:
        """Leave every broker."""
        for bus in self._buses.values():
            bus.stop()
        self._buses.clear()
