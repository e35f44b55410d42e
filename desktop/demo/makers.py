"""The makers in the demo: a release team with real keys that publishes real weeks."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from desktop.demo.devices import LAMP, VENDOR
from desktop.demo.images import make_org1
from desktop.demo.simulated.tasmota import demo_image
from firmware import bundle, keys
from firmware.keys import PublicKey
from firmware.publish import Publisher, Team

MAKER = "grove"
PASSPHRASE = "only for the demo house"  # noqa: S105 - its keys are thrown away with its folder
PLUG_VENDOR, PLUG_MODEL = "Tasmota", "Sonoff Basic"
_ROLES = {
    "root": ("ana", "bo", "chen"),
    "bundle-root": ("ana", "bo", "chen"),
    "targets": ("ana-targets", "bo-targets", "chen-targets"),
    "build-lamp": ("dana", "emil", "fei"),
    "build-plug": ("gita", "hugo", "ines"),
    "train-orange": ("jan", "kim", "lin"),
}
_ONLINE = {"online-s", "online-t"}
_THRESHOLD = 2
_STRETCH = keys.Stretch(2**14)  # the passphrase is no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """What a week brings: the lamp's image, and the plug's."""

    lamp: str
    lamp_counter: int
    plug: str
    lamp_fails_on: tuple[str, ...] = ()


BEFORE = Images(lamp="1.0.0", lamp_counter=1, plug="14.2.0")
BAD = Images(lamp="1.1.0", lamp_counter=2, plug="14.3.0", lamp_fails_on=("B",))
MENDED = Images(lamp="1.1.1", lamp_counter=4, plug="14.3.0")  # 3 is the way back from BAD


class Makers:
    """The release folder of the demo's maker: keys, images, weeks, mirror."""

    def __init__(self, folder: Path, now: float) -> None:
        self.folder = folder
        people = {name for team in _ROLES.values() for name in team}
        with ThreadPoolExecutor() as several:  # each is a process that waits for a slow lock
            made = several.map(self._key, sorted(people | _ONLINE))
            self._people = {key.name: key for key in made}
        self.publisher = Publisher.create(
            folder / "release",
            maker=MAKER,
            vendor=MAKER,
            lines=("lamp", "plug"),
            team=Team(
                root=self._team("root"),
                targets=self._team("targets"),
                build={"lamp": self._team("build-lamp"), "plug": self._team("build-plug")},
                train=self._team("train-orange"),
                snapshot=self._people["online-s"],
                timestamp=self._people["online-t"],
                threshold=_THRESHOLD,
            ),
            now=now,
        )

    def open(
        self,
        week: str,
        images: Images,
        now: float,
        *,
        notes: tuple[str, str] = ("", ""),
        fixes: Iterable[str] = (),
    ) -> None:
        """Open a week with these images, and the ways back to the first; nobody has signed it."""
        self.publisher.open_week(week, now, carry=False)
        lamp, plug = self._built(images)
        self.publisher.add(lamp, "lamp", come_back_s=20, keeps_previous=True)
        self.publisher.add(
            plug, "plug", vendor=PLUG_VENDOR, model=PLUG_MODEL, version=images.plug, come_back_s=20
        )
        if images is not BEFORE:
            for file, newer in zip(self._built(BEFORE), (images.lamp, images.plug), strict=True):
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                self.publisher.add_back(digest, [newer])
        self.publisher.notes(*notes)
        self.publisher.fixes(fixes)

    def missing(self) -> dict[str, int]:
        """Return role -> how many signatures it still needs."""
        return {role.role: role.missing for role in self.publisher.status().roles if role.missing}

    def sign(self, role: str, people: int = _THRESHOLD) -> None:
        """Let the first `people` of a role's team sign it."""
        for name in _ROLES[role][:people]:
            self.publisher.sign(role, self._people[name].file, PASSPHRASE)

    def sign_all(self) -> None:
        """Let two of three sign each role that still wants it; the roles side by side."""
        with ThreadPoolExecutor() as several:
            list(several.map(self.sign, [role for role in self.missing() if role in _ROLES]))

    def publish(self, now: float) -> None:
        """Publish the open week. PublishError("signatures_missing") and nothing has changed."""
        self.publisher.publish(PASSPHRASE, now)

    def release(self, week: str, images: Images, now: float, **words: object) -> None:
        """Open, sign and publish a week in one go."""
        self.open(week, images, now, **words)  # type: ignore[arg-type]
        self.sign_all()
        self.publish(now)

    def copy_mirror(self, to: Path) -> Path:
        """Keep the mirror as it is now, as an attacker would."""
        shutil.copytree(self.publisher.mirror, to, dirs_exist_ok=True)
        return to

    def bundle(self, week: str) -> Path:
        """Write the published week as one file."""
        return bundle.write(self.publisher.mirror, week, self.folder / f"{MAKER}-{week}.bundle")

    def root_file(self) -> Path:
        """Return the root.json that houses and lamps pin."""
        file = self.folder / "root.json"
        file.write_bytes(self.publisher.root())
        return file

    def _key(self, name: str) -> PublicKey:
        return keys.make(self.folder / "keys", name, PASSPHRASE, stretch=_STRETCH)

    def _team(self, role: str) -> tuple[PublicKey, ...]:
        return tuple(self._people[name] for name in _ROLES[role])

    def _built(self, images: Images) -> tuple[Path, Path]:
        folder = self.folder / "built"
        folder.mkdir(parents=True, exist_ok=True)
        lamp = folder / f"lamp-{images.lamp}.bin"
        lamp.write_bytes(
            make_org1(
                vendor=VENDOR,
                model=LAMP,
                version=images.lamp,
                counter=images.lamp_counter,
                hardware=("A", "B"),
                fails_on=images.lamp_fails_on,
                payload=images.lamp.encode() * 20_000,
            )
        )
        plug = folder / f"plug-{images.plug}.bin.gz"
        plug.write_bytes(demo_image(images.plug, compressed=True))
        return lamp, plug
