"""Keys of three kinds together: what we sign is what the stock client of TUF believes."""

import shutil
import subprocess
from pathlib import Path

import pytest
from securesystemslib.signer import Signature
from tuf.api.exceptions import DownloadHTTPError, UnsignedMetadataError
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from firmware import keys
from firmware.keys import Kind
from tests.firmware.releases import _later

WORDS = "correct horse battery"
PIN = "123456-pin"
QUICK = keys.Stretch(2**14)
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")

pytestmark = pytest.mark.skipif(
    not shutil.which("softhsm2-util"), reason="the Debian package softhsm2 is not installed"
)


class Folder(FetcherInterface):
    """A mirror that is a folder."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def _fetch(self, url):
        name = url.removeprefix("https://mirror/")
        if name not in self.files:
            raise DownloadHTTPError("absent", 404)
        yield self.files[name]


class Maker:
    """Root and targets of three kinds of keys, two of which must sign."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.token = keys.make_on_token(folder, "token", "Anna", PIN, module=MODULE)
        self.plain = keys.make(folder, "plain", WORDS, stretch=QUICK)
        self.quantum = keys.make(folder, "quantum", WORDS, kind=Kind.MLDSA65, stretch=QUICK)
        self.online = keys.make(folder, "online", WORDS, stretch=QUICK)
        self.people = (self.plain, self.quantum, self.token)

    def signed(self, signed, *signers) -> bytes:
        metadata = Metadata(signed)
        data = metadata.signed_bytes
        for key in signers:
            text = keys.sign(key, PIN if key.token else WORDS, data, module=MODULE)
            metadata.signatures[key.keyid] = Signature(key.keyid, text)
        return metadata.to_bytes()

    def root(self, *signers) -> bytes:
        ids = [key.keyid for key in self.people]
        roles = {"root": Role(ids, 2), "targets": Role(ids, 2)}
        roles |= {role: Role([self.online.keyid], 1) for role in ("snapshot", "timestamp")}
        known = {key.keyid: key.key for key in (*self.people, self.online)}
        root = Root(1, expires=_later(), keys=known, roles=roles, consistent_snapshot=True)
        return self.signed(root, *signers)

    def mirror(self, root: bytes, *signers) -> dict[str, bytes]:
        week = TargetFile.from_data("week.json", b"{}", ["sha256"])
        targets = Targets(1, expires=_later(), targets={"week.json": week})
        snapshot = Snapshot(1, expires=_later(), meta={"targets.json": MetaFile(1)})
        timestamp = Timestamp(1, expires=_later(), snapshot_meta=MetaFile(1))
        return {
            "1.root.json": root,
            "1.targets.json": self.signed(targets, *signers),
            "1.snapshot.json": self.signed(snapshot, self.online),
            "timestamp.json": self.signed(timestamp, self.online),
        }


@pytest.fixture
def maker(tmp_path, monkeypatch):
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    subprocess.run(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", "Anna"),
            *("--pin", PIN, "--so-pin", "12345678"),
        ],
        capture_output=True,
        check=True,
    )
    return Maker(tmp_path / "keys")


def refreshed(folder: Path, root: bytes, files: dict[str, bytes]) -> Updater:
    folder.mkdir()
    client = Updater(str(folder), "https://mirror/", fetcher=Folder(files), bootstrap=root)
    client.refresh()
    return client


def test_any_two_of_a_file_a_token_and_a_post_quantum_key_are_believed(maker, tmp_path):
    pairs = [
        (maker.plain, maker.quantum),
        (maker.quantum, maker.token),
        (maker.plain, maker.token),
    ]
    for number, pair in enumerate(pairs):
        root = maker.root(*pair)
        assert len(root) < UpdaterConfig().root_max_length
        client = refreshed(tmp_path / f"house{number}", root, maker.mirror(root, *pair))
        assert client.get_targetinfo("week.json")


def test_the_post_quantum_key_alone_is_one_of_two_and_refused(maker, tmp_path):
    with pytest.raises(UnsignedMetadataError, match="1/2"):
        refreshed(tmp_path / "house", maker.root(maker.quantum), {})
    root = maker.root(maker.plain, maker.token)
    with pytest.raises(UnsignedMetadataError, match="1/2"):
        refreshed(tmp_path / "other", root, maker.mirror(root, maker.quantum))


def test_a_root_of_three_such_keys_is_small(maker):
    """The stock client reads at most 512,000 bytes of root: there is room for many ML-DSA keys."""
    size = len(maker.root(*maker.people))
    assert 10_000 < size < 20_000
