"""The address of ours that a device is told is one that it can reach."""

import pytest

from desktop import reach
from fleet.model import Device, Endpoint


def device(broker: str = "home", **data: str) -> Device:
    endpoint = Endpoint(broker=broker, dialect="tasmota", id="plug", data=data)
    return Device(key="k", name="Plug", endpoints={"tasmota": endpoint})


@pytest.fixture
def network(monkeypatch):
    """Our addresses by what they face; what is not in it cannot be reached."""
    ways = {"192.0.2.1": "10.0.0.5"}
    monkeypatch.setattr(reach, "facing", lambda host: ways.get(host, ""))
    return ways


def found(one: Device, here: str = "", brokers: tuple[str, ...] = ()) -> str:
    return reach.address_for(one, here=lambda _: here, brokers=brokers)


def test_a_device_whose_address_is_known_gets_the_one_that_faces_it(network):
    network["192.168.7.20"] = "192.168.7.2"
    assert found(device(ip="192.168.7.20"), here="192.168.1.2") == "192.168.7.2"


def test_otherwise_it_is_where_we_hold_the_connection_to_its_broker(network):
    network["192.168.1.1"] = "192.168.1.9"
    assert found(device(), here="192.168.1.2", brokers=("192.168.1.1",)) == "192.168.1.2"


def test_two_brokers_on_two_networks_have_an_address_each(network):
    here = {"home": "192.168.1.2", "barn": "10.9.0.2"}
    both = [
        reach.address_for(device(name), here=here.__getitem__, brokers=())
        for name in ("home", "barn")
    ]
    assert both == ["192.168.1.2", "10.9.0.2"]


def test_before_the_first_connection_it_is_what_faces_the_broker(network):
    network["192.168.1.1"] = "192.168.1.9"
    assert found(device(), brokers=("broker.local", "192.168.1.1")) == "192.168.1.9"


def test_a_broker_on_this_machine_does_not_make_loopback_an_address_for_devices(network):
    network["127.0.0.1"] = "127.0.0.1"
    assert found(device(), here="127.0.0.1", brokers=("127.0.0.1",)) == "10.0.0.5"


@pytest.mark.parametrize(
    ("here", "given"),
    [("fd00::2", "10.0.0.5"), ("fe80::2%eth0", "10.0.0.5"), ("::1", "10.0.0.5")],
)
def test_an_address_that_small_devices_do_not_speak_comes_last(network, here, given):
    assert found(device(), here=here) == given
    network.clear()
    assert found(device(), here=here) == (here if here == "fd00::2" else "127.0.0.1")


def test_without_any_network_it_is_loopback(network):
    network.clear()
    assert found(device(ip="192.168.7.20"), here="") == "127.0.0.1"


def test_the_network_is_looked_at_anew_each_time(network):
    assert found(device()) == "10.0.0.5"
    network["192.0.2.1"] = "10.0.0.77"
    assert found(device()) == "10.0.0.77"


def test_the_way_to_loopback_is_loopback_and_to_a_word_there_is_none():
    assert reach.facing("127.0.0.1") == "127.0.0.1"
    assert reach.facing("no such host") == reach.facing("") == ""


# --- mistakes that have a name -------------------------------------------------------------------


def wrong(one: Device, address: str, here: str = "") -> str:
    return reach.mistake(one, address, here=lambda _: here)


def test_loopback_is_no_address_for_a_device_elsewhere():
    assert wrong(device(ip="192.168.7.20"), "127.0.0.1") == "serve_loopback"
    assert wrong(device(), "localhost", here="192.168.1.2") == "serve_loopback"
    assert wrong(device(), "::1", here="192.168.1.2") == "serve_loopback"


def test_where_all_of_it_is_on_this_computer_loopback_is_right():
    assert wrong(device(), "127.0.0.1", here="127.0.0.1") == ""
    assert wrong(device(ip="192.0.2.40"), "127.0.0.1", here="127.0.0.1") == "", "nobody's address"
    assert wrong(device(ip="192.168.7.20"), "192.168.7.2") == ""


@pytest.fixture
def container(monkeypatch, tmp_path):
    monkeypatch.setattr(reach, "_MARKS", (tmp_path,))


def test_a_containers_own_network_is_none_of_the_device(container):
    assert wrong(device(ip="192.168.7.20"), "172.17.0.2") == "serve_in_container"
    assert wrong(device(ip="172.20.0.9"), "172.17.0.2") == ""
    assert wrong(device(), "172.17.0.2") == "", "nobody knows where it is"
    assert wrong(device(ip="192.168.7.20"), "192.168.7.2") == "", "it uses its host's network"


def test_outside_of_a_container_such_a_network_is_a_home_like_any(monkeypatch, tmp_path):
    monkeypatch.setattr(reach, "_MARKS", (tmp_path / "none",))
    assert wrong(device(ip="192.168.7.20"), "172.17.0.2") == ""
