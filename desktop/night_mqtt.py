"""The morning's line over MQTT, for whom the household wants to hear it: Home Assistant and others.

`orangery/v1/house/night` holds it retained (resources/schemas/night.json); beside it stands a
discovery message of Home Assistant (its page "MQTT Discovery"), so that it is a sensor there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

import msgspec

from desktop import at_brokers, nights
from desktop.commands import TellNight
from desktop.settings import Settings
from firmware.morning import Night
from fleet.house import House
from fleet.model import Actor, Changes, Device
from fleet.steps import Publish

logger = logging.getLogger(__name__)

TOPIC = "orangery/v1/house/night"
SENSOR = "homeassistant/sensor/orangery/night/config"

_STATE = 255  # characters that a sensor's state may have


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The payload; devices by their names."""

    begin: float  # seconds since the epoch
    end: float
    text: str  # one sentence in the house's language
    week: str = ""
    done: tuple[str, ...] = ()
    rolled_back: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    halted: str = ""  # a code of docs/errors.md
    device: str = ""  # the device that made it halt


def told(night: Night, devices: Mapping[str, Device], now: float, language: str) -> Told:
    """Return what is told of a night."""

    def names(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(devices[key].name if key in devices else key for key in keys)

    return Told(
        begin=night.begin,
        end=night.end,
        text=nights.line(night, devices, now, language),
        week=night.week,
        done=names(night.done),
        rolled_back=names(night.rolled_back),
        failed=names(night.failed),
        silent=names(night.silent),
        waiting=names(night.waiting),
        running=names(night.running),
        halted=night.halted,
        device="".join(names((night.device,))) if night.device else "",
    )


def sensor(home: str, language: str) -> dict[str, object]:
    """Return the discovery message; `home`: an id that is the same for all desktops of a home."""
    chinese = language.startswith("zh")
    return {
        "name": "昨晚的更新" if chinese else "Last night's updates",
        "unique_id": f"orangery_{home}_night",
        "icon": "mdi:weather-night",
        "state_topic": TOPIC,
        "value_template": f"{{{{ value_json.text[:{_STATE}] }}}}",
        "json_attributes_topic": TOPIC,
        "device": {"identifiers": [f"orangery_{home}"], "name": "Orangery"},
        "origin": {"name": "orangery"},
    }


class NightTopic:
    """Listens to the house, and speaks at each of its brokers while that is chosen."""

    def __init__(
        self,
        publish: Callable[[str, Publish], object],
        *,
        home: Callable[[], str],
        chosen: Callable[[], Settings],
        choose: Callable[[bool], object],
    ) -> None:
        self._publish, self._home = publish, home
        self._chosen, self._choose = chosen, choose

    def join(self, house: House) -> None:
        """Listen there, and take people's word."""
        self._house = house
        house.listen(self._heard)
        house.handle(TellNight, "admin", self._order)

    def _order(self, command: TellNight, _actor: Actor) -> None:
        """Tell from now on, or no more: then what stands there is removed."""
        before = self._chosen().tell_over_mqtt
        self._choose(command.tell)
        for name in self._up():
            if before and not command.tell:
                self._say(name, TOPIC, b"")
                self._say(name, SENSOR, b"")
            else:
                self._tell(name)

    def _heard(self, changes: Changes) -> None:
        come = at_brokers.come(changes.facts.get("connection", {}))
        for name in self._up() if changes.facts.get("night") else come:
            self._tell(name)

    def _tell(self, broker: str) -> None:
        snapshot = self._house.snapshot()
        night = snapshot.facts.get("night", {}).get("last")
        chosen = self._chosen()
        if not chosen.tell_over_mqtt or not isinstance(night, Night):
            return
        body = told(night, snapshot.devices, time.time(), chosen.language or "en")
        self._say(broker, SENSOR, msgspec.json.encode(sensor(self._home(), chosen.language)))
        self._say(broker, TOPIC, msgspec.json.encode(body))

    def _say(self, broker: str, topic: str, body: bytes) -> None:
        step = Publish(topic=topic, payload=body, qos=1, retain=True)
        at_brokers.say(self._publish, [broker], [step])

    def _up(self) -> list[str]:
        return at_brokers.up(self._house.snapshot())
