"""Home Assistant with its MQTT integration, in the environment of that package: JSON lines.

usage: home_assistant.py PORT FOLDER   It says {"ready": true}, then answers each line:
{"states": true} with its entities, {"devices": true} with its device registry,
{"call": ["update", "install", {"entity_id": "..."}]} once that is done. What configuration.yaml in
FOLDER says of mqtt is set up as well. It imports nothing of ours.
"""

import asyncio
import json
import logging
import sys

from homeassistant import bootstrap, config, config_entries, core, loader, setup
from homeassistant.helpers import device_registry, entity_registry


async def started(folder: str, port: int) -> core.HomeAssistant:
    """Return a Home Assistant that has nothing but MQTT at the broker on `port`."""
    logging.basicConfig(level=logging.INFO)  # into the log that a failing test shows
    hass = core.HomeAssistant(folder)
    hass.config.skip_pip = True
    hass.config.safe_mode = False
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.config.components.add("http")  # nobody asks it over HTTP here
    hass.config.components.add("file_upload")
    await hass.async_start()
    entry = config_entries.ConfigEntry(
        version=1,
        minor_version=1,
        domain="mqtt",
        title="broker",
        data={"broker": "127.0.0.1", "port": port, "discovery": True},
        source="user",
    )
    said = await config.async_hass_config_yaml(hass)
    if "mqtt" in said:
        hass.config_entries._entries[entry.entry_id] = entry  # before the component looks for one
        await setup.async_setup_component(hass, "mqtt", said)
    else:
        await hass.config_entries.async_add(entry)
    return hass


async def answer(hass: core.HomeAssistant, asked: dict) -> object:
    """Return what one line asks for."""
    if "states" in asked:
        await hass.async_block_till_done()
        return {
            state.entity_id: {"state": state.state, **state.attributes}
            for state in hass.states.async_all()
        }
    if "devices" in asked:
        known = device_registry.async_get(hass).devices.values()
        registry = entity_registry.async_get(hass)
        return [
            {"name": one.name, "manufacturer": one.manufacturer, "model": one.model,
             "sw_version": one.sw_version, "identifiers": sorted(map(list, one.identifiers)),
             "area": one.suggested_area, "entities": sorted(
                 each.entity_id
                 for each in entity_registry.async_entries_for_device(registry, one.id))}
            for one in known
        ]  # fmt: skip
    domain, service, data = asked["call"]
    await hass.services.async_call(domain, service, data, blocking=True)
    return {"called": True}


def say(value: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(value, default=str) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Serve until the input ends."""
    hass = await started(sys.argv[2], int(sys.argv[1]))
    entity_registry.async_get(hass)
    say({"ready": True})
    while line := await asyncio.to_thread(sys.stdin.readline):
        say(await answer(hass, json.loads(line)))
    await hass.async_stop(force=True)


asyncio.run(main())
