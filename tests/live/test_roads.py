"""What is handed on to a bare machine so that pip finds packages; that it does: test_fresh."""

import pytest

from tests.live import roads

LISTED = """\
:env:.extra-index-url='file:///mirror/more'
:env:.require-virtualenv='1'
global.cert='/etc/ssl/some.pem'
global.extra-index-url='https://other.example/simple'
global.find-links='/wheels\\n/more wheels'
install.no-index='true'
global.cache-dir='/var/cache/pip'
"""


def test_only_what_says_where_packages_are_is_handed_on():
    assert roads.settings(LISTED) == {
        "cert": "/etc/ssl/some.pem",
        "extra-index-url": "file:///mirror/more",
        "find-links": "/wheels /more wheels",
        "no-index": "true",
    }


def test_pip_here_is_asked_where_nothing_is_given(monkeypatch, tmp_path):
    (tmp_path / "pip.conf").write_text("[global]\nretries = 9\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    assert roads.settings()["retries"] == "9"


def test_what_the_settings_name_on_this_machine_is_found(tmp_path):
    (tmp_path / "a b").mkdir()
    (tmp_path / "own.pem").touch()
    values = {
        "extra-index-url": f"https://x.example/simple file://{tmp_path}/a%20b",
        "find-links": f"wheels {tmp_path}/absent",
        "cert": f"{tmp_path}/own.pem",
    }
    assert list(roads.places(values)) == [tmp_path / "a b", tmp_path / "own.pem"]


def test_proxies_are_handed_on_and_nothing_else(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("SOME_TOKEN", "secret")
    said = roads.environment()
    assert said["https_proxy"] == "http://proxy.example:3128"
    assert said.keys() <= set(roads.VARIABLES)


@pytest.mark.parametrize(
    ("place", "lent"), [("a/pypi/simple", "a/pypi"), ("b/simple", "b"), ("a/x", "a/x")]
)
def test_what_an_index_links_to_beside_it_is_lent_too(tmp_path, monkeypatch, place, lent):
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    shown = roads._uppermost_unknown(roads.Path("/") / place, root)
    assert shown == roads.Path("/") / lent


def test_without_a_way_to_packages_it_is_said(monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert roads.why_not().startswith("pip does not bring segno")
