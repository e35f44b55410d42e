"""TLS and WebSockets to real brokers: what holds, and what each failure is called."""

import asyncio
import contextlib
import shutil
import ssl
import tempfile
import threading
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization

from fleet import reads
from fleet.brokers import OwnBroker, free_port
from fleet.model import BrokerState
from fleet.steps import Publish
from tests.fleet.bus_ends import Ends
from tests.fleet.certificates import Authority, listening

WAIT = 15

pytestmark = [
    pytest.mark.broker,
    # paho leaves the socket of a failed handshake to the garbage collector
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
    ),
]


@pytest.fixture(params=["buffered", "paho's own"])
def way_of_reading(request, monkeypatch):
    monkeypatch.setattr(reads, "FITS", request.param == "buffered")


@pytest.fixture(params=["5", "3.1.1"])
def protocol(request):
    return request.param


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def authority(folder):
    return Authority(folder)


def test_what_our_authority_signed_is_trusted(authority, protocol, way_of_reading):
    with listening(authority) as port:  # noqa: SIM117 - the broker goes last
        with Ends(port, protocol=protocol, tls=True, ca_file=str(authority.file)) as ends:
            assert ends.up().bus.probe() < WAIT


def test_what_waits_inside_tls_is_not_forgotten(authority, protocol, way_of_reading):
    with (
        listening(authority) as port,
        Ends(port, protocol=protocol, tls=True, ca_file=str(authority.file)) as ends,
    ):
        ends.up().bus.subscribe([("t/#", 1)])
        ends.bus.probe()
        payloads = [b"%d" % n * 3_000 for n in range(200)]
        for n, payload in enumerate(payloads):
            ends.bus.publish(Publish(topic="t/a", payload=payload, qos=n % 2))
        assert {ends.get().payload for _ in payloads} == set(payloads)


def test_what_another_authority_signed_is_refused(authority, folder):
    other = Authority(folder, "other")
    with (
        listening(authority) as port,
        Ends(port, tls=True, ca_file=str(other.file)) as ends,
    ):
        assert ends.trouble().error == "broker_tls_untrusted"


def test_without_an_authority_of_its_own_only_the_systems_are_trusted(authority):
    with listening(authority) as port, Ends(port, tls=True) as ends:
        assert ends.trouble().error == "broker_tls_untrusted"


def test_a_certificate_past_its_date_is_refused(authority):
    with (
        listening(authority, ends=-1) as port,
        Ends(port, tls=True, ca_file=str(authority.file)) as ends,
    ):
        said = ends.trouble()
    assert (said.error, "expired" in said.fact) == ("broker_tls_expired", True)


def test_a_certificate_for_another_name_is_refused(authority):
    with (
        listening(authority) as port,
        Ends(port, host="localhost", tls=True, ca_file=str(authority.file)) as ends,
    ):
        assert ends.trouble().error == "broker_tls_other_name"


def test_a_certificate_for_another_address_is_refused(authority):
    with (
        listening(authority, hosts=("192.0.2.1",)) as port,
        Ends(port, tls=True, ca_file=str(authority.file)) as ends,
    ):
        assert ends.trouble().error == "broker_tls_other_name"


def test_tls_where_none_is_spoken_is_said(authority):
    with OwnBroker() as broker, Ends(broker.port, tls=True, ca_file=str(authority.file)) as ends:
        assert ends.trouble().error == "broker_no_tls"


def test_an_authority_that_is_absent_or_none_is_said(folder):
    (folder / "none.pem").write_text("no certificate")
    for name in ("absent.pem", "none.pem"):
        with Ends(1, tls=True, ca_file=str(folder / name)) as ends:
            said = ends.trouble()
        assert said.state is BrokerState.REFUSED
        assert (said.error, said.fact) == ("broker_ca_unreadable", str(folder / name))


# --- a certificate of ours -----------------------------------------------------------------------


@contextlib.contextmanager
def asking(authority):
    """A broker that wants certificates; gives its port."""
    with listening(authority, f"cafile {authority.file}", "require_certificate true") as port:
        yield port


def test_our_certificate_lets_us_in(authority, protocol):
    cert, key = authority.issue("client", closed=True)
    chosen = {"ca_file": str(authority.file), "cert_file": str(cert), "key_file": str(key)}
    with asking(authority) as port, Ends(port, protocol=protocol, tls=True, **chosen) as ends:
        assert ends.up().bus.probe() < WAIT


def test_where_a_certificate_is_wanted_and_none_given_it_is_said(authority):
    with asking(authority) as port, Ends(port, tls=True, ca_file=str(authority.file)) as ends:
        assert ends.trouble().error == "broker_tls_certificate"


def test_a_certificate_that_the_broker_does_not_trust_is_said(authority, folder):
    cert, key = Authority(folder, "other").issue("client", closed=True)
    chosen = {"ca_file": str(authority.file), "cert_file": str(cert), "key_file": str(key)}
    with asking(authority) as port, Ends(port, tls=True, **chosen) as ends:
        assert ends.trouble().error == "broker_tls_certificate"


def test_a_key_that_others_may_read_is_not_used(authority):
    cert, key = authority.issue("client", closed=False)
    chosen = {"ca_file": str(authority.file), "cert_file": str(cert), "key_file": str(key)}
    with Ends(1, tls=True, **chosen) as ends:
        said = ends.trouble()
    assert (said.error, said.fact) == ("broker_key_open", str(key))


def test_a_key_of_another_certificate_is_said(authority):
    cert, _ = authority.issue("client", closed=True)
    _, key = authority.issue("second", closed=True)
    chosen = {"ca_file": str(authority.file), "cert_file": str(cert), "key_file": str(key)}
    with Ends(1, tls=True, **chosen) as ends:
        assert ends.trouble().error == "broker_key_unusable"


def test_a_key_that_is_locked_asks_nobody_and_is_said(authority, folder):
    cert, _ = authority.issue("client")
    locked = folder / "locked.key"
    locked.write_bytes(
        authority.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    locked.chmod(0o600)
    chosen = {"ca_file": str(authority.file), "cert_file": str(cert), "key_file": str(locked)}
    with Ends(1, tls=True, **chosen) as ends:
        assert ends.trouble().error == "broker_key_unusable"


# --- websockets ----------------------------------------------------------------------------------


class Gate:
    """Hands WebSockets of the protocol "mqtt" at /mqtt on to a broker: what a proxy does."""

    def __init__(self, target, context=None):
        self.port, self.closed = free_port(), 0
        self._target, self._context = target, context
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        assert self._up.wait(WAIT)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self):
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self):
        self._end = asyncio.Event()
        app = web.Application()
        app.router.add_get("/mqtt", self._bridge)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=self._context).start()
        self._up.set()
        await self._end.wait()
        await runner.cleanup()

    async def _bridge(self, request):
        line = web.WebSocketResponse(protocols=("mqtt",))
        await line.prepare(request)
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target)

        async def back():
            while said := await reader.read(65_536):
                await line.send_bytes(said)
            await line.close()

        task = asyncio.ensure_future(back())
        async for message in line:
            writer.write(message.data)
        writer.close()
        task.cancel()
        return line


def test_mqtt_goes_over_a_websocket(broker, protocol, way_of_reading):
    with (
        Gate(broker.port) as gate,
        Ends(gate.port, protocol=protocol, transport="websockets") as ends,
    ):
        ends.up().bus.subscribe([("t/#", 1)])
        ends.bus.probe()
        payloads = [b"%d" % n * 3_000 for n in range(100)]
        for n, payload in enumerate(payloads):
            ends.bus.publish(Publish(topic="t/a", payload=payload, qos=n % 2))
        assert {ends.get().payload for _ in payloads} == set(payloads)


def test_a_websocket_inside_tls(broker, authority):
    cert, key = authority.issue("server")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    chosen = {"tls": True, "ca_file": str(authority.file)}
    with (
        Gate(broker.port, context) as gate,
        Ends(gate.port, transport="websockets", **chosen) as ends,
    ):
        assert ends.up().bus.probe() < WAIT


def test_a_path_without_a_websocket_is_said(broker):
    with (
        Gate(broker.port) as gate,
        Ends(gate.port, transport="websockets", path="/elsewhere") as ends,
    ):
        assert ends.trouble().error == "broker_no_websockets"


def test_a_broker_without_websockets_is_said(broker):
    with Ends(broker.port, transport="websockets") as ends:
        assert ends.trouble().error == "broker_no_websockets"
