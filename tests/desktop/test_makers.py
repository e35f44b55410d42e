"""Makers come by link, go again, stand side by side, and none changes its root in silence."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from desktop.app import Household
from desktop.commands import AddMaker, AddMakerLink, CheckNow, RemoveMaker, TrustOf
from desktop.door import waited
from firmware import bundle, maker_link, roots
from firmware.errors import TrustError
from firmware.orders import StartRollout
from fleet.errors import CommandError
from fleet.model import UpdateState
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Server, Simulator


@pytest.fixture
def maker(tmp_path):
    made = Simulator(tmp_path / "mirror")
    made.publish()
    return made


@pytest.fixture
def served(maker):
    with Server(maker.folder) as running:
        yield running


@pytest.fixture
def client(tmp_path):
    with Household(furnish(tmp_path / "house")) as house:
        yield house.client


def do(client, command):
    return waited(client.send(command))


def link(served: Server, maker: Simulator, name: str = "acme") -> str:
    print_of = roots.fingerprint((maker.metadata / "1.root.json").read_bytes())
    return str(maker_link.made(name, [served.url], f"sha256:{print_of}"))


def refused(client, command) -> CommandError | TrustError:
    with pytest.raises((CommandError, TrustError)) as caught:
        do(client, command)
    return caught.value


def test_a_link_is_enough_to_take_a_maker_s_weeks(client, served, maker):
    assert do(client, AddMakerLink(link=link(served, maker))) == "acme"
    assert do(client, CheckNow(maker="acme")).id == "2026-W47"


def test_the_root_is_known_by_the_fingerprint_that_the_link_names(client, served, maker):
    text = link(served, maker)
    do(client, AddMakerLink(link=text))
    assert do(client, TrustOf(maker="acme")).root == maker_link.parse(text).fingerprint


def test_a_home_that_never_had_a_connection_takes_a_maker_by_link_and_stick(
    client, maker, tmp_path
):
    maker.add_bundle()
    maker.publish()
    stick = str(bundle.write(maker.folder, "2026-W47", tmp_path / "week.bundle"))
    text = link(SimpleNamespace(url="http://127.0.0.1:9/"), maker)
    assert do(client, AddMakerLink(link=text, source=stick)) == "acme"
    assert do(client, CheckNow(maker="acme", source=stick)).id == "2026-W47"


def test_where_the_mirror_shows_another_root_nothing_is_changed(client, served, maker):
    false = link(served, maker).replace("sha256:", "sha256:00")[:-2]
    assert refused(client, AddMakerLink(link=false)).code == "root_not_the_named"
    assert refused(client, TrustOf()).code == "no_maker"


def test_another_root_under_a_known_name_needs_a_person_s_word(client, served, maker, tmp_path):
    do(client, AddMakerLink(link=link(served, maker)))
    other = Simulator(tmp_path / "other")
    other.publish()
    with Server(other.folder) as elsewhere:
        asked = AddMakerLink(link=link(elsewhere, other))
        assert refused(client, asked).code == "maker_exists"
        do(client, CheckNow(maker="acme"))
        do(client, AddMakerLink(link=asked.link, repin=True))
        assert do(client, CheckNow(maker="acme")).source == elsewhere.url


def test_also_after_it_was_removed_another_root_is_noticed(client, served, maker, tmp_path):
    do(client, AddMakerLink(link=link(served, maker)))
    do(client, RemoveMaker(name="acme"))
    other = Simulator(tmp_path / "other")
    other.publish()
    root = other.maker().root.decode()
    assert refused(client, AddMaker(name="acme", root=root)).code == "maker_exists"


def test_a_removed_maker_gives_no_week_and_is_not_shown(client, served, maker):
    do(client, AddMakerLink(link=link(served, maker)))
    do(client, CheckNow())
    do(client, RemoveMaker(name="acme"))
    shown = until(client, lambda now: "acme" not in now.facts.get("week", {}) and now)
    assert "acme" not in shown.facts.get("trust", {})
    assert refused(client, CheckNow(maker="acme")).code == "maker_unknown"


def test_removing_and_adding_again_is_no_way_back_to_an_older_week(client, served, maker, tmp_path):
    older = maker.copy(tmp_path / "older")
    maker.counter += 1
    maker.publish()
    do(client, AddMakerLink(link=link(served, maker)))
    do(client, CheckNow())
    do(client, RemoveMaker(name="acme"))
    with Server(older) as behind:
        do(client, AddMakerLink(link=link(behind, maker)))
        assert refused(client, CheckNow(maker="acme")).code == "mirror_rolled_back"


def test_back_at_its_old_root_a_maker_is_held_to_what_was_seen_of_it(
    client, served, maker, tmp_path
):
    older = maker.copy(tmp_path / "older")
    maker.counter += 1
    maker.publish()
    do(client, AddMakerLink(link=link(served, maker)))
    do(client, CheckNow())
    other = Simulator(tmp_path / "other")
    other.publish()
    with Server(other.folder) as elsewhere:
        do(client, AddMakerLink(link=link(elsewhere, other), repin=True))
        do(client, CheckNow(maker="acme"))
    with Server(older) as behind:
        do(client, AddMakerLink(link=link(behind, maker), repin=True))
        assert refused(client, CheckNow(maker="acme")).code == "mirror_rolled_back"


def test_a_maker_that_is_not_there_cannot_be_removed(client):
    assert refused(client, RemoveMaker(name="acme")).code == "maker_unknown"


@pytest.mark.broker
def test_what_waits_for_a_removed_maker_s_files_is_cancelled(tmp_path, broker, served, maker):
    folder = furnish(tmp_path / "home", broker.port)
    with Voice(broker.port) as lamp, Household(folder) as house:
        key = until(house.client, device_called("Hall lamp")).key
        do(house.client, AddMakerLink(link=link(served, maker)))
        do(house.client, CheckNow())
        served.folder = tmp_path / "gone"  # so that it cannot be fetched
        lamp.say("state", b"offline")
        until(house.client, lambda now: now.devices[key].availability == "offline")
        do(house.client, StartRollout())
        do(house.client, RemoveMaker(name="acme"))
        ended = until(
            house.client, lambda now: (one := now.facts["update"][key]).state.ended and one
        )
        assert ended.state is UpdateState.CANCELLED


def test_after_a_restart_a_removed_maker_stays_away(tmp_path, served, maker):
    folder = furnish(tmp_path / "home")
    with Household(folder) as first:
        do(first.client, AddMakerLink(link=link(served, maker)))
        do(first.client, AddMakerLink(link=link(served, maker, "beta")))
        do(first.client, RemoveMaker(name="acme"))
    with Household(folder) as second:
        until(second.client, lambda now: set(now.facts.get("trust", {})) == {"beta"})
