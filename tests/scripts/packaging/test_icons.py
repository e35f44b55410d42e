"""The icon in every size, seen as a person would: there, clear around it, on light and on dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from scripts.packaging import icons

LIGHT, DARK = QColor("#FFFFFF"), QColor("#202124")


def contrast(one: QColor, other: QColor) -> float:
    """Return the ratio of WCAG 2.2."""

    def part(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    def light(c: QColor) -> float:
        return 0.2126 * part(c.redF()) + 0.7152 * part(c.greenF()) + 0.0722 * part(c.blueF())

    less, more = sorted((light(one), light(other)))
    return (more + 0.05) / (less + 0.05)


def test_the_theme_gets_each_size_and_the_drawings(qapp, tmp_path: Path) -> None:
    written = {str(one.relative_to(tmp_path)) for one in icons.lay(tmp_path)}
    assert {f"{size}x{size}/apps/orangery.png" for size in (16, 22, 24, 32, 48, 256, 512)} < written
    assert "scalable/apps/orangery.svg" in written
    assert "symbolic/apps/orangery-symbolic.svg" in written
    for size in icons.SIZES:
        drawn = QImage(str(tmp_path / f"{size}x{size}" / "apps" / "orangery.png"))
        assert (drawn.width(), drawn.height()) == (size, size)
        assert drawn.pixelColor(0, 0).alpha() == 0  # clear around it


@pytest.mark.parametrize("ground", [LIGHT, DARK])
def test_at_sixteen_pixels_it_stands_out_from_light_and_dark(qapp, ground: QColor) -> None:
    drawn = icons.image(16)
    row = [drawn.pixelColor(x, 8) for x in range(16)]
    seen = [colour for colour in row if colour.alpha() == 255]
    assert len(seen) >= 12
    assert contrast(seen[0], ground) >= 3 or contrast(seen[1], ground) >= 3  # its rind


def test_the_symbolic_one_has_one_colour(qapp) -> None:
    drawn = icons.image(64, "orangery-symbolic")
    pixels = [drawn.pixelColor(x, y) for x in range(64) for y in range(64)]
    assert {colour.name() for colour in pixels if colour.alpha() == 255} == {"#222222"}
    assert any(colour.alpha() == 0 for colour in pixels)


def test_the_same_drawing_gives_the_same_bytes(qapp, tmp_path: Path) -> None:
    first = [one.read_bytes() for one in icons.lay(tmp_path / "a")]
    assert [one.read_bytes() for one in icons.lay(tmp_path / "b")] == first
