"""Whose each file and module of a built folder is; what is nobody's ends the build."""

import pytest

from scripts.packaging import origins

MODULES = [
    *("desktop.app", "own_archive", "json.decoder", "msgspec"),
    *("jaraco.classes.properties", "pyi_rth_inspect", "shibokensupport.signature.loader"),
]


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A folder as PyInstaller leaves it; returns how a file is put into it."""
    folder = tmp_path / "orangery"
    monkeypatch.setattr(origins, "_modules", lambda _program: iter(MODULES))

    def known(names):
        return {name: "libfoo2" for name in names if name == "libfoo.so.2"}

    monkeypatch.setattr(origins, "packages", known)

    def put(*places):
        for place in ("LICENSE", *places):
            file = folder / "_internal" / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        return folder

    return put


def test_each_file_and_module_is_somebodys(built):
    folder = built(
        "python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so",
        "libpython3.11.so.1.0",
        "libfoo.so.2",
        "PySide6/QtCore.abi3.so",
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/lib/libicuuc.so.73",
        "resources/icons/cpu.svg",
        "shiboken6/files.dir/README.txt",
    )
    found = origins.origins(folder)
    ours = {"LICENSE", "resources/icons/cpu.svg", "shiboken6/files.dir/README.txt"}
    assert found.own == {*ours, "desktop.app", "own_archive"}
    assert "libpython3.11.so.1.0" in found.python
    assert "json.decoder" in found.python
    assert found.debian == {"libfoo2": {"libfoo.so.2"}}
    assert found.qt == {"PySide6/Qt/lib/libQt6Core.so.6"}
    assert found.icu_version == "73"
    assert found.distributions["pyside6-essentials"] == {"PySide6/QtCore.abi3.so"}
    assert found.distributions["jaraco-classes"] == {"jaraco.classes.properties"}
    assert found.distributions["shiboken6"] == {"shibokensupport.signature.loader"}
    assert found.distributions["pyinstaller"] == {"orangery", "pyi_rth_inspect"}


@pytest.mark.parametrize(
    "place", ["libbar.so.1", "evil.pth", "msgspec/evil.so", "data/secrets.txt"]
)
def test_what_is_nobodys_is_named(built, place):
    with pytest.raises(origins.Unknown, match=place):
        origins.origins(built(place))


def test_a_module_that_is_nobodys_is_named(built, monkeypatch):
    monkeypatch.setattr(origins, "_modules", lambda _program: iter(["evil"]))
    with pytest.raises(origins.Unknown, match="evil"):
        origins.origins(built())


def test_a_link_is_its_targets(built):
    folder = built("PySide6/Qt/lib/libQt6Core.so.6")
    (folder / "_internal/libQt6Core.so.6").symlink_to("PySide6/Qt/lib/libQt6Core.so.6")
    assert origins.origins(folder).debian == {}


def test_debian_says_which_package_brings_a_library():
    found = origins.packages({"libc.so.6", "libnever-heard-of.so.1"})
    assert found == {"libc.so.6": "libc6"}


def test_nothing_is_asked_where_there_is_nothing_to_ask():
    assert origins.packages(set()) == {}
