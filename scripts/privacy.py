"""Writes the examples of docs/privacy.md: what our own code really sends, heard on loopback.

Each example is made by the functions that make it in a house, with an invented lamp, key and clock.
What differs each time stands there as `…`: the number drawn for one request, and its signature.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, cast
from unittest import mock

import msgspec
import zeroconf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop import night_mqtt, places, sharing
from desktop.doctor import asking
from feedback import evidence, outbox, outcome, sync
from feedback.report import PartName, Report
from feedback.wire import Details, EnrolAnswer, Op, OpKind, OpResult, PullAnswer, PushAnswer, Status
from firmware.near import Near
from firmware.sources import Http
from fleet import home, lan_http, lease, neighbours
from fleet.dialects.wled import Wled
from fleet.model import Device, Endpoint, Version
from fleet.neighbours import Neighbour
from fleet.steps import HttpRequest
from fleet.trace import Direction, Traced

_MARK = re.compile(r"(<!-- example: (\w+) -->\n).*?(<!-- end of example -->)", re.DOTALL)
_ANSWER = 0x8400  # RFC 6762, 18: an answer, with authority
_NOW = 1_780_000_000.0
_HOME = sharing.Home(host="192.168.1.10", mark="5c" * 16)
_LAMP = Device(
    key="k1",
    name="Anna's bedside",
    vendor="acme",
    model="lamp",
    version=Version("1.1.0"),
    ids=frozenset({("mac", "02005E000001")}),
    endpoints={"tasmota": Endpoint(broker="home", dialect="tasmota", id="bedside_anna")},
)
_SAID = Traced(
    broker="home",
    at=_NOW - 60,
    topic="tele/bedside_anna/STATE",
    payload=b'{"POWER":"ON","Wifi":{"SSId":"The Millers","RSSI":71},"Mac":"02:00:5E:00:00:01"}',
    size=82,
    retain=False,
    direction=Direction.IN,
)


def filled(page: Path) -> str:
    """Return the page with each of its examples as the code makes it now."""
    made = examples()
    return _MARK.sub(lambda found: f"{found[1]}{made[found[2]]}\n{found[3]}", page.read_text())


def examples() -> dict[str, str]:
    """Return every example by its name, as Markdown."""
    said = _hub()
    return {
        "mirror": _http(_mirror(), "fw.acme.example"),
        "join": _http(said["/v1/enrol"], "hub.acme.example"),
        "report": _http(said["/v1/sync/push"], "hub.acme.example"),
        "pull": _http(said["/v1/sync/pull"], "hub.acme.example"),
        "public": _http(
            said["/v1/public/outcomes"] + said["/v1/public/ledger?after=0"], "hub.acme.example"
        ),
        "doctor": _http(_doctor(), "fw.acme.example"),
        "outcome": _fence(_pretty(outcome.example()), "json"),
        "announced": _fence(_dump(_announced())),
        "near": _http(_near(), "192.168.1.11:40123"),
        "lan": _http(_lan(), "192.168.1.20"),
        "broker": _fence(_broker()),
    }


# --- who is listening ----------------------------------------------------------------------------


class _Witness:
    """Answers one HTTP request a connection and keeps what was said, byte for byte."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            with link, link.makefile("rb") as stream:
                self._one(link, stream)

    def _one(self, link: socket.socket, stream: IO[bytes]) -> None:
        head = b"".join(iter(stream.readline, b"\r\n")) + b"\r\n"
        length = re.search(rb"(?i)^content-length: (\d+)", head, re.MULTILINE)
        self.heard.append(head + stream.read(int(length[1]) if length else 0))
        path = head.split()[1].decode()
        body = msgspec.json.encode(self._answers[path]) if path in self._answers else b""
        status = "200 OK" if path in self._answers else "404 Not Found"
        said = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        link.sendall(said.encode() + body)


@contextmanager
def _witness(answers: Mapping[str, Any]) -> Iterator[_Witness]:
    one = _Witness(answers)
    with mock.patch.dict("os.environ", {"no_proxy": "127.0.0.1"}):
        try:
            yield one
        finally:
            one.stop()


# --- what is said --------------------------------------------------------------------------------


def _mirror() -> list[bytes]:
    with _witness(
        {"/metadata/timestamp.json": {}, "/targets/fw/acme/lamp/lamp-1.2.0.bin": {}}
    ) as one:
        mirror = Http(f"http://127.0.0.1:{one.port}")
        with mirror.open("metadata/timestamp.json"):
            pass
        with ExitStack() as stack, mock.patch("firmware.sources._first_byte", return_value=1):
            stack.enter_context(mirror.open("targets/fw/acme/lamp/lamp-1.2.0.bin", 1_048_576))
        mirror.close()
    return one.heard


def _doctor() -> list[bytes]:
    with _witness({}) as one:
        asking.ask(f"http://127.0.0.1:{one.port}/metadata/timestamp.json")
    return one.heard


def _hub() -> dict[str, list[bytes]]:
    """One exchange of a house that has just been invited and has one report to send."""
    joined = EnrolAnswer(member_id="m1", key_id="k1", name="Anna", hub_name="Acme", hub_time=_NOW)
    settled = OpResult(seq=1, op_id="0b7e4c1e-0f66-4c57-9d53-0f3c6f5e2a10", status=Status.APPLIED)
    answers = {
        "/v1/enrol": joined,
        "/v1/sync/push": PushAnswer(acked=1, results=(settled,), hub_time=_NOW),
        "/v1/sync/pull": PullAnswer(changes=(), cursor="c", more=False, acked=1, hub_time=_NOW),
    }
    operation = Op(
        seq=1, op_id=settled.op_id, kind=OpKind.REPORT, made=_NOW, body=msgspec.Raw(_report())
    )
    with _witness(answers) as one:
        house = sync.Outbox(
            hub_url=f"http://127.0.0.1:{one.port}",
            key="",
            outbox_id="8f14e45f-ceea-4e7a-9c3b-2f0d1a5b6c7d",
            ops=(operation,),
            code="ABCDEFGHJKMNPQRST",
            name="Anna",
        )
        key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        with mock.patch.object(sync.platform, "system", return_value="Linux"):
            result = sync.run(house, clock=lambda: _NOW, find_key=lambda _: key)
    assert result.error is None, result.error
    return {heard.split()[1].decode(): [heard] for heard in one.heard}


def _report() -> bytes:
    """Return a report about a lamp with three parts of evidence, as it is sent."""
    details = Details(steps=("switch it on",), expected="light", actual="it blinks")
    draft = Report(
        id="2d5c8f1a-3e66-4a8b-9a55-7f1f4c0d9e21",
        title="It blinks",
        text="Since Friday, each evening.",
        details=details,
        facts=evidence.facts_of(_LAMP, None),
        alias="7e2c0a9d",
        made=_NOW,
    )
    sources = evidence.Sources(
        device=_LAMP,
        devices=(_LAMP,),
        messages=(_SAID,),
        program={"app": "orangery", "version": "0.1.0"},
    )
    with ExitStack() as stack:
        for name, said in (
            ("system", "Linux"),
            ("machine", "x86_64"),
            ("python_version", "3.11.7"),
        ):
            stack.enter_context(mock.patch.object(evidence.platform, name, return_value=said))
        stack.enter_context(mock.patch.object(evidence, "_of_this_computer", return_value={}))
        parts = evidence.gather(sources, now=_NOW, salt=b"an example")
    chosen = (PartName.PROGRAM, PartName.DEVICE, PartName.MESSAGES)
    return outbox.payload(draft, evidence.preview(parts, chosen))


def _announced() -> bytes:
    """Return the datagram by which a desktop that shares says that it is there."""
    kept: list[zeroconf.ServiceInfo] = []
    silent = SimpleNamespace(register_service=kept.append)
    with (
        mock.patch.object(neighbours.zeroconf, "Zeroconf", return_value=silent),
        mock.patch.object(neighbours.zeroconf, "ServiceBrowser"),
        mock.patch.object(neighbours.socket, "socket"),
    ):
        said = neighbours.Neighbours(sharing.KIND, _HOME.host)
        said.announce("3f9a52c07b1e6d84", 40_123, {"v": "1", "home": _HOME.tag})
    [info] = kept
    where = sorted(info.get_address_and_nsec_records(), key=lambda record: record.type)
    out = zeroconf.DNSOutgoing(_ANSWER)
    for record in (info.dns_pointer(), info.dns_service(), info.dns_text(), *where):
        out.add_answer_at_time(record, 0)
    return out.packets()[0]


def _near() -> list[bytes]:
    near = Near("3f9a52c07b1e6d84")
    with _witness({"/acme/metadata/timestamp.json": {}}) as one:
        there = Neighbour(name="b", address="127.0.0.1", port=one.port)
        near.meet(lambda: (there,), _HOME.key)
        [address] = near.addresses("acme")
        with near.open(address).open("metadata/timestamp.json"):
            pass
    return one.heard


def _lan() -> list[bytes]:
    with _witness({"/json/info": {}}) as one:
        data = {"ip": f"127.0.0.1:{one.port}"}
        endpoint = Endpoint(broker="home", dialect=Wled.name, id="strip", data=data)
        strip = Device(key="k2", name="", endpoints={Wled.name: endpoint})
        [step] = Wled().verify(strip)
        lan_http.send(cast(HttpRequest, step), loopback=True)
    return one.heard


def _broker() -> str:
    """Return what a house says of itself at its broker, a message a line."""
    device, desktop = lease.device_of(_LAMP.ids), "3f9a52c07b1e6d84"
    told = night_mqtt.Told(
        begin=_NOW - 21_600, end=_NOW, text="Last night 4 devices were updated.", week="2026-W22"
    )
    said: tuple[tuple[str, Any], ...] = (
        (home.TOPIC, places.MarkSaid(id=_HOME.mark)),
        (lease.topic(device, desktop), lease.Claim(run="1f8e22aa", number=1)),
        (night_mqtt.TOPIC, told),
    )
    return "\n".join(f"{topic} {msgspec.json.encode(body).decode()}" for topic, body in said)


# --- how it is written ---------------------------------------------------------------------------


def _http(heard: list[bytes], host: str) -> str:
    """Return requests as they were heard; a body of JSON with line breaks, to be read."""
    shown = []
    for each in heard:
        head, _, body = each.partition(b"\r\n\r\n")
        text = re.sub(r"127\.0\.0\.1:\d+", host, head.decode().replace("\r\n", "\n"))
        text = re.sub(r'nonce="[^"]+"', 'nonce="…"', text)
        text = re.sub(r"(?i)^(signature: orangery=:).*(:)$", r"\1…\2", text, flags=re.MULTILINE)
        shown.append("\n".join([text, *(["", _pretty(body)] if body else [])]))
    return _fence("\n\n".join(shown), "http")


def _pretty(body: bytes) -> str:
    return json.dumps(json.loads(body), indent=1, ensure_ascii=False)


def _dump(packet: bytes) -> str:
    lines = []
    for at in range(0, len(packet), 16):
        part = packet[at : at + 16]
        seen = re.sub(r"[^ -~]", ".", part.decode("latin-1"))
        lines.append(f"{at:04x}  {part.hex(' '):<47}  {seen}")
    return "\n".join(lines)


def _fence(text: str, language: str = "text") -> str:
    return f"```{language}\n{text}\n```"
