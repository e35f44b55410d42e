import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.dialects import colours


@pytest.mark.parametrize(
    ("rgb", "hs", "xy", "colour"),
    [
        ((255, 0, 0), (0, 100), (0.64, 0.33), "#ff0000"),
        ((0, 255, 0), (120, 100), (0.3, 0.6), "#00ff00"),
        ((0, 0, 255), (240, 100), (0.15, 0.06), "#0000ff"),
        ((255, 255, 255), (0, 0), (0.3127, 0.329), "#ffffff"),
    ],
)
def test_a_colour_is_one_in_each_spelling(rgb, hs, xy, colour):
    assert colours.of_rgb(rgb) == colours.of_hs(hs) == colour
    near = colours.rgb(colours.of_xy(xy) or "")
    assert all(abs(one - other) <= 3 for one, other in zip(near, rgb, strict=True))
    assert colours.rgb(colour) == rgb
    assert colours.hs(colour) == hs
    assert colours.xy(colour) == pytest.approx(xy, abs=0.002)


def test_texts_and_what_follows_are_read_as_numbers():
    assert colours.of_rgb(["255", " 128", "0", "77"]) == "#ff8000"


@pytest.mark.parametrize(
    "values", [[], [1, 2], [1, 2, 256], [-1, 0, 0], ["a", "b", "c"], [None] * 3]
)
def test_what_is_no_colour_is_none(values):
    assert colours.of_rgb(values) is None


@pytest.mark.parametrize("values", [[0.3, 0], [2, 0.3], [0.3], ["x", "y"]])
def test_what_is_no_place_in_the_diagram_is_none(values):
    assert colours.of_xy(values) is None


def test_black_has_the_whitest_place():
    assert colours.xy("#000000") == (0.3127, 0.329)


@given(st.lists(st.floats(allow_nan=True) | st.text(max_size=5) | st.none(), max_size=4))
def test_no_values_make_it_raise(values):
    for read in (colours.of_rgb, colours.of_hs, colours.of_xy):
        found = read(values)
        assert found is None or len(found) == 7
