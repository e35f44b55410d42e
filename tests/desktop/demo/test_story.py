"""The whole story, told by the program itself in a process of its own: on both protocols."""

import contextlib
import re
import subprocess
from pathlib import Path

import pytest

from desktop.processes import environment, own_command

LIMIT_S = 280
pytestmark = [pytest.mark.broker, pytest.mark.timeout(LIMIT_S + 20)]


def story(folder, *words, **extra):
    return subprocess.run(
        own_command("--lang", "en", "demo", "--story", "--folder", str(folder), *words),
        env=environment({"ORANGERY_LANG": "en", **extra}),
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def held(said):
    return [int(number) for number in re.findall(r"^   step (\d) held \(", said, re.MULTILINE)]


@pytest.mark.parametrize("protocol", ["5", pytest.param("3.1.1", marks=pytest.mark.slow)])
def test_every_step_of_the_story_holds(tmp_path, protocol):
    done = story(tmp_path / "demo", "--protocol", protocol)
    assert held(done.stdout) == [1, 2, 3, 4, 5, 6, 7], done.stdout[-2000:] + done.stderr
    assert f"MQTT {protocol} is spoken" in done.stdout
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("Every step held.")


def test_a_hub_that_does_not_start_ends_the_story_with_one_sentence(tmp_path):
    done = story(tmp_path / "demo", ORANGERY_HUB="/bin/false")
    assert done.returncode == 1
    assert held(done.stdout) == []
    assert "step 1 DID NOT HOLD: The demo's hub did not start." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_hub_that_comes_back_empty_breaks_step_5_and_no_other(tmp_path):
    """The hub's second start, in step 5, finds a program that only fails."""
    hub = tmp_path / "hub"
    real = " ".join(own_command()).replace("desktop", "hub")
    hub.write_text(
        "#!/bin/sh\n"
        f'case "$1" in serve) [ -e {tmp_path}/began ] && exit 1; : > {tmp_path}/began ;; esac\n'
        f'exec {real} "$@"\n'
    )
    hub.chmod(0o755)
    done = story(tmp_path / "demo", ORANGERY_HUB=str(hub))
    assert done.returncode == 1
    assert held(done.stdout) == [1, 2, 3, 4], done.stdout[-2000:] + done.stderr
    assert re.search(r"^   step 5 DID NOT HOLD: ", done.stdout, re.MULTILINE)
    assert "Traceback" not in done.stdout + done.stderr
    assert not left_running(tmp_path)


def left_running(folder):
    """Processes whose command names this folder: agents, hub, household."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
    return found
