"""JSON values with one place changed to anything, for tests of what reads them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def mutated(value: Any, data: st.DataObject) -> Any:
    """Change, remove or add one thing anywhere in `value`, which is altered, and return it."""
    place = value
    while True:
        names = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        if not names:
            break
        name = data.draw(st.sampled_from(names))
        inner = place[name]
        if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 4)):
            place = inner
            continue
        match data.draw(st.sampled_from(["change", "like", "remove"])):
            case "change":
                place[name] = data.draw(JSON)
            case "like":  # of the same kind: gets further in
                place[name] = data.draw(like(inner))
            case "remove":
                del place[name]
        break
    return value


def like(value: Any) -> st.SearchStrategy[Any]:
    """Values of the same JSON type."""
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, int | float):
        return st.integers(-5, 2**33) | st.integers(-(2**70), 2**70)
    if isinstance(value, str):
        return st.text(max_size=70) | st.sampled_from(["", "root", "f" * 64, value + "x"])
    return JSON
