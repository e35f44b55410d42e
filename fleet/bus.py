"""One broker connection: connect, back off, subscribe, publish.

Paho's only door, with link.py, matcher.py and reads.py.

Callbacks of paho run in its network thread: they only enqueue, parse nothing, and no exception of
ours or of who listens leaves them (it would end that thread while paho says it is connected).

`Message.retain` is True only for what came out of the broker's memory: we do not ask for "retain as
published", so a live message is always False, on MQTT 5 as on 3.1.1.
"""

from __future__ import annotations

import logging
import random
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from paho.mqtt.client import WebsocketConnectionError
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from fleet import tls
from fleet.brokers import BrokerSettings
from fleet.errors import BrokerError
from fleet.link import Link, properties_of
from fleet.matcher import Matcher
from fleet.model import BrokerState, Connection, Message
from fleet.steps import Publish
from fleet.subscriptions import Identifiers, Limits, Once, without_identifiers
from fleet.topics import bounded
from fleet.unanswered import Unanswered

logger = logging.getLogger(__name__)

Filter = tuple[str, int]

_KEEPALIVE_S = 20
_BACKOFF_S = (1.0, 60.0)  # first and longest wait; doubled each time, then a random half off
_STEADY_S = 30.0  # a connection that lasted this long was a good one
_UNSENT = 2_000  # messages handed to paho and not yet on the wire (or, QoS 1, not yet acknowledged)
_TOPICS = 50_000  # whose takers are remembered
_SETTLED_S = 600.0  # one that lasted so long after many that did not
_DOUBT = 2  # from here on what it may not bear is left out
_CUTS = 3  # connections in a row that end soon: the broker does not want us
_CUT_OFF_S = 1.0  # a broker that hangs up so soon after a message does so because of it
_ENVELOPE = 64  # bytes of a packet beside topic and payload, at most
_UNSUPPORTED = 0x84  # CONNACK reason codes of MQTT 5; paho turns those of 3.1.1 into them
_KEEPS_NOTHING, _LOWER_QOS = 0x9A, 0x9B  # why a last will is not taken
_REFUSALS = {
    0x86: "broker_wrong_password",
    0x87: "broker_wrong_password",
    0x9C: "broker_moved",
    0x9D: "broker_moved",
}
_LOSSES = {0x8E: "broker_name_taken", 0x9C: "broker_moved", 0x9D: "broker_moved"}


class Bus:
    """One broker: `on_message` gets what comes, `on_state` each change of the connection.

    Both are called in the network thread and must only enqueue. MQTT 5 is tried first unless
    settings say "3.1.1", which is the fall-back where a broker refuses 5 or hangs up on it. `may`:
    which filters are asked for at all.
    """

    def __init__(
        self,
        settings: BrokerSettings,
        *,
        password: str = "",
        client_id: str = "",
        on_message: Callable[[Message], None],
        on_state: Callable[[Connection], None],
        will: Publish | None = None,
        may: Callable[[str], bool] = bounded,
        clock: Callable[[], float] = time.time,
        backoff_s: tuple[float, float] = _BACKOFF_S,
    ) -> None:
        self.settings = settings
        self.client_id = client_id or f"orangery-{secrets.token_hex(6)}"
        self._password = password
        self._on_message = on_message
        self._on_state = on_state
        self._will = will
        self._clock = clock
        self._backoff_s = backoff_s
        self._lock = threading.Lock()
        self._may = may
        self._filters: dict[str, int] = {}
        self._others_only: set[str] = set()  # filters that shall not bring what we said ourselves
        self._identifiers = Identifiers()
        self._once = Once()
        self._direct: dict[str, Callable[[Message], None]] = {}
        self._takers: dict[str, Sequence[Callable[[Message], None]]] = {}  # by topic, as met
        self._direct_matcher: Matcher[Callable[[Message], None]] = Matcher()
        self._link: Link | None = None
        self._refuses_5 = settings.protocol == "3.1.1"
        self._unsent = 0
        self._failures = 0
        self._cuts = 0  # connections in a row that the broker ended soon
        self._up_since = 0.0  # monotonic
        self._limits = Limits()
        self._kept_at = 0.0  # monotonic: we last asked the broker to keep something
        self._keeps = True  # it did not hang up on that
        self._unanswered = Unanswered(_UNSENT)
        self._state = Connection(
            broker=settings.name,
            state=BrokerState.CLOSED,
            address=settings.address,
            read_only=settings.read_only,
            since=clock(),
        )

    @property
    def state(self) -> Connection:
        """The connection as it stands; its `protocol` is the one in use, "" while there is none."""
        return self._state

    @property
    def here(self) -> str:
        """Our own address on the way to the broker; "" while there is no connection."""
        link = self._link
        connection: Any = link.socket() if link else None
        try:
            return str(connection.getsockname()[0]) if connection else ""
        except OSError:  # it is just being closed
            return ""

    @property
    def largest(self) -> int:
        """Bytes of the largest packet that the broker takes; 0: it said nothing of it."""
        return self._limits.largest

    @property
    def keeps(self) -> bool:
        """Whether the broker keeps retained messages, as far as it says so."""
        return self._keeps and self._limits.retains

    def start(self) -> None:
        """Begin to connect, and go on for ever; returns at once."""
        self._say(BrokerState.CONNECTING)
        try:
            link = self._begin("3.1.1" if self._refuses_5 else "5")
        except BrokerError as error:  # a file that TLS needs
            self._say(BrokerState.REFUSED, error.code, error.facts.get("fact", ""))
            return
        with self._lock:
            self._link = link
            link.loop_start()

    def stop(self) -> None:
        """Disconnect cleanly (no last will) and end the network thread; not from a callback."""
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.disconnect()
            link.loop_stop()
        self._say(BrokerState.CLOSED)

    def subscribe(self, filters: Iterable[Filter], *, own: bool = True) -> None:
        """Subscribe now and after each connect; not `own`: without what we publish (MQTT 5 only).

        What is subscribed to already is not asked for again (the broker would send all it remembers
        once more); filters that no broker would take, or that name all of it, are left out.
        """
        news = {}
        for name, qos in filters:
            if self._may(name):
                news[name] = qos
            else:
                logger.warning("not a topic filter for us: %.100r", name)
        with self._lock:
            if not own:
                self._others_only |= news.keys() - self._filters.keys()
            news = {name: qos for name, qos in news.items() if self._filters.get(name) != qos}
            self._filters |= news
            link = self._link if self._state.state is BrokerState.CONNECTED else None
        if link is not None:
            self._send_subscribe(link, news)

    def ask_again(self) -> None:
        """Subscribe to everything once more: the broker sends all that it keeps again."""
        with self._lock:
            filters = dict(self._filters)
            link = self._link if self._state.state is BrokerState.CONNECTED else None
        if link is not None:
            self._send_subscribe(link, filters)

    def leave_will(self, will: Publish | None) -> None:
        """Have the broker say this for us when we are gone, from the next connect on."""
        self._will = will

    def renew(self) -> None:
        """Connect anew at once: this computer slept, and what looks connected may long be gone."""
        with self._lock:
            link = self._link
        if link is not None:
            self._say(BrokerState.CONNECTING)
            self.switch(link, link.version)

    def publish(self, step: Publish) -> None:
        """Hand over for sending and return at once; any thread.

        BrokerError: broker_away (not connected now; nothing is kept for later), broker_busy (too
        much waits already), broker_not_a_topic; broker_read_only; broker_keeps_nothing and
        broker_packet_too_large, for which the broker would cut us off.
        """
        if self.settings.read_only:
            raise BrokerError("broker_read_only", fact=self.settings.name)
        link = self._link
        if link is None or self._state.state is not BrokerState.CONNECTED:
            raise BrokerError("broker_away", broker=self.settings.name)
        if self._unsent >= _UNSENT:
            raise BrokerError("broker_busy", broker=self.settings.name)
        self._fits(step)
        qos = min(step.qos, self._limits.qos)
        self._unsent += 1
        try:
            sent = link.publish(
                step.topic, step.payload, qos, step.retain, properties_of(step, link.version)
            )
        except ValueError as error:
            self._unsent -= 1
            raise BrokerError("broker_not_a_topic", topic=step.topic, words=error) from error
        if sent.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            raise BrokerError("broker_busy", broker=self.settings.name)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BrokerError("broker_away", broker=self.settings.name)
        if qos:
            self._refuse(self._unanswered.note(sent.mid, step.topic))

    def direct(self, topic_filter: str, fn: Callable[[Message], None]) -> None:
        """Subscribe, and give these messages to `fn` in the network thread, past `on_message`."""
        self._route({**self._direct, topic_filter: fn})
        self.subscribe([(topic_filter, 1)])

    def probe(self, timeout_s: float = 5.0) -> float:
        """Publish to our own namespace and wait for it; return the seconds it took.

        Blocks: call it from the pool. BrokerError: broker_away, broker_not_allowed (it was taken
        and never came back: this account may not write, or not read, there).
        """
        topic = f"orangery/v1/probe/{self.client_id}"
        token = secrets.token_bytes(8)
        back = threading.Event()

        def seen(message: Message) -> None:
            if message.payload == token:
                back.set()

        self.direct(topic, seen)
        try:
            began = time.monotonic()
            self.publish(Publish(topic=topic, payload=token, qos=1))
            if not back.wait(timeout_s):
                raise BrokerError("broker_not_allowed", broker=self.settings.name, fact=topic)
            return time.monotonic() - began
        finally:
            self._route({each: fn for each, fn in self._direct.items() if each != topic})

    # --- links -----------------------------------------------------------------------------------

    def _begin(self, protocol: str) -> Link:
        """Return a paho client for one protocol version, not yet started."""
        link = Link(self, protocol, keepalive_s=_KEEPALIVE_S, unsent=_UNSENT)
        settings, will = self.settings, self._will
        if settings.user:
            link.username_pw_set(settings.user, self._password)
        if settings.tls:
            link.tls_set_context(tls.context(settings))
        if will is not None:
            properties = properties_of(will, link.version, PacketTypes.WILLMESSAGE)
            kept, qos = will.retain and self._keeps, min(will.qos, self._limits.qos)
            link.will_set(will.topic, will.payload, qos, kept, properties)
        link.connect_async(settings.host, settings.port, _KEEPALIVE_S)
        return link

    def switch(self, link: Link, protocol: str) -> None:
        """Go on with another protocol version; `link`, whose thread this is, ends by itself."""
        try:
            other = self._begin(protocol)
        except BrokerError as error:  # a file that TLS needs is gone meanwhile
            self._say(BrokerState.LOST, error.code, error.facts.get("fact", ""))
            return
        with self._lock:
            if self._link is not link:  # stopped meanwhile
                return
            self._link = other
            other.loop_start()  # under the lock: `stop` never meets a link that has not begun
        link.disconnect()

    def protocol_wanted(self, link: Link) -> str:
        """Return the version for the next attempt of `link`.

        A broker that hung up on 5 gets one attempt in 3.1.1, and 5 first again the next time: it
        may only have been starting. One that said no to 5 is not asked again.
        """
        instead = link.version == "3.1.1" and not link.tried
        return "3.1.1" if self._refuses_5 or instead else "5"

    def is_current(self, link: Link) -> bool:
        """Return whether `link` is the one in use."""
        return self._link is link

    # --- what the network thread reports ---------------------------------------------------------

    def connected(self, link: Link, limits: Limits) -> None:
        """Subscribe to everything, then say so: who publishes at once shall hear the answer."""
        self._up_since = time.monotonic()
        self._limits = limits
        self._unsent = 0
        with self._lock:
            self._send_subscribe(link, self._filters)
            self._say(BrokerState.CONNECTED, protocol=link.version)

    def refused(self, link: Link, reason: ReasonCode, elsewhere: str) -> None:
        """Fall back to 3.1.1 where 5 is refused; else say why the broker does not want us."""
        if reason.value == _UNSUPPORTED and link.version == "5":
            self._refuses_5 = True
            self.switch(link, "3.1.1")
            return
        if reason.value == _KEEPS_NOTHING and self._keeps:  # our last will was to be kept
            self._keeps = False
            self.switch(link, link.version)
            return
        if reason.value == _LOWER_QOS and self._limits.qos:
            self._limits = replace(self._limits, qos=0)
            self.switch(link, link.version)
            return
        self.back_off(link)
        code = _REFUSALS.get(reason.value, "broker_not_allowed")
        self._say(BrokerState.REFUSED, code, elsewhere or str(reason), link.version)

    def lost(self, link: Link, reason: ReasonCode, elsewhere: str) -> None:
        """Say that an established connection is gone; one that flaps is tried ever more rarely.

        Where another program has our name, both push each other out for ever, and few brokers say
        so. What we sent just before may be the reason as well: it is not sent again.
        """
        now = time.monotonic()
        lasted = now - self._up_since
        self._cuts = self._cuts + 1 if lasted < _STEADY_S else self._cuts
        if lasted > (_SETTLED_S if self._cuts >= _CUTS else _STEADY_S):
            self._failures = self._cuts = 0
        if link.version == "3.1.1" and now - self._kept_at < _CUT_OFF_S:
            self._keeps = False  # MQTT 3.1.1 has no other way to say so
        if self._cuts >= _DOUBT or not self._keeps:
            link.forget()
        self.back_off(link)
        code = "broker_cuts_off" if self._cuts >= _CUTS else "broker_lost"
        code = _LOSSES.get(reason.value, code)
        self._say(BrokerState.LOST, code, elsewhere or str(reason))

    def no_answer(self, link: Link, broke: OSError | None) -> None:
        """Try 3.1.1 at once with a broker that hangs up on 5; say so where it hangs up on both."""
        if isinstance(broke, ssl.SSLError):
            self.failed(link, broke)
        elif link.version == "5":
            self.switch(link, "3.1.1")
        else:
            self.back_off(link)
            reset = self.settings.tls and isinstance(broke, ConnectionResetError)
            # TLS 1.3 asks for our certificate late: its reason is often lost with the connection
            self._say(BrokerState.LOST, "broker_tls_certificate" if reset else "broker_no_mqtt")

    def garbled(self, link: Link) -> None:
        """Say that what answers there speaks no MQTT we can read."""
        self.back_off(link)
        self._say(BrokerState.LOST, "broker_no_mqtt")

    def failed(self, link: Link, error: Exception) -> None:
        """Say why there is no connection to the address at all."""
        self.back_off(link)
        self._cuts = 0
        words = getattr(error, "strerror", None) or str(error)
        if isinstance(error, socket.gaierror | UnicodeError):
            code = "broker_unknown_host"
        elif isinstance(error, ssl.SSLError):
            code, words = tls.meaning(error)
        elif isinstance(error, WebsocketConnectionError):
            code = "broker_no_websockets"
        elif isinstance(error, ConnectionResetError) and self.settings.tls:
            code = "broker_no_tls"
        else:
            code = "broker_unreachable"
        self._say(BrokerState.LOST, code, words)

    def back_off(self, link: Link) -> None:
        """Make the next attempt wait: doubled each time, half of it random."""
        first, longest = self._backoff_s
        delay = min(longest, first * 2 ** min(self._failures, 16)) * random.uniform(0.5, 1.0)  # noqa: S311 - to spread many houses, not a secret
        self._failures += 1
        link.reconnect_delay_set(delay, delay)

    def came(self, topic: str, payload: bytes, *, retain: bool, way: bytes) -> None:
        """Hand a message on, past the house where somebody asked for that."""
        if way and not retain and not self._once.is_first(topic, payload, way):
            return
        message = Message(
            broker=self.settings.name,
            topic=topic,
            payload=payload,
            retain=retain,
            at=self._clock(),
        )
        known = self._takers
        takers = known.get(topic)
        if takers is None:
            takers = self._direct_matcher.matching(topic) or (self._on_message,)
            if len(known) < _TOPICS:
                known[topic] = takers
        for taker in takers:
            try:
                taker(message)
            except Exception:
                logger.exception("a taker of messages of %s failed", topic)

    def answered(self, mid: int, reasons: Sequence[ReasonCode]) -> None:
        """Take the broker's answer to a SUBSCRIBE or PUBLISH, and say so where it is a no."""
        numbers = tuple(at for at, reason in enumerate(reasons) if reason.is_failure)
        self._refuse(self._unanswered.refused(mid, numbers))

    def sent(self) -> None:
        """Count one message as sent."""
        self._unsent = max(0, self._unsent - 1)

    # --- private ---------------------------------------------------------------------------------

    def _say(self, state: BrokerState, error: str = "", fact: str = "", protocol: str = "") -> None:
        """Tell a change once: the same failure again at the next attempt is no news."""
        before = self._state
        if (before.state, before.error, before.protocol) == (state, error, protocol):
            return
        self._state = replace(
            before, state=state, error=error, fact=fact, protocol=protocol, since=self._clock()
        )
        try:
            self._on_state(self._state)
        except Exception:
            logger.exception("a taker of connection states failed")

    def _route(self, direct: dict[str, Callable[[Message], None]]) -> None:
        """Swap the direct routes; the network thread reads them without a lock."""
        matcher: Matcher[Callable[[Message], None]] = Matcher()
        for topic_filter, fn in direct.items():
            matcher.put(topic_filter, fn)
        self._direct_matcher = matcher
        self._takers = {}  # after the matcher: what is found in the old one goes with the old dict
        self._direct = direct

    def _fits(self, step: Publish) -> None:
        """Raise BrokerError where the broker would hang up on this message."""
        name, largest = self.settings.name, self._limits.largest
        size = len(step.topic.encode(errors="replace")) + len(step.payload) + _ENVELOPE
        size += len(step.correlation) + len(step.response_topic)
        if largest and size > largest:
            raise BrokerError("broker_packet_too_large", fact=f"{size} > {largest}")
        if step.retain:
            if not self.keeps:
                raise BrokerError("broker_keeps_nothing", fact=name)
            self._kept_at = time.monotonic()

    def _send_subscribe(self, link: Link, filters: Mapping[str, int]) -> None:
        numbered = self._limits.identifiers and self._cuts < _DOUBT
        asked = self._identifiers.packets if numbered else without_identifiers
        for number, names in asked(filters.keys()):
            some: list[tuple[str, Any]] = [(name, filters[name]) for name in names]
            properties: Any = None
            if link.version == "5":
                some = [(name, self._options(name, qos)) for name, qos in some]
            if number:
                properties = Properties(PacketTypes.SUBSCRIBE)  # type: ignore[no-untyped-call]
                properties.SubscriptionIdentifier = number
            _, mid = link.subscribe(some, properties=properties)
            if mid is not None:
                self._refuse(self._unanswered.note(mid, *names))

    def _options(self, name: str, qos: int) -> SubscribeOptions:
        others_only = name in self._others_only and name not in self._direct
        return SubscribeOptions(qos=qos, noLocal=others_only)

    def _refuse(self, topics: Sequence[str]) -> None:
        if topics:
            what = " ".join(topics)[:200]
            logger.warning("the broker refuses %s", what)
            self._say(self._state.state, "broker_not_allowed", what, self._state.protocol)
