"""A bare Debian 12 of one's own: the machine of a person who never had Python nor Orangery.

`debootstrap` makes it, as small as it can be, from the sources that apt has here. A `Machine` is a
fresh copy of it (an overlay) with processes, mounts and a network of its own: whatever runs there
ends with it, and no service of this machine is touched. Only root can make one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

RELEASE = "bookworm"
USER = "ada"
HOME = f"/srv/{USER}"
ARCHIVES = "var/cache/apt/archives"
_PATH = "/usr/local/bin:/usr/bin:/bin"
_ROOT_PATH = f"/usr/local/sbin:/usr/sbin:/sbin:{_PATH}"
_LIMIT_S = 600.0
_ANSWER_S = 20.0
TOOLS = ("debootstrap", "unshare", "nsenter", "dpkg-deb", "ip")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
ALL_PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_BEGIN = """
set -e
if [ -n "$7" ]; then mount -t tmpfs -o size="$7",mode=755 memory "$8"; mkdir "$2" "$3" "$4"; fi
all="lowerdir=$1,upperdir=$2,workdir=$3"
# It is thrown away: nothing is written through to the disk, where the kernel can do that (5.10).
mount -t overlay -o "$all,volatile" bare "$4" 2>/dev/null || mount -t overlay -o "$all" bare "$4"
mount -t proc proc "$4/proc"
mount -t tmpfs -o mode=1777 shm "$4/dev/shm"
mount -t tmpfs -o mode=755 run "$4/run"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$4/dev/pts"
mount --bind "$5" "$4/var/cache/apt/archives"
if [ -n "$6" ]; then mkdir -p "$4/tmp/.X11-unix"; mount --bind "$6" "$4/tmp/.X11-unix"; fi
mkdir "$4/run/lock"
ip link set lo up
exec chroot "$4" sh -c 'echo ready; exec cat'
"""


_TRIED = 'mount -t overlay -o lowerdir="$1/l",upperdir="$1/u",workdir="$1/w" bare "$1/m"'
_OWN = ("unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork")


class BareError(Exception):
    """A bare Debian cannot be made here; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One archive of Debian, as apt knows it."""

    address: str
    suites: tuple[str, ...]
    components: tuple[str, ...]

    def line(self, suite: str) -> str:
        """Return it as a line of sources.list."""
        return f"deb {self.address} {suite} {' '.join(self.components)}"


def sources(folder: Path = Path("/etc/apt")) -> tuple[Source, ...]:
    """Return the archives of the release that are among apt's sources; both formats are read."""
    found: list[Source] = []
    for file in sorted([folder / "sources.list", *folder.glob("sources.list.d/*")]):
        if not file.is_file():
            continue
        text = "\n".join(
            line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")
        )
        found += _stanzas(text) if file.suffix == ".sources" else _lines(text)
    return tuple(one for one in found if one.suites)


def why_not() -> str:
    """Return why no bare Debian can be made here; "" where it can."""
    if os.geteuid() != 0:
        return "only root can make one (debootstrap, chroot)"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=ALL_PATHS) is None]
    if missing:
        return f"missing here: {', '.join(missing)}"
    first = next((one for one in sources() if RELEASE in one.suites), None)
    if first is None:
        return f"apt has no source of {RELEASE} here"
    try:
        with urllib.request.urlopen(
            f"{first.address.rstrip('/')}/dists/{RELEASE}/Release", timeout=_ANSWER_S
        ):
            pass
    except (OSError, ValueError) as error:
        return f"{first.address} is not reached: {error}"
    return _why_no_machine()


def make(folder: Path, cache: Path) -> Path:
    """Make a bare Debian in `folder`; packages that were downloaded once are in `cache`.

    It has an ordinary user, and no service starts there. Raises BareError.
    """
    if reason := why_not():
        raise BareError(reason)
    cache.mkdir(parents=True, exist_ok=True)
    known = sources()
    first = next(one for one in known if RELEASE in one.suites)
    brought = ["xz-utils"]  # Debian's installer puts it on every machine, for tar
    brought += ["ca-certificates"] if first.address.startswith("https:") else []
    words = [
        *("debootstrap", "--variant=minbase", f"--cache-dir={cache}"),
        *([f"--keyring={_KEYRING}"] if Path(_KEYRING).exists() else []),
        f"--include={','.join(brought)}",
        *(RELEASE, str(folder), first.address),
    ]
    made = subprocess.run(
        words,
        env={"PATH": ALL_PATHS},
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    if made.returncode:
        raise BareError(f"debootstrap failed: {made.stdout[-1000:]}{made.stderr[-1000:]}")
    _furnish(folder, known)
    return folder


@dataclass(slots=True)
class Machine:
    """One that runs, as long as the `with` block does; what it wrote stays in `folder`/upper.

    `layers`: folders that lie over each other, the uppermost first. `screen`: a folder with the
    sockets of an X server that its user sits at. `memory`: what it writes is kept there, so much
    at most (as tmpfs says sizes: "4g"), and is gone with it.
    """

    folder: Path
    layers: Sequence[Path]
    cache: Path
    screen: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    memory: str = ""
    _process: subprocess.Popen[str] | None = None
    _first: int = 0  # the process that all others there end with
    _started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        parts = [self.folder / name for name in ("upper", "work", "root")]
        for part in parts:
            part.mkdir(parents=True, exist_ok=True)
        lower = ":".join(map(str, self.layers))
        places = (lower, *map(str, parts), str(self.cache), str(self.screen or ""))
        places += (self.memory, str(self.folder))
        self._process = subprocess.Popen(
            [
                *_OWN,
                *("--kill-child", "--propagation", "private"),
                *("sh", "-c", _BEGIN, "bare", *places),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": ALL_PATHS},
            text=True,
        )
        said = self._process.stdout.readline()
        if said != "ready\n":
            self.__exit__(None, None, None)
            raise BareError("no mounts and processes of one's own can be made here")
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        self._first = int(children.read_text().split()[0])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.stdin.close()  # the first process reads to its end
        for one in (self._process, *self._started):
            one.wait(_ANSWER_S)
            one.stdout.close()

    @property
    def root(self) -> Path:
        """Its files, as they are seen from here."""
        return Path(f"/proc/{self._first}/root")

    @property
    def home(self) -> Path:
        """The home of its user, as it is seen from here."""
        return self.root / HOME.lstrip("/")

    def entering(self, *words: str, user: str = USER, online: bool = False) -> list[str]:
        """Return the command that runs `words` there, with a clean environment."""
        spaces = ("--mount", "--pid", "--ipc", "--uts", *(() if online else ("--net",)))
        return ["nsenter", f"--target={self._first}", *spaces, "--root", *self._as(user), *words]

    def run(self, *words: str, user: str = USER, online: bool = False, limit: float = _LIMIT_S):
        """Run a program there to its end; `online`: with this machine's network."""
        return subprocess.run(
            self.entering(*words, user=user, online=online),
            env={"PATH": ALL_PATHS},
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )

    def do(self, *words: str, user: str = USER, online: bool = False) -> str:
        """Run a program there that must not fail; returns what it said."""
        done = self.run(*words, user=user, online=online)
        assert done.returncode == 0, (words, done.stdout[-4000:], done.stderr[-4000:])
        return done.stdout

    def start(
        self, *words: str, user: str = USER, before: Callable[[], None] | None = None
    ) -> subprocess.Popen[str]:
        """Start a program there; it ends with the machine at the latest.

        `before` is called in the new process, when nothing of it runs yet.
        """
        started = subprocess.Popen(
            self.entering(*words, user=user),
            preexec_fn=before,  # noqa: PLW1509 - no thread of the tests holds what it would need
            env={"PATH": ALL_PATHS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._started.append(started)
        return started

    def nearby(self, *words: str) -> list[str]:
        """Return the command that runs `words` of this machine's in its network."""
        return ["nsenter", f"--target={self._first}", "--net", *words]

    def lend(self, folder: Path) -> None:
        """Show a folder of this machine there, at the same place; it can only be read."""
        (self.root / folder.relative_to("/")).mkdir(parents=True, exist_ok=True)
        there = self.folder / "root" / folder.relative_to("/")
        subprocess.run(
            [
                *("nsenter", f"--target={self._first}", "--mount"),
                *("mount", "--bind", "-o", "ro", str(folder), str(there)),
            ],
            env={"PATH": ALL_PATHS},
            timeout=_ANSWER_S,
            check=True,
        )

    def apt(self, *words: str) -> str:
        """Let root run apt-get there, with this machine's network."""
        return self.do("apt-get", "-y", *words, user="root", online=True)

    def _as(self, user: str) -> list[str]:
        if user == "root":
            clean = {"HOME": "/srv", "PATH": _ROOT_PATH, "DEBIAN_FRONTEND": "noninteractive"}
            return ["env", "-i", "LANG=C.UTF-8", *(f"{k}={v}" for k, v in clean.items())]
        clean = {"HOME": HOME, "PATH": _PATH, "USER": user, **self.environment}
        said = [f"{name}={value}" for name, value in clean.items()]
        return ["env", "-i", f"--chdir={HOME}", "LANG=C.UTF-8", *said, *_user(user)]


def _why_no_machine() -> str:
    """Return why no machine can run on a bare Debian; "" where mounts and a network are allowed."""
    with tempfile.TemporaryDirectory() as folder:
        for name in "luwm":
            Path(folder, name).mkdir()
        tried = subprocess.run(
            [*_OWN, "sh", "-c", _TRIED, "bare", folder],
            env={"PATH": ALL_PATHS},
            capture_output=True,
            text=True,
            timeout=_ANSWER_S,
            check=False,
        )
    if tried.returncode:
        return f"no mounts, processes and network of one's own are allowed: {tried.stderr.strip()}"
    return ""


def _user(user: str) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups")


def _stanzas(text: str) -> list[Source]:
    """Read deb822, apt's newer format."""
    found = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = re.findall(r"^([\w-]+):((?:.*\n?)(?:[ \t].*\n?)*)", stanza, re.MULTILINE)
        said = {name.lower(): " ".join(value.split()) for name, value in fields}
        if "deb" not in said.get("types", "").split() or said.get("enabled", "yes") == "no":
            continue
        found += [
            _source(address, said.get("suites", ""), said.get("components", ""))
            for address in said.get("uris", "").split()
        ]
    return found


def _lines(text: str) -> list[Source]:
    """Read sources.list, apt's older format."""
    lines = re.findall(r"^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$", text, re.MULTILINE)
    return [_source(address, suite, components) for address, suite, components in lines]


def _source(address: str, suites: str, components: str) -> Source:
    ours = tuple(
        one for one in suites.split() if re.fullmatch(rf"{RELEASE}(-updates|-security)?", one)
    )
    return Source(address=address, suites=ours, components=tuple(components.split()))


def _furnish(root: Path, known: Sequence[Source]) -> None:
    """Give it apt's sources, a user, no service that starts, and no waiting for the disk."""
    apt = root / "etc/apt"
    lines = [one.line(suite) for one in known for suite in one.suites]
    (apt / "sources.list").write_text("\n".join(lines) + "\n")
    told = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    road = re.findall(r"^Acquire::(?:Check-|https?::Proxy).*$", told, re.MULTILINE)
    here = "\n".join([*road, 'Acquire::Languages "none";', 'APT::Sandbox::User "root";'])
    (apt / "apt.conf.d/90here").write_text(here + "\n")
    (root / "etc/dpkg/dpkg.cfg.d/quick").write_text("force-unsafe-io\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")  # Debian's installer writes it
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    for words in (
        ["useradd", "--create-home", "--home-dir", HOME, USER],
        ["apt-get", "-y", "update"],
    ):
        subprocess.run(
            ["chroot", root, *words],
            env={"PATH": _ROOT_PATH},
            capture_output=True,
            timeout=_LIMIT_S,
            check=True,
        )
