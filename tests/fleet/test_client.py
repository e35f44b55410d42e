import queue
import socket
import stat
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import ClassVar

import msgspec
import pytest

from fleet import commands
from fleet.client import Fault, LocalClient, SocketClient, SocketServer
from fleet.errors import CommandError, OrangeryError, StoreError
from fleet.house import MIGRATIONS, House
from fleet.model import OWNER, BrokerState, Changes, Connection, Snapshot, Version
from fleet.registry import Registry
from fleet.store import Store
from fleet.trace import Trace
from tests.fleet.plain import Plain, message

WAIT = 10


@dataclass(frozen=True)
class Ask:
    text: str
    ANSWER: ClassVar[type] = Version


@dataclass(frozen=True)
class Fail:
    pass


@dataclass(frozen=True)
class Hang:
    pass


KNOWN = [*commands.ALL, Ask, Fail, Hang]
FACTS = {"connection": Connection}


@pytest.fixture
def house(tmp_path):
    store = Store.open(tmp_path / "house.sqlite", MIGRATIONS)
    house = House(registry=Registry([Plain()]), trace=Trace(), store=store, tick_s=30)
    house.handle(Ask, "admin", lambda command, actor: Version(command.text))
    house.handle(Fail, "admin", lambda command, actor: 1 / 0)
    house.start()
    yield house
    house.stop()
    store.close()


@pytest.fixture
def guarded(tmp_path):
    """A house whose gate refuses every question, and the visitors that it saw."""
    visitors = []

    def gate(command, visitor):
        if isinstance(command, commands.Leave):
            return OWNER
        visitors.append(visitor)
        raise CommandError("not_allowed", actor="nobody", role="owner")

    with Store.open(tmp_path / "guarded.sqlite", MIGRATIONS) as store:
        house = House(registry=Registry([Plain()]), trace=Trace(), store=store, tick_s=30)
        house.handle(Ask, "admin", lambda command, actor: Version(command.text))
        house.guard(gate)
        house.start()
        yield house, visitors
        house.stop()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "socket"


@pytest.fixture
def server(house, path):
    server = SocketServer(house, path, KNOWN)
    yield server
    server.close()


@pytest.fixture(params=["local", "socket"])
def client(request, house):
    if request.param == "local":
        client = LocalClient(house)
    else:
        request.getfixturevalue("server")
        client = SocketClient(request.getfixturevalue("path"), KNOWN, FACTS)
    yield client
    client.close()


def post(house, *messages):
    for each in messages:
        house.post(each)
    house.announced().result(WAIT)


def heard(client):
    """Listen into a queue."""
    changes = queue.Queue()
    client.listen(changes.put)
    return changes


def test_changes_come_numbered_with_their_values(house, client):
    changes = heard(client)
    before = client.snapshot().number
    post(house, message("plain/a", name="Lamp", version="1.0", via=["plain", "hub"]))
    up = Connection(broker="home", state=BrokerState.CONNECTED)
    house.tell({"connection": {"home": up}})
    first, second = (changes.get(timeout=WAIT) for _ in range(2))
    assert [first.number, second.number] == [before + 1, before + 2]
    assert first.devices == house.snapshot().devices
    assert second.facts == {"connection": {"home": up}}
    assert client.snapshot() == house.snapshot()


def test_what_goes_leaves_the_snapshot(house, client):
    post(house, message("plain/a"))
    changes = heard(client)
    (key,) = house.snapshot().devices
    house.tell({"connection": {"home": None}, "unknown": {"t": "why"}})
    house.tell({"unknown": {"t": None}})
    client.send(commands.Forget(device=key)).result(WAIT)
    while changes.get(timeout=WAIT).devices != {key: None}:
        pass
    assert (client.snapshot().devices, client.snapshot().facts) == ({}, {})


def test_a_client_that_stops_listening_hears_no_more(house, client):
    stopped, changes = [], heard(client)
    stop = client.listen(stopped.append)
    stop()
    post(house, message("plain/a"))
    changes.get(timeout=WAIT)
    assert stopped == []


def test_a_command_is_answered_with_its_value(client):
    assert client.send(Ask("1.2")).result(WAIT) == Version("1.2")


def test_a_command_changes_the_house_before_it_is_answered(house, client):
    post(house, message("plain/a"))
    (key,) = house.snapshot().devices
    assert client.send(commands.Rename(device=key, name="Mine")).result(WAIT) is None
    assert house.snapshot().devices[key].name == "Mine"


def test_an_error_comes_back_with_code_and_facts(client):
    error = client.send(commands.Forget(device="none")).exception(WAIT)
    assert type(error) is CommandError
    assert (error.code, error.facts) == ("unknown_device", {"device": "none"})


def test_a_role_that_is_forged_on_the_socket_is_not_read(guarded, path):
    house, visitors = guarded
    server = SocketServer(house, path, KNOWN)
    forged = {"name": "Ana", "roles": ["core", "admin"], "visit": "", "member": "a"}
    asked = {"id": 1, "kind": "Ask", "command": {"text": "x"}, "actor": forged}
    line = Pipe(socket_to(path))
    line.recv_bytes()
    line.send_bytes(msgspec.json.encode(asked))
    assert msgspec.json.decode(line.recv_bytes())["error"]["code"] == "not_allowed"
    (visitor,) = visitors
    assert (visitor.name, visitor.roles, visitor.member) == ("", frozenset(), "")
    assert visitor.visit
    line.close()
    server.close()


def test_each_line_is_a_visit_of_its_own_and_its_end_is_said(guarded, path):
    house, visitors = guarded
    ended = threading.Event()
    house.handle(commands.Leave, "admin", lambda _command, _actor: ended.set())
    server = SocketServer(house, path, KNOWN)
    clients = [LocalClient(house), LocalClient(house), SocketClient(path, KNOWN, FACTS)]
    for client in clients:
        assert client.send(Ask("x")).exception(WAIT).code == "not_allowed"
    assert len({visitor.visit for visitor in visitors}) == 3
    clients[2].close()
    assert ended.wait(WAIT)
    server.close()


def test_a_fault_of_ours_is_no_expected_error(client):
    error = client.send(Fail()).exception(WAIT)
    assert isinstance(error, Exception)
    assert not isinstance(error, OrangeryError)


def test_a_closed_client_sends_nothing(client):
    client.close()
    assert client.send(Ask("x")).exception(WAIT).code == "house_gone"


def test_nothing_is_missed_between_snapshot_and_changes(house, server, path):
    """Clients join while the house is busy; each ends with the same house."""
    busy = threading.Event()

    def work():
        for n in range(400):
            house.post(message(f"plain/d{n}", name=f"D{n}"))
            if n == 20:
                busy.set()
        busy.set()

    worker = threading.Thread(target=work)
    worker.start()
    busy.wait(WAIT)
    clients = [SocketClient(path, KNOWN, FACTS) for _ in range(5)]
    ends = [heard(client) for client in clients]
    worker.join()
    house.announced().result(WAIT)
    house.tell({"done": {"id": "yes"}})
    for client, changes in zip(clients, ends, strict=True):
        numbers = []
        while "done" not in (said := changes.get(timeout=WAIT)).facts:
            numbers.append(said.number)
        numbers.append(said.number)
        assert numbers == list(range(numbers[0], said.number + 1))
        assert client.snapshot() == house.snapshot()
        client.close()


class BusyHouse:
    """Announces Changes 1 while a client joins whose snapshot has them already, and 2 after it."""

    def __init__(self):
        self._threads = []

    def listen(self, fn):
        def announce():
            for number in (1, 2):
                fn(Changes(number=number, at=0.0))

        self._threads.append(threading.Thread(target=announce))
        self._threads[-1].start()
        return lambda: None

    def snapshot(self):
        return Snapshot(number=1)

    def send(self, command, visitor):
        assert isinstance(command, commands.Leave)

    def join(self):
        for thread in self._threads:
            thread.join()


def test_what_the_snapshot_holds_is_not_announced_again(path):
    house = BusyHouse()
    server = SocketServer(house, path, KNOWN)
    line = Pipe(socket_to(path))
    snapshot, changes = (msgspec.json.decode(line.recv_bytes()) for _ in range(2))
    assert (snapshot["snapshot"]["number"], changes["changes"]["number"]) == (1, 2)
    server.close()
    line.close()
    house.join()


def socket_to(path):
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(path))
    return line.detach()


def test_a_client_that_talks_nonsense_is_let_go_and_stops_nobody(house, server, path, caplog):
    line = Pipe(socket_to(path))
    line.recv_bytes()
    line.send_bytes(b"nonsense")
    with pytest.raises(EOFError):
        line.recv_bytes()
    line.close()
    client = SocketClient(path, KNOWN, FACTS)
    assert client.send(Ask("1")).result(WAIT) == Version("1")
    client.close()


def test_only_the_owner_may_open_the_socket(server, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_socket_file_goes_with_the_server_and_an_old_one_is_replaced(house, path):
    path.write_text("left behind by a kill")
    server = SocketServer(house, path, KNOWN)
    SocketClient(path, KNOWN, FACTS).close()
    server.close()
    assert not path.exists()


def test_a_long_path_is_no_obstacle(house, tmp_path):
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    server = SocketServer(house, folder / "socket", KNOWN)
    client = SocketClient(folder / "socket", KNOWN, FACTS)
    assert client.send(Ask("1")).result(WAIT) == Version("1")
    client.close()
    server.close()


def test_a_socket_that_cannot_be_made_is_said(house, tmp_path):
    with pytest.raises(StoreError) as refused:
        SocketServer(house, tmp_path / "absent" / "socket", KNOWN)
    assert refused.value.code == "store_unwritable"


def test_where_nobody_serves_the_house_is_gone(path):
    with pytest.raises(OrangeryError) as refused:
        SocketClient(path, KNOWN, FACTS)
    assert refused.value.code == "house_gone"


def test_a_house_that_ends_fails_what_is_on_its_way_and_says_so(house, path):
    started, go_on, lost = threading.Event(), threading.Event(), threading.Event()
    house.listen(lambda changes: (started.set(), go_on.wait(WAIT)))
    server = SocketServer(house, path, KNOWN)
    client = SocketClient(path, KNOWN, FACTS, lost=lost.set)
    house.tell({"hold": {"id": "x"}})
    assert started.wait(WAIT)
    answer = client.send(Ask("late"))
    server.close()
    assert answer.exception(WAIT).code == "house_gone"
    assert lost.wait(WAIT)
    go_on.set()
    client.close()


def test_a_command_that_the_server_does_not_know_is_refused(house, path):
    server = SocketServer(house, path, [Ask])
    client = SocketClient(path, KNOWN, FACTS)
    assert client.send(Fail()).exception(WAIT).code == "unknown_command"
    client.close()
    server.close()


def test_a_command_with_wrong_fields_is_refused(house, path):
    @dataclass(frozen=True)
    class Ask:
        text: int

    server = SocketServer(house, path, KNOWN)
    client = SocketClient(path, [Ask], FACTS)
    assert client.send(Ask(7)).exception(WAIT).code == "unreadable_command"
    client.close()
    server.close()


def test_an_answer_that_cannot_leave_the_process_is_a_fault(tmp_path, path):
    store = Store.open(tmp_path / "other.sqlite", MIGRATIONS)
    house = House(registry=Registry([Plain()]), trace=Trace(), store=store)
    house.handle(Hang, "admin", lambda command, actor: threading.Lock())
    house.start()
    server = SocketServer(house, path, KNOWN)
    client = SocketClient(path, KNOWN, FACTS)
    assert isinstance(client.send(Hang()).exception(WAIT), Fault)
    client.close()
    server.close()
    house.stop()
    store.close()
