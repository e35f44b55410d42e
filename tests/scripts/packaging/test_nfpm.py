"""The packages: what is in them, the same bytes each time, and what Debian's own tools say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from scripts.packaging import debs, nfpm
from scripts.packaging.packing import PACKAGES, Packing, sortable
from tests.scripts.packaging.conftest import said

USUAL = {  # tag of lintian -> why it stays
    "malformed-deb-archive": "zstd: dpkg reads it since Debian 12, lintian 2.116 does not",
    "maintainer-script-calls-systemctl": "one script serves dpkg and rpm, and starts nothing",
}


@pytest.fixture
def deb(packing: Packing, tmp_path: Path) -> Path:
    return nfpm.pack(packing, tmp_path / "out", ("deb",))[0]


@pytest.fixture
def hub(packing: Packing) -> Packing:
    built = packing.built.with_name("orangery-hub")
    shutil.copytree(packing.built, built, symlinks=True)
    (built / "orangery").rename(built / "orangery-hub")
    return replace(packing, program="orangery-hub", built=built)


def files(deb: Path) -> dict[str, str]:
    """Return path -> rights, as `ls -l` writes them."""
    lines = [line.split(maxsplit=5) for line in said("dpkg-deb", "-c", deb).splitlines()]
    return {words[5].split(" -> ")[0].removeprefix("."): words[0] for words in lines}


def test_the_same_folder_gives_the_same_bytes(packing: Packing, tmp_path: Path) -> None:
    first = [file.read_bytes() for file in nfpm.pack(packing, tmp_path / "a")]
    again = tmp_path / "elsewhere"
    shutil.copytree(packing.built, again, symlinks=True)  # with dates and rights of its own
    (again / "_internal" / "deep" / "words.txt").chmod(0o600)
    os.utime(again / "orangery", (1, 1))
    second = nfpm.pack(replace(packing, built=again), tmp_path / "b")
    assert [file.read_bytes() for file in second] == first


def test_rights_and_dates_are_the_packages_own(deb: Path) -> None:
    listed = files(deb)
    assert listed["/usr/lib/orangery/orangery"] == "-rwxr-xr-x"
    assert listed["/usr/lib/orangery/_internal/deep/words.txt"] == "-rw-r--r--"
    assert listed["/usr/bin/orangery"][0] == "l"
    body = said("dpkg-deb", "-c", deb)
    assert set(re.findall(r"20\d\d-\d\d-\d\d \d\d:\d\d", body)) == {"2026-11-27 17:20"}
    assert set(re.findall(r"^\S+ (\S+)", body, re.MULTILINE)) == {"root/root"}


def test_the_rpm_alone_bears_the_mark_that_it_is_one(packing: Packing, tmp_path: Path) -> None:
    deb, rpm = nfpm.pack(packing, tmp_path)
    mark = "/usr/lib/orangery/packaged-as-rpm"
    listed = said("rpm", "-qpl", rpm).splitlines()
    assert mark in listed
    assert mark not in files(deb)
    assert "/usr" not in listed  # a folder of everybody is nobody's
    assert "/usr/share/zsh/site-functions/_orangery" in listed
    assert "/usr/share/zsh/vendor-completions/_orangery" in files(deb)
    papers = said("rpm", "-qp", "--docfiles", rpm).splitlines()
    assert {
        "/usr/share/doc/orangery/copyright",
        "/usr/share/man/man1/orangery.1.gz",
        "/usr/share/man/zh_CN/man1/orangery.1.gz",
    } <= set(papers)
    assert "xcb-util-cursor" in said("rpm", "-qp", "--requires", rpm)


@pytest.mark.skipif(os.geteuid() != 0, reason="rpm changes its root, which only root may")
def test_an_rpm_that_is_taken_out_leaves_nothing(packing: Packing, tmp_path: Path) -> None:
    (rpm,) = nfpm.pack(packing, tmp_path, ("rpm",))
    root = tmp_path / "root"
    (root / "usr").mkdir(parents=True)
    order = ("rpm", "--root", root, "--nodeps", "--noscripts")
    said(*order, "--install", rpm)
    assert (root / "usr/bin/orangery").resolve(strict=True).read_text().endswith("echo orangery\n")
    said(*order, "--erase", "orangery")
    assert [one for one in (root / "usr").rglob("*orangery*") if one.exists()] == []


def test_a_tight_package_holds_the_same_in_less(
    packing: Packing, deb: Path, tmp_path: Path
) -> None:
    (tight,) = nfpm.pack(packing, tmp_path / "tight", ("deb",), tight=True)
    assert tight.stat().st_size < deb.stat().st_size
    assert said("ar", "t", tight).split()[-1] == "data.tar.xz"
    assert said("dpkg-deb", "-c", tight) == said("dpkg-deb", "-c", deb)
    control = ("dpkg-deb", "-f")
    assert said(*control, tight) == said(*control, deb)
    (again,) = nfpm.pack(packing, tmp_path / "again", ("deb",), tight=True)
    assert again.read_bytes() == tight.read_bytes()
    with pytest.raises(ValueError, match=deb.name):
        debs.tighten(deb, "x86_64")


def test_a_beta_sorts_before_its_version(deb: Path) -> None:
    assert said("dpkg-deb", "-f", deb, "Version").strip() == "0.2.0~b1"
    order = ["0.1.0", "0.2.0.dev3", "0.2.0a1", "0.2.0b1", "0.2.0b2", "0.2.0rc1", "0.2.0", "0.2.1"]
    for older, newer in pairwise(order):
        said("dpkg", "--compare-versions", sortable(older), "lt", sortable(newer))
    assert sortable("1.0-beta.2") == "1.0~beta2"
    assert sortable("0.2.0") == "0.2.0"


def test_only_what_was_bundled_is_not_asked_of_the_system(deb: Path) -> None:
    asked = said("dpkg-deb", "-f", deb, "Depends")
    assert "python" not in asked  # it brings its own
    assert {"libxcb-cursor0", "libegl1", "libgl1"} <= set(asked.replace(",", "").split())
    assert "mosquitto" in said("dpkg-deb", "-f", deb, "Recommends")


def test_nothing_is_enabled_or_started_by_a_package() -> None:
    scripts = [*PACKAGES.glob("*.postinst"), *PACKAGES.glob("*.prerm"), *PACKAGES.glob("*.postrm")]
    assert len(scripts) == 4
    for script in scripts:
        said("sh", "-n", script)
        orders = re.findall(r"systemctl(?: --\S+)* ([a-z-]+)", script.read_text())
        assert {*orders} <= {"daemon-reload", "try-restart", "disable", "stop"}, script.name


def test_what_nfpm_refuses_is_told(packing: Packing, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"did not find expected key"):
        nfpm.pack(replace(packing, version='0"1'), tmp_path, ("deb",))


@pytest.mark.slow
def test_the_policy_of_debian_finds_nothing_but_what_is_named(
    packing: Packing, hub: Packing, tmp_path: Path
) -> None:
    for one in (packing, hub):
        (deb,) = nfpm.pack(one, tmp_path / one.program, ("deb",))
        done = subprocess.run(
            ["lintian", "--allow-root", "--fail-on", "none", deb],
            capture_output=True,
            text=True,
            check=True,
        )
        tags = set(re.findall(r"^[EW]: \S+: (\S+)", done.stdout, re.MULTILINE))
        assert tags <= USUAL.keys(), done.stdout
