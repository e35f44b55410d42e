"""What can be tried of the container file without a builder: its parts, and what it installs."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import urllib.request
import venv

import pytest

from tests.hub.running import ROOT

DEPLOY = ROOT / "hub" / "deploy"
NEEDED = {
    re.split(r"[>\[]", line)[0]
    for line in (DEPLOY / "requirements.txt").read_text().splitlines()
    if line and not line.startswith("#")
}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_each_requirement_is_one_of_the_project_with_the_same_least_version():
    said = project()
    extras = said["optional-dependencies"]
    listed = {*said["dependencies"], *extras["hub"], *extras["postgres"], *extras["s3"]}
    for line in (DEPLOY / "requirements.txt").read_text().splitlines():
        assert not line or line.startswith("#") or line in listed, line


def test_the_extras_of_a_hub_are_all_in_it():
    extras = project()["optional-dependencies"]
    wanted = {
        re.split(r"[>\[]", one)[0] for name in ("hub", "postgres", "s3") for one in extras[name]
    }
    assert wanted <= NEEDED


def test_the_container_is_nobody_in_particular_and_says_so_last():
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    words = [line.split()[0] for line in lines if line and line[0].isupper()]
    user = next(line for line in lines if line.startswith("USER"))
    assert user == "USER 10460:10460"
    assert words.index("USER") < words.index("ENTRYPOINT")
    for copied in (line.split()[1:-1] for line in lines if line.startswith("COPY hub")):
        assert all((ROOT / name).exists() for name in copied)


def test_the_command_of_the_container_is_one_that_there_is():
    text = (DEPLOY / "Containerfile").read_text()
    words = ast.literal_eval(re.search(r"^CMD (\[.*\])$", text, re.MULTILINE)[1])
    told = subprocess.run(
        [sys.executable, "-m", "hub", words[0], "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(word in told for word in words[1:] if word.startswith("--"))


def test_both_services_of_the_example_have_a_root_that_cannot_be_written():
    text = (DEPLOY / "compose.yaml").read_text()
    assert text.count("read_only: true") == 2
    assert text.count("no-new-privileges:true") == 2


def steps_of_the_build(src, venv_folder):
    """Return what the container's first stage runs, in folders of ours instead of its own."""
    stage = (DEPLOY / "Containerfile").read_text().split("\nFROM ")[1].replace("\\\n", "")
    (src / "hub" / "deploy").mkdir(parents=True)
    for name in re.search(r"^COPY (.+) /src/hub/deploy/$", stage, re.MULTILINE)[1].split():
        shutil.copy(ROOT / name, src / "hub" / "deploy")
    for step in re.findall(r"^RUN (.+)$", stage, re.MULTILINE):
        ours = re.sub(r"/src$", str(ROOT), step).replace("/src/", f"{src}/")
        yield ours.replace("/opt/hub", str(venv_folder)).replace(
            "python -m", f"{sys.executable} -m"
        )


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", ["extras", "container"])
def test_in_a_clean_environment_a_hub_comes_up(tmp_path, way):
    """As people install it, and as the container does: by its own steps."""
    python = str(tmp_path / "venv" / "bin" / "python")
    if way == "extras":
        venv.create(tmp_path / "venv", with_pip=True)
        pip = [python, "-m", "pip", "install", "-q"]
        subprocess.run([*pip, f"{ROOT}[hub,postgres,s3]"], check=True)
    else:
        for step in steps_of_the_build(tmp_path / "src", tmp_path / "venv"):
            subprocess.run(["bash", "-euc", step], check=True)
        kept = [python, "-m", "pip", "freeze", "--exclude", "orangery-fleet"]
        installed = subprocess.run(kept, stdout=-1, text=True, check=True).stdout.split()
        named = {re.sub(r"[-_.]+(?=.*==)", "-", one.lower()) for one in installed}
        assert named <= set((ROOT / "requirements.lock").read_text().split())
    program = str(tmp_path / "venv" / "bin" / "orangery-hub")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [program, "serve", "--data", str(tmp_path / "data"), "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=-1, text=True) as serving:
        try:
            ready = json.loads(serving.stdout.readline())
            with urllib.request.urlopen(f"{ready['url']}/v1/hub") as answer:
                assert json.load(answer)["protocol"] == "orangery-sync-1"
            memory = [program, "memory", str(ready["pid"])]
            said = json.loads(subprocess.run(memory, stdout=-1, check=True).stdout)
            print(f"{way}: {said}")  # noqa: T201 - the figure is the point
            assert said["most"] < 120
        finally:
            serving.send_signal(signal.SIGTERM)
            assert serving.wait(30) == 0
