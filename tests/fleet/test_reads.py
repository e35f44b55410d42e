import random
from collections import deque

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from fleet import reads
from fleet.reads import BufferedClient, fits

DONE = (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_AGAIN)


class Fed(BufferedClient):
    """Reads from a list of pieces instead of a socket, and remembers what it is told and sends."""

    def __init__(self, pieces, version=MQTTProtocolVersion.MQTTv5):
        super().__init__(client_id="x", version=version, clean=None)
        self.pieces = deque(pieces)
        self.got = []
        self.sent = b""
        self._sock = object()
        self.on_message = lambda client, data, message: self.took(
            message.topic, bytes(message.payload), retain=message.retain
        )
        self.suppress_exceptions = True

    def took(self, topic, payload, *, retain, way=b""):
        self.got.append((topic, payload, retain))

    def _sock_recv(self, bufsize):
        if not self.pieces:
            return b""
        piece = self.pieces.popleft()
        if len(piece) > bufsize:
            self.pieces.appendleft(piece[bufsize:])
        elif not piece:
            raise BlockingIOError
        return piece[:bufsize]

    def _packet_queue(self, command, packet, mid, qos, info=None):
        self.sent += packet
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _sock_close(self):
        self._sock = None

    def read_all(self):
        """Read until paho would give up; return its reason."""
        while (code := self._packet_read()) in DONE and self._sock is not None:
            pass
        return code


def publish(topic, payload, *, qos=0, retain=False, mid=1, five=True, expiry=None, ids=()):
    """Return a PUBLISH packet."""
    name = topic if isinstance(topic, bytes) else topic.encode()
    body = len(name).to_bytes(2, "big") + name + (mid.to_bytes(2, "big") if qos else b"")
    if five:
        properties = Properties(PacketTypes.PUBLISH)
        if expiry is not None:
            properties.MessageExpiryInterval = expiry
        for each in ids:
            properties.SubscriptionIdentifier = each
        body += properties.pack()
    return packet(0x30 | qos << 1 | retain, body + payload)


def packet(header, body):
    length, size = b"", len(body)
    while True:
        size, digit = size >> 7, size & 0x7F
        length += bytes([digit | (0x80 if size else 0)])
        if not size:
            return bytes([header]) + length + body


def talk(five):
    """Return all that a broker may say to a client that only listens, as one stream."""
    said = {"five": five}

    def ids(*each):
        return each if five else ()

    return b"".join(
        [
            publish("t/a", b"0", **said),
            publish("t/b", b"1", qos=1, mid=7, **said),
            publish("t/ü", b"", retain=True, **said),
            publish("t/c", b"x" * 200, qos=1, mid=8, **said),
            packet(0xD0, b""),  # PINGRESP
            publish("t/d", b"2", qos=2, mid=9, **said),
            packet(0x62, b"\x00\x09"),  # PUBREL
            publish("t/e", b"3", expiry=60 if five else None, **said),
            publish(b"t/\xff", b"no UTF-8", **said),
            publish("t/f", b"y" * 20_000, qos=1, mid=10, **said),
            publish("t/g", b"4", **said),
            publish("t/h", b"5", qos=1, mid=11, ids=ids(1), **said),
            publish("t/i", b"6", ids=ids(300, 2), **said),
            publish("t/j", b"7", ids=ids(5), expiry=60 if five else None, **said),
        ]
    )


def cut(stream, most, seed):
    rng = random.Random(seed)
    pieces = []
    while stream:
        size = rng.randint(1, most)
        pieces += [stream[:size], b""] if rng.random() < 0.3 else [stream[:size]]
        stream = stream[size:]
    return pieces


@pytest.mark.parametrize("five", [True, False])
@pytest.mark.parametrize("most", [1, 3, 50, 5_000, 100_000])
def test_however_a_stream_is_cut_it_is_read_as_paho_reads_it(monkeypatch, five, most):
    version = MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311
    stream = talk(five)
    monkeypatch.setattr(reads, "FITS", False)
    theirs = Fed([stream], version)
    assert theirs.read_all() == MQTTErrorCode.MQTT_ERR_CONN_LOST
    monkeypatch.setattr(reads, "FITS", True)
    for seed in range(5):
        ours = Fed(cut(stream, most, seed), version)
        assert ours.read_all() == MQTTErrorCode.MQTT_ERR_CONN_LOST
        assert ours.got == theirs.got
        assert ours.sent == theirs.sent
    assert len(theirs.got) == 11


def test_many_messages_are_acknowledged_in_one_piece(monkeypatch):
    client = Fed([b"".join(publish("t", b"x", qos=1, mid=n) for n in range(1, 101))])
    pieces = []
    monkeypatch.setattr(client, "_packet_queue", lambda command, packet, *_: pieces.append(packet))
    client._packet_read()
    assert pieces == [b"".join(b"\x40\x02" + n.to_bytes(2, "big") for n in range(1, 101))]


def test_a_long_packet_is_looked_at_again_only_when_it_is_whole(monkeypatch):
    stream = publish("t", b"x" * 100_000)
    client = Fed([stream[n : n + 1_000] for n in range(0, len(stream), 1_000)])
    looks = []
    cut = client._cut
    monkeypatch.setattr(client, "_cut", lambda data: (looks.append(len(data)), cut(data))[1])
    client.read_all()
    assert looks == [1_000, len(stream)]
    assert client.got == [("t", b"x" * 100_000, False)]


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"\x30\xff\xff\xff\xff\x01", id="a length without end"),
        pytest.param(b"\xf0\x00", id="a packet that 3.1.1 does not have"),
    ],
)
def test_what_is_no_mqtt_ends_the_connection(garbage):
    client = Fed([publish("t", b"x", five=False) + garbage], MQTTProtocolVersion.MQTTv311)
    assert client.read_all() == MQTTErrorCode.MQTT_ERR_PROTOCOL
    assert client.got == [("t", b"x", False)]


def test_nothing_of_a_lost_connection_is_left_for_the_next(monkeypatch):
    client = Fed([publish("t", b"x" * 100)[:50]])
    client._packet_read()
    monkeypatch.setattr(paho.Client, "reconnect", lambda self: MQTTErrorCode.MQTT_ERR_SUCCESS)
    client.reconnect()
    client.pieces.append(publish("t", b"new"))
    client._packet_read()
    assert client.got == [("t", b"new", False)]


def test_after_the_broker_says_goodbye_nothing_more_is_read():
    client = Fed([publish("t", b"x") + packet(0xE0, b"\x8b") + publish("t", b"late")])
    client.read_all()
    assert client.got == [("t", b"x", False)]


class OtherSignature(paho.Client):
    def _packet_handle(self, packet):
        raise NotImplementedError


class OtherPacket(paho.Client):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._in_packet = None


class NoMutex(paho.Client):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self._msgtime_mutex


@pytest.mark.parametrize("other", [OtherSignature, OtherPacket, NoMutex, object])
def test_a_paho_that_is_another_inside_does_not_fit(other):
    assert not fits(other)


def test_the_paho_we_have_fits():
    assert fits(paho.Client)


@pytest.mark.parametrize(
    ("ids", "way"), [((1,), b"\x0b\x01"), ((300,), b"\x0b\xac\x02"), ((1, 2), b"\x0b\x01\x0b\x02")]
)
def test_the_identifiers_of_a_message_say_which_way_it_came(ids, way):
    ways = []
    client = Fed([publish("t", b"x", ids=ids)])
    client.took = lambda *_, way, **__: ways.append(way)
    client._packet_read()
    assert ways == [way]


@pytest.mark.parametrize(
    "properties", [b"\x0b", b"\x0b\x80", b"\x02\x00\x00\x00\x01", b"\x0b\x01\x01\x01"]
)
def test_other_properties_and_broken_ones_are_pahos(properties):
    body = b"\x00\x01t" + bytes([len(properties)]) + properties + b"x"
    client, handed = Fed([packet(0x30, body)]), []
    client._hand_to_paho = lambda header, rest: handed.append(rest)
    client._packet_read()
    assert (handed, client.got) == ([body], [])
