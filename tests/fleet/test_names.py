"""Names as people write them, and as nobody should."""

import pytest

from tests.fleet.dialects.saying import house, message, only


def plug(name: str, topic: str = "plug", mac: str = "02005E00007F"):
    said = {"dn": name, "mac": mac, "t": topic, "sw": "14.2.0", "ft": "%prefix%/%topic%/"}
    return message(f"tasmota/discovery/{mac}/config", said, retain=True)


@pytest.mark.parametrize(
    "name",
    [
        "客厅的灯",
        "厨房 · 冰箱插座（备用）",  # noqa: RUF001 - as people write it
        "Plug 🔌👩‍🍳",
        "מנורת שולחן",
        "مصباح الممر",
        "Küche/Spüle",
        "Łazienka",
        '‘quoted’ "twice"',  # noqa: RUF001 - as people write it
    ],
)
def test_a_name_is_kept_as_it_is_written(name):
    assert only(house(plug(name))).name == name


def test_a_name_of_500_characters_is_cut():
    assert only(house(plug("灯" * 500))).name == "灯" * 200


def test_what_turns_the_direction_of_writing_is_taken_out():
    assert only(house(plug("gpj.\u202eexe\u202c"))).name == "gpj. exe"


def test_lines_and_controls_become_spaces():
    assert only(house(plug("Hall\r\n\x1b[31mplug\u2028x"))).name == "Hall [31mplug x"


def test_two_devices_of_one_name_stay_two():
    twins = house(plug("Lamp"), plug("Lamp", "other", "02005E000080"))
    assert [one.name for one in twins.devices.values()] == ["Lamp", "Lamp"]


def test_a_topic_in_any_writing_is_spoken_to_as_it_is():
    device = only(house(plug("灯", "客厅/灯 1")))
    assert device.endpoints["tasmota"].data["command"] == "cmnd/客厅/灯 1/"
