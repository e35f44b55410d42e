"""What Windows and macOS are told of the program; on neither was it tried."""

import plistlib
import subprocess
import sys
from types import SimpleNamespace

import pytest
from PIL import Image

from desktop import lan_devices, sharing
from fleet import find_brokers
from scripts.packaging import icons, metainfo, systems

ABOUT = systems.About(name="orangery", version="1.2.0b3", words="Devices, fresh every Friday")


@pytest.mark.parametrize(
    ("platform", "name", "console"),
    [
        ("linux", "orangery", {"orangery": True}),
        ("win32", "orangery", {"orangery": True, "orangery-window": False}),
        ("darwin", "orangery", {"orangery": False}),
        ("win32", "orangery-hub", {"orangery-hub": True}),
        ("darwin", "orangery-hub", {"orangery-hub": True}),
    ],
)
def test_a_window_has_a_program_without_a_console(platform, name, console):
    assert {one.name: one.console for one in systems.programs(platform, name)} == console


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        ("1.2.3", (1, 2, 3, 0)),
        ("1.2.0b3", (1, 2, 0, 0)),
        ("2", (2, 0, 0, 0)),
        ("1.2.3.4.5", (1, 2, 3, 4)),
        ("?", (0, 0, 0, 0)),
    ],
)
def test_windows_keeps_four_numbers_of_a_version(version, numbers):
    assert systems.numbers(version) == numbers


def test_the_version_resource_is_in_the_words_that_pyinstaller_reads():
    words = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "VarFileInfo")
    inner = {"StringTable": lambda _code, rows: dict(rows), "StringStruct": lambda *row: row}
    known = {word: lambda *row, **said: SimpleNamespace(row=row, **said) for word in words}
    text = systems.version_file(ABOUT, "orangery-window")
    made = eval(text, {**known, **inner, "VarStruct": lambda *row: row})
    assert made.ffi.filevers == (1, 2, 0, 0)
    said = made.kids[0].row[0][0]
    assert said["OriginalFilename"] == "orangery-window.exe"
    assert said["ProductVersion"] == "1.2.0b3"


@pytest.mark.parametrize("platform", systems.ENDING)
def test_an_icon_has_every_size_that_is_asked_for(platform, tmp_path, qapp):
    drawn = {size: icons.png(size) for size in systems.sizes(platform)}
    with Image.open(systems.icon(platform, tmp_path, drawn)) as made:
        found = {size[0] * (size[2] if len(size) > 2 else 1) for size in made.info["sizes"]}
    assert found == set(systems.sizes(platform))


def test_an_app_opens_our_links_and_our_files():
    said = plistlib.loads(plistlib.dumps(systems.plist(ABOUT, systems.mime())))
    assert said["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["orangery"]
    endings = {
        ending
        for one in said["UTExportedTypeDeclarations"]
        for ending in one["UTTypeTagSpecification"]["public.filename-extension"]
    }
    assert {"orangery-bundle", "orangery-event"} <= endings
    assert ABOUT.identity == metainfo.ID
    named = {one["LSItemContentTypes"][0] for one in said["CFBundleDocumentTypes"]}
    assert named == {one["UTTypeIdentifier"] for one in said["UTExportedTypeDeclarations"]}
    assert said["CFBundleShortVersionString"] == "1.2.0"


def test_an_app_names_every_kind_of_neighbour_that_it_looks_for():
    kinds = {*find_brokers.KINDS, sharing.KIND, *lan_devices.ANNOUNCED}
    assert set(systems.plist(ABOUT, systems.mime())["NSBonjourServices"]) >= kinds


def test_macos_is_told_who_signs_only_where_somebody_is_named():
    assert systems.signing({}) == {"codesign_identity": None, "entitlements_file": None}
    who = systems.signing({systems.IDENTITY: "Developer ID", systems.ENTITLEMENTS: "may.plist"})
    assert who == {"codesign_identity": "Developer ID", "entitlements_file": "may.plist"}


def test_each_program_is_signed_by_the_command_that_the_environment_names(tmp_path):
    programs = [tmp_path / "orangery.exe", tmp_path / "orangery-window.exe"]
    for file in programs:
        file.write_text("program")
    script = tmp_path / "sign.py"
    script.write_text("import sys\nopen(sys.argv[-1], 'a').write(' signed ' + sys.argv[1])\n")
    named = {systems.SIGN: f"{sys.executable} {script} /fd"}
    assert systems.sign(programs, named) == programs
    assert [file.read_text() for file in programs] == ["program signed /fd"] * 2


def test_without_a_command_nothing_is_signed_and_a_failing_one_is_not_passed_over(tmp_path):
    assert systems.sign([tmp_path], {}) == []
    with pytest.raises(subprocess.CalledProcessError):
        systems.sign([tmp_path], {systems.SIGN: "false"})
