"""A maker of the program for tests: a mirror that can lie, small archives, a copy that renews."""

from __future__ import annotations

from pathlib import Path

from desktop.build import Build, Packaged
from desktop.demo import own_program
from desktop.program_commands import RestartProgram
from desktop.selfupdate import shipped
from desktop.selfupdate.place import Place
from desktop.selfupdate.renewal import Here, Renewal
from desktop.selfupdate.versions import Versions
from firmware import roots
from firmware.image_program import FILES
from fleet.client import Client
from fleet.errors import OrangeryError
from tests.firmware.simulator import Server, Simulator

PLATFORM = "linux-x86_64"
NOTES = {"en": "Quicker at the start.", "zh_CN": "启动更快。"}


def program(folder: Path, version: str) -> Path:
    """A folder as a build leaves it: a program, a library, and the list of both."""
    return own_program.lay_out(folder, version, PLATFORM)


def archived(folder: Path, version: str) -> tuple[bytes, bytes]:
    """The archive of such a folder, and its list."""
    made = program(folder / version, version)
    return own_program.packed(made, version), (made / shipped.NAME).read_bytes()


class Program(Simulator):
    """The mirror of the program's makers; `ship` puts a version into the week."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "mirror")
        self._builds = folder / "builds"
        self.files = {}
        self.sizes: dict[str, int] = {}
        self.number = 0

    def ship(self, version: str, *, publish: bool = True, **about: object) -> str:
        """Publish a week with this version alone; returns the digest-free path of the archive."""
        archive, listed = archived(self._builds, version)
        return self.publish_program(version, archive, listed, publish=publish, **about)

    def publish_program(
        self, version: str, archive: bytes, listed: bytes, *, publish: bool = True, **about: object
    ) -> str:
        """Publish a week with these two files alone; returns the path of the archive."""
        self.number += 1
        path = f"fw/acme/lamp/orangery-{version}-{PLATFORM}.tar.xz"
        beside = path.replace(".tar.xz", ".files.json")
        said = {"vendor": "orangery", "version": version, "counter": self.number, **about}
        self.files = {path: archive, beside: listed}
        self.about = {
            path: {"model": PLATFORM, **said},
            beside: {"model": PLATFORM + FILES, **said},
        }
        if publish:
            self.publish()
        return path

    def link(self, server: Server, **more: str) -> str:
        """The line that a build carries."""
        name = roots.fingerprint((self.metadata / "1.root.json").read_bytes())
        said = "".join(f"&{key}={value}" for key, value in more.items())
        return f"orangery:maker?name=orangery&url={server.url}&root=sha256:{name}{said}"


def shelf(folder: Path, version: str = "0.1.0", before: str = "") -> Versions:
    """The versions of a copy that runs `version` and ran `before` until then; both are there."""
    root = folder / "root"
    for one in filter(None, (before, version)):
        if not (root / "versions" / one).is_dir():
            program(root / "versions" / one, one)
    said = f"before={before}\n" if before else ""
    (root / "state").write_text(f"now={version}\n{said}proven=yes\n")
    return Versions(root, version)


class Clock:
    """A clock that the test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def copy(
    folder: Path,
    link: str,
    version: str = "0.1.0",
    *,
    packaged: Packaged = Packaged.VERSIONS,
    clock: Clock | None = None,
    versions: Versions | None = None,
    place: Place | None = None,
    memory: Path | None = None,
) -> Renewal:
    """A copy of the program of this version, which came here as `packaged`.

    `memory`: where its person's memory of it lies; default: beside it.
    """
    build = Build(version=version, platform=PLATFORM, maker=link)
    own = packaged is Packaged.VERSIONS
    root = folder / "root" if own else None
    here = Here(build=build, packaged=packaged, root=root)
    more = {"clock": clock} if clock else {}
    kept = versions or (shelf(folder, version) if own else None)
    return Renewal((memory or folder) / "program", here, versions=kept, place=place, **more)


def begin_again(house: Client) -> None:
    """Ask a house to start again; it may have closed before it says so."""
    try:
        house.send(RestartProgram()).result(20)
    except OrangeryError as error:
        if error.code != "house_gone":
            raise
