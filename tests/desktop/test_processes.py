"""How the program starts itself: its words, its way to the source, its end with its parent."""

import os
import subprocess
import sys
from pathlib import Path

from desktop import desktop_entry, processes, service
from desktop.processes import environment, hub_command, lasting_command, own_command, start

ENTRIES = ("links", "autostart")
TIED = (
    "import threading; from desktop.processes import end_with_parent;"
    "end_with_parent(); threading.Event().wait()"
)


def run(log: Path, *code: str, **extra: str) -> str:
    process = start([sys.executable, "-c", *code], log, **extra)
    process.stdin.close()
    assert process.wait(30) == 0
    return log.read_text()


def test_from_source_the_program_is_a_module_of_this_python():
    assert own_command("serve") == [sys.executable, "-m", "desktop", "serve"]


def test_frozen_the_program_is_the_executable_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/orangery/orangery")
    assert own_command("serve") == ["/opt/orangery/orangery", "serve"]
    assert hub_command("serve") == ["/opt/orangery-hub/orangery-hub", "serve"]


def test_what_others_keep_names_the_launcher_and_a_child_is_of_the_same_version(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/orangery/versions/0.2.0/orangery")
    assert lasting_command("serve") == ["/opt/orangery/orangery", "serve"]
    assert own_command("serve") == ["/opt/orangery/versions/0.2.0/orangery", "serve"]
    assert hub_command("serve") == ["/opt/orangery-hub/orangery-hub", "serve"]
    kept = [service.user_unit(Path("/home")), service.system_unit()]
    kept += [desktop_entry.text(one, desktop_entry.own_command(None)) for one in ENTRIES]
    assert all("/opt/orangery/orangery" in one and "0.2.0" not in one for one in kept)


def test_where_nothing_renews_itself_others_keep_the_program_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/lib/orangery/orangery")
    assert lasting_command("serve") == ["/usr/lib/orangery/orangery", "serve"]


def test_another_hub_can_be_named(monkeypatch):
    monkeypatch.setenv("ORANGERY_HUB", "/usr/bin/hub")
    assert hub_command("invite") == ["/usr/bin/hub", "invite"]


def test_a_child_finds_our_source_wherever_it_is_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "reached" in run(tmp_path / "log", "import desktop.processes; print('reached')")


def test_what_the_child_already_knew_of_paths_stays(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert environment({})["PYTHONPATH"].split(os.pathsep)[-1] == "/somewhere"


def test_a_child_hears_what_is_added_and_writes_to_its_log(tmp_path):
    log = tmp_path / "deep" / "log"
    assert run(log, "import os; print(os.environ['WORD'])", WORD="said") == "said\n"


def test_a_log_is_gone_on_with_not_begun_again(tmp_path):
    run(tmp_path / "log", "print(1)")
    assert run(tmp_path / "log", "print(2)") == "1\n2\n"


def test_a_tied_child_ends_when_its_parent_lets_go():
    child = subprocess.Popen(
        [sys.executable, "-c", TIED],
        stdin=subprocess.PIPE,
        env=environment({}),
        cwd=processes._ROOT,
    )
    assert child.poll() is None
    child.stdin.close()
    assert child.wait(30) == 0
