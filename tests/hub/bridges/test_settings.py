import json
import stat

import pytest

from feedback.wire import HubError
from hub.bridges import settings
from hub.bridges.settings import FILE, Kind, Settings
from tests.hub.bridges.forges import TOKEN, Forge

SAID = Settings(name="tracker", kind=Kind.GITHUB, url="https://api.github.com", project="o/r")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_hub_without_bridges_has_none(tmp_path):
    assert settings.load(tmp_path) == ()


def test_what_is_added_is_there_and_its_secrets_are_for_the_hub_alone(tmp_path):
    secret = settings.add(tmp_path, SAID, TOKEN)
    assert settings.named(tmp_path, "tracker") == SAID
    assert len(secret.read_text().strip()) == 64
    assert {mode(path) for path in tmp_path.iterdir()} == {0o600}
    assert TOKEN not in (tmp_path / FILE).read_text()


def test_a_removed_bridge_leaves_nothing(tmp_path):
    settings.add(tmp_path, SAID, TOKEN)
    settings.remove(tmp_path, "tracker")
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    with pytest.raises(HubError, match="bridge_unknown"):
        settings.remove(tmp_path, "tracker")


def test_two_of_one_name_are_refused(tmp_path):
    settings.add(tmp_path, SAID, TOKEN)
    with pytest.raises(HubError, match="bridge_exists"):
        settings.add(tmp_path, SAID, TOKEN)


@pytest.mark.parametrize(
    "more",
    [{"name": "../up"}, {"name": "A"}, {"name": ""}, {"url": "http://tracker.example"}],
)
def test_a_bad_name_or_an_open_address_is_refused(tmp_path, more):
    said = {"name": "tracker", "kind": Kind.GITLAB, "url": "https://gitlab.com", "project": "o/r"}
    with pytest.raises(HubError, match="bridge_settings_bad"):
        settings.add(tmp_path, Settings(**said | more), TOKEN)


@pytest.mark.parametrize("words", ["no json", "{}", '[{"name": "a"}]', '[{"names": "a"}]'])
def test_a_broken_file_says_what_is_wrong(tmp_path, words):
    (tmp_path / FILE).write_text(words)
    with pytest.raises(HubError, match="bridge_settings_bad"):
        settings.load(tmp_path)


def test_the_token_may_be_in_a_variable(tmp_path, monkeypatch):
    one = Settings(**json.loads(json.dumps({**_fields(SAID), "token_env": "OUR_TOKEN"})))
    settings.add(tmp_path, one)
    with pytest.raises(HubError, match="bridge_token_missing"):
        settings.forge(tmp_path, one)
    monkeypatch.setenv("OUR_TOKEN", TOKEN)
    forge = Forge("gitea")
    try:
        near = Settings(**_fields(one) | {"kind": Kind.GITEA, "url": forge.url})
        assert settings.forge(tmp_path, near).who() == "orangery-bot"
    finally:
        forge.close()


def _fields(one):
    return {name: getattr(one, name) for name in one.__struct_fields__}
