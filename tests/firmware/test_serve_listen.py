"""An address is listened on as long as it is wanted, and leaves nothing behind in the loop."""

import asyncio
import socket

import pytest

from firmware.serve_listen import Listeners, bound


@pytest.fixture
def loop():
    one = asyncio.new_event_loop()
    yield one
    one.run_until_complete(one.shutdown_asyncgens())
    one.close()


def turns(loop: asyncio.AbstractEventLoop, count: int) -> None:
    for _ in range(count):
        loop.run_until_complete(asyncio.sleep(0))


@pytest.mark.parametrize("after", range(8))
def test_an_address_closed_at_any_moment_of_its_opening_is_forgotten_by_the_loop(loop, after):
    """Otherwise the next connection of the same number would never be read."""
    listeners = Listeners(loop, asyncio.Protocol, port=0, idle_s=1.0)
    listeners.open("127.0.0.1")
    number = listeners._open["127.0.0.1"].socket.fileno()
    turns(loop, after)
    listeners.keep(tuple)
    turns(loop, 8)
    assert listeners.addresses == ()
    assert number not in loop._selector.get_map()


def test_an_address_is_opened_once_and_on_the_port_that_is_free(loop):
    with bound("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    listeners = Listeners(loop, asyncio.Protocol, port=port, idle_s=1.0)
    assert [listeners.open("127.0.0.1") for _ in range(2)] == [port, port]
    with pytest.raises(OSError, match=r"(?i)address"):
        listeners.open("192.0.2.1")
    assert listeners.addresses == (("127.0.0.1", port),)
    turns(loop, 8)
    listeners.keep(tuple)
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.1", port)) != 0
