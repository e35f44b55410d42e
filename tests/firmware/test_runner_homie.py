"""An update that goes out as one message: Homie for ESP8266, from the order to the new version."""

import dataclasses
import hashlib

import msgspec
import pytest

from desktop.demo.simulated.homie import demo_image
from fleet.dialects.homie import Homie
from fleet.model import Phase, UpdateWord, Version
from fleet.steps import Publish
from tests.firmware.runners import Home
from tests.fleet.dialects.homie_words import RELAY, tree
from tests.fleet.dialects.saying import house, only

IMAGE = demo_image("2.0.0")


class Told(Home):
    """A home with one relay, that keeps what is published as it is."""

    def begin(self) -> None:
        super().begin()
        self.runner._effects._dialects = {"homie": Homie()}

    def publish(self, broker: str, step: Publish) -> None:
        self.sent.append(step)


@pytest.fixture
def home(tmp_path):
    said = RELAY | {"$fw/version": "1.0.0"}
    relay = msgspec.structs.replace(
        only(house(*tree(said))), key="a", vendor="acme", model="lamp", hardware=""
    )
    one = Told(tmp_path, relay)
    one.trusted.file.write_bytes(IMAGE)
    yield one
    one.store.close()


def begun(home: Told) -> None:
    home.turn(home.devices["a"])
    home.start()
    home.turns(4)


def test_the_whole_file_goes_out_once_and_the_version_ends_it(home) -> None:
    begun(home)
    (message,) = home.sent
    assert message.payload == IMAGE
    assert message.topic.endswith(f"/$implementation/ota/firmware/{hashlib.md5(IMAGE).hexdigest()}")
    assert home.states()["a"] == "offered"
    home.turn(words=[("a", UpdateWord(phase=Phase.ACCEPTED))])
    home.turn(words=[("a", UpdateWord(phase=Phase.TRANSFERRING, percent=50.0))])
    assert home.facts["update"]["a"].percent == 50.0
    home.turn(words=[("a", UpdateWord(phase=Phase.REBOOTING))])
    home.turn(msgspec.structs.replace(home.devices["a"], version=Version("2.0.0")))
    assert home.states()["a"] == "done"
    assert len(home.sent) == 1


def test_it_is_brought_over_mqtt_and_no_address_is_waited_for(home) -> None:
    begun(home)
    update = home.facts["update"]["a"]
    assert (update.dialect, update.way) == ("homie", "chunks")


def test_its_no_ends_the_update_with_its_own_words(home) -> None:
    begun(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED, error="400 BAD_CHECKSUM"))])
    update = home.facts["update"]["a"]
    assert (update.state.value, update.fact) == ("failed", "400 BAD_CHECKSUM")


def test_a_broker_that_takes_no_such_message_ends_it_before_anything_is_sent(home) -> None:
    errands = home.runner._effects._errands
    errands._doors = dataclasses.replace(errands._doors, largest=lambda _: 1024)
    begun(home)
    home.turn()
    assert home.facts["update"]["a"].reason == "broker_packet_limit"
    assert home.sent == []
