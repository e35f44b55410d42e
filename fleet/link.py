"""One paho client of one protocol version; its callbacks report to its owner and never raise.

Everything here runs in paho's network thread.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Sequence
from typing import Any, Protocol

from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from fleet.brokers import BrokerSettings
from fleet.reads import BufferedClient
from fleet.steps import Publish
from fleet.subscriptions import Limits

logger = logging.getLogger(__name__)

_VERSIONS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}


class Owner(Protocol):
    """What a link reports to: fleet/bus.py's Bus, which has one at a time."""

    client_id: str
    settings: BrokerSettings

    def is_current(self, link: Link) -> bool:
        """Whether this link still counts."""

    def protocol_wanted(self, link: Link) -> str:
        """Return the version to go on with: "5" or "3.1.1"."""

    def switch(self, link: Link, protocol: str) -> None:
        """Go on with a link of another version."""

    def connected(self, link: Link, limits: Limits) -> None:
        """The broker let us in."""

    def refused(self, link: Link, reason: ReasonCode, elsewhere: str) -> None:
        """The broker did not; `elsewhere`: the server it names instead."""

    def lost(self, link: Link, reason: ReasonCode, elsewhere: str) -> None:
        """The connection ended."""

    def no_answer(self, link: Link, broke: OSError | None) -> None:
        """It ended before the broker had said anything; `broke`: the system's reason."""

    def garbled(self, link: Link) -> None:
        """It sent what no MQTT client can read."""

    def failed(self, link: Link, error: Exception) -> None:
        """There was no way to the broker."""

    def came(self, topic: str, payload: bytes, *, retain: bool, way: bytes) -> None:
        """A message came, by the filters of these subscription identifiers."""

    def answered(self, mid: int, reasons: Sequence[ReasonCode]) -> None:
        """The broker answered a packet of ours."""

    def sent(self) -> None:
        """A message of ours is on the wire."""


class Link(BufferedClient):
    """A paho client of one protocol version whose callbacks report to a Bus and never raise."""

    def __init__(self, bus: Owner, version: str, *, keepalive_s: int, unsent: int) -> None:
        clean = None if version == "5" else True
        websockets = bus.settings.transport == "websockets"
        super().__init__(
            client_id=bus.client_id,
            version=_VERSIONS[version],
            clean=clean,
            transport="websockets" if websockets else "tcp",
        )
        if websockets:
            self.ws_set_options(path=bus.settings.path)
        self.bus = bus
        self.version, self._keepalive_s = version, keepalive_s
        self.tried = False  # it has made an attempt
        self._answered = False  # the broker has said something in this attempt
        self._up = False
        self.suppress_exceptions = True
        self.max_queued_messages_set(unsent)
        self.on_connect = self._connected
        self.on_disconnect = self._disconnected
        self.on_message = self._came
        self.on_publish = self._published
        self.on_subscribe = self._subscribed
        self.on_socket_open = self._opened

    def reconnect(self) -> MQTTErrorCode:
        """Connect as paho does, after a look at which protocol version to go on with."""
        if not self.bus.is_current(self):
            self.disconnect()
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        wanted = self.bus.protocol_wanted(self)
        if wanted != self.version:
            self.bus.switch(self, wanted)
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        self._answered, self.tried = False, True
        try:
            return super().reconnect()
        except (OSError, UnicodeError) as error:  # UnicodeError: a host name no resolver takes
            self.bus.failed(self, error)
            raise ConnectionError(str(error)) from error

    def loop_forever(
        self,
        timeout: float = 1.0,
        retry_first_connection: bool = True,  # noqa: FBT001, FBT002 - paho's own signature
    ) -> MQTTErrorCode:
        """Run paho's loop, again after a packet that paho cannot read has ended it."""
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception:
                logger.exception("the connection to %s broke", self.bus.settings.name)
                if not self.bus.is_current(self):
                    return MQTTErrorCode.MQTT_ERR_PROTOCOL
                self.bus.garbled(self)
                time.sleep(1.0)  # in paho's own thread; a person hardly meets this
                self.connect_async(self.host, self.port, self._keepalive_s)

    def _connected(self, _client: object, _data: object, _flags: object, *said: Any) -> None:  # noqa: ANN401 - paho's reason code and properties
        self._answered = True
        if not self.bus.is_current(self):
            return
        reason: ReasonCode = said[0]
        self._up = not reason.is_failure
        properties = said[1] if len(said) > 1 else None
        if self._up:
            limits = Limits.said(properties, self.version)
            self.take_at_most(limits.at_once)
            self.bus.connected(self, limits)
        else:
            self.bus.refused(self, reason, getattr(properties, "ServerReference", ""))

    def _disconnected(self, _client: object, _data: object, _flags: object, *said: Any) -> None:  # noqa: ANN401 - as above
        was_up, self._up = self._up, False
        if not self.bus.is_current(self):
            return
        if was_up:
            properties = said[1] if len(said) > 1 else None
            self.bus.lost(self, said[0], getattr(properties, "ServerReference", ""))
        elif not self._answered:
            self.bus.no_answer(self, self.broke)

    def took(self, topic: str, payload: bytes, *, retain: bool, way: bytes = b"") -> None:
        """Hand a message on."""
        if self.bus.is_current(self):
            self.bus.came(topic, payload, retain=retain, way=way)

    def _came(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        ways = getattr(message.properties, "SubscriptionIdentifier", ())
        way = b" ".join(b"%d" % each for each in ways)
        self.took(message.topic, bytes(message.payload), retain=message.retain, way=way)

    def _published(
        self, _client: object, _data: object, mid: int, reason: ReasonCode, _properties: object
    ) -> None:
        self.bus.sent()
        self.bus.answered(mid, [reason])

    def _subscribed(
        self,
        _client: object,
        _data: object,
        mid: int,
        reasons: list[ReasonCode],
        _properties: object,
    ) -> None:
        self.bus.answered(mid, reasons)

    @staticmethod
    def _opened(_client: object, _data: object, sock: Any) -> None:  # noqa: ANN401 - paho's socket-like
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def properties_of(
    step: Publish, version: str, packet: int = PacketTypes.PUBLISH
) -> Properties | None:
    """Return what MQTT 5 sends along; 3.1.1 has no place for it."""
    if version != "5":
        return None
    properties: Any = Properties(packet)  # type: ignore[no-untyped-call]
    if step.expiry is not None:
        properties.MessageExpiryInterval = step.expiry
    if step.correlation:
        properties.CorrelationData = step.correlation
    if step.response_topic:
        properties.ResponseTopic = step.response_topic
    return None if properties.isEmpty() else properties
