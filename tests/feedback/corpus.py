"""Messages of thirteen dialects with secrets sown in: of our own making, after each one's pages.

`«mac»` and the like stand for what is another household's each time; `seeds` says what that is.
"""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from urllib.parse import quote

Line = tuple[str, str]
FILE = Path(__file__).with_name("corpus.jsonl")

DIALECTS = ("native", "tasmota", "shelly1", "shelly2", "zigbee2mqtt", "esphome", "openbeken",
            "valetudo", "wled", "openmqttgateway", "homie", "xiaomi", "homeassistant")  # fmt: skip


def templates(dialect: str) -> list[Line]:
    """Return what corpus.jsonl has of a dialect, its secrets still to be filled in."""
    said = map(json.loads, FILE.read_text(encoding="utf-8").splitlines())
    return [(one["topic"], one["payload"]) for one in said if one["dialect"] == dialect]


NAMES = (
    "Anna's bedside",
    "客厅的吊灯",
    "Zoë Müller/Küche",
    "GROSSMUTTER",
    "Li Wei desk 4",
    'The "big" one',
)


def seeds(number: int) -> dict[str, str]:
    """Return what is secret in household `number`."""
    dice = random.Random(number)
    mac, mac2, bssid = (f"{dice.choice('2468ACE')}{dice.randrange(16**11):011X}" for _ in range(3))
    ieee = f"0x00{dice.randrange(16**14):014x}"
    pairs = [mac2[at : at + 2] for at in range(0, 12, 2)]
    return {
        "mac": mac, "mac2": mac2, "bssid": bssid, "ieee": ieee,
        "coord": f"0x00{dice.randrange(16**14):014x}",
        "mac2turned": "".join(reversed(pairs)).lower(), "ieeebare": ieee[2:].lstrip("0"),
        "name": f"{NAMES[number % len(NAMES)]} {dice.randrange(100, 999)}",
        "slug": f"{dice.choice(('bedside', 'attic', 'zimmer'))}_anna{dice.randrange(1000, 9999)}",
        "room": f"Opa's Zimmer {dice.randrange(100)}",
        "ssid": f"Home Net {dice.randrange(10**5)}", "ssid1": f"HomeNet{dice.randrange(10**5)}",
        "psk": f"hunter{dice.randrange(10**6)}!x", "token": f"tk{dice.randrange(16**20):020x}",
        "user": f"mq-{dice.choice(('anna', 'boris'))}{dice.randrange(1000)}",
        "host": f"nas-{dice.randrange(1000)}.anna.example",
        "phone": f"+49170{dice.randrange(10**7):07d}",
        "ip": f"192.168.{dice.randrange(256)}.{dice.randrange(1, 255)}",
        "lat": f"48.{dice.randrange(10**6):06d}", "lon": f"11.{dice.randrange(10**6):06d}",
        "ext": f"{dice.randrange(16**16):016x}", "pan": str(dice.randrange(20_000, 60_000)),
    }  # fmt: skip


def household(dialect: str, number: int) -> tuple[list[Line], dict[str, str]]:
    """Return what a dialect says in household `number`, some of it in disguise, and its secrets."""
    secret = seeds(number)
    lines = [(_filled(t, secret, ""), _filled(p, secret, t)) for t, p in templates(dialect)]
    return [*lines, *_disguised(lines, secret)], secret


def _disguised(lines: list[Line], secret: dict[str, str]) -> list[Line]:
    """What other programs make of the same: in base64, hexadecimal, an address, JSON in JSON."""
    topic = lines[0][0]
    mac = secret["mac"]
    written = json.dumps(secret["name"])[1:-1]
    spoken = any(secret["name"] in payload or written in payload for _, payload in lines)
    name = secret["name"] if spoken else "Lamp"  # what a dialect never says nobody knows
    raw = bytes.fromhex(mac)
    said = [
        {"raw": base64.b64encode(b"#" + name.encode() + b"#").decode()},
        {"cfg": json.dumps({"deep": json.dumps({"psk": secret["psk"], "n": name})})},
        {"neighbours": {secret["ieee"]: {"lqi": 7}}},
    ]
    if any(mac in payload.upper().replace(":", "") for _, payload in lines):  # else nobody knows it
        frame = f"0500{raw[::-1].hex()}ff"
        said.append({"frame": frame, "b": base64.b64encode(raw).decode(), mac.lower(): 1})
    call = f"GET /cm?user={secret['user']}&password={quote(secret['psk'])}&n={quote(name, safe='')}"
    return [(topic, call), *((topic, json.dumps(one)) for one in said)]


def _filled(text: str, secret: dict[str, str], topic: str) -> str:
    """Put a household's values in; inside JSON as JSON writes them."""
    is_json = bool(topic) and text.startswith(("{", "["))
    for word, value in secret.items():
        pairs = ":".join(value[at : at + 2] for at in range(0, len(value), 2))
        written = json.dumps(value)[1:-1] if is_json else value
        text = text.replace(f"«{word}»", written)
        text = text.replace(f"«{word}:»", pairs).replace(f"«{word}low»", value.lower())
        text = text.replace(f"«{word}%»", quote(value, safe=""))
    mac = secret["mac"]
    text = text.replace("«tail»", mac[-6:]).replace("«maclow:»", mac.lower())
    return text.replace("«n»", secret["lat"][-2:].lstrip("0") or "7").replace(
        "«hex2»", mac[:2].lower()
    )
