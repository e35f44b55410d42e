"""What PySide6 has in Python is found as modules where a build has put them."""

import subprocess
import sys

from scripts.packaging import bindings


def test_its_sources_are_written_down_and_named_as_modules(tmp_path):
    names, word = bindings.unpack(tmp_path)
    assert {"shibokensupport", "shibokensupport.signature.loader"} <= set(names)
    for name in names:
        place = tmp_path / "bindings" / name.replace(".", "/")
        assert (place / "__init__.py").exists() or place.with_suffix(".py").exists()
    assert word.read_text()


def test_the_installed_pyside_looks_for_the_folder_that_a_build_has():
    bootstrap = "import sys, PySide6.QtCore as _; carried = sys.modules['shibokensupport']; print("
    bootstrap += "carried.__loader__.zfile.read('signature_bootstrap.py').decode())"
    said = subprocess.run(
        [sys.executable, "-c", bootstrap], capture_output=True, text=True, check=True
    ).stdout
    package, folder = bindings.PLACE.split("/")
    assert f"import {package} as root" in said
    assert f'/ "{folder}"' in said
