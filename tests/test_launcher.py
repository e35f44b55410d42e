"""The launcher of a copy that renews itself, run by a real dash over toy versions."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).parent.parent / "resources" / "launcher"
NEEDED = ("mkdir", "mv", "readlink", "sort", "sync", "tail")
"""All that it may call of the system: coreutils."""

SAYS = '#!/bin/sh\nprintf "%s\\n" "runs $0" "$@"\n'
LIVES = '#!/bin/sh\n/bin/rm -f "${0%/versions/*}/starts/"*"~$$"\necho "lives $0"\n'
WAITS = '#!/bin/sh\necho "runs $0"\nread -r word\n'


@dataclass
class Copy:
    """A copy below `root`, and a machine with nothing but coreutils."""

    root: Path
    tools: Path

    def version(self, name: str, body: str = SAYS) -> Path:
        program = self.root / "versions" / name / "orangery"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(body)
        program.chmod(0o755)
        return program

    def state(self, **said: str) -> None:
        (self.root / "state").write_text("".join(f"{key}={one}\n" for key, one in said.items()))

    @property
    def said(self) -> dict[str, str]:
        lines = (self.root / "state").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def starts(self) -> list[str]:
        folder = self.root / "starts"
        return sorted(one.name for one in folder.iterdir()) if folder.exists() else []

    def command(self, *words: str) -> list[str]:
        return [str(self.root / "orangery"), *words]

    def environment(self, **more: str) -> dict[str, str]:
        return {"PATH": str(self.tools), **more}

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def ran(self, *words: str, **more: str) -> str:
        """Start it and return the version that came up."""
        told = self.run(*words, **more)
        first = told.stdout.splitlines()[0]
        return Path(first.split(" ", 1)[1]).parent.name


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """One of two versions, 2.0 on trial, in a folder whose name wants quoting."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found, name
        (tools / name).symlink_to(found)
    made = Copy(tmp_path / "my programs * $x" / "orangery", tools)
    made.version("1.0")
    made.version("2.0")
    made.state(now="2.0", before="1.0")
    shutil.copy(LAUNCHER, made.root / "orangery")
    return made


def test_it_becomes_the_version_that_is_to_run_with_all_its_words(copy: Copy) -> None:
    told = copy.run("--folder", "a b", "", "*")
    program = copy.root / "versions/2.0/orangery"
    assert told.stdout.splitlines() == [f"runs {program}", "--folder", "a b", "", "*"]
    assert (told.returncode, told.stderr) == (0, "")


def test_what_the_program_ends_with_is_what_the_launcher_ends_with(copy: Copy) -> None:
    copy.version("2.0", "#!/bin/sh\nexit 37\n")
    assert copy.run().returncode == 37


def test_after_two_starts_without_a_sign_of_life_it_goes_back_and_says_so(copy: Copy) -> None:
    assert [copy.ran(), copy.ran()] == ["2.0", "2.0"]
    told = copy.run()
    assert told.stdout == f"runs {copy.root}/versions/1.0/orangery\n"
    assert "version 2.0 was started 2 times and did not come up; this is 1.0" in told.stderr
    assert copy.said == {"now": "1.0", "proven": "yes", "failed": "2.0"}
    assert (copy.ran(), copy.run().stderr) == ("1.0", "")


def test_a_start_that_gave_a_sign_of_life_does_not_count(copy: Copy) -> None:
    copy.version("2.0", LIVES)
    assert {copy.run().stdout for _ in range(5)} == {f"lives {copy.root}/versions/2.0/orangery\n"}
    assert copy.starts == []


def test_a_command_that_works_does_not_excuse_a_window_that_does_not(copy: Copy) -> None:
    copy.run()
    copy.version("2.0", LIVES)
    copy.run()
    copy.version("2.0")
    copy.run()
    assert copy.ran() == "1.0"


def test_a_start_whose_process_still_runs_has_not_failed(copy: Copy) -> None:
    copy.version("2.0", WAITS)
    with subprocess.Popen(
        copy.command(),
        env=copy.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as slow:
        slow.stdout.readline()
        copy.version("2.0")
        assert [copy.ran(), copy.ran(), copy.ran()] == ["2.0", "2.0", "1.0"]
        slow.communicate("")


def test_two_at_once_are_two_starts(copy: Copy) -> None:
    both = [subprocess.Popen(copy.command(), env=copy.environment()) for _ in range(2)]
    assert [one.wait(30) for one in both] == [0, 0]
    assert len(copy.starts) == 2
    assert copy.ran() == "1.0"


def test_the_process_is_the_launchers_own_and_gets_its_signals(copy: Copy) -> None:
    copy.version("2.0", '#!/bin/sh\ntrap "echo ended; exit 3" TERM\necho "$$"\nread -r word\n')
    with subprocess.Popen(
        copy.command(), env=copy.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert int(process.stdout.readline()) == process.pid
        process.send_signal(signal.SIGTERM)
        process.stdin.close()
        assert (process.stdout.read(), process.wait(30)) == (b"ended\n", 3)


def test_a_process_number_that_comes_again_hides_no_failed_start(copy: Copy) -> None:
    shell = f'printf "" >"{copy.root}/starts/2.0~$BOOT~$$"; exec "{copy.root}/orangery"'
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().partition("-")[0]
    (copy.root / "starts").mkdir()
    for _ in range(2):  # as in a container, where each first process has the same one
        subprocess.run(
            ["/bin/sh", "-c", shell.replace("$x", "\\$x")],
            env=copy.environment(BOOT=boot),
            check=True,
            stdout=subprocess.DEVNULL,
        )
    assert copy.ran() == "1.0"


def test_what_a_start_before_the_last_power_cut_left_has_failed(copy: Copy) -> None:
    (copy.root / "starts").mkdir()
    for pid in (os.getpid(), os.getppid()):  # both run now, and are not those processes
        (copy.root / "starts" / f"2.0~00000000~{pid}").touch()
    assert copy.ran() == "1.0"


@pytest.mark.parametrize("name", ["2.0~00000000~", "2.0~x~-1", "2.0~x~0", "2.0~x~9 9", "2.0~x~$x"])
def test_any_other_name_there_is_a_start_that_failed(copy: Copy, name: str) -> None:
    (copy.root / "starts").mkdir()
    (copy.root / "starts" / name).touch()
    assert [copy.ran(), copy.ran()] == ["2.0", "1.0"]


@pytest.mark.parametrize(
    "said",
    [
        {"now": "2.0", "before": "1.0", "proven": "yes"},
        {"now": "2.0"},
        {"now": "2.0", "before": "2.0"},
        {"now": "2.0", "before": "0.9"},
    ],
    ids=["proven", "first", "itself", "before it is gone"],
)
def test_without_anything_to_go_back_to_nothing_is_counted(
    copy: Copy, said: dict[str, str]
) -> None:
    copy.state(**said)
    assert {copy.ran() for _ in range(4)} == {"2.0"}
    assert copy.starts == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 4096,
        b"\xff\xfe now=2.0",
        b"now=2.",
        b"now=2.0",
        b"now=\nbefore=\n",
        b"now=..\nbefore=../versions/1.0\n",
        b"now=/bin\nbefore=.\n",
        b"now=$(touch broken)\n",
        b"now=2.0; touch broken\n",
        b"now=3.0\nbefore=0.5\n",
        b"now\n2.0\n",
    ],
)
def test_where_the_state_says_nothing_the_newest_whole_version_is_tried(
    copy: Copy, body: bytes
) -> None:
    (copy.root / "state").write_bytes(body)
    assert [copy.ran(), copy.ran(), copy.ran()] == ["2.0", "2.0", "1.0"]
    assert copy.said["now"] == "1.0"
    assert not list(copy.root.rglob("broken"))


def test_newest_is_by_number_and_by_what_is_whole(copy: Copy) -> None:
    (copy.root / "state").unlink()
    copy.version("9.0")
    copy.version("10.0.1")
    copy.version("11.0.part")
    copy.version("12.0").chmod(0o644)
    (copy.root / "versions" / "13.0").mkdir()
    assert copy.ran() == "10.0.1"


def test_a_missing_version_gives_way_to_the_one_before_it(copy: Copy) -> None:
    shutil.rmtree(copy.root / "versions" / "2.0")
    assert [copy.ran() for _ in range(4)] == ["1.0"] * 4


def test_without_any_version_it_says_what_to_do(copy: Copy) -> None:
    shutil.rmtree(copy.root / "versions")
    told = copy.run()
    assert (told.returncode, told.stdout) == (127, "")
    assert "unpack the archive" in told.stderr


def test_a_program_that_cannot_be_run_at_all_is_a_failed_start(copy: Copy) -> None:
    copy.version("2.0", "#!/no/such/interpreter\n")
    assert [copy.run().returncode > 0, copy.run().returncode > 0] == [True, True]
    assert copy.ran() == "1.0"


@pytest.mark.parametrize("how", ["link", "links", "relative", "by name", "handed to sh"])
def test_it_finds_its_versions_however_it_is_called(copy: Copy, tmp_path: Path, how: str) -> None:
    (tmp_path / "local").mkdir()
    link = tmp_path / "local" / "orangery"
    link.symlink_to(copy.root / "orangery")
    (tmp_path / "second").symlink_to("local/orangery")
    called = {
        "link": [str(link)],
        "links": [str(tmp_path / "second")],
        "relative": ["./my programs * $x/orangery/orangery"],
        "by name": ["/bin/sh", "-c", "orangery"],
        "handed to sh": ["/bin/sh", "my programs * $x/orangery/orangery"],
    }[how]
    told = subprocess.run(
        called,
        cwd=tmp_path,
        env={"PATH": f"{tmp_path / 'local'}:{copy.tools}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"runs {copy.root}/versions/2.0/orangery\n"


def test_another_version_can_be_started_by_hand_and_is_not_counted(copy: Copy) -> None:
    assert copy.ran(ORANGERY_VERSION="1.0") == "1.0"
    assert [copy.ran(ORANGERY_VERSION="2.0") for _ in range(3)] == ["2.0"] * 3
    assert copy.starts == []
    assert copy.said == {"now": "2.0", "before": "1.0"}


def test_what_is_started_by_hand_starts_nothing_else_by_hand(copy: Copy) -> None:
    copy.version("1.0", '#!/bin/sh\necho "${ORANGERY_VERSION-none}"\n')
    assert copy.run(ORANGERY_VERSION="1.0").stdout == "none\n"


@pytest.mark.parametrize("name", ["3.0", "../versions/1.0", ".", "-x", "1.0 ", "a/b"])
def test_a_version_that_is_not_here_is_named(copy: Copy, name: str) -> None:
    told = copy.run(ORANGERY_VERSION=name)
    assert (told.returncode, told.stdout) == (127, "")
    assert f"version {name} is not in" in told.stderr


@pytest.fixture
def read_only(copy: Copy):
    """Nothing of it can be written; as root, that takes a file where a folder is wanted."""
    folders = [copy.root, copy.root / "versions"]
    for folder in folders:
        folder.chmod(0o555)
    if os.access(copy.root, os.W_OK):
        (copy.root / "starts").write_text("in the way")
    yield copy
    for folder in folders:
        folder.chmod(0o755)


def test_where_nothing_can_be_written_it_starts_without_counting(read_only: Copy) -> None:
    told = [read_only.run() for _ in range(4)]
    assert {one.stdout for one in told} == {f"runs {read_only.root}/versions/2.0/orangery\n"}
    assert {one.stderr for one in told} == {""}


def test_where_the_new_state_cannot_be_written_it_goes_back_all_the_same(copy: Copy) -> None:
    copy.run()
    copy.run()
    (copy.tools / "mv").unlink()
    assert [copy.ran(), copy.ran()] == ["1.0", "1.0"]
    assert copy.said["now"] == "2.0"


def test_it_runs_where_no_tool_is_at_all(copy: Copy) -> None:
    for tool in copy.tools.iterdir():
        tool.unlink()
    assert copy.ran() == "2.0"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs what is another's and could write")
def test_root_leaves_nothing_in_the_folder_of_a_person(copy: Copy) -> None:
    for one in (copy.root, *copy.root.rglob("*")):
        os.chown(one, 12345, 12345)
    assert [copy.ran() for _ in range(4)] == ["2.0"] * 4
    assert copy.starts == []
    (copy.root / "starts").mkdir()
    for name in ("2.0~00000000~7", "2.0~00000000~8"):  # the person's own two
        (copy.root / "starts" / name).touch()
    assert copy.ran() == "1.0"
    assert copy.said == {"now": "2.0", "before": "1.0"}


@pytest.mark.parametrize("shell", ["bash --posix", "busybox sh"])
def test_other_shells_read_it_alike(copy: Copy, shell: str) -> None:
    name, *words = shell.split()
    if (found := shutil.which(name)) is None:
        pytest.skip(f"no {name} here")
    started = [found, *words, *copy.command("a b")]
    told = [
        subprocess.run(
            started, env=copy.environment(), capture_output=True, text=True, timeout=30, check=True
        ).stdout.splitlines()
        for _ in range(3)
    ]
    came = [[f"runs {copy.root}/versions/{one}/orangery", "a b"] for one in ("2.0", "2.0", "1.0")]
    assert told == came
    assert copy.said == {"now": "1.0", "proven": "yes", "failed": "2.0"}


def test_it_is_plain_sh(tmp_path: Path) -> None:
    checked = subprocess.run(["/bin/sh", "-n", str(LAUNCHER)], capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, b"")
    assert os.access(LAUNCHER, os.X_OK)
    assert LAUNCHER.read_text(encoding="ascii").startswith("#!/bin/sh\n")
