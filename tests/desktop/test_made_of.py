"""Every part of others is known with its licence and the text of it, from source and built."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import resources
from desktop import build, made_of
from desktop.made_of import Part

ROOT = Path(__file__).resolve().parents[2]


def parts():
    return {made_of.normal(one.name): one for one in made_of.parts()}


def test_everything_that_the_project_needs_is_a_part():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {made_of.normal(re.match(r"[\w.-]+", one)[0]) for one in project["dependencies"]}
    assert needed <= parts().keys()


def test_what_those_need_is_there_too_and_we_ourselves_are_not():
    found = parts()
    assert {"markupsafe", "shiboken6", "idna"} <= found.keys()
    assert build.PROGRAM not in found


def test_the_extras_of_a_requirement_are_followed():
    plain = {one.name for one in made_of.needed()}
    assert {one.name for one in made_of.needed("postgres")} - plain >= {"psycopg", "psycopg-binary"}


def test_each_part_says_its_version_and_licence_and_has_the_text_of_it():
    for name, part in parts().items():
        assert part.licence, name
        assert part.version or name.startswith("lucide"), name
        assert len(made_of.text(part)) > 300, name


def test_what_a_record_says_in_spdx_is_taken_as_it_is():
    assert made_of.licence(metadata.distribution("aiohttp")) == "Apache-2.0 AND MIT"


@pytest.mark.parametrize(
    ("name", "licence"), [("jinja2", "BSD-3-Clause"), ("segno", "BSD-3-Clause")]
)
def test_where_a_record_says_it_in_other_words_we_know_it(name, licence):
    assert made_of.licence(metadata.distribution(name)) == licence


def test_the_icons_and_the_table_of_characters_are_named():
    names = [one.name for one in made_of.our_own()]
    assert names == ["Lucide (icons)", "OpenCC (traditional characters)"]
    assert "Lucide" in made_of.text(made_of.our_own()[0])


def test_a_built_program_tells_what_its_own_list_says(tmp_path, monkeypatch):
    component = {
        "name": "libfoo2",
        "version": "2.1-3",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
        "properties": [
            {"name": made_of.TEXT, "value": "libfoo2/copyright"},
            {"name": "orangery:file", "value": "libfoo.so.2"},
        ],
    }
    named = {"name": "Qt", "licenses": [{"license": {"id": "LGPL-3.0-only"}}]}
    (tmp_path / made_of.SBOM).write_text(json.dumps({"components": [component, named]}))
    (tmp_path / "licences/libfoo2").mkdir(parents=True)
    (tmp_path / "licences/libfoo2/copyright").write_text("Copyright (c) Foo\n")
    monkeypatch.setattr(resources, "path", lambda name: tmp_path / name)
    foo, qt = made_of.parts()
    assert (foo.name, foo.version, foo.licence) == ("libfoo2", "2.1-3", "MIT OR Apache-2.0")
    assert made_of.text(foo) == "Copyright (c) Foo"
    assert qt == Part(name="Qt", licence="LGPL-3.0-only")


def test_what_was_never_installed_names_only_what_lies_among_our_files(monkeypatch):
    def nothing(*_):
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(made_of.metadata, "requires", nothing)
    assert [one.name for one in made_of.parts()] == [one.name for one in made_of.our_own()]
