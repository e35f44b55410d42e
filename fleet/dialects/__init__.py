"""Dialects: how families of devices say what they are, and how each takes an update.

A dialect is pure: values in, values out; no client, no clock, no store. It never raises on any
payload. What it must remember it gives away as `Route`s and `Endpoint`s and gets back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from fleet.capability import Reading
from fleet.dialects.esphome import Esphome
from fleet.dialects.homeassistant import HomeAssistant
from fleet.dialects.homie import Homie
from fleet.dialects.native import Native
from fleet.dialects.openbeken import OpenBeken
from fleet.dialects.openmqttgateway import OpenMqttGateway
from fleet.dialects.shelly1 import Shelly1
from fleet.dialects.shelly2 import Shelly2
from fleet.dialects.tasmota import Tasmota
from fleet.dialects.valetudo import Valetudo
from fleet.dialects.wled import Wled
from fleet.dialects.xiaomi import Xiaomi
from fleet.dialects.zigbee2mqtt import Zigbee2Mqtt
from fleet.model import Device, Message, Observation, Route, Unknown
from fleet.steps import HttpRequest, Offer, Publish, Refusal, Step


class Dialect(Protocol):
    """One family's language."""

    name: str
    rank: int  # the better source wins field by field: lower is better

    @property
    def writes(self) -> tuple[str, ...]:
        """Topic filters of all that it may ask to be published."""

    def filters(self) -> Sequence[tuple[str, int]]:
        """Topic filters with QoS to subscribe to before anything is known."""

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """What `message` says. `routes`: this dialect's that match its topic.

        None: not ours. That depends on the topic and the routes alone: as long as these are the
        same, the dialect is not asked about this topic again.
        """

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Steps that bring `offer` to the device; None: its own maker's update."""

    def check(self, device: Device) -> Sequence[Publish] | Refusal:
        """What to send so that its maker's update is looked for; what is found comes as `offer`."""

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """What to send so that `feature` becomes `wish`, a value as fleet/capability.py types it.

        None: press it. Refusal: not_settable, wish_refused (fact: what it takes).
        """

    def verify(self, device: Device) -> Sequence[Step]:
        """What to do so that the device says its version again; empty where it does by itself."""

    def after(self, device: Device) -> Sequence[Publish]:
        """What to send when an update has ended, however: to put back what `plan` changed."""

    def answered(
        self, device: Device, request: HttpRequest, status: int, body: bytes
    ) -> Sequence[Observation] | Refusal:
        """What the device's answer to an HttpRequest of ours says; never raises, as `read`.

        Refusal: it is not that device, or not as it should be: what was to follow is not done.
        """

    def arrived(self, device: Device, version: str) -> bool:
        """Whether the device's own word says that it runs `version` (and no stop-gap build)."""


ALL: tuple[Dialect, ...] = (
    Native(),
    Tasmota(),
    Shelly1(),
    Shelly2(),
    Zigbee2Mqtt(),
    Esphome(),
    OpenBeken(),
    Valetudo(),
    Wled(),
    OpenMqttGateway(),
    Homie(),
    Xiaomi(),
    HomeAssistant(),
)
"""In the order they are asked; the first that knows a topic reads the message."""
