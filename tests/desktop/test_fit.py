"""What fits when, in a household at a real broker: rings, holds, and the way back."""

import time

import pytest

from desktop.app import Household
from desktop.commands import CheckNow, SetRegion
from desktop.door import waited
from firmware.orders import StartRollout, UndoUpdate
from firmware.release import Back, Fit
from fleet.commands import Pin
from fleet.errors import CommandError
from fleet.model import UpdateState
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import LAMP, Simulator

pytestmark = pytest.mark.broker
BACK = "fw/acme/lamp/back.bin"


@pytest.fixture
def maker(tmp_path):
    return Simulator(tmp_path / "mirror")


@pytest.fixture
def client(tmp_path, broker, maker):
    with Household(furnish(tmp_path / "house", broker.port, maker)) as opened:
        yield opened.client


@pytest.fixture
def lamp(broker):
    with Voice(broker.port) as voice:
        yield voice


@pytest.fixture
def key(client, lamp):
    return until(client, device_called("Hall lamp")).key


def publish(client, maker, on_train=lambda train: None):
    """Let the maker publish once more, and the house hear of it."""
    maker.on_train = on_train
    maker.publish()
    waited(client.send(CheckNow()))


def fit(key, wanted):
    """What finds the answer for a device once it is a fit, or a no of this code."""

    def found(now):
        answer = now.facts.get("fit", {}).get(key)
        if isinstance(answer, Fit):
            return answer if wanted == "fit" else None
        return answer if answer and answer.code == wanted else None

    return found


def refused(client, order):
    with pytest.raises(CommandError) as caught:
        waited(client.send(order))
    return caught.value.code, caught.value.facts.get("reason")


def opens(at):
    rings = [{"name": "all", "percent": 100, "opens": int(at)}]
    return lambda train: train.update(rings=rings, salt="s")


def test_a_device_waits_for_its_ring_also_by_hand_until_its_maker_advances_it(
    client, maker, lamp, key
):
    publish(client, maker, opens(time.time() + 3600))
    assert until(client, fit(key, "ring_not_open")).until > time.time()
    by_hand = StartRollout(devices=(key,))
    assert refused(client, by_hand) == ("not_for_device", "ring_not_open")
    assert refused(client, StartRollout()) == ("nothing_fits", None)
    publish(client, maker, opens(time.time() - 1))
    until(client, fit(key, "fit"))
    waited(client.send(by_hand))
    assert lamp.order("offer")["path"] == LAMP


def test_a_held_week_is_begun_by_nobody_until_the_hold_is_lifted(client, maker, lamp, key):
    publish(client, maker, lambda train: train.update(held={"en": "We look at a report."}))
    until(client, fit(key, "week_held"))
    by_hand = StartRollout(devices=(key,))
    assert refused(client, by_hand) == ("not_for_device", "week_held")
    publish(client, maker)
    until(client, fit(key, "fit"))
    waited(client.send(by_hand))
    lamp.order("offer")


def test_what_people_say_of_home_and_device_counts_at_once(client, maker, key):
    maker.about[LAMP] = {"regions": ["DE"]}
    publish(client, maker)
    until(client, fit(key, "region_unknown"))
    waited(client.send(SetRegion(region="US")))
    until(client, fit(key, "other_region"))
    waited(client.send(SetRegion(region="de")))
    until(client, fit(key, "fit"))
    waited(client.send(Pin(device=key)))
    until(client, fit(key, "pinned"))


def test_a_device_goes_back_though_the_week_is_held_and_is_not_sent_forwards_again(
    client, maker, lamp, key
):
    maker.files[BACK] = b"lamp firmware 0.9"
    maker.about[LAMP] = {"version": "1.1", "counter": 7}
    maker.about[BACK] = {"version": "0.9", "counter": 8, "model": "Lamp 1", "undoes": ["1.1"]}

    def stands_apart(train):
        train["back"] = [one for one in train["files"] if one["path"] == BACK]
        train["files"] = [one for one in train["files"] if one["path"] != BACK]

    def held(train):
        stands_apart(train)
        opens(time.time() + 3600)(train)
        train["held"] = {"en": "It hums."}

    publish(client, maker, stands_apart)
    assert until(client, fit(key, "fit")).back is Back.YES
    lamp.hello("1.1")
    until(client, fit(key, "already_there"))
    publish(client, maker, held)
    waited(client.send(UndoUpdate(devices=(key,))))
    assert (lamp.order("offer")["path"], lamp.order("offer")["version"]) == (BACK, "0.9")
    lamp.hello("0.9")
    until(client, lambda now: now.facts["update"][key].state is UpdateState.DONE)
    publish(client, maker, stands_apart)
    until(client, fit(key, "counter_lower"))
