"""The demo's devices of other makers; they are simulated in the demo's own process."""

from __future__ import annotations

from desktop.demo.simulated.common import Timings
from desktop.demo.simulated.homeassistant import HomeAssistantDevice, Identity, Sensor
from desktop.demo.simulated.tasmota import TasmotaPlug

_QUICK = Timings(reading=5.0, transfer=1.0, reboot=1.0)
_BATTERY = Sensor(value=81, unit="%", kind="battery")
_TEMPERATURE = Sensor(value=20.5, unit="°C", kind="temperature", step=0.1)
_HUMIDITY = Sensor(value=48, unit="%", kind="humidity")
_FLOW = Sensor(value=3.2, unit="L/min", step=0.1)


def neighbours() -> list[TasmotaPlug | HomeAssistantDevice]:
    """Make them anew: three plugs, a gateway with two devices behind it, a valve and a pump."""
    return [*_plugs(), _gateway(), *_behind_the_gateway(), _valve(), _pump()]


def _plugs() -> list[TasmotaPlug]:
    names = ("Fridge plug", "Television plug", "Washing machine")
    return [
        TasmotaPlug(topic=f"plug_{number}", mac=f"5CCF7F0A0B0{number}", name=name, timings=_QUICK)
        for number, name in enumerate(names, 1)
    ]


def _gateway() -> HomeAssistantDevice:
    return HomeAssistantDevice(
        Identity(
            id="gateway",
            name="Zigbee gateway",
            vendor="Harbour",
            model="HG-3",
            version="2.6.1",
            mac="30aea40a0b0c",
            room="Hall",
        ),
        latest="2.7.0",
        timings=_QUICK,
    )


def _behind_the_gateway() -> list[HomeAssistantDevice]:
    door = Identity(
        id="door",
        name="Front door",
        vendor="Harbour",
        model="DS-2",
        version="9",
        via="gateway",
        room="Hall",
    )
    climate = Identity(
        id="bedroom_climate",
        name="Bedroom climate",
        vendor="Harbour",
        model="TH-1",
        version="1.6",
        via="gateway",
        room="Bedroom",
    )
    felt = {"temperature": _TEMPERATURE, "humidity": _HUMIDITY}
    return [
        HomeAssistantDevice(door, sensors={"battery": _BATTERY}, timings=_QUICK),
        HomeAssistantDevice(climate, sensors=felt, timings=_QUICK),
    ]


def _valve() -> HomeAssistantDevice:
    identity = Identity(
        id="heating",
        name="Heating valve",
        vendor="Ember",
        model="TRV-4",
        version="3.1.0",
        mac="30aea40a0b0d",
        room="Bathroom",
    )
    felt = {"temperature": _TEMPERATURE}
    return HomeAssistantDevice(identity, sensors=felt, latest="3.1.0", timings=_QUICK)


def _pump() -> HomeAssistantDevice:
    identity = Identity(
        id="garden_pump",
        name="Garden pump",
        vendor="Ember",
        model="GP-1",
        version="0.9.4",
        mac="30aea40a0b0e",
        room="Garden",
    )
    return HomeAssistantDevice(identity, sensors={"flow": _FLOW}, timings=_QUICK)
