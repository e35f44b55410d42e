"""What a bare Debian is made from, and when none is made; that one can be made is tried slowly."""

import os

import pytest

from tests.live import bare
from tests.live.bare import BareError, Source

DEB822 = """\
Types: deb
# a comment of somebody's
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates trixie
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""


def test_sources_of_the_newer_format_are_read_as_apt_reads_them(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEB822)
    assert bare.sources(tmp_path) == (
        Source(
            address="http://mirror.example/debian",
            suites=("bookworm", "bookworm-updates"),
            components=("main", "contrib"),
        ),
    )


def test_sources_of_the_older_format_are_read_too(tmp_path):
    (tmp_path / "sources.list").write_text(
        "# deb http://not.example/debian bookworm main\n"
        "deb [signed-by=/usr/share/keyrings/a.gpg] http://a.example/debian bookworm main contrib\n"
        "deb http://a.example/debian-security bookworm-security main\n"
        "deb http://other.example/tool stable main\n"
    )
    first, second = bare.sources(tmp_path)
    assert first.line("bookworm") == "deb http://a.example/debian bookworm main contrib"
    assert second.suites == ("bookworm-security",)


@pytest.mark.parametrize(
    ("user", "path", "word"), [(1000, bare.ALL_PATHS, "only root"), (0, "", "missing here")]
)
def test_where_none_can_be_made_the_reason_is_said(monkeypatch, tmp_path, user, path, word):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(bare, "ALL_PATHS", path)
    assert word in bare.why_not()
    with pytest.raises(BareError, match=word):
        bare.make(tmp_path / "root", tmp_path / "cache")


def test_a_source_that_is_not_reached_is_named(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(bare, "TOOLS", ())
    nowhere = Source(address="http://127.0.0.1:9", suites=(bare.RELEASE,), components=("main",))
    monkeypatch.setattr(bare, "sources", lambda: (nowhere,))
    assert bare.why_not().startswith("http://127.0.0.1:9 is not reached")


def test_where_no_machine_may_run_it_is_said(monkeypatch, tmp_path):
    here = Source(address=tmp_path.as_uri(), suites=(bare.RELEASE,), components=("main",))
    (tmp_path / "dists" / bare.RELEASE).mkdir(parents=True)
    (tmp_path / "dists" / bare.RELEASE / "Release").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(bare, "TOOLS", ())
    monkeypatch.setattr(bare, "sources", lambda: (here,))
    monkeypatch.setattr(bare, "_OWN", ("sh", "-c", "echo not permitted >&2; exit 1"))
    assert bare.why_not().endswith("are allowed: not permitted")
