import pytest

from fleet.dialects.zcl import reported


@pytest.mark.parametrize(
    ("cluster", "frame", "name", "value"),
    [
        ("0x0006", "0x086D0A00001001", "on", True),
        ("0x0406", "0x18DF0A00001800", "occupancy", False),
        ("0x0402", "0x18010A0000290CFE", "temperature", -5.0),
        ("0x0405", "0x18010A000021BA13", "humidity", 50.5),
        ("0x0001", "0x18010A210020AE", "battery", 87.0),
    ],
)
def test_a_known_attribute_is_read(cluster: str, frame: str, name: str, value: object) -> None:
    found = reported(cluster, frame)
    assert found is not None
    assert (found[0].name, found[1]) == (name, value)


@pytest.mark.parametrize(
    ("cluster", "frame"),
    [
        ("0x0400", "0x18DE0A0000210600"),  # illuminance: its scale differs from maker to maker
        ("0x0006", "0x086D0100001001"),  # an answer to a question, which is laid out otherwise
        ("0x0006", "0x0C5F11010A00001001"),  # a maker's own frame
        ("0x0006", "0x086D0A0000FF01"),  # a type we do not read
        ("0x0402", "0x18010A00002901"),  # cut short
        ("0x0006", "0x08"),
        ("0x0006", ""),
        ("0x0006", "0xnonsense"),
        ("nonsense", "0x086D0A00001001"),
        ("", "0x086D0A00001001"),
    ],
)
def test_anything_else_is_not(cluster: str, frame: str) -> None:
    assert reported(cluster, frame) is None
