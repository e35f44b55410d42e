"""Colours as dialects spell them, made "#rrggbb" and back.

Spelled as red, green and blue, as hue and saturation, or as x and y.

A colour has no brightness here: that is a value of its own. x and y are of the CIE 1931 diagram,
taken for a lamp with sRGB's primaries, as Home Assistant and Zigbee2MQTT do where they know no
better.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Sequence

from fleet.dialects.lenient import number

_GAMMA, _LINEAR = 2.4, 0.0031308
_LEAST = 0.001  # below it there is no light


def of_rgb(values: Sequence[object]) -> str | None:
    """Return "#rrggbb" of red, green and blue, 0 to 255; what follows them (whites) is left out."""
    found = _numbers(values, 3)
    if found is None or not all(0 <= each <= 255 for each in found):  # noqa: PLR2004 - a byte
        return None
    return _hex(each / 255 for each in found)


def of_hs(values: Sequence[object]) -> str | None:
    """Return "#rrggbb" of a hue in degrees and a saturation in per cent, at full brightness."""
    found = _numbers(values, 2)
    if found is None or not 0 <= found[1] <= 100:  # noqa: PLR2004 - per cent
        return None
    return _hex(colorsys.hsv_to_rgb(found[0] % 360 / 360, found[1] / 100, 1.0))


def of_xy(values: Sequence[object]) -> str | None:
    """Return "#rrggbb" of x and y, at full brightness."""
    found = _numbers(values, 2)
    if found is None or not (0 <= found[0] <= 1 and _LEAST <= found[1] <= 1):
        return None
    x, y = found
    big_x, big_z = x / y, (1 - x - y) / y
    linear = (
        3.2406 * big_x - 1.5372 - 0.4986 * big_z,
        -0.9689 * big_x + 1.8758 + 0.0415 * big_z,
        0.0557 * big_x - 0.2040 + 1.0570 * big_z,
    )
    most = max(linear)
    if most <= 0:
        return None
    return _hex(_bent(max(0.0, each) / most) for each in linear)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of "#rrggbb"."""
    digits = colour.lstrip("#")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def hs(colour: str) -> tuple[float, float]:
    """Return hue in degrees and saturation in per cent of "#rrggbb"."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(each / 255 for each in rgb(colour)))
    return round(hue * 360, 1), round(saturation * 100, 1)


def xy(colour: str) -> tuple[float, float]:
    """Return x and y of "#rrggbb"; of black those of white: a lamp that is off has no colour."""
    red, green, blue = (_straight(each / 255) for each in rgb(colour))
    big_x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    big_y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    total = big_x + big_y + 0.0193 * red + 0.1192 * green + 0.9505 * blue
    if not total:
        return 0.3127, 0.329
    return round(big_x / total, 4), round(big_y / total, 4)


def _numbers(values: Sequence[object], count: int) -> list[float] | None:
    found = [number(each) for each in values[:count]]
    known = [each for each in found if each is not None]
    return known if len(known) == count else None


def _hex(shares: Iterable[float]) -> str:
    return "#" + "".join(f"{round(each * 255):02x}" for each in shares)


def _bent(linear: float) -> float:
    return 12.92 * linear if linear <= _LINEAR else 1.055 * linear ** (1 / _GAMMA) - 0.055


def _straight(bent: float) -> float:
    return bent / 12.92 if bent <= 0.04045 else ((bent + 0.055) / 1.055) ** _GAMMA  # noqa: PLR2004 - sRGB's knee
