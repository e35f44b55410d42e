"""What may ship, and the texts that go with it."""

from pathlib import Path

import pytest
from PIL import features

from desktop import made_of
from scripts.packaging import licences


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "Apache-2.0 AND MIT",
        "GPL-2.0-only OR MIT",
        "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
        "(MIT OR GPL-3.0-only) AND Unicode-3.0",
        "GPL-3.0-or-later WITH GCC-exception-3.1",
        "GPL-2.0-or-later WITH Bootloader-exception AND Apache-2.0",
        "LicenseRef-public-domain",
    ],
)
def test_what_leaves_a_choice_that_is_allowed_may_ship(expression):
    assert licences.may_ship(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "GPL-3.0-only",
        "GPL-2.0-or-later",
        "AGPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "GPL-3.0-only OR AGPL-3.0-only",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "SSPL-1.0",
        "Proprietary",
        "MIT OR",
    ],
)
def test_the_gpl_alone_and_what_nobody_knows_may_not(expression):
    assert not licences.may_ship(expression)


def test_all_that_may_not_ship_is_named_at_once():
    parts = [("good", "MIT"), ("copyleft", "GPL-3.0-only"), ("silent", "")]
    with pytest.raises(licences.Forbidden) as told:
        licences.check(parts)
    assert str(told.value) == "copyleft (GPL-3.0-only), silent (nobody says)"


@pytest.mark.parametrize("table", ["python", "debian", "qt"])
def test_everything_that_is_written_down_as_known_may_ship(table):
    licences.check(made_of.known()[table].items())


def test_what_lies_within_wheels_may_ship_too():
    for inner in made_of.known()["inner"].values():
        licences.check(inner.items())


def test_what_is_named_as_absent_from_a_wheel_is_absent():
    assert made_of.known()["absent"] == {"pillow": ["libimagequant"]}
    assert not features.check_feature("libimagequant")


def test_a_package_of_debian_brings_its_copyright_and_what_that_points_to(tmp_path, monkeypatch):
    common, doc = tmp_path / "common", tmp_path / "doc"
    monkeypatch.setattr(licences, "COMMON", common)
    monkeypatch.setattr(licences, "DOC", doc)
    common.mkdir()
    (common / "LGPL-2.1").write_text("the text")
    (doc / "libfoo2").mkdir(parents=True)
    (doc / "libfoo2/copyright").write_text(f"see {common}/LGPL-2.1. And {common}/Gone, too.")
    assert licences.debian_texts("libfoo2") == [doc / "libfoo2/copyright", common / "LGPL-2.1"]
    assert licences.debian_texts("libbar1") == []


def test_python_says_its_own_licence():
    [text] = licences.python_texts()
    assert "PYTHON SOFTWARE FOUNDATION" in text.read_text(errors="replace").upper()


def test_texts_of_one_part_do_not_overwrite_each_other(tmp_path):
    texts = []
    for folder in ("own", "vendored"):
        texts.append(tmp_path / folder / "LICENSE")
        texts[-1].parent.mkdir()
        texts[-1].write_text(folder)
    into = tmp_path / "into"
    names = licences.lay("Lucide (icons)", texts, into)
    assert names == ["Lucide-icons-/1-LICENSE", "Lucide-icons-/2-LICENSE"]
    assert [(into / name).read_text() for name in names] == ["own", "vendored"]


def test_a_text_of_many_parts_lies_there_once(tmp_path, monkeypatch):
    monkeypatch.setattr(licences, "COMMON", tmp_path)
    (tmp_path / "GPL-3").write_text("the text")
    into = Path(tmp_path / "into")
    one = licences.lay("libgcc-s1", [tmp_path / "GPL-3"], into)
    assert one == licences.lay("libstdc++6", [tmp_path / "GPL-3"], into) == ["common/GPL-3"]
