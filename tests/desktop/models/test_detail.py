from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.members_commands import Here, Person
from desktop.models import detail, detail_versions
from desktop.models.detail_versions import Deed, Issue, Mark
from desktop.models.fields import Field
from desktop.models.mirror import Mirror
from feedback.known_issues import KnownIssue
from feedback.wire import ClusterState, Kind
from feedback.wire_triage import ClusterDoc, PublicWords
from firmware.release import Back, Fit
from fleet.members import MAY, Role
from fleet.model import Availability, UpdateState, Version, Waiting
from tests.desktop import detail_house, fake_house
from tests.desktop.fake_house import NOW, target, update

pytestmark = pytest.mark.usefixtures("spoken")


def composed(key: str, device=None, **facts) -> detail.Detail:
    mirror = Mirror(fake_house.house(**facts))
    mirror.devices.update(detail_house.devices())
    if device is not None:
        mirror.devices[key] = device
    found = detail.compose(mirror, key, NOW)
    assert found is not None
    return found


def fact(found: detail.Detail, name: str) -> str:
    every = (*found.versions.facts, *found.place.facts, *found.place.ids)
    return next((one.value for one in every if one.name == name), "")


def test_the_marks_of_a_device_are_shown_as_they_are() -> None:
    marked = replace(fake_house.devices()["d1"], spare=True, pinned=True)
    assert composed("d1", marked).marks == (
        (Mark.ASK_FIRST, False),
        (Mark.SPARE, True),
        (Mark.PIN, True),
    )


def test_what_it_measures_is_told_apart_from_what_few_look_for() -> None:
    plug = composed("plug")
    assert Field(name="Power", value="1,834.2 W") in plug.measures
    assert [one.name for one in plug.aside] == ["uptime", "Signal"]
    assert plug.aside[0].value == "3 h 12 min"


def test_what_can_be_told_to_it_is_no_mere_value() -> None:
    lamp = composed("lamp")
    assert lamp.measures == ()
    assert {one.feature for one in lamp.controls} >= {"POWER", "Dimmer", "CT", "Color"}


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (Version("14.2.0", build="tasmota"), "14.2.0 (tasmota)"),
        (Version("2023/v1.1.0-g34", plain="1.1.0"), "2023/v1.1.0-g34"),
        (None, "not said yet"),
    ],
)
def test_what_it_runs_is_told_as_it_says_it(version: Version | None, said: str) -> None:
    device = replace(fake_house.devices()["d1"], version=version)
    assert fact(composed("d1", device), "Installed") == said


@pytest.mark.parametrize("mark", Mark)
def test_every_mark_has_words(mark: Mark) -> None:
    assert detail_versions.mark_words(mark)


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (Back.YES, "one tap goes back afterwards"),
        (Back.CABLE, "back only by cable"),
        (Back.NO, "once it runs there is no way back"),
    ],
)
def test_can_i_go_back_is_answered_before_the_tap(back: Back, said: str) -> None:
    fit = Fit(target=target("1.128.0"), score=1, back=back)
    assert fact(composed("d1", fit={"d1": fit}), "Afterwards") == said


@pytest.mark.parametrize(
    ("state", "back", "undo"),
    [
        (UpdateState.DONE, "yes", "1.122.2"),
        (UpdateState.DONE, "cable", ""),
        (UpdateState.DONE, "no", ""),
        (UpdateState.TRANSFERRING, "yes", ""),
    ],
)
def test_going_back_is_offered_where_it_is_done_and_signed(
    state: UpdateState, back: str, undo: str
) -> None:
    done = update("d3", state, version_from="1.122.2", version_to="1.128.0", back=back)
    versions = composed("d3", update={"d3": done}).versions
    assert versions.undo == undo
    assert (Deed.BACK in versions.deeds) is bool(undo)


def test_a_device_that_runs_something_else_by_now_has_nothing_to_undo() -> None:
    done = update("d3", UpdateState.DONE, version_from="1", version_to="1.130.0", back="yes")
    assert not composed("d3", update={"d3": done}).versions.undo


def test_what_the_makers_know_of_a_device_stands_with_it(spoken) -> None:
    words = PublicWords(title="Goes back", workaround="Wait for Friday.")
    doc = ClusterDoc(
        id="c1", kind=Kind.PROBLEM, state=ClusterState.OPEN, vendor="Acme", model="LGT-01",
        component="boot", words={"en": words, "zh_CN": words}, made=NOW,
    )  # fmt: skip
    hit = {"d1": KnownIssue(clusters=("c1", "gone"))}
    assert composed("d1", known_issue=hit, cluster={"c1": doc}).known == (
        Issue(title="Goes back", workaround="Wait for Friday."),
    )
    assert composed("d2", known_issue=hit, cluster={"c1": doc}).known == ()


# --- versions ------------------------------------------------------------------------------------


def elsewhere(**more):
    path = target("1.128.0").path
    return {"outcome_stats": {path: detail_house.numbers(**more)}}


def test_how_it_went_in_other_homes_is_told_before_install() -> None:
    versions = composed("d1", **elsewhere()).versions
    assert versions.outcomes == "In other homes: 1,204 confirmed, 6 refused, 2 lost."
    assert not versions.wary


def test_that_nobody_knows_yet_is_said_too() -> None:
    assert composed("d1").versions.outcomes == "In other homes: no numbers yet."
    none = composed("d1", **elsewhere(attempted=0, healthy=0, failed=0, silent=0)).versions
    assert none.outcomes == "In other homes: no numbers yet."


def test_a_device_with_nothing_to_install_is_told_nothing_of_other_homes() -> None:
    assert composed("d12", **elsewhere()).versions.outcomes == ""


def test_bad_news_from_other_homes_is_marked() -> None:
    assert composed("d1", **elsewhere(failed=400, low=0.3)).versions.wary


def test_what_an_update_would_do_stands_before_the_button() -> None:
    found = composed("d1")
    assert fact(found, "This week") == "1.128.0"
    assert fact(found, "Size") == "1.2 MB"
    assert fact(found, "Restarts") == "yes: away for 3 min at most"
    assert fact(found, "If it fails") == "goes back by itself"
    assert found.versions.deeds == (Deed.UPDATE, Deed.SKIP)


def test_one_that_failed_can_be_tried_again_or_stay() -> None:
    versions = composed("d4", fit={}).versions
    assert versions.deeds == (Deed.RETRY, Deed.STAY)
    words = [detail_versions.deed_words(deed, versions) for deed in versions.deeds]
    assert words == ["Try 1.128.0 again", "Stay on 1.122.2"]


@pytest.mark.parametrize(
    ("waiting", "deeds"),
    [(Waiting.HELD, (Deed.APPROVE, Deed.CANCEL)), (Waiting.ASLEEP, (Deed.CANCEL,))],
)
def test_one_that_waits_can_be_let_go_or_taken_back(waiting, deeds) -> None:
    waits = update("d1", UpdateState.QUEUED, version_to="1.128.0", waiting=waiting)
    assert composed("d1", update={"d1": waits}).versions.deeds == deeds


def test_what_is_being_written_cannot_be_taken_back() -> None:
    writes = update("d1", UpdateState.INSTALLING, version_to="1.128.0")
    assert composed("d1", update={"d1": writes}).versions.deeds == ()


def test_its_own_makers_offer_is_told_apart_from_what_is_verified() -> None:
    versions = composed("d12").versions
    assert (versions.own_offer, versions.deeds) == ("0.9.4", (Deed.OWN,))
    assert not versions.can_check
    assert composed("plug").versions.can_check


def test_who_signed_is_named() -> None:
    versions = composed("d1").versions
    assert versions.signed.startswith("Signed by 2 of 3 release keys")
    assert any("Ana, Chen" in line for line in versions.signers)


@pytest.mark.parametrize("deed", Deed)
def test_every_deed_has_words(deed: Deed) -> None:
    assert detail_versions.deed_words(deed, composed("d1").versions)


# --- where it stands -----------------------------------------------------------------------------


def test_its_gateway_can_be_gone_to_and_its_router_is_named() -> None:
    found = composed("thermo")
    (gateway,) = [one for one in found.place.facts if one.device]
    assert (gateway.name, gateway.value, gateway.device) == ("Gateway", "Multimode gateway", "d7")
    assert fact(found, "Through") == "Hall plug"
    assert fact(found, "Radio") == "Zigbee"
    assert fact(found, "Zigbee address") == "0x00158d0001020304"


def test_a_gateway_that_is_not_known_is_named_as_the_device_says_it() -> None:
    alone = replace(detail_house.thermometer(), via="", via_claim="0xbridge")
    assert fact(composed("thermo", alone), "Gateway") == "0xbridge"


def test_gateways_in_a_circle_end() -> None:
    one = replace(detail_house.thermometer(), via="sleeper")
    other = replace(detail_house.sleeper(), via="thermo")
    mirror = Mirror(fake_house.house())
    mirror.devices.update({"thermo": one, "sleeper": other})
    found = detail.compose(mirror, "thermo", NOW)
    assert [one.device for one in found.place.facts if one.device] == ["sleeper"]


def test_a_low_battery_is_marked() -> None:
    (battery,) = [one for one in composed("thermo").place.facts if one.name == "Battery"]
    assert (battery.value, battery.tone) == ("14 %", "warn")


@pytest.mark.parametrize(
    ("ip", "page"),
    [
        ("192.168.1.37", "http://192.168.1.37/"),
        ("fd00::7", "http://[fd00::7]/"),
        ("8.8.8.8", ""),  # not of a home
        ("evil.example/path", ""),
        ("", ""),
    ],
)
def test_only_a_page_in_this_home_is_linked(ip: str, page: str) -> None:
    device = replace(detail_house.lamp(), endpoints=detail_house.place(ip=ip))
    assert composed("lamp", device).place.page == page


def test_ids_can_be_copied() -> None:
    ids = composed("lamp").place.ids
    assert {one.copied for one in ids} == {"02005E102233", "tasmota_102233"}


def test_equal_houses_give_equal_details() -> None:
    assert composed("lamp") == composed("lamp")


def test_one_that_sleeps_is_told_to_hear_later() -> None:
    asleep = replace(detail_house.lamp(), availability=Availability.SLEEPING)
    assert "asleep" in composed("lamp", asleep).doubt
    assert composed("lamp").doubt == ""


# --- who may -------------------------------------------------------------------------------------


def seen_by(role: Role, key: str) -> detail.Detail:
    people = {
        "ana": Person(id="ana", name="Ana", role=Role.OWNER),
        "kim": Person(id="kim", name="Kim", role=role),
    }
    mirror = Mirror(fake_house.house(person=people))
    mirror.devices.update(detail_house.devices())
    mirror.here = Here(id="kim", name="Kim", role=role, rights=MAY[role])
    found = detail.compose(mirror, key, NOW)
    assert found is not None
    return found


def test_a_child_may_switch_a_lamp_but_open_no_door_and_is_told_whom_to_ask() -> None:
    assert {one.barred for one in seen_by(Role.CHILD, "lamp").controls} == {""}
    assert {one.barred for one in seen_by(Role.CHILD, "lock").controls} == {"Ask Ana."}
    assert {one.barred for one in seen_by(Role.MEMBER, "lock").controls} == {""}


def test_who_may_not_update_is_told_whom_to_ask() -> None:
    assert seen_by(Role.CHILD, "d1").versions.barred == "Ask Ana."
    assert seen_by(Role.MEMBER, "d1").versions.barred == ""
    assert composed("d1").versions.barred == ""


def test_notes_of_its_maker_that_are_a_page_are_linked_and_others_are_shown() -> None:
    camera = fake_house.devices()["d12"]
    page = composed("d12", replace(camera, notes="https://maker.example/notes"))
    (field,) = [one for one in page.versions.facts if one.name == "Its notes"]
    assert (field.url, page.versions.own_notes) == ("https://maker.example/notes", "")
    for text in ("Mends a leak.", "file:///etc/passwd", "https://a.example and more"):
        told = composed("d12", replace(camera, notes=text)).versions
        assert (told.own_notes, [one for one in told.facts if one.url]) == (text, [])
