"""A release folder that is passed through the gates, and what is put into it."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from desktop.demo.images import make_org1
from firmware.draft import Draft, Image, train_of
from firmware.findings import CODES
from firmware.gates import inspect_draft
from firmware.release import Ring
from firmware.signed import SCHEMA, About

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC).timestamp()
DAY = 86_400
NOTES = {"en": "The lamp dims smoothly now.", "zh_CN": "灯光调节现在更平滑了。"}
RINGS = (
    Ring(name="lab", percent=0, opens=int(NOW - DAY)),
    Ring(name="orange-5", percent=5, opens=int(NOW + DAY)),
    Ring(name="all", percent=100, opens=int(NOW + 3 * DAY)),
)
PAYLOAD = bytes(range(256)) * 64


def lamp(version="1.2.0", counter=12, *, payload=PAYLOAD, hardware=("A",), model="Lamp"):
    return make_org1(
        vendor="Acme",
        model=model,
        version=version,
        counter=counter,
        hardware=hardware,
        payload=payload,
    )


def about(**more):
    said = {"version": "1.2.0", "counter": 12, "vendor": "Acme", "model": "Lamp"}
    return About(**({"schema": SCHEMA, "hardware": ("A",)} | said | more))


def image(body, *, path="", **more):
    said = about(**more)
    where = path or f"fw/acme/lamps/{said.model}-{said.version}.bin"
    sha256 = hashlib.sha256(body).hexdigest()
    return Image(path=where, sha256=sha256, size=len(body), line="lamps", about=said)


def week(*images, **more):
    said = {"week": "2026-W48", "opened": int(NOW - 2 * DAY), "counter": 48, "images": images}
    return Draft(**(said | {"notes": NOTES, "rings": RINGS, "salt": "new"} | more))


def train(*images, number=47, **more):
    said = {"week": f"2026-W{number}", "counter": number, "salt": f"s{number}"} | more
    return train_of(week(*images, **said))


@dataclass
class House:
    """A release folder with what was published before."""

    folder: Path
    published: list = field(default_factory=list)
    trains: list = field(default_factory=list)

    def keep(self, body):
        (self.folder / hashlib.sha256(body).hexdigest()).write_bytes(body)

    def had(self, body, **more):
        """Publish an image in an earlier week."""
        self.keep(body)
        self.published.append(image(body, **more))
        return self.published[-1]

    def find(self, draft, now=NOW, **more):
        found = inspect_draft(draft, self.folder, self.published, self.trains, now, **more)
        for one in found:
            severity, facts = CODES[one.code]
            assert (one.severity, set(one.facts)) == (severity, set(facts)), one
        return found

    def codes(self, draft, **more):
        return [one.code for one in self.find(draft, **more)]

    def gate(self, body, *, path="", **more):
        """Keep an image, and return what is found in a week with only that."""
        self.keep(body)
        return self.codes(week(image(body, path=path, **more)))
