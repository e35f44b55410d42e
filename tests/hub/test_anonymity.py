"""What may be published of counted households, and what nobody can work out from it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub import anonymity
from hub.anonymity import REST, Cell, Published


def cell(*place: str, homes: int, first: int = 0, **numbers: int) -> Cell:
    names = frozenset(f"{place}-{n}" for n in range(first, first + homes))
    return Cell(place=place, homes=names, numbers=numbers)


def shown(cells: list[Cell]) -> dict[tuple[str, ...], int]:
    return {one.place: one.count for one in cells}


def test_enough_households_are_published_as_they_are():
    cells = [cell("lamp", "1.0", homes=5), cell("lamp", "1.1", homes=9)]
    assert shown(anonymity.fold(cells, group=1)) == {("lamp", "1.0"): 5, ("lamp", "1.1"): 9}


def test_one_small_cell_takes_the_next_one_along_so_that_no_difference_gives_it_back():
    cells = [
        cell("lamp", "1.0", homes=2, reports=3),
        cell("lamp", "1.1", homes=7, reports=8),
        cell("lamp", "1.2", homes=40, reports=41),
    ]
    folded = anonymity.fold(cells, group=1)
    assert shown(folded) == {("lamp", "1.2"): 40, ("lamp", REST): 9}
    assert folded[-1].numbers == {"reports": 11}


def test_several_small_cells_stand_together_without_touching_a_large_one():
    cells = [cell("lamp", str(n), homes=2) for n in range(3)] + [cell("lamp", "9", homes=30)]
    assert shown(anonymity.fold(cells, group=1)) == {("lamp", "9"): 30, ("lamp", REST): 6}


def test_a_household_in_two_small_cells_is_one():
    same = frozenset({"a", "b", "c"})
    cells = [Cell(place=("lamp", "1"), homes=same), Cell(place=("lamp", "2"), homes=same)]
    assert anonymity.fold(cells, group=1) == []


def test_a_group_of_fewer_than_five_households_is_gone_whole():
    cells = [cell("lamp", "1", homes=4), cell("lock", "1", homes=6)]
    assert shown(anonymity.fold(cells, group=1)) == {("lock", "1"): 6}


def test_a_number_that_moves_by_one_household_stays_until_five_have_moved():
    before = {("lamp",): Published(place=("lamp",), homes=7, numbers={"reports": 9})}
    (kept,) = anonymity.publish([cell("lamp", homes=8, reports=10)], before)
    assert (kept.homes, kept.numbers) == (7, {"reports": 9})
    (moved,) = anonymity.publish([cell("lamp", homes=12, reports=20)], before)
    assert (moved.homes, moved.numbers) == (12, {"reports": 20})


def test_the_same_households_with_more_to_say_are_published():
    before = {("lamp",): Published(place=("lamp",), homes=7, numbers={"reports": 9})}
    (same,) = anonymity.publish([cell("lamp", homes=7, reports=11)], before)
    assert same.numbers == {"reports": 11}


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("12345"), st.integers(1, 12)),
        unique_by=lambda one: one[:2],
    )
)
def test_no_line_and_no_difference_to_the_total_is_below_five(sizes):
    cells = [cell(group, part, homes=homes) for group, part, homes in sizes]
    folded = anonymity.fold(cells, group=1)
    assert all(one.count >= anonymity.K for one in folded)
    for group in {one.place[0] for one in folded}:
        total = sum(one.count for one in cells if one.place[0] == group)
        told = sum(one.count for one in folded if one.place[0] == group)
        assert total == told  # so nothing is left that a total could give away
