"""One build for all tests that need one: a minute of both cores, once a session."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BUILD_LIMIT_S = 900
BUILT = "ORANGERY_BUILT"
"""Names a folder that scripts/package made, for whoever tries one test again and again."""


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The folder with orangery/, orangery-hub/ and the loosely packed archive. Only to be read."""
    if given := os.environ.get(BUILT):
        return Path(given)
    to = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "scripts.packaging", "--quick", f"--to={to}", "archive"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=BUILD_LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return to
