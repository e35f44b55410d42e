"""What is built in of what PyInstaller found: told in its own words."""

import _ssl
import re

import pytest
from PIL import Image, _plugins

from feedback import attachments
from scripts.packaging import trim


def found(*places, kind="BINARY"):
    return [(place, f"/from/{place}", kind) for place in places]


def places(entries):
    return [entry[0] for entry in entries]


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6\\plugins\\sqldrivers\\qsqlite.dll",
        "PySide6/Qt/qml/QtQuick/libqtquick2plugin.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PIL/_avif.cpython-311-x86_64-linux-gnu.so",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "keyring-25.7.0.dist-info/RECORD",
        "orangery_fleet-0.1.0.dist-info/direct_url.json",
    ],
)
def test_what_nothing_loads_is_left_out(place):
    assert trim.kept(found(place, kind="DATA")) == []


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "PIL/_webp.cpython-311-x86_64-linux-gnu.so",
        "botocore/data/endpoints.json",
        "botocore/data/s3/2006-03-01/service-2.json.gz",
        "keyring-25.7.0.dist-info/entry_points.txt",
    ],
)
def test_what_is_used_stays(place):
    assert places(trim.kept(found(place, kind="DATA"))) == [place]


def test_a_library_stays_where_something_that_stays_asks_for_it():
    extension = found("PIL/_imaging.so", kind="EXTENSION")
    plugin = found("PySide6/Qt/plugins/platforms/libqxcb.so")
    libraries = found("pillow.libs/libjpeg.so.62", "libxcb-cursor.so.0", "libxcb-util.so.1")
    asked = {
        "/from/PIL/_imaging.so": ["libjpeg.so.62", "libc.so.6"],
        "/from/PySide6/Qt/plugins/platforms/libqxcb.so": ["libxcb-cursor.so.0"],
        "/from/libxcb-cursor.so.0": ["libxcb-util.so.1"],
    }
    entries = [*extension, *plugin, *libraries]
    assert trim.kept(entries, lambda file: asked.get(file, [])) == entries


def test_a_library_goes_with_the_last_that_asked_for_it_and_so_does_its_link():
    gtk = found("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "libgtk-3.so.0")
    link = [("libavif.so.16", "pillow.libs/libavif.so.16", "SYMLINK")]
    library = found("pillow.libs/libavif.so.16")
    asked = {"/from/libgtk-3.so.0": ["libgtk-3.so.0"]}
    assert trim.kept([*gtk, *link, *library], lambda file: asked.get(file, [])) == []


def test_a_link_stays_with_what_it_points_at():
    extension = found("PIL/_imaging.so", kind="EXTENSION")
    link = [("libjpeg.so.62", "pillow.libs/libjpeg.so.62", "SYMLINK")]
    entries = [*extension, *link, *found("pillow.libs/libjpeg.so.62")]
    assert trim.kept(entries, lambda _file: ["libjpeg.so.62"]) == entries


def test_the_librarys_own_python_is_loaded_by_the_program_itself():
    python = found("libpython3.11.so.1.0")
    assert trim.kept(python, lambda _file: []) == python


@pytest.mark.parametrize("name", ["libdbus-1.so.3", "libstdc++.so.6", "libglib-2.0.so.0"])
def test_what_every_desktop_has_is_its_own(name):
    extension = found("PySide6/QtCore.abi3.so", kind="EXTENSION")
    assert trim.kept([*extension, *found(name)], lambda _file: [name]) == extension


def test_what_only_those_ask_for_goes_too():
    extension = found("PySide6/QtDBus.abi3.so", kind="EXTENSION")
    chain = {
        "/from/PySide6/QtDBus.abi3.so": ["libdbus-1.so.3"],
        "/from/libdbus-1.so.3": ["libsystemd.so.0"],
    }
    entries = [*extension, *found("libdbus-1.so.3", "libsystemd.so.0")]
    assert trim.kept(entries, lambda file: chain.get(file, [])) == extension


def test_an_elf_file_says_what_it_asks_for(tmp_path):
    asked = trim.asked(_ssl.__file__)
    assert any(re.match(r"libssl[.]so", name) for name in asked)
    (tmp_path / "words").write_text("none")
    assert trim.asked(str(tmp_path / "words")) == []


def test_the_pictures_that_a_house_and_a_hub_take_can_be_read():
    left_out = trim.pictures(_plugins)
    assert "PIL.AvifImagePlugin" in left_out
    Image.init()
    for form in attachments._FORMATS:
        assert Image.OPEN[form][0].__module__ not in left_out
