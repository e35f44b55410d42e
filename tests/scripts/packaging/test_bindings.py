"""What PySide6 has in Python is found as modules where a build has put them."""

from scripts.packaging import bindings


def test_its_sources_are_written_down_and_named_as_modules(tmp_path):
    names, word = bindings.unpack(tmp_path)
    assert {"shibokensupport", "shibokensupport.signature.loader"} <= set(names)
    for name in names:
        place = tmp_path / "bindings" / name.replace(".", "/")
        assert (place / "__init__.py").exists() or place.with_suffix(".py").exists()
    assert word.read_text()


def test_the_installed_pyside_looks_for_the_folder_that_a_build_has(tmp_path):
    bindings.unpack(tmp_path)
    begins = (tmp_path / "bindings" / "signature_bootstrap.py").read_text()
    package, folder = bindings.PLACE.split("/")
    assert f"import {package} as root" in begins
    assert f'/ "{folder}"' in begins
