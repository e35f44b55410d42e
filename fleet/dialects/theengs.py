"""What Theengs' decoder makes of a Bluetooth advert: whether it is a device, and what it measures.

OpenMQTTGateway and Theengs Gateway send the same on `home/<gateway>/BTtoMQTT/02005E344D01`:

    {"id": "02:00:5E:34:4D:01", "rssi": -77, "brand": "Inkbird", "model": "T(H) Sensor",
     "model_id": "IBS-TH1", "type": "THB", "tempc": 26.62, "tempf": 79.9, "hum": 53.8, "batt": 89}

and, before 2022, with no more than {"tempc": "19.2", "hum": "52.6"}.

Source: Theengs' documentation (adding decoders: properties, tags), MQTT.md 1.8.

Most adverts are noise: phones, watches and beacons under an address that changes each quarter of an
hour. A device is only made of an advert that the decoder knows (brand and model) or that measures
something, and never of

- a type RMAC, or one that may be (`prmac`): the address is known to change,
- an iBeacon: its number is anybody's,
- an address that says of itself that it changes (`mac_type` 1, without the two top bits set).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from fleet.capability import Capability, Feature, Reading
from fleet.dialects import lenient
from fleet.model import Id

DIALECT = "openmqttgateway"
_RANDOM, _STATIC = 1, 0xC0  # mac_type; the top bits of a random address that stays
_KINDS = {
    "WCVR": "cover", "ACTR": "switch", "TRACK": "tracker", "BTN": "button", "SCALE": "scale",
}  # fmt: skip
_NO_READINGS = frozenset(
    {
        "id", "mac", "mac_type", "name", "brand", "model", "model_id", "type", "cidc", "acts",
        "cont", "track", "ctrl", "encr", "prmac", "servicedata", "servicedatauuid", "device",
        "manufacturerdata", "cipher", "ctr", "mic", "mfid", "uuid", "major", "minor", "packet",
        "rpi", "aem", "serial", "unit", "avgu", "sumu",
    }
)  # fmt: skip
_MEASURES: Mapping[str, tuple[Capability, str, str]] = {
    "tempc": (Capability.TEMPERATURE, "°C", ""),
    "tem": (Capability.TEMPERATURE, "°C", ""),  # before 2021
    "tempc2_dp": (Capability.TEMPERATURE, "°C", "dew point"),
    **{f"tempc{n}": (Capability.TEMPERATURE, "°C", f"probe {n}") for n in range(1, 7)},
    "hum": (Capability.HUMIDITY, "%", ""),
    "batt": (Capability.BATTERY, "%", ""),
    "moi": (Capability.MOISTURE, "%", ""),
    "volt": (Capability.VOLTAGE, "V", ""),
    "current": (Capability.CURRENT, "A", ""),
    "power": (Capability.POWER, "W", ""),
    "energy": (Capability.ENERGY, "kWh", ""),
    "litres": (Capability.WATER, "L", ""),
    "lux": (Capability.ILLUMINANCE, "lx", ""),
    "darkness": (Capability.ILLUMINANCE, "lx", "darkness"),
    "co2": (Capability.CO2, "ppm", ""),
    "pm25": (Capability.PARTICLES, "µg/m³", "PM2.5"),
    "pm10": (Capability.PARTICLES, "µg/m³", "PM10"),
    "for": (Capability.NUMBER, "mg/m³", "formaldehyde"),
    "fer": (Capability.NUMBER, "µS/cm", "fertility"),
    "lvl_cm": (Capability.DISTANCE, "cm", "level"),
    "level": (Capability.NUMBER, "%", "level"),
    "gravity": (Capability.NUMBER, "SG", "gravity"),
    "bpm": (Capability.NUMBER, "bpm", "heart rate"),
    "steps": (Capability.NUMBER, "", "steps"),
    "impedance": (Capability.NUMBER, "Ω", "impedance"),
    "position": (Capability.NUMBER, "%", "position"),  # which end is open, no decoder says
    "seconds": (Capability.DURATION, "s", ""),
    "motion": (Capability.MOTION, "", ""),
    "lowbatt": (Capability.BATTERY_LOW, "", ""),
    "alarm": (Capability.PROBLEM, "", ""),
    "button": (Capability.BUTTON, "", ""),
}
_STATES: Mapping[str, tuple[Capability, str, str]] = {  # with its words for the two states
    "contact": (Capability.CONTACT, "open", "closed"),
    "presence": (Capability.PRESENCE, "present", "absent"),
    "unlocked": (Capability.LOCK, "false", "true"),
    "state": (Capability.ON_OFF, "on", "off"),
}
_POWERS = {"kW": Capability.POWER, "kWh": Capability.ENERGY, "m³": Capability.WATER}
_UNITS = {"weight": "unit", "avg": "avgu", "sum": "sumu"}  # properties beside which their unit is
_read = partial(Feature, dialect=DIALECT)
_FIXED = {
    "rssi": _read(capability=Capability.SIGNAL, unit="dBm", aside=True),
    "distance": _read(capability=Capability.DISTANCE, unit="m", aside=True),  # to the gateway
    **{
        name: _read(capability=capability, unit=unit, label=label)
        for name, (capability, unit, label) in _MEASURES.items()
    },
    **{
        name: _read(capability=capability, on=on, off=off)
        for name, (capability, on, off) in _STATES.items()
    },
}
_CONTACT = _read(capability=Capability.CONTACT)
_OPENING = _read(capability=Capability.POSITION)
_AIR = _read(capability=Capability.PRESSURE, unit="hPa")
_TIRE = _read(capability=Capability.PRESSURE, unit="bar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advert:
    """A device as one advert shows it."""

    ids: frozenset[Id]
    name: str | None
    vendor: str | None
    model: str | None
    product: str | None
    kind: str


def device_in(values: Mapping[str, object], key: str) -> Advert | None:
    """Return the device in a decoded advert; `key`: the end of its topic. None: noise."""
    kind = lenient.text(values.get("type")) or ""
    model = lenient.text(values.get("model_id"))
    brand = lenient.text(values.get("brand"))
    if kind == "RMAC" or values.get("prmac") is True or model == "IBEACON":
        return None
    if not (model and brand) and not any(_measures(name) for name in values):
        return None
    said = lenient.text(values.get("id"))
    address = (
        lenient.mac(said) or lenient.mac(values.get("mac")) or (None if said else lenient.mac(key))
    )
    if address and values.get("mac_type") == _RANDOM and int(address[1][:2], 16) < _STATIC:
        return None
    name = (said or key).replace(":", "")  # of some computers' Bluetooth no address is told
    named = lenient.text(values.get("model")) or lenient.text(values.get("name"))
    return Advert(
        ids=frozenset({address} if address else {(DIALECT, name), ("ha", name)}),
        name=f"{named}-{(address[1] if address else name)[-6:]}" if named else None,
        vendor=brand if brand != "GENERIC" else None,
        model=model,
        product=lenient.text(values.get("model")),
        kind=_KINDS.get(kind, "sensor"),
    )


def measured(
    values: Mapping[str, object],
) -> tuple[dict[str, Reading], dict[str, Feature], float | None]:
    """Return readings, what they are, and the battery in per cent."""
    readings = lenient.flat(values, skip=_NO_READINGS)
    features = {
        name: feature
        for name, reading in readings.items()
        if (feature := feature_of(name, reading, values)) is not None
    }
    return readings, features, lenient.percent(values.get("batt"))


def feature_of(name: str, reading: Reading, values: Mapping[str, object]) -> Feature | None:
    """Return what a property of this name is; None for one without meaning here."""
    fixed = _FIXED.get(name)
    if fixed is not None:
        return fixed
    if name == "open":
        return _CONTACT if isinstance(reading, bool) else _OPENING
    if name == "pres":
        return _TIRE if values.get("type") == "TIRE" else _AIR
    if name not in _UNITS:
        return None
    unit = values.get(_UNITS[name])
    return _counted(name, unit[:8] if isinstance(unit, str) else "")


@lru_cache(maxsize=64)
def _counted(name: str, unit: str) -> Feature:
    weight = name == "weight"
    capability = Capability.WEIGHT if weight else _POWERS.get(unit, Capability.NUMBER)
    return _read(capability=capability, unit=unit)


def _measures(name: str) -> bool:
    return name in _MEASURES or name in _STATES or name in _UNITS or name in {"open", "pres"}
