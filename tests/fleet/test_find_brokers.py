"""Brokers are found where they are announced or usually are, and nowhere outside the home."""

import contextlib
import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest

from fleet import find_brokers
from fleet.brokers import OwnBroker, free_port
from fleet.errors import CommandError
from fleet.find_brokers import find, gateway, probe
from fleet.found import Answer
from fleet.neighbours import Neighbours
from tests.fleet.certificates import Authority, listening

pytestmark = pytest.mark.broker


@pytest.fixture(autouse=True)
def no_patience(monkeypatch, tmp_path):
    monkeypatch.setattr(find_brokers, "_LISTEN_S", 1.5)
    monkeypatch.setattr(find_brokers, "_ROUTES", tmp_path / "none")


def here(port, *, names=("localhost",), networks=(), **words):
    return find(networks, names=names, ports=[(port, False)], **words)


def test_a_broker_at_a_usual_name_is_found_once_and_by_that_name(broker):
    (found,) = here(broker.port, names=("localhost", "127.0.0.1"))
    assert (found.host, found.address) == ("localhost", "127.0.0.1")
    assert (found.answer, found.by) == (Answer.OPEN, ("name",))


def test_one_that_wants_a_password_says_so():
    with OwnBroker(users={"anna": "secret"}) as broker:
        assert probe("127.0.0.1", broker.port, tls=False) is Answer.PASSWORD


def test_one_behind_tls_is_found_whoever_signed_it():
    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    authority = Authority(folder)
    with listening(authority) as port:
        (found,) = find((), names=("localhost",), ports=[(port, True)])
    with listening(authority, "tls_version tlsv1.3") as port:
        modern = probe("127.0.0.1", port, tls=True)
    asks = (f"cafile {authority.file}", "require_certificate true")
    with listening(authority, *asks) as port:
        closed = probe("127.0.0.1", port, tls=True)
    shutil.rmtree(folder)
    assert (found.tls, found.answer) == (True, Answer.OPEN)
    assert (modern, closed) == (Answer.OPEN, Answer.CERTIFICATE)


def test_the_open_one_is_first():
    with OwnBroker(users={"anna": "secret"}) as closed, OwnBroker() as open_:
        ports = [(closed.port, False), (open_.port, False)]
        found = find((), names=("localhost",), ports=ports)
    assert [one.answer for one in found] == [Answer.OPEN, Answer.PASSWORD]


def test_one_that_is_announced_is_found_by_its_title(broker):
    try:
        announced = Neighbours("_mqtt._tcp", "127.0.0.1")
    except CommandError:
        pytest.skip("nothing can be announced on this computer")
    with contextlib.closing(announced):
        announced.announce("Attic", broker.port, {})
        found = find(("127.0.0.1",), names=(), ports=())
    assert [(one.title, one.port, one.by) for one in found] == [("Attic", broker.port, ("mdns",))]


def test_what_leads_out_of_the_home_is_not_tried(monkeypatch, broker):
    tried = []
    monkeypatch.setattr(find_brokers, "probe", lambda *at, **_: tried.append(at))
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.51.100.7", 0))]
    told = [(*told[0][:4], ("8.8.8.8", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: told)
    assert here(broker.port) == ()
    assert tried == []


def test_a_name_nobody_answers_for_holds_nothing_up(monkeypatch, broker):
    asked, answered = socket.getaddrinfo, threading.Event()

    def slow(name, *rest):
        if name == "slow.local":
            answered.wait(60)
        return asked(name, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    found = here(broker.port, names=("slow.local", "localhost"))
    answered.set()
    assert [one.host for one in found] == ["localhost"]
    assert time.monotonic() - began < 15


def test_what_speaks_no_mqtt_or_nothing_at_all_is_no_broker():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert probe("127.0.0.1", silent.getsockname()[1], tls=False) is None
    assert probe("127.0.0.1", free_port(), tls=False) is None
    with OwnBroker() as plain:
        assert probe("127.0.0.1", plain.port, tls=True) is None


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (b"\x20\x02\x00\x00", Answer.OPEN),
        (b"\x20\x02\x00\x05", Answer.PASSWORD),
        (b"\x20\x02\x00\x01", Answer.REFUSED),
        (b"HTTP/1.1 400 Bad Request", None),
        (b"\x20\x02", None),
        (b"", None),
    ],
)
def test_each_answer_has_its_meaning(answer, meaning):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            line, _ = server.accept()
            with line:
                line.recv(100)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert probe("127.0.0.1", server.getsockname()[1], tls=False) is meaning
        thread.join()


def test_the_gateway_is_read_from_the_routes(monkeypatch, tmp_path, broker):
    head = "Iface\tDestination\tGateway\tFlags\n"
    assert gateway(f"{head}eth0\t0002000A\t00000000\t0001\neth0\t00000000\t010200C0\t0003\n") == (
        "192.0.2.1"
    )
    assert gateway(head) == gateway("") == gateway(f"{head}eth0\t00000000\tnonsense\n") == ""
    (tmp_path / "routes").write_text(f"{head}lo\t00000000\t0100007F\t0003\n")
    monkeypatch.setattr(find_brokers, "_ROUTES", tmp_path / "routes")
    assert [one.by for one in here(broker.port, names=())] == [("gateway",)]


def test_how_far_it_is_is_told(broker):
    told = []
    here(broker.port, told=lambda done, all_: told.append((done, all_)))
    assert told[-1] == (1, 1)


def test_never_more_than_a_few_addresses_are_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(find_brokers, "probe", lambda *at, **_: tried.append(at))
    find((), names=("localhost",), ports=[(port, False) for port in range(1, 500)])
    assert len(tried) == 64
