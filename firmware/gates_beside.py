"""The gates before signing, as far as they hold an image against the others of its week.

Stepping stones, ways back, and which device goes after which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from firmware.draft import Draft, Image
from firmware.findings import Finding, finding
from firmware.versions import newer, same


def check_beside(image: Image, draft: Draft, published: Iterable[Image]) -> Iterator[Finding]:
    """Yield what is to be said of one image of `draft`; published: every image so far."""
    kin = [one for one in (*published, *draft.images) if one.kin == image.kin]
    if image.is_back:
        yield from _way_back(image, kin, published)
    else:
        yield from _stones(image, draft)
    yield from _after(image, draft)


def check_order(draft: Draft) -> Iterator[Finding]:
    """Yield what is to be said where images wait for each other."""
    paths = {image.path: set(image.after) for image in draft.images}
    try:
        TopologicalSorter(paths).prepare()
    except CycleError as error:
        yield finding("after_circle", files=", ".join(error.args[1]))


def _way_back(image: Image, kin: list[Image], published: Iterable[Image]) -> Iterator[Finding]:
    about = image.about
    if not any(
        one.is_of(image.sha256) and one.kin == image.kin and same(one.about.version, about.version)
        for one in published
    ):
        yield finding("back_not_published", image.sha256, file=image.path)
    for version in about.undoes:
        undone = [one for one in kin if not one.is_back and same(one.about.version, version)]
        if not undone:
            yield finding("undoes_unknown", image.sha256, file=image.path, version=version)
        elif not newer(version, about.version):
            yield finding("undoes_not_newer", image.sha256, file=image.path, version=version)
        highest = max((one.about.counter for one in undone), default=0)
        if undone and about.counter <= highest:
            yield finding(
                "back_counter_low",
                image.sha256,
                file=image.path,
                counter=about.counter,
                last=highest,
            )


def _stones(image: Image, draft: Draft) -> Iterator[Finding]:
    """Several for the same devices rise in version as they do in counter."""
    for one in draft.images:
        if one.path == image.path or one.kin != image.kin or one.is_back:
            continue
        above = image.about.counter >= one.about.counter
        if above and not newer(image.about.version, one.about.version):
            yield finding(
                "stones_disordered", image.sha256, file=image.path, other=one.about.version
            )
        elif image.about.counter == one.about.counter:
            yield finding("stones_disordered", image.sha256, file=image.path, other=one.path)


def _after(image: Image, draft: Draft) -> Iterator[Finding]:
    ships = {one.path for one in draft.images if not one.is_back}
    for path in image.after:
        if path not in ships:
            yield finding("after_unknown", image.sha256, file=image.path, other=path)
