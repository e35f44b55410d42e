"""Where a device stands: the way to it, its radio and signal, address, names and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.language import mark, translate
from desktop.models import signal
from desktop.models.fields import Field, some
from desktop.models.mirror import Mirror
from fleet.families import TITLES
from fleet.later import later
from fleet.model import Device

if TYPE_CHECKING:
    import ipaddress
else:  # not for the first picture
    ipaddress = later("ipaddress")

_RADIOS = {
    "wifi": mark("Detail", "Wi-Fi"),
    "zigbee": mark("Detail", "Zigbee"),
    "ble": mark("Detail", "Bluetooth"),
    "thread": mark("Detail", "Thread"),
    "ethernet": mark("Detail", "Ethernet cable"),
    "lora": mark("Detail", "LoRa"),
    "rf": mark("Detail", "433 MHz radio"),
}
_IDS = {
    "mac": mark("Detail", "MAC address"),
    "ieee": mark("Detail", "Zigbee address"),
}
_PAGES = frozenset({"tasmota", "shelly1", "shelly2", "wled", "openbeken", "valetudo"})
"""Dialects whose devices serve a page of their own at their address."""

_HOPS = 4  # gateways behind gateways; more would be a circle
_LOW = 20.0  # per cent from which on a battery is one to think of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All that is said of where a device stands."""

    facts: tuple[Field, ...]
    ids: tuple[Field, ...]
    page: str = ""  # address of its own web page


def compose(mirror: Mirror, device: Device) -> Place:
    """Return where a device stands."""
    heard = signal.of_device(device)
    page = page_of(device)
    path = tuple(gateways(mirror, device))
    radio = _RADIOS.get(device.radio)
    battery = device.battery
    return Place(
        facts=some(
            Field(name=translate("Detail", "Room"), value=device.room),
            Field(name=translate("Detail", "Tags"), value=", ".join(sorted(device.tags))),
            *(
                Field(name=name, value=one.name, device=one.key)
                for name, one in zip(_gateway_names(len(path)), path, strict=True)
            ),
            Field(
                name=translate("Detail", "Gateway"),
                value="" if path else device.via_claim,
                fixed=True,
            ),
            Field(name=translate("Detail", "Through"), value=_parent(device, path)),
            Field(
                name=translate("Detail", "Radio"),
                value=translate("Detail", radio) if radio else device.radio,
            ),
            Field(
                name=translate("Detail", "Signal"),
                value=heard.told if heard else "",
                icon=heard.icon if heard else "",
                tone=heard.tone if heard else "text",
            ),
            Field(name=translate("Detail", "Access point"), value=device.access, fixed=True),
            Field(
                name=translate("Detail", "Battery"),
                value="" if battery is None else f"{round(battery)} %",
                icon="battery-low" if battery is not None and battery < _LOW else "",
                tone="warn" if battery is not None and battery < _LOW else "text",
            ),
            Field(
                name=translate("Detail", "Address"),
                value=address_of(device),
                fixed=True,
                copied=address_of(device),
                url=page,
            ),
            Field(name=translate("Detail", "Maker"), value=device.vendor),
            Field(name=translate("Detail", "Model"), value=device.model),
            Field(name=translate("Detail", "Hardware"), value=device.hardware, fixed=True),
            Field(
                name=translate("Detail", "Speaks"),
                value=", ".join(TITLES.get(name, name) for name in device.dialects),
            ),
            Field(name=translate("Detail", "Broker"), value=", ".join(_brokers(device))),
        ),
        ids=tuple(_ids(device)),
        page=page,
    )


def gateways(mirror: Mirror, device: Device) -> Iterator[Device]:
    """Give its gateway, that one's gateway, and so on."""
    seen = {device.key}
    key = device.via
    while key in mirror.devices and key not in seen and len(seen) <= _HOPS:
        seen.add(key)
        found = mirror.devices[key]
        yield found
        key = found.via


def address_of(device: Device) -> str:
    """Return its address in this home's network; "": it did not say."""
    for place in device.endpoints.values():
        said = place.data.get("ip", "")
        try:
            if said and ipaddress.ip_address(said).is_private:
                return said
        except ValueError:
            continue
    return ""


def page_of(device: Device) -> str:
    """Return the address of its own web page; "" where it has none that we know of."""
    host = address_of(device)
    if not host or not _PAGES & set(device.dialects):
        return ""
    return f"http://[{host}]/" if ":" in host else f"http://{host}/"


def _gateway_names(count: int) -> Iterator[str]:
    for number in range(count):
        yield translate("Detail", "Gateway") if not number else translate("Detail", "Behind it")


def _parent(device: Device, path: tuple[Device, ...]) -> str:
    """Return the router that it speaks through, where that is not its gateway itself."""
    known = {value for one in path for _, value in one.ids}
    return "" if device.parent in known else device.parent


def _brokers(device: Device) -> list[str]:
    return sorted({place.broker for place in device.endpoints.values() if place.broker})


def _ids(device: Device) -> Iterator[Field]:
    for scheme, value in sorted(device.ids):
        known = _IDS.get(scheme)
        name = translate("Detail", known) if known else TITLES.get(scheme, scheme)
        yield Field(name=name, value=value, fixed=True, copied=value)
