"""The scripts, run in a made-up project on a made-up machine without network or services."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = (
    *("scripts/setup", "scripts/run", "scripts/test", "scripts/check", "scripts/bench"),
    *("scripts/package", "scripts/conformance-client"),
)
LOCKS = ("requirements-run.lock", "requirements.lock")
TOOLS = (
    *("bash", "sh", "cat", "chmod", "cut", "dirname", "env", "flock", "fold", "git", "grep"),
    *("head", "locale", "mkdir", "python3", "rm", "sed", "sha256sum", "sort", "touch", "tr"),
)


@dataclass
class Machine:
    """A project folder and the only programs its scripts can find; `calls` is what they called."""

    folder: Path

    def stub(self, path: str, body: str = "") -> None:
        """Put a program at `path` that notes its name and words, then does `body`."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        note = f'echo "{file.name} $*" >>"{self.folder}/calls"'
        file.write_text(f"#!/bin/sh\n{note}\n{body}\n")
        file.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def policy(self) -> Path:
        return self.folder / "policy-rc.d"

    @property
    def clusters(self) -> Path:
        return self.folder / "createcluster.conf"

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "calls").unlink(missing_ok=True)
        clean = {
            "PATH": str(self.folder / "bin"),
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "ORANGERY_POLICY_RC_D": str(self.policy),
            "ORANGERY_CREATECLUSTER": str(self.clusters),
            "ORANGERY_POSTGRES": str(self.folder / "postgresql"),
        }
        return subprocess.run(
            words,
            cwd=self.folder,
            env=clean | env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path) -> Machine:
    """Root, all libraries there, .venv made and its stamps written."""
    ours = Machine(tmp_path)
    for script in SCRIPTS:
        (tmp_path / script).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / script, tmp_path / script)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool, path="/usr/bin:/bin") or tool)
    (tmp_path / "requirements-run.lock").write_text("paho-mqtt==2.2.0\n")
    (tmp_path / "requirements.lock").write_text("paho-mqtt==2.2.0\npytest==9.0.0\n")
    (tmp_path / "requirements-delta.lock").write_text("detools==0.53.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    ours.stub("bin/python3")
    ours.stub("bin/id", "echo ${AS:-0}")
    ours.stub("bin/ldconfig", f'cat "{tmp_path}/libraries"')
    ours.stub("bin/mosquitto")
    ours.stub(
        "bin/apt-get", f'sh "{ours.policy}" 2>/dev/null; echo "policy $?" >>"{tmp_path}/calls"'
    )
    ours.stub(".venv/bin/python")
    ours.stub(".venv/bin/pip")
    ours.stub(".venv/bin/orangery", 'echo "shown $*"')
    ours.stub("bin/fc-list", "echo WenQuanYi")
    names = (
        *("EGL.so.1", "GL.so.1", "glib-2.0.so.0", "dbus-1.so.3", "fontconfig.so.1"),
        *("xkbcommon.so.0", "xkbcommon-x11.so.0", "xcb-cursor.so.0", "xcb-icccm.so.4"),
        *("xcb-keysyms.so.1", "xcb-shape.so.0"),
    )
    lines = "".join(f"\tlib{name} (libc6) => x\n" for name in names)
    (tmp_path / "libraries").write_text(lines)
    assert ours.run("scripts/setup").returncode == 0
    return ours


def lose(machine: Machine, library: str) -> None:
    file = machine.folder / "libraries"
    file.write_text("".join(x for x in file.read_text().splitlines(True) if library not in x))


def pip_calls(machine: Machine) -> list[str]:
    return [x for x in machine.calls if "pip install" in x]


def packages_asked(machine: Machine) -> list[str]:
    return [x for x in machine.calls if x.startswith("apt-get install -y")]


@pytest.mark.parametrize("script", [*SCRIPTS, ".ci/run"])
def test_a_script_can_be_started_and_is_valid_bash(script):
    assert os.access(ROOT / script, os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / script], check=False).returncode == 0


def test_nothing_is_installed_again_when_nothing_changed(machine):
    done = machine.run("scripts/setup")
    assert (done.returncode, done.stderr) == (0, "")
    assert not [call for call in machine.calls if "install" in call]


def newer(machine: Machine, *locks: str) -> None:
    for lock in locks or LOCKS:
        file = machine.folder / lock
        file.write_text(file.read_text().replace("2.2.0", "2.3.0") + "attrs==26.1.0\n")


def locks_installed(machine: Machine, *words: str) -> list[str]:
    """Run setup; returns the locks that pip was given."""
    assert machine.run("scripts/setup", *words).returncode == 0
    given = [call.split() for call in pip_calls(machine) if " -r " in call]
    assert all("--require-hashes" in words for words in given)
    return [words[words.index("-r") + 1] for words in given]


@pytest.mark.parametrize("purpose", ["story", "window"])
def test_to_run_it_nothing_is_installed_but_what_running_needs(machine, purpose):
    newer(machine)
    assert locks_installed(machine, purpose) == ["requirements-run.lock"]


def test_what_the_tests_need_comes_on_top_and_what_ran_before_still_does(machine):
    both = ["requirements.lock", "requirements-delta.lock"]
    assert locks_installed(machine, "test") == both
    assert locks_installed(machine, "story") == []
    assert locks_installed(machine, "test") == []


def test_a_changed_lock_is_installed_by_whoever_comes_first(machine):
    locks_installed(machine, "test")
    newer(machine)
    assert locks_installed(machine, "story") == ["requirements-run.lock"]
    assert locks_installed(machine, "story") == []
    assert locks_installed(machine, "test")[0] == "requirements.lock"
    assert locks_installed(machine, "story") == []


def test_a_lock_that_was_left_and_came_back_is_installed_again(machine):
    locks_installed(machine, "test")
    before = {lock: (machine.folder / lock).read_text() for lock in LOCKS}
    newer(machine)
    locks_installed(machine, "story")
    for lock, text in before.items():
        (machine.folder / lock).write_text(text)
    assert locks_installed(machine, "test")[0] == "requirements.lock"


def test_where_only_the_tests_need_more_running_waits_for_nothing(machine):
    newer(machine, "requirements.lock")
    assert locks_installed(machine, "story") == []


def test_no_environment_is_made_anew_for_another_purpose(machine):
    (machine.folder / ".venv" / "kept").touch()
    for purpose in ("test", "story", "window", "test"):
        machine.run("scripts/setup", purpose)
        assert not [call for call in machine.calls if "-m venv" in call or "uninstall" in call]
    assert (machine.folder / ".venv" / "kept").exists()


def test_a_failed_download_says_one_sentence_and_is_tried_again(machine):
    newer(machine)
    machine.stub(".venv/bin/python", 'case "$*" in *pip*) exit 1;; esac')
    for _ in range(2):
        done = machine.run("scripts/setup")
        assert done.returncode == 1
        assert "The Python packages could not be downloaded.\n" in done.stderr


def test_a_missing_library_is_installed_while_service_starts_are_forbidden(machine):
    lose(machine, "libEGL")
    done = machine.run("scripts/setup", "window")
    assert done.returncode == 0, done.stderr
    assert packages_asked(machine)[0].endswith(" libegl1")
    assert {call for call in machine.calls if call.startswith("policy")} == {"policy 101"}
    assert not machine.policy.exists()


def test_every_debian_package_that_came_is_told_by_its_name(machine):
    lose(machine, "libEGL")
    words = ("Setting up libegl1:amd64 (1.6.0-1) ...", "Setting up libdrm2 (2.4) ...")
    machine.stub("bin/apt-get", f"printf '%s\\n' {' '.join(map(repr, words))}")
    said = machine.run("scripts/setup", "window").stderr
    assert "setup: installing Debian packages: libegl1\n" in said
    assert "setup: 2 Debian packages came, with all that these need:\n" in said
    assert "setup:   libdrm2 libegl1\n" in said


def test_every_python_package_that_came_is_told_by_its_name(machine):
    newer(machine)
    said = "echo 'Successfully installed paho-mqtt-2.3.0 attrs-26.1.0'"
    machine.stub(".venv/bin/python", f'case "$*" in *requirements-run.lock*) {said};; esac')
    told = machine.run("scripts/setup").stderr
    assert "the Python packages of requirements-run.lock into .venv (about 400 MB, once" in told
    assert "setup: 2 Python packages are new in .venv:\n" in told
    assert "setup:   attrs-26.1.0 paho-mqtt-2.3.0\n" in told


def test_no_package_is_upgraded_or_removed(machine):
    lose(machine, "libEGL")
    machine.run("scripts/setup", "window")
    assert "--no-upgrade --no-remove" in packages_asked(machine)[0]


def test_the_policy_file_goes_also_when_the_installation_fails(machine):
    lose(machine, "libEGL")
    machine.stub("bin/apt-get", "exit 100")
    done = machine.run("scripts/setup", "window")
    assert done.returncode == 1
    assert "Check the network connection" in done.stderr
    assert not machine.policy.exists()


def test_a_policy_of_the_machine_that_forbids_starts_is_used_and_kept(machine):
    lose(machine, "libEGL")
    machine.policy.write_text("#!/bin/sh\nexit 101\n")
    machine.policy.chmod(0o755)
    assert machine.run("scripts/setup", "window").returncode == 0
    assert machine.policy.read_text() == "#!/bin/sh\nexit 101\n"


def test_a_policy_of_the_machine_that_allows_starts_stops_the_installation(machine):
    lose(machine, "libEGL")
    machine.policy.write_text("#!/bin/sh\nexit 0\n")
    machine.policy.chmod(0o755)
    done = machine.run("scripts/setup", "window")
    assert done.returncode == 1
    assert "lets new services start" in done.stderr
    assert not packages_asked(machine)


def test_postgresql_comes_without_a_cluster_and_without_a_service(machine):
    machine.clusters.write_text("ssl = on\n")
    note = (
        f'echo "$(grep -c "main_cluster = off" "{machine.clusters}") $*" >>"{machine.folder}/calls"'
    )
    machine.stub("bin/apt-get", note)
    machine.stub("bin/systemctl")
    assert machine.run("scripts/setup", "test").returncode == 0
    first, *rest = [x for x in machine.calls if " install -y" in x and x[0] in "01"]
    assert first.startswith("0 ")
    assert first.endswith(" postgresql-common")
    assert rest[0].startswith("1 ")
    assert " postgresql " in rest[0] + " "
    assert machine.clusters.read_text() == "ssl = on\n"
    assert "systemctl --no-reload disable postgresql.service" in machine.calls


def test_postgresql_of_the_machine_is_left_alone_with_its_settings(machine):
    machine.stub("postgresql/15/bin/postgres")
    machine.clusters.write_text("ssl = on\n")
    machine.run("scripts/setup", "test")
    assert "postgresql" not in " ".join(packages_asked(machine)).split()
    assert machine.clusters.read_text() == "ssl = on\n"


def test_a_broker_that_is_there_is_left_alone(machine):
    lose(machine, "libEGL")
    machine.run("scripts/setup", "window")
    assert "mosquitto" not in packages_asked(machine)[0]


@pytest.mark.parametrize(
    ("sudo", "said"), [("", "need an administrator"), ("exit 1", "a password")]
)
def test_without_the_right_to_install_it_says_what_to_type(machine, sudo, said):
    lose(machine, "libEGL")
    if sudo:
        machine.stub("bin/sudo", sudo)
    done = machine.run("scripts/setup", "window", AS="1000")
    assert done.returncode == 1
    assert said in done.stderr
    assert "apt-get install --no-install-recommends libegl1" in done.stderr
    assert not packages_asked(machine)


@pytest.mark.parametrize("library", ["libEGL", "libxcb-cursor"])
def test_only_the_window_needs_what_qt_stands_on(machine, library):
    lose(machine, library)
    assert machine.run("scripts/setup", "story").returncode == 0
    assert not packages_asked(machine)
    machine.run("scripts/setup", "window")
    assert packages_asked(machine)[0].split()[-1].startswith(library.lower())


def test_only_the_tests_need_a_compiler(machine):
    for tool in ("Xvfb", "xauth", "objdump", "openssl", "nginx"):
        machine.stub(f"bin/{tool}")
    machine.run("scripts/setup", "window")
    assert not packages_asked(machine)
    assert not pip_calls(machine)
    machine.run("scripts/setup", "test")
    assert {"gcc", "g++", "libc6-dev"} <= set(packages_asked(machine)[-1].split())


def test_the_tests_build_the_delta_lock_once_with_its_hashes(machine):
    machine.run("scripts/setup", "test")
    _, call = pip_calls(machine)
    assert "--require-hashes --no-deps --no-build-isolation -r requirements-delta.lock" in call
    machine.run("scripts/setup", "test")
    assert not pip_calls(machine)


def test_once_built_no_compiler_is_asked_for(machine):
    machine.run("scripts/setup", "test")
    machine.run("scripts/setup", "test")
    assert "gcc" not in packages_asked(machine)[-1].split()


def test_headers_that_a_compiler_lacks_are_installed(machine):
    machine.stub("bin/gcc", "exit 1")
    machine.run("scripts/setup", "test")
    asked = packages_asked(machine)[-1].split()
    assert "libc6-dev" in asked
    assert "gcc" not in asked


def test_a_build_that_fails_says_what_it_needs_and_is_tried_again(machine):
    fails = 'case "$*" in *delta*) echo "Failed building wheel for detools"; exit 1;; esac'
    machine.stub(".venv/bin/python", fails)
    for _ in range(2):
        done = machine.run("scripts/setup", "test")
        assert done.returncode == 1
        assert "detools could not be built here." in done.stderr


@pytest.mark.parametrize(
    ("words", "display", "shown"),
    [
        ((), "", "demo --story"),
        ((), ":0", "demo --window"),
        (("--story",), ":0", "demo --story"),
        (("--story", "--window"), ":0", "demo --story --window"),
        (("--protocol", "3.1.1"), "", "demo --story --protocol 3.1.1"),
    ],
)
def test_run_shows_the_window_where_there_is_a_display(machine, words, display, shown):
    machine.stub("scripts/setup")
    assert machine.run("scripts/run", *words, DISPLAY=display).stdout == f"shown {shown}\n"


TOGETHER = "-n 3 --dist loadfile --no-loadscope-reorder"
QUICK = f"python -m pytest -m not slow {TOGETHER}"


@pytest.mark.parametrize(
    ("words", "called"),
    [
        (("tests/fleet", "-q"), f"{QUICK} tests/fleet -q"),
        (("--all", "-q"), f"{QUICK} -q"),
        (("--all", "-q"), f"python -m pytest -m slow and not bench {TOGETHER} -q"),
        (("--all", "-q"), f"python -m pytest -m slow and bench {TOGETHER} -n 1 -q"),
    ],
)
def test_all_tests_are_those_marked_slow_as_well(machine, words, called):
    machine.stub("scripts/setup")
    machine.run("scripts/test", *words)
    assert called in machine.calls


@pytest.mark.parametrize(("again", "whole"), [(0, 0), (1, 1)])
def test_what_fails_amid_the_others_is_tried_once_more_alone(machine, again, whole):
    machine.stub("scripts/setup")
    machine.stub(
        ".venv/bin/python", f'case "$*" in *--last-failed*) exit {again};; *) exit 1;; esac'
    )
    done = machine.run("scripts/test", "-q")
    assert done.returncode == whole
    first, second = (call for call in machine.calls if "pytest" in call)
    assert second == f"{first} -n 0 --last-failed --last-failed-no-failures none"
    assert "tried once more, alone" in done.stdout


@pytest.mark.parametrize(
    ("quick", "slow", "measured", "whole"),
    [
        *((0, 0, 0, 0), (1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (2, 1, 0, 2)),
        *((5, 1, 5, 1), (1, 5, 5, 1), (0, 5, 5, 0), (5, 5, 0, 0), (5, 5, 5, 5)),
    ],
)
def test_all_tests_fail_where_one_part_of_them_does(machine, quick, slow, measured, whole):
    machine.stub("scripts/setup")
    machine.stub(
        ".venv/bin/python",
        f'case "$*" in *"not slow"*) exit {quick} ;; *"not bench"*) exit {slow} ;; '
        f"*) exit {measured} ;; esac",
    )
    assert machine.run("scripts/test", "--all").returncode == whole


@pytest.fixture
def suite(machine) -> Path:
    """A checkout of the public conformance suite whose own environment is made."""
    (machine.folder / "suite" / "tuf_conformance").mkdir(parents=True)
    machine.stub("scripts/setup")
    machine.stub("bin/faketime")
    machine.stub("bin/python3", 'cat >/dev/null; echo "conformance: 2 of 3"')
    return machine.folder / "suite"


@pytest.mark.parametrize("code", [0, 1])
def test_the_public_suite_runs_from_its_checkout_and_its_result_is_ours(machine, suite, code):
    machine.stub("suite/env/bin/python", f"echo >../build/conformance.xml; exit {code}")
    done = machine.run("scripts/test", "--conformance", "suite", "-q")
    assert (done.returncode, done.stdout) == (code, "conformance: 2 of 3\n")
    [call] = [call for call in machine.calls if "-m pytest" in call]
    assert f"--entrypoint={machine.folder}/scripts/conformance-client" in call
    assert call.endswith(" -q")


def test_the_public_suite_gets_an_environment_of_its_own_where_it_has_none(machine, suite):
    venv = machine.folder / "build" / "conformance"
    machine.stub("bin/python3")
    machine.stub("build/conformance/bin/python")
    machine.run("scripts/test", "--conformance", "suite")
    assert f"python -m pip install --quiet --disable-pip-version-check -e {suite}" in machine.calls
    assert venv.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [(("nowhere",), "no checkout"), ((), "needs the path"), (("suite",), "needs faketime")],
)
def test_without_the_public_suite_or_faketime_it_says_so(machine, suite, words, said):
    (machine.folder / "bin" / "faketime").unlink()
    done = machine.run("scripts/test", "--conformance", *words)
    assert done.returncode != 0
    assert said in done.stderr


def git(machine: Machine, *words: str) -> None:
    subprocess.run(["git", *words], cwd=machine.folder, check=True, capture_output=True)


@pytest.fixture
def checked(machine) -> Machine:
    machine.stub("scripts/setup")
    for tool in ("ruff", "mypy", "lint-imports", "codespell"):
        machine.stub(f".venv/bin/{tool}")
    git(machine, "init", "-q")
    return machine


def test_check_holds_for_a_clean_tree(checked):
    (checked.folder / "a.md").write_text("see /usr/share\n")
    git(checked, "add", "a.md")
    assert checked.run("scripts/check").returncode == 0


def test_check_finds_a_path_of_somebodys_own_machine(checked):
    (checked.folder / "a.md").write_text("see /" + "home/ann/notes\n")
    git(checked, "add", "a.md")
    done = checked.run("scripts/check")
    assert done.returncode == 1
    assert "a.md:1" in done.stdout


def test_check_names_what_failed_and_runs_the_rest(checked):
    checked.stub(".venv/bin/mypy", "exit 1")
    done = checked.run("scripts/check")
    assert done.returncode == 1
    assert "failed: mypy" in done.stderr
    assert "codespell " in checked.calls


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-delta.lock"])
def test_check_finds_an_address_in_a_lock(checked, lock):
    (checked.folder / lock).write_text("a @ https://example.org/a.whl\n")
    assert checked.run("scripts/check").returncode == 1
