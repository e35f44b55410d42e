"""A paho client that reads 64 KiB at once and cuts plain PUBLISH packets out of it by itself.

Paho asks the socket for one byte after another; this asks once for some hundred messages. All that
is not a PUBLISH of QoS 0 or 1 without properties (subscription identifiers excepted) is handed to
paho's own code, packet by packet, as paho would have read it. That overrides one private method of
paho, `_packet_read`: where what that one is made of is not as it was when this was written, `FITS`
is False and paho's own is used (docs/adr/0007). Only fleet/link.py imports this.
"""

from __future__ import annotations

import inspect
import logging
import time
from typing import Any, Literal

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MessageType, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.exception import MalformedPacket

logger = logging.getLogger(__name__)

_READ = 64 * 1024  # bytes asked of the socket at once
_PUBLISH = int(MessageType.PUBLISH)
_LONGEST_LENGTH = 4  # bytes of a packet's "remaining length"
_IN_FLIGHT = 20  # messages unacknowledged at once, as paho has it
_IDENTIFIER = 0x0B  # the property "subscription identifier"
_METHODS = {
    "_packet_read": ["self"],
    "_packet_handle": ["self"],
    "_packet_queue": ["self", "command", "packet", "mid", "qos", "info"],
    "_sock_recv": ["self", "bufsize"],
}
_PACKET = {  # paho's packet being read, as it is between two
    "command": 0,
    "have_remaining": 0,
    "remaining_count": [],
    "remaining_mult": 1,
    "remaining_length": 0,
    "packet": bytearray(),
    "to_process": 0,
    "pos": 0,
}


class BufferedClient(paho.Client):
    """Gives plain messages to `took`, without paho's MQTTMessage; all else is as paho has it."""

    def __init__(
        self,
        *,
        client_id: str,
        version: MQTTProtocolVersion,
        clean: bool | None,
        transport: Literal["tcp", "websockets"] = "tcp",
    ) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=version,
            clean_session=clean,
            transport=transport,
        )
        self.broke: OSError | None = None  # why the last connection could not be read any more
        self._five = version == MQTTProtocolVersion.MQTTv5
        self._waiting = bytearray()  # the beginning of a packet that is not whole yet
        self._wanted = 0  # bytes of `_waiting` that are worth a look

    def took(self, topic: str, payload: bytes, *, retain: bool, way: bytes = b"") -> None:
        """Take a message, in the network thread; must not raise. `way`: its identifiers as sent."""
        raise NotImplementedError

    def take_at_most(self, messages: int) -> None:
        """Have at most so many of QoS 1 and 2 unacknowledged; 0: the broker did not say.

        Paho does not read the broker's Receive Maximum, and its own setting cannot be changed once
        it is connected: this one takes effect with the next message.
        """
        self._max_inflight_messages = min(_IN_FLIGHT, messages or _IN_FLIGHT)

    def forget(self) -> None:
        """Do not send again, after the next connect, what was not acknowledged before."""
        with self._out_message_mutex:
            self._out_messages.clear()
            self._inflight_messages = 0

    def reconnect(self) -> MQTTErrorCode:
        """Connect as paho does, with nothing left of what the last connection said."""
        self._waiting.clear()
        self._wanted, self.broke = 0, None
        return super().reconnect()

    def _packet_read(self) -> MQTTErrorCode:
        """Read once and handle every packet that is whole; paho's contract and return codes."""
        if not FITS:
            return super()._packet_read()
        try:
            came = self._sock_recv(_READ)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_AGAIN
        except OSError as error:
            logger.debug("failed to read: %s", error)
            self.broke = error
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        if not came:
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        with self._msgtime_mutex:
            self._last_bytes_received = time.monotonic()
        if self._waiting:
            self._waiting += came
            if len(self._waiting) < self._wanted:
                return MQTTErrorCode.MQTT_ERR_SUCCESS
            came = bytes(self._waiting)
            self._waiting.clear()
        return self._cut(came)

    def _cut(self, data: bytes) -> MQTTErrorCode:
        """Handle the packets in `data` and keep the rest; one acknowledgement for all of them."""
        at, end, received = 0, 0, bytearray()
        result = MQTTErrorCode.MQTT_ERR_SUCCESS
        try:
            while not result and self._sock is not None:
                body, end = _frame(data, at)
                if end > len(data):
                    break
                low = data[at] & 0xF4 == _PUBLISH  # QoS 0 or 1
                if not (low and self._plain(data, at, body, end, received)):
                    self._acknowledge(received)
                    result = self._hand_to_paho(data[at], data[body:end])
                at = end
        except MalformedPacket as error:
            logger.debug("not MQTT: %s", error)
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        self._waiting += data[at:]
        self._wanted = end - at if at < len(data) else 0
        self._acknowledge(received)
        return result

    def _plain(self, data: bytes, at: int, body: int, end: int, received: bytearray) -> bool:
        """Take a message of QoS 0 or 1 with no properties but identifiers; False: not so plain."""
        header, name, way = data[at], body + 2, b""
        mid = payload = name + int.from_bytes(data[body:name])
        if header & 0x02:
            payload += 2
        if self._five:
            payload += 1
        if mid == name or payload > end:
            return False
        if self._five and (length := data[payload - 1]):
            way = data[payload : payload + length]
            payload += length
            if payload > end or not _only_identifiers(way):
                return False
        try:
            topic = data[name:mid].decode()
        except UnicodeDecodeError:
            return False
        self.took(topic, data[payload:end], retain=bool(header & 1), way=way)
        if header & 0x02:
            received += b"\x40\x02" + data[mid : mid + 2]
        return True

    def _acknowledge(self, received: bytearray) -> None:
        """Send the PUBACKs of all that was taken, as one piece."""
        if received:
            self._packet_queue(MessageType.PUBACK, bytes(received), 0, 1)
            received.clear()

    def _hand_to_paho(self, header: int, body: bytes) -> MQTTErrorCode:
        """Let paho handle one packet as if it had read it."""
        self._in_packet = _packet(header, body)
        try:
            return self._packet_handle()
        finally:
            self._in_packet = _packet(0, b"")


def fits(client: type[paho.Client]) -> bool:
    """Return whether paho is inside as it was when this was written."""
    try:
        signatures = {name: inspect.signature(getattr(client, name)) for name in _METHODS}
        made = client(CallbackAPIVersion.VERSION2)
        state = vars(made)
    except (AttributeError, TypeError, ValueError):
        return False
    same = all(list(signatures[name].parameters) == said for name, said in _METHODS.items())
    has = {"_msgtime_mutex", "_last_bytes_received", "_sock"} <= state.keys()
    return same and has and state.get("_in_packet") == _PACKET


def _packet(header: int, body: bytes) -> Any:  # noqa: ANN401 - paho's own dictionary
    return {
        **_PACKET,
        "command": header,
        "have_remaining": int(bool(header)),
        "remaining_count": [],
        "remaining_length": len(body),
        "packet": bytearray(body),
    }


def _only_identifiers(properties: bytes) -> bool:
    """Return whether properties are whole subscription identifiers (MQTT 5, 3.3.2.3.8)."""
    at, size = 0, len(properties)
    while at < size:
        if properties[at] != _IDENTIFIER:
            return False
        at += 1
        while at < size and properties[at] >= 0x80:  # noqa: PLR2004 - the bit that says more follows
            at += 1
        at += 1
    return at == size


def _frame(data: bytes, at: int) -> tuple[int, int]:
    """Return where the packet at `at` has its body, and where it ends.

    An end beyond `data` says how many bytes are worth another look. MalformedPacket: no length.
    """
    length = shift = 0
    for place in range(at + 1, at + 1 + _LONGEST_LENGTH):
        if place >= len(data):
            return place, place + 1
        length |= (data[place] & 0x7F) << shift
        if data[place] < 0x80:  # noqa: PLR2004 - the bit that says that there is more
            return place + 1, place + 1 + length
        shift += 7
    raise MalformedPacket("a length of more than four bytes")


FITS = fits(paho.Client)
if not FITS:
    logger.warning("this version of paho is not known inside: its own, slower reads are used")
