"""Key holders with release folders of their own, for tests: they sign in memory, without files."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.signer import SSlibKey

from firmware import keys
from firmware.keys import PublicKey
from firmware.publish import Publisher
from firmware.signatures import keys_of
from firmware.staff import Team
from tests.firmware.releases import Release

WORDS = "correct horse battery"
NOW = 1_795_600_000.0  # 2026-11-25
WEEK = "2026-W48"


class Holder:
    """A person with one key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._private = Ed25519PrivateKey.generate()
        raw = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        self.key = PublicKey(
            name=name,
            keyid=SSlibKey.from_crypto(self._private.public_key()).keyid,
            public=raw,
            file=Path(name),
        )

    def over(self, data: bytes) -> str:
        """A signature, in hex."""
        return self._private.sign(data).hex()

    def sign(self, publisher: Publisher) -> list[str]:
        """Sign all that this key may sign in a folder."""
        signed = []
        for role, metadata in publisher.proposals().items():
            if self.key.keyid in keys_of(role, publisher.setup, publisher.published):
                publisher.collect(role, {self.key.keyid: self.over(metadata.signed_bytes)})
                signed.append(role)
        return signed


class Staff:
    """Ann and Ben build, Carl and Dora ship, two of two each; one online key, in a real file."""

    def __init__(self, folder: Path) -> None:
        self.ann, self.ben, self.carl, self.dora = map(Holder, ("ann", "ben", "carl", "dora"))
        self.online = keys.make(folder, "online", WORDS)

    @property
    def people(self) -> tuple[Holder, ...]:
        """All who sign by hand."""
        return self.ann, self.ben, self.carl, self.dora

    def folder(self, folder: Path) -> Publisher:
        """A new maker's folder."""
        build = [self.ann.key, self.ben.key]
        return Publisher.create(
            folder,
            maker="Acme Lights",
            vendor="acme",
            lines=["lamp"],
            team=Team(
                root=build,
                targets=build,
                build={"lamp": build},
                train=[self.carl.key, self.dora.key],
                snapshot=self.online,
                timestamp=self.online,
            ),
            now=NOW,
        )


def open_week(publisher: Publisher, release: Release, week: str = WEEK, now: float = NOW) -> None:
    """Open a week with one image in it."""
    publisher.open_week(week, now)
    file = publisher.folder / f"{release.model}.bin"
    file.write_bytes(release.image)
    publisher.add(file, "lamp")
    publisher.notes("A calmer light.", "灯光更柔和。")
