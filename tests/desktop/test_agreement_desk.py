"""Two desktops, each a process of its own at one real broker, end with the same names."""

from __future__ import annotations

from dataclasses import replace

import keyring
import pytest

from desktop import settings
from desktop.agree_commands import Agree, StopAgreeing
from desktop.app import Household
from desktop.commands import SetPlan
from desktop.demo.program import Program
from desktop.door import waited
from firmware.plan import Begins
from fleet.commands import Pin, Rename, SetRoom, SetTags
from fleet.errors import CommandError
from tests.desktop.homes import PLAN, Listener, Voice, device_called, furnish, until

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]


def state(now):
    return now.facts.get("agreement", {}).get("home")


def lamp(program):
    return next(iter(program.snapshot().devices.values()), None)


@pytest.fixture
def voice(broker):
    with Voice(broker.port, name="Hall lamp") as speaking:
        yield speaking


@pytest.fixture
def home(tmp_path, broker, voice):
    """Two desktops that agree, and a lamp."""
    assert voice.topics
    both = [Program(furnish(tmp_path / name, broker.port)) for name in ("study", "attic")]
    for one in both:
        one.start()
        one.until(lambda now: len(now.devices) == 1, "the lamp")
    code = both[0].do(Agree())
    assert both[1].do(Agree(code=code.lower().replace("-", " "))) == code
    yield both
    for one in both:
        one.stop()


def named(name):
    return lambda now: any(one.name == name for one in now.devices.values())


def test_edits_at_both_with_one_away_a_broker_restarted_and_a_kill(home, broker, voice):
    study, attic = home
    study.do(Rename(device=lamp(study).key, name="Lamp"))
    attic.until(named("Lamp"), "the name")
    attic.do(SetPlan(plan=replace(PLAN, begins=Begins.ALL)))
    study.until(lambda now: now.facts["plan"]["house"].begins is Begins.ALL, "the policy")
    moved = study.snapshot().facts["policy_moved"]["house"]
    assert moved.desktop != ""

    broker.stop(keep_files=True)  # both are away, and both are written at
    study.do(SetRoom(device=lamp(study).key, room="Hall"))
    attic.do(Rename(device=lamp(attic).key, name="Light"))
    attic.do(SetTags(device=lamp(attic).key, tags=frozenset({"mine"})))
    attic.kill()  # nothing could be said yet, and nothing tidied up
    broker.start()  # it has forgotten all it kept, the mark of this home too
    voice.back()
    study.do(Pin(device=lamp(study).key))
    attic.start()
    for one in home:
        one.until(
            lambda now: (
                (device := next(iter(now.devices.values())))
                and (device.name, device.room, device.tags, device.pinned)
                == ("Light", "Hall", frozenset({"mine"}), True)
            ),
            "the same at both",
            60,
        )
    assert {state(one.snapshot()).others for one in home} == {1}


def test_a_third_joins_later_and_is_told_all(home, broker, tmp_path):
    study, _ = home
    study.do(Rename(device=lamp(study).key, name="Lamp"))
    with Household(furnish(tmp_path / "third", broker.port)) as third:
        until(third.client, device_called("Hall lamp"))
        waited(third.client.send(Agree(code=study.do(Agree()))))
        until(third.client, device_called("Lamp"))


def test_what_is_said_stands_sealed_at_the_broker(home, broker):
    study, attic = home
    study.do(Rename(device=lamp(study).key, name="Lamp"))
    attic.until(named("Lamp"), "the name")
    with Listener(broker.port, "orangery/v1/home/+/+") as ear:
        found = {one.topic: one for one in ear.all()}
    assert "orangery/v1/home/policy/plan" in found
    assert all(one.retain and b'"seal"' in one.payload for one in found.values())
    with Voice(broker.port, "other", name="Other") as thief:
        for topic, one in found.items():
            thief.publish(topic, one.payload.replace(b"Lamp", b"Pwned"))
        attic.until(lambda now: state(now).strange > 0, "the forgery noticed")
    assert lamp(attic).name != "Pwned"


# --- in this process -----------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    return furnish(tmp_path / "house")


def test_the_key_is_where_passwords_are_and_nowhere_else(folder):
    with Household(folder) as house:
        code = waited(house.client.send(Agree()))
        assert waited(house.client.send(Agree())) == code
        until(house.client, lambda now: state(now).on)
    assert settings.load(folder).agree
    with Household(folder) as house:  # goes on after a start
        until(house.client, lambda now: state(now).on)
        assert waited(house.client.send(Agree())) == code
        waited(house.client.send(StopAgreeing()))
        until(house.client, lambda now: not state(now).on)
    assert not settings.load(folder).agree
    with Household(folder) as house:
        assert waited(house.client.send(Agree())) != code


def test_where_the_key_is_gone_the_code_is_asked_for(folder):
    with Household(folder) as house:
        waited(house.client.send(Agree()))
        ring, name = keyring.get_keyring(), house._around.places.desktop
        ring.delete_password("orangery-home", name)
    with Household(folder) as house:
        until(house.client, lambda now: (one := state(now)) and one.locked)
        with pytest.raises(CommandError, match="agree_code_bad"):
            waited(house.client.send(Agree(code="hello")))
