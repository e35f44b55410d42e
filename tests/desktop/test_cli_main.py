"""The program itself: what a window and `--version` do not need is not loaded."""

import subprocess
import sys

from click.testing import CliRunner

from desktop import build, cli_main, processes

LOADED = """
import sys
from click.testing import CliRunner
from desktop.cli_main import main

done = CliRunner().invoke(main, ["--version"])
print(done.output.strip())
print(*(name for name in ("desktop.cli", "msgspec", "desktop.live") if name in sys.modules))
"""


def test_the_version_is_said_without_a_command_being_loaded():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=processes.environment({}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [f"orangery, version {build.version()}", ""]


def test_its_help_lists_all_commands():
    said = CliRunner().invoke(cli_main.main, ["--help"]).output
    assert all(f"\n  {name} " in said for name in ("devices", "serve", "week", "links"))


def test_a_command_runs_with_the_garbage_collected_again(tmp_path):
    program = f"""
import gc
from desktop.cli_main import main
from fleet import garbage

garbage.wait()
try:
    main(["--folder", {str(tmp_path)!r}, "links"])
except SystemExit:
    print(gc.isenabled())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=processes.environment({"HOME": str(tmp_path)}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.endswith("True\n")
