"""Finds brokers of this home: announced by mDNS, at usual names, at the gateway. Bounded in all.

Only addresses of the home's network or this computer are tried, each with one connection and one
CONNECT without a name or password (MQTT 3.1.1, 3.1): its answer says whether it is a broker and
whether it wants a password. A certificate is not checked here, for nothing is entrusted to it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from fleet.errors import CommandError
from fleet.found import Answer, Found
from fleet.neighbours import Neighbours, is_local

NAMES = (
    "localhost",
    "homeassistant.local",
    "homeassistant",
    "mosquitto.local",
    "mosquitto",
    "mqtt.local",
    "mqtt",
    "broker.local",
    "raspberrypi.local",
    "openhabian.local",
)
PORTS = {1883: False, 8883: True}  # IANA's, and whether TLS is spoken there
KINDS = {"_mqtt._tcp": False, "_secure-mqtt._tcp": True}

T = TypeVar("T")

_ROUTES = Path("/proc/net/route")
_MOST = 64  # addresses and ports tried
_AT_ONCE = 16
_TRY_S = 1.5  # for one of them
_LISTEN_S = 3.0  # for announcements and names
_CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00"  # 3.1.1, clean session, no client id
_DISCONNECT = b"\xe0\x00"
_CONNACK = 0x20
_NO_CERTIFICATE = ("CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE", "BAD_CERTIFICATE")
_WANTS_PASSWORD = (0x04, 0x05, 0x86, 0x87)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address to try."""

    address: str
    port: int
    tls: bool
    by: str
    host: str = ""
    title: str = ""


def find(
    networks: Iterable[str],
    *,
    names: Iterable[str] = NAMES,
    ports: Iterable[tuple[int, bool]] = tuple(PORTS.items()),
    told: Callable[[int, int], object] = lambda _done, _all: None,
    heard: Callable[[Found], object] = lambda _found: None,
) -> tuple[Found, ...]:
    """Return the brokers found, within some ten seconds; blocks.

    `networks`: our own address on each network to listen on. `told`: how many of how many are done.
    `heard`: each one as soon as it has answered; both are called in the caller's thread.
    """
    at = tuple(ports)
    looks = [partial(_gateway, at), *(partial(_named, name, at) for name in names)]
    looks += [partial(_announced, host, kind) for host in networks for kind in KINDS]
    met: dict[tuple[str, int], list[Candidate]] = {}
    for some in _at_once(looks, _LISTEN_S + 1.0):
        for one in some:
            if len(met) < _MOST or (one.address, one.port) in met:
                met.setdefault((one.address, one.port), []).append(one)
    tries = [partial(_tried, each) for each in met.values()]

    def answered(one: Found | None) -> None:
        if one is not None:
            heard(one)

    found = _at_once(tries, 2 * _TRY_S * (1 + len(tries) // _AT_ONCE), told, answered)
    whole = [one for one in found if one is not None]
    return tuple(sorted(whole, key=lambda one: (one.answer != Answer.OPEN, one.host, one.port)))


def probe(address: str, port: int, *, tls: bool) -> Answer | None:
    """Say hello to whatever listens there; None: no broker. Waits a few seconds at most.

    In TLS 1.2 a certificate of ours that is missed is said in the handshake; in 1.3 only later, and
    the answer is often lost with the connection. So 1.3 comes second, where 1.2 is not spoken.
    """
    if not tls:
        return _hello(address, port, None)
    try:
        return _hello(address, port, _unchecked(ssl.TLSVersion.TLSv1_2))
    except ssl.SSLError as error:
        if any(sign in str(error.reason) for sign in _NO_CERTIFICATE):
            return Answer.CERTIFICATE
        if "PROTOCOL_VERSION" not in str(error.reason):
            return None
    try:
        return _hello(address, port, _unchecked(ssl.TLSVersion.TLSv1_3))
    except ssl.SSLError as error:
        return Answer.CERTIFICATE if "CERTIFICATE_REQUIRED" in str(error.reason) else None


def _hello(address: str, port: int, context: ssl.SSLContext | None) -> Answer | None:
    """Try one connection. SSLError: why the handshake failed."""
    try:
        with socket.create_connection((address, port), _TRY_S) as plain:
            plain.settimeout(_TRY_S)
            with context.wrap_socket(plain) if context else plain as line:
                line.sendall(_CONNECT)
                said = line.recv(64)
                with contextlib.suppress(OSError):
                    line.sendall(_DISCONNECT)
    except ssl.SSLError:
        raise
    except OSError:
        return None
    if len(said) < 4 or said[0] != _CONNACK:  # noqa: PLR2004 - a CONNACK's length
        return None
    if said[3] in _WANTS_PASSWORD:
        return Answer.PASSWORD
    return Answer.REFUSED if said[3] else Answer.OPEN


def gateway(routes: str) -> str:
    """Return the default gateway in the text of /proc/net/route; "" where there is none."""
    for line in routes.splitlines()[1:]:
        _, target, way, *_ = [*line.split(), "", "", ""]
        if target == "00000000" and way.strip("0"):
            with contextlib.suppress(ValueError):
                return str(ipaddress.IPv4Address(int.from_bytes(bytes.fromhex(way), "little")))
    return ""


def _tried(same: list[Candidate]) -> Found | None:
    first = same[0]
    answer = probe(first.address, first.port, tls=first.tls)
    if answer is None:
        return None
    found = Found(
        host=next((one.host for one in same if one.host), first.address),
        port=first.port,
        tls=first.tls,
        address=first.address,
        answer=answer,
        by=(),
    )
    title = next((one.title for one in same if one.title), "")
    return replace(found, by=tuple(dict.fromkeys(one.by for one in same)), title=title)


def _gateway(ports: Iterable[tuple[int, bool]]) -> list[Candidate]:
    try:
        address = gateway(_ROUTES.read_text())
    except OSError:
        return []
    if not is_local(address):
        return []
    return [Candidate(address=address, port=port, tls=tls, by="gateway") for port, tls in ports]


def _named(name: str, ports: Iterable[tuple[int, bool]]) -> list[Candidate]:
    try:
        told = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = dict.fromkeys(str(one[4][0]) for one in told)
    return [
        Candidate(address=address, port=port, tls=tls, by="name", host=name)
        for address in addresses
        if is_local(address)
        for port, tls in ports
    ]


def _announced(host: str, kind: str) -> list[Candidate]:
    try:
        neighbours = Neighbours(kind, host)
    except CommandError:
        return []
    try:
        time.sleep(_LISTEN_S)  # nobody says when all have answered
        return [
            Candidate(
                address=one.address, port=one.port, tls=KINDS[kind], by="mdns", title=one.name
            )
            for one in neighbours.found
        ]
    finally:
        neighbours.close()


def _unchecked(version: ssl.TLSVersion) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = made.maximum_version = version
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def _at_once(
    asks: Sequence[Callable[[], T]],
    limit_s: float,
    told: Callable[[int, int], object] = lambda _done, _all: None,
    heard: Callable[[T], object] = lambda _answer: None,
) -> list[T]:
    """Return the answers that came in time, in the order in which they were asked for.

    A name's resolver cannot be stopped, so it is left.
    """
    waiting: queue.SimpleQueue[tuple[int, Callable[[], T]]] = queue.SimpleQueue()
    answers: queue.SimpleQueue[tuple[int, T]] = queue.SimpleQueue()
    for each in enumerate(asks):
        waiting.put(each)

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                number, ask = waiting.get_nowait()
                answers.put((number, ask()))

    for _ in range(min(_AT_ONCE, len(asks))):
        threading.Thread(target=work, name="find-brokers", daemon=True).start()
    end = time.monotonic() + limit_s
    came: list[tuple[int, T]] = []
    with contextlib.suppress(queue.Empty):
        while len(came) < len(asks):
            told(len(came), len(asks))
            came.append(answers.get(timeout=max(0.0, end - time.monotonic())))
            heard(came[-1][1])
    told(len(asks), len(asks))
    return [answer for _, answer in sorted(came, key=lambda one: one[0])]
