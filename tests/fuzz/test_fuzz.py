"""Every parser takes or refuses whatever it is given; and the campaign sees those that do not."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import fuzz
from tests.fuzz import targets
from tests.fuzz.mutations import LARGEST, made
from tests.fuzz.targets import TARGETS


@pytest.fixture(autouse=True)
def no_files_left():
    yield
    targets.clean()


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_own_good_input(name):
    assert TARGETS[name].taken(TARGETS[name].seeds()[0])


@pytest.mark.parametrize("name", ["bundle", "week", "about", "key"])
def test_a_target_refuses_what_is_nothing_like_its_format(name):
    assert not TARGETS[name].taken(b"{}")


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_are_taken_or_refused(name):
    target = TARGETS[name]

    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=2_000))
    def tried(data: bytes) -> None:
        target.taken(data)

    tried()


@pytest.mark.parametrize("name", TARGETS)
def test_any_bending_of_a_good_input_is_taken_or_refused(name):
    target = TARGETS[name]
    seeds = target.seeds()

    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**40), st.sampled_from(seeds), st.binary(max_size=50))
    def tried(number: int, seed: bytes, tail: bytes) -> None:
        target.taken(made([seed, tail], target.words, 2, number + 2))

    tried()


def test_the_same_number_gives_the_same_input_and_another_one_another():
    target = TARGETS["bundle"]
    seeds = target.seeds()
    inputs = [made(seeds, target.words, 1, number) for number in range(500)]
    assert inputs == [made(target.seeds(), target.words, 1, number) for number in range(500)]
    assert inputs[: len(seeds)] == seeds
    assert len(set(inputs)) > 400
    assert max(map(len, inputs)) <= LARGEST
    assert made(seeds, target.words, 2, 100) != inputs[100]


def small_campaign(tmp_path, name, inputs=5):
    found = fuzz.campaign(inputs=inputs, names=[name], jobs=1, folder=tmp_path / "kept")
    return found[name]


def test_a_crash_is_counted_and_its_input_kept(tmp_path):
    tally = small_campaign(tmp_path, "broken-crashes")
    assert (tally.inputs, tally.crashes, tally.hangs) == (5, 5, 0)
    assert "IndexError" in tally.failures[0]["error"]
    assert (tmp_path / "kept" / "broken-crashes-1-0").read_bytes() == b"x"


def test_a_parser_that_asks_for_endless_memory_is_counted_as_a_crash(tmp_path):
    tally = small_campaign(tmp_path, "broken-eats", inputs=1)
    assert tally.crashes == 1
    assert "MemoryError" in tally.failures[0]["error"]


def test_a_process_that_dies_is_counted_and_the_next_goes_on_behind_it(tmp_path):
    tally = small_campaign(tmp_path, "broken-dies", inputs=2)
    assert (tally.inputs, tally.crashes) == (2, 2)
    assert (tmp_path / "kept" / "broken-dies-1-1").exists()


@pytest.mark.slow
def test_a_parser_that_never_ends_is_counted_as_a_hang(tmp_path):
    tally = small_campaign(tmp_path, "broken-hangs", inputs=1)
    assert (tally.inputs, tally.hangs, tally.crashes) == (1, 1, 0)


def without_a_fault(tmp_path, seed, **extent):
    found = fuzz.campaign(seed=seed, jobs=1, folder=tmp_path / "kept", chunk=100, **extent)
    assert not [failure for tally in found.values() for failure in tally.failures]
    assert all(tally.inputs for tally in found.values())
    return found


@pytest.mark.bench
def test_a_slice_of_the_campaign_finds_no_fault(tmp_path):
    found = without_a_fault(tmp_path, seed=3, inputs=100 * len(TARGETS))
    assert "all" in fuzz.table(found)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_minutes_of_the_campaign_find_no_fault(tmp_path):
    without_a_fault(tmp_path, seed=4, until=time.monotonic() + 120)
