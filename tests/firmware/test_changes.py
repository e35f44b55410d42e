"""What a signer is shown: every difference by its code, and nothing that matters as routine."""

import datetime as dt
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.signer import SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Role,
    Root,
    SuccinctRoles,
    TargetFile,
    Targets,
)

from firmware.changes import Importance, Kind, Side, compare
from firmware.signed import KEY_NAME

ROUTINE, CAREFUL, GRAVE = Importance.ROUTINE, Importance.CAREFUL, Importance.GRAVE
OPENED = dt.datetime(2026, 11, 26, 18, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PATH = "train/orange/week.json"


def key(name, public=None):
    public = public or hashlib.sha256(name.encode()).hexdigest()
    keyid = hashlib.sha256(f"id {name}".encode()).hexdigest()
    return SSlibKey(keyid, "ed25519", "ed25519", {"public": public}, {KEY_NAME: name})


ANN, BEN, CARL = key("ann"), key("ben"), key("carl")


def about(**changes):
    usual = {"schema": 1, "version": "1.0", "counter": 1, "vendor": "Acme", "model": "Lamp"}
    return {**usual, "hardware": ["r1"], "come_back_s": 60, "keeps_previous": True, **changes}


def file(path="fw/acme/lamp/a.bin", sha="a", size=1000, **said):
    custom = {"custom": about(**said)}
    return TargetFile(size, {"sha256": sha * 64}, path, custom)


def root(**changes):
    keys = {one.keyid: one for one in (ANN, BEN, CARL)}
    roles = {
        role: Role(list(keys), 2 if role in {"root", "targets"} else 1)
        for role in ("root", "targets", "snapshot", "timestamp")
    }
    usual = {"version": 1, "expires": OPENED + 365 * DAY, "keys": keys, "roles": roles}
    return Root(**{**usual, "consistent_snapshot": True, **changes})


def targets(**changes):
    keys = {one.keyid: one for one in (ANN, BEN)}
    roles = {
        "build-lamp": DelegatedRole("build-lamp", [ANN.keyid], 1, True, ["fw/acme/lamp/*"]),
        "train-orange": DelegatedRole("train-orange", [BEN.keyid], 1, True, ["train/orange/*"]),
    }
    usual = {"version": 1, "expires": OPENED + 180 * DAY, "delegations": Delegations(keys, roles)}
    return Targets(**{**usual, **changes})


def week(*files, **said):
    named = [
        {"path": one.path, "sha256": one.hashes["sha256"], "size": one.length} for one in files
    ]
    usual = {"schema": 1, "week": "2026-W48", "channel": "orange", "counter": 1, "published": 100}
    return json.dumps({**usual, "files": named, **said}).encode()


def side(*files, shipped=None, version=1, expires=28, **said):
    manifest = week(*(files if shipped is None else shipped), **said)
    train = Targets(version, expires=OPENED + expires * DAY)
    train.targets = {PATH: TargetFile.from_data(PATH, manifest, ["sha256"])}
    build = Targets(version, expires=OPENED + 120 * DAY, targets={one.path: one for one in files})
    roles = {"root": root(), "targets": targets(), "build-lamp": build, "train-orange": train}
    return Side(roles=roles, manifest=manifest)


def with_role(role, signed, **said):
    given = side(file(), **said)
    return Side(roles={**given.roles, role: signed}, manifest=given.manifest)


def found(before, after, **terms):
    terms = {name.replace("_", "-"): days * 86400 for name, days in terms.items()}
    return compare(before, after, opened=OPENED.timestamp(), terms=terms)


def only(before, after, code):
    """The one change with that code."""
    (change,) = [one for one in found(before, after) if one.code == code]
    return change


def weeks(code, was, now):
    return only(side(file(), **was), side(file(), **now), code)


def test_nothing_changes_between_the_same():
    assert found(side(file()), side(file())) == ()


def test_an_ordinary_next_week_has_nothing_but_routine():
    last = side(file(), counter=1, notes={"en": "old"}, fixes=["r1"], salt="a")
    new = file("fw/acme/lamp/b.bin", "b", 1100, version="1.1", counter=2)
    rings = [{"name": "all", "percent": 100, "opens": 5}]
    following = side(
        file(), new, shipped=[new], counter=2, version=2, expires=35, notes={"en": "new"},
        fixes=["r2"], week="2026-W49", published=200, salt="b", rings=rings,
    )  # fmt: skip
    changes = found(last, following)
    assert {one.importance for one in changes} == {ROUTINE}
    assert {one.code for one in changes} >= {"week_next", "image_version", "image_size", "expiry"}


def test_the_most_important_comes_first():
    changes = found(Side(), side(file(), recalled=["c" * 64]))
    order = list(Importance)
    assert [one.importance for one in changes] == sorted(
        (one.importance for one in changes), key=order.index
    )
    assert changes[0].importance is GRAVE


# --- the week -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "importance", "was", "now"),
    [
        ("notes_added", "added", ROUTINE, {}, {"notes": {"en": "x"}}),
        ("notes_changed", "changed", ROUTINE, {"notes": {"en": "x"}}, {"notes": {"en": "y"}}),
        ("notes_removed", "removed", CAREFUL, {"notes": {"en": "x"}}, {}),
        ("fix_added", "added", ROUTINE, {}, {"fixes": ["r"]}),
        ("fix_removed", "removed", ROUTINE, {"fixes": ["r"]}, {}),
        ("recall_added", "added", CAREFUL, {}, {"recalled": ["c" * 64]}),
        ("recall_removed", "removed", GRAVE, {"recalled": ["c" * 64]}, {}),
        ("withdrawn_added", "added", CAREFUL, {}, {"withdrawn": {"en": "x"}}),
        ("withdrawn_removed", "removed", CAREFUL, {"withdrawn": {"en": "x"}}, {}),
        ("known_added", "added", ROUTINE, {}, {"known": [{"id": "k", "words": {"en": "x"}}]}),
        ("known_removed", "removed", CAREFUL, {"known": [{"id": "k", "words": {}}]}, {}),
        ("known_changed", "changed", ROUTINE, {"known": [{"id": "k", "words": {}}]},
         {"known": [{"id": "k", "words": {"en": "x"}}]}),
        ("simulation_changed", "changed", ROUTINE, {}, {"simulation": "d" * 64}),
        ("simulation_removed", "removed", CAREFUL, {"simulation": "d" * 64}, {}),
        ("books_changed", "changed", ROUTINE, {}, {"books": {"rows": 1, "head": "d" * 64}}),
        ("books_changed", "changed", GRAVE, {"books": {"rows": 2, "head": "d" * 64}},
         {"books": {"rows": 1, "head": "d" * 64}}),
        ("books_removed", "removed", CAREFUL, {"books": {"rows": 1, "head": "d" * 64}}, {}),
        ("salt_changed", "changed", CAREFUL, {"salt": "a"}, {"salt": "b"}),
        ("salt_changed", "changed", ROUTINE, {"salt": "a"}, {"salt": "b", "week": "2026-W49"}),
        ("week_back", "changed", GRAVE, {"counter": 7}, {"counter": 6}),
        ("week_back", "changed", GRAVE, {"week": "2026-W49"}, {"counter": 6}),
        ("week_next", "changed", ROUTINE, {"counter": 7}, {"counter": 8}),
        ("channel_changed", "changed", GRAVE, {}, {"channel": "stable"}),
        ("date_back", "changed", GRAVE, {"published": 9}, {"published": 8}),
        ("unknown_said", "changed", GRAVE, {}, {"autopilot": True}),
    ],
)  # fmt: skip
def test_a_difference_of_the_week(code, kind, importance, was, now):
    change = weeks(code, was, now)
    assert (change.kind, change.importance) == (Kind(kind), importance)


@pytest.mark.parametrize("importance", [ROUTINE, CAREFUL])
def test_a_ring_that_only_opens_in_the_next_week_is_routine(importance):
    ring = {"name": "lab", "percent": 5, "opens": 0}
    later = {**ring, "opens": 604_800}
    week_id = "2026-W49" if importance is ROUTINE else "2026-W48"
    change = weeks("ring_changed", {"rings": [ring]}, {"rings": [later], "week": week_id})
    assert change.importance is importance
    assert change.facts == {
        "name": "lab",
        "percent": "5",
        "was_percent": "5",
        "opens": "1970-01-08 00:00 UTC",
        "was_opens": "1970-01-01 00:00 UTC",
    }


def test_more_houses_in_a_ring_or_no_rings_at_all_are_not_routine():
    ring = {"name": "lab", "percent": 5, "opens": 0}
    more = {**ring, "percent": 50}
    changed = weeks("ring_changed", {"rings": [ring]}, {"rings": [more], "week": "2026-W49"})
    assert changed.importance is CAREFUL
    assert weeks("rings_gone", {"rings": [ring]}, {}).importance is CAREFUL
    both = weeks("ring_removed", {"rings": [ring, {**ring, "name": "all"}]}, {"rings": [ring]})
    assert both.facts["name"] == "all"


def test_a_waiver_is_shown_with_person_and_reason():
    waiver = {"sha256": "a" * 64, "code": "size_jump", "person": "Ann", "reason": "New\nfonts"}
    change = weeks("waiver_added", {}, {"waivers": [waiver]})
    assert (change.importance, change.text) == (CAREFUL, "New\nfonts")
    assert change.facts == {"finding": "size_jump", "person": "Ann", "image": "a" * 12}
    assert weeks("waiver_removed", {"waivers": [waiver]}, {}).kind is Kind.REMOVED


def test_an_unknown_member_deep_in_the_week_is_named():
    ring = {"name": "lab", "percent": 5, "opens": 0, "skip": "checks"}
    assert weeks("unknown_said", {}, {"rings": [ring]}).facts == {"name": "rings.skip"}


# --- images ---------------------------------------------------------------------------------------


def image(code, was, now):
    return only(side(was), side(was, now, shipped=[now]), code)


NEXT = {"path": "fw/acme/lamp/b.bin", "sha": "b", "version": "1.1", "counter": 2}


@pytest.mark.parametrize(
    ("code", "importance", "now", "facts"),
    [
        ("image_version", ROUTINE, {}, {"version": "1.1", "was": "1.0"}),
        ("image_version_back", GRAVE, {"version": "0.9"}, {"version": "0.9", "was": "1.0"}),
        ("image_version_same", GRAVE, {"version": "1.0"}, {"version": "1.0", "was": "1.0"}),
        ("image_counter", ROUTINE, {}, {"counter": "2", "was": "1"}),
        ("image_counter_back", GRAVE, {"counter": 1}, {"counter": "1", "was": "1"}),
        ("image_size", ROUTINE, {"size": 1190},
         {"size": "1,190", "was": "1,000", "percent": "+19"}),
        ("image_size", CAREFUL, {"size": 500}, {"size": "500", "was": "1,000", "percent": "-50"}),
        ("image_hardware", CAREFUL, {"hardware": ["r1", "r2"]},
         {"hardware": "r1, r2", "was": "r1"}),
        ("image_hardware_any", GRAVE, {"hardware": []}, {"was": "r1"}),
        ("image_minimum", CAREFUL, {"minimum": "0.5"}, {"minimum": "0.5", "was": "-"}),
        ("image_come_back", CAREFUL, {"come_back_s": 90}, {"seconds": "90", "was": "60"}),
        ("image_now_one_way", CAREFUL, {"keeps_previous": False}, {}),
        ("image_chunks", ROUTINE, {"chunk_size": 4096}, {"size": "4,096"}),
        ("image_bytes", ROUTINE, {}, {"sha256": "b" * 64, "path": "fw/acme/lamp/b.bin"}),
    ],
)  # fmt: skip
def test_a_difference_of_an_image(code, importance, now, facts):
    change = image(code, file(), file(**{**NEXT, **now}))
    assert (change.importance, change.facts, change.about) == (importance, facts, "Acme Lamp")


def test_the_same_bytes_with_other_facts_are_grave():
    anew = file("fw/acme/lamp/b.bin", minimum="0.5")
    assert image("image_said_anew", file(), anew).importance is GRAVE


def test_a_new_model_is_shown_with_all_that_is_said_of_it():
    cube = file("fw/acme/lamp/c.bin", "c", model="Cube", hardware=[], minimum="2")
    changes = found(side(file()), side(file(), cube))
    said = {one.code: one.facts for one in changes if one.about == "Acme Cube"}
    assert said["image_added"]["size"] == "1,000"
    assert said["image_over"] == {"minimum": "2"}
    assert said["image_comes_back"] == {"seconds": "60"}
    assert said.keys() >= {"image_for_any", "image_goes_back"}


def test_an_image_that_ships_no_longer_is_shown():
    change = only(side(file()), side(file(), shipped=[]), "image_removed")
    assert (change.kind, change.facts["version"]) == (Kind.REMOVED, "1.0")


def test_a_week_that_names_what_nobody_built_or_other_bytes_is_grave():
    before = side(file())
    assert only(before, side(shipped=[file()], counter=2), "image_unsigned").importance is GRAVE
    split = side(file(), shipped=[file(sha="e")], counter=2)
    assert only(before, split, "image_split").importance is GRAVE


def test_a_build_role_that_changes_its_word_is_grave():
    change = only(side(file()), side(file(sha="e")), "image_rewritten")
    assert change.importance is GRAVE


def test_what_is_built_and_does_not_ship_or_is_forgotten_is_shown():
    extra = file("fw/acme/lamp/x.bin", "c", model="Other")
    assert only(side(file()), side(file(), extra, shipped=[file()]), "image_not_shipped")
    assert only(side(file(), extra), side(file()), "image_forgotten")


@pytest.mark.parametrize("where", ["custom", "file"])
def test_something_unknown_about_a_file_is_grave(where):
    odd = file(**NEXT, autorun=True) if where == "custom" else file(**NEXT)
    if where == "file":
        odd.unrecognized_fields["autorun"] = True
    change = image("unknown_said", file(), odd)
    assert (change.importance, change.about) == (GRAVE, "build-lamp")
    assert "autorun" in change.facts["name"]


# --- roles ----------------------------------------------------------------------------------------


def role_change(code, role, signed):
    return only(side(file()), with_role(role, signed), code)


def delegated(role, **changes):
    made = targets(version=2)
    for name, value in changes.items():
        setattr(made.delegations.roles[role], name, value)
    return made


def rooted(role, keyids=None, threshold=None):
    made = root(version=2)
    made.roles[role].keyids = keyids or made.roles[role].keyids
    made.roles[role].threshold = threshold or made.roles[role].threshold
    return made


def test_a_key_that_comes_and_one_that_goes_are_grave_and_named():
    changed = delegated("build-lamp", keyids=[BEN.keyid])
    added = role_change("key_added", "targets", changed)
    assert (added.importance, added.about) == (GRAVE, "build-lamp")
    assert added.facts == {"name": "ben", "keyid": BEN.keyid[:8], "kind": "ed25519"}
    gone = role_change("key_removed", "targets", changed)
    assert (gone.importance, gone.facts["name"]) == (GRAVE, "ann")


@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp"])
def test_a_key_taken_out_of_a_top_role_is_grave(role):
    changed = rooted(role, keyids=[ANN.keyid, BEN.keyid])
    change = role_change("key_removed", "root", changed)
    assert (change.about, change.importance, change.facts["name"]) == (role, GRAVE, "carl")


def test_a_key_swapped_behind_its_number_or_renamed_is_grave():
    swapped, renamed = root(version=2), root(version=2)
    swapped.keys[ANN.keyid] = SSlibKey(
        ANN.keyid, "ed25519", "ed25519", {"public": "0" * 64}, {KEY_NAME: "ann"}
    )
    renamed.keys[ANN.keyid] = SSlibKey(
        ANN.keyid, "ed25519", "ed25519", ANN.keyval, {KEY_NAME: "ben"}
    )
    for code, made in (("key_replaced", swapped), ("key_renamed", renamed)):
        after = with_role("root", made)
        changes = [one for one in found(side(file()), after) if one.code == code]
        assert {one.about for one in changes} == {"root", "targets", "snapshot", "timestamp"}
        assert {one.importance for one in changes} == {GRAVE}


def test_a_threshold_that_falls_is_grave_and_one_that_rises_is_not_routine():
    lowered = role_change("threshold_lowered", "root", rooted("root", threshold=1))
    assert (lowered.importance, lowered.facts) == (
        GRAVE,
        {"threshold": "1", "was": "2", "keys": "3"},
    )
    assert (
        role_change("threshold_raised", "root", rooted("root", threshold=3)).importance is CAREFUL
    )


def test_a_new_delegation_and_a_new_path_are_grave():
    wider = delegated("build-lamp", paths=["fw/acme/lamp/*", "fw/acme/lock/*"])
    path = role_change("path_added", "targets", wider)
    assert (path.importance, path.facts) == (GRAVE, {"path": "fw/acme/lock/*"})
    more = targets(version=2)
    more.delegations.roles["build-lock"] = DelegatedRole(
        "build-lock", [BEN.keyid], 1, True, ["x/*"]
    )
    new = role_change("delegation_added", "targets", more)
    assert (new.importance, new.about) == (GRAVE, "build-lock")
    assert new.facts == {"keys": "1", "threshold": "1", "paths": "x/*"}


def test_a_delegation_inside_a_build_role_is_grave():
    keys = {CARL.keyid: CARL}
    inner = {"mine": DelegatedRole("mine", [CARL.keyid], 1, True, ["fw/acme/lamp/*"])}
    build = Targets(2, expires=OPENED, targets={file().path: file()})
    build.delegations = Delegations(keys, inner)
    assert role_change("delegation_added", "build-lamp", build).about == "build-lamp/mine"


def test_a_delegation_gone_narrowed_or_asked_in_another_order_is_grave():
    fewer = targets(version=2)
    del fewer.delegations.roles["build-lamp"]
    assert role_change("signers_gone", "targets", fewer).importance is GRAVE
    narrow = delegated("build-lamp", paths=[])
    assert role_change("path_removed", "targets", narrow).importance is GRAVE
    on = delegated("build-lamp", terminating=False)
    assert role_change("delegation_order", "targets", on).importance is GRAVE


@pytest.mark.parametrize(
    ("version", "code", "importance"),
    [
        (2, "role_version", ROUTINE),
        (3, "role_version", CAREFUL),
        (1, "role_version_back", GRAVE),
        (0, "role_version_back", GRAVE),
    ],
)
def test_a_version_that_jumps_or_falls_is_not_routine(version, code, importance):
    after = with_role("targets", targets(version=2))
    after.roles["targets"].version = version
    after.roles["targets"].expires += DAY
    change = only(side(file()), after, code)
    assert (change.importance, change.about) == (importance, "targets")


@pytest.mark.parametrize(
    ("days", "code", "importance"),
    [
        (180, "expiry", ROUTINE),
        (200, "expiry_long", CAREFUL),
        (178, "expiry_back", CAREFUL),
    ],
)
def test_an_expiry_that_is_not_the_usual_one_is_shown(days, code, importance):
    before = with_role("targets", targets(expires=OPENED + 179 * DAY))
    after = with_role("targets", targets(version=2, expires=OPENED + days * DAY))
    changes = [one for one in found(before, after, targets=180) if "expiry" in one.code]
    assert [(one.code, one.importance) for one in changes] == [(code, importance)]
    assert changes[0].facts["days"] == str(days)


def test_an_expiry_that_stays_is_not_told_of():
    after = with_role("train-orange", side(file(), version=2).roles["train-orange"])
    changes = found(side(file()), after, train_orange=5)
    assert {one.code for one in changes} == {"role_version"}


def test_a_first_role_with_a_short_term_says_so():
    (change,) = [
        one for one in found(Side(), side(file(), expires=2), train_orange=28)
        if one.code == "expiry_short"
    ]  # fmt: skip
    assert (change.about, change.facts["usual"]) == ("train-orange", "28")


def test_unknown_members_of_any_role_are_grave():
    odd_key = SSlibKey(ANN.keyid, "ed25519", "ed25519", ANN.keyval, {"backdoor": 1})
    makers = {
        "mine": root(version=2, unrecognized_fields={"mine": 1}),
        f"keys.{ANN.keyid[:8]}.backdoor": root(version=2, keys={**root().keys, ANN.keyid: odd_key}),
        "theirs": rooted("root"),
    }
    makers["theirs"].roles["root"].unrecognized_fields["theirs"] = 1
    for name, made in makers.items():
        change = role_change("unknown_said", "root", made)
        assert (change.importance, change.facts["name"]) == (GRAVE, name)


def test_hashed_paths_and_hash_bins_are_unknown_here():
    hashed = targets(version=2)
    hashed.delegations.roles["build-lamp"] = DelegatedRole(
        "build-lamp", [ANN.keyid], 1, True, None, ["00"]
    )
    assert role_change("unknown_said", "targets", hashed).facts["name"] == "path_hash_prefixes"
    bins = targets(version=2)
    bins.delegations = Delegations({}, None, SuccinctRoles([ANN.keyid], 1, 2, "bin"))
    assert role_change("unknown_said", "targets", bins).facts["name"] == "succinct_roles"


def test_a_root_of_another_repository_is_grave():
    other = root(version=2, unrecognized_fields={"x-orangery-repository": "bundle"})
    change = role_change("repository", "root", other)
    assert (change.importance, change.facts) == (GRAVE, {"name": "bundle"})
    assert role_change("repository", "bundle-root", root()).facts == {"name": "-"}


def test_the_bundles_root_grants_roles_of_its_own():
    bundle = root(unrecognized_fields={"x-orangery-repository": "bundle"})
    changes = found(side(file()), with_role("bundle-root", bundle))
    first = {one.about for one in changes if one.code == "signers_first"}
    assert first == {"bundle-root", "bundle-targets", "bundle-snapshot", "bundle-timestamp"}
    assert "repository" not in {one.code for one in changes}


@pytest.mark.parametrize("role", ["targets", "train-orange"])
def test_a_file_in_a_role_that_must_not_have_it_is_grave(role):
    given = side(file())
    odd = Targets(2, expires=OPENED + 28 * DAY, targets=dict(given.roles[role].targets))
    odd.delegations = given.roles[role].delegations
    odd.targets["fw/evil"] = TargetFile(1, {"sha256": "f" * 64}, "fw/evil")
    change = role_change("file_foreign", role, odd)
    assert (change.importance, change.facts) == (GRAVE, {"path": "fw/evil"})


def test_a_train_that_signs_another_week_than_the_one_compared_is_grave():
    train = Targets(2, expires=OPENED + 28 * DAY)
    train.targets = {PATH: TargetFile.from_data(PATH, b"another", ["sha256"])}
    assert role_change("week_not_shown", "train-orange", train).importance is GRAVE


def test_the_other_channels_week_signed_again_as_it_was_is_no_news():
    path = "train/stable/week.json"
    stable = Targets(1, expires=OPENED + 120 * DAY)
    stable.targets = {path: TargetFile.from_data(path, b"of stable", ["sha256"])}
    again = Targets(2, expires=OPENED + 120 * DAY, targets=dict(stable.targets))
    before, after = with_role("train-stable", stable), with_role("train-stable", again)
    assert "week_not_shown" not in {one.code for one in found(before, after)}
    again.targets[path] = TargetFile.from_data(path, b"another", ["sha256"])
    assert only(before, after, "week_not_shown").importance is GRAVE


def test_a_train_that_keeps_its_old_week_while_a_new_one_is_shown_is_grave():
    old = side(file())
    train = Targets(2, expires=OPENED + 28 * DAY, targets=dict(old.roles["train-orange"].targets))
    after = with_role("train-orange", train, notes={"en": "Another one."})
    assert only(old, after, "week_not_shown").importance is GRAVE


@given(st.integers(-(2**70), 2**70))
def test_any_moment_can_be_said(at):
    ring = {"name": "lab", "percent": 5, "opens": min(2**62, max(-(2**62), at))}
    assert weeks("ring_added", {}, {"rings": [ring]}).facts["opens"]
