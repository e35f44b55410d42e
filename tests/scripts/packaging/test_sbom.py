"""The list of parts: true to the folder, in a form that others read, the same bytes every time."""

import json
from importlib import metadata

import msgspec
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from desktop import made_of
from desktop.build import Build
from scripts.packaging import licences, origins, sbom

MODULES = ["desktop.app", "json", "msgspec", "PIL.Image", "pyi_rth_inspect"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A built folder in which are some parts of each kind."""
    found = tmp_path / "orangery"
    internal = found / "_internal"
    for place in (
        "LICENSE",
        "base_library.zip",
        "PySide6/QtCore.abi3.so",
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/lib/libicuuc.so.73",
        "libz.so.1",
        "resources/icons/cpu.svg",
    ):
        (internal / place).parent.mkdir(parents=True, exist_ok=True)
        (internal / place).touch()
    own = Build(version="7.1.0", commit="c" * 40, made=1_764_000_000, platform="linux-x86_64")
    (internal / "resources/build.json").write_bytes(msgspec.json.encode(own))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr(origins, "_modules", lambda _program: iter(MODULES))
    return found


def components(bom):
    return {one["name"]: one for one in json.loads(bom)["components"]}


def test_it_holds_to_the_schema(folder):
    bom = sbom.write(folder).decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom) is None


def test_the_same_folder_gives_the_same_bytes_and_another_one_another_number(folder):
    once = sbom.write(folder)
    assert sbom.write(folder) == once
    (folder / "_internal/resources/icons/cpu.svg").unlink()
    other = sbom.write(folder)
    assert json.loads(other)["serialNumber"] != json.loads(once)["serialNumber"]


def test_it_says_of_what_and_when_the_program_was_built(folder):
    said = json.loads(sbom.write(folder))["metadata"]
    assert said["timestamp"] == "2025-11-24T16:00:00+00:00"
    assert (said["component"]["name"], said["component"]["version"]) == ("orangery", "7.1.0")
    properties = {one["name"]: one["value"] for one in said["component"]["properties"]}
    assert properties["orangery:commit"] == "c" * 40
    assert len(properties["orangery:requirements.lock"]) == 64


def test_each_kind_of_part_is_in_it_with_version_licence_and_text(folder):
    found = components(sbom.write(folder))
    assert found.keys() == {
        *("PySide6_Essentials", "Qt", "ICU", "Python", "Lucide (icons)", "msgspec", "pillow"),
        *("pyinstaller", "zlib1g"),
    }
    assert found["msgspec"]["purl"] == f"pkg:pypi/msgspec@{metadata.version('msgspec')}"
    assert found["zlib1g"]["purl"].startswith("pkg:deb/debian/zlib1g@1")
    assert found["Qt"]["licenses"] == [{"license": {"id": "LGPL-3.0-only"}}]
    texts = folder / "_internal/resources/licences"
    for one in found.values():
        assert one["licenses"], one["name"]
        named = [said["value"] for said in one["properties"] if said["name"] == made_of.TEXT]
        assert named, one["name"]
        assert all((texts / name).is_file() for name in named)


def test_what_a_wheel_says_is_in_it_stands_below_it(folder):
    inner = {one["name"]: one for one in components(sbom.write(folder))["pillow"]["components"]}
    assert inner["FreeType"]["licenses"] == [{"license": {"id": "FTL"}}]
    assert "libimagequant" not in inner


def test_the_window_reads_what_was_written(folder, monkeypatch):
    sbom.write(folder)
    within = folder / "_internal/resources"
    monkeypatch.setattr(made_of.resources, "path", lambda name: within / name)
    found = {one.name: one for one in made_of.parts()}
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in made_of.text(found["Qt"])[:200]
    assert found["zlib1g"].licence == "Zlib"


def test_what_happens_to_be_installed_and_nobody_asked_for_ends_it(folder, monkeypatch):
    monkeypatch.setattr(origins, "_modules", lambda _program: iter([*MODULES, "pytest"]))
    with pytest.raises(sbom.Uninvited, match="pytest"):
        sbom.write(folder)


def test_a_version_that_is_not_locked_ends_it(folder, monkeypatch):
    locked = {**sbom.locked(), "msgspec": "0.0.1"}
    monkeypatch.setattr(sbom, "locked", lambda: locked)
    with pytest.raises(sbom.Unlocked, match=r"msgspec .*, locked: 0\.0\.1"):
        sbom.write(folder)


def test_a_licence_that_may_not_ship_ends_it(folder, monkeypatch):
    known = {**made_of.known(), "debian": {"zlib1g": "GPL-3.0-only"}}
    monkeypatch.setattr(made_of, "known", lambda: known)
    with pytest.raises(licences.Forbidden, match="zlib1g"):
        sbom.write(folder)


def test_a_licence_within_a_wheel_that_may_not_ship_ends_it(folder, monkeypatch):
    known = {**made_of.known(), "absent": {}}
    monkeypatch.setattr(made_of, "known", lambda: known)
    with pytest.raises(licences.Forbidden, match="pillow: libimagequant"):
        sbom.write(folder)


def test_a_part_without_a_text_ends_it(folder, monkeypatch):
    monkeypatch.setattr(licences, "debian_texts", lambda _package: [])
    with pytest.raises(licences.Forbidden, match="no text of the licence: zlib1g"):
        sbom.write(folder)
