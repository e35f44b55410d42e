"""Which bytes ship that did not, for which devices, and whether the next version truly is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from tuf.api.metadata import TargetFile, Targets

from firmware.change import Change, Importance, Side, added, changed, removed
from firmware.changes_week import unknown_members
from firmware.draft import Image
from firmware.signed import BUILD, Named, read_about, read_train
from firmware.versions import Order, compare

ROUTINE, CAREFUL, GRAVE = Importance.ROUTINE, Importance.CAREFUL, Importance.GRAVE
JUMP = 20  # per cent of a size from which on a signer should ask why


def images(before: Side, after: Side) -> Iterator[Change]:
    """Yield the differences of what ships and of what is known of it. TrustError as signed.py."""
    known_before, known = _known(before), _known(after)
    shipped_before, shipped = _shipped(before), _shipped(after)
    yield from _rewritten(known_before, known)
    if before.manifest != after.manifest:
        for path in sorted(set(shipped) - set(known)):
            yield added("image_unsigned", GRAVE, path=path)
        for path, named in sorted(shipped.items()):
            if path in known and (named.sha256, named.size) != _bytes(known[path]):
                yield changed("image_split", GRAVE, name_of(known[path]), path=path)
        ships_before = [known_before[path] for path in shipped_before if path in known_before]
        ships = [known[path] for path in shipped if path in known]
        yield from _compared(ships_before, ships)
        yield from _urged(shipped_before, shipped, known)
    for path in sorted(set(known) - set(known_before) - set(shipped)):
        yield added("image_not_shipped", CAREFUL, name_of(known[path]), path=path)
    yield from _unknown(before, after)


def name_of(image: Image) -> str:
    """Return what people call an image."""
    return f"{image.about.vendor} {image.about.model}"


def _compared(before: list[Image], after: list[Image]) -> Iterator[Change]:
    """Compare the newest of each kin first; what is left over of a model went to other hardware.

    Stepping stones and ways back are known by their path: they stay, come or go.
    """
    was, now = _newest(before), _newest(after)
    was_paths, now_paths = ({one.path: one for one in side} for side in (before, after))
    old = [image for kin, image in sorted(was.items()) if kin not in now]
    for kin, image in sorted(now.items()):
        last = was.get(kin) or next((one for one in old if one.kin[:3] == kin[:3]), None)
        if last in old:
            old.remove(last)
        if last is None:
            yield from _first(image)
        elif last != image:
            yield from _next(last, image)
    gone = [one for one in before if one.path not in now_paths and one not in was.values()]
    for path, image in sorted(now_paths.items()):
        if image in now.values():
            continue
        if path not in was_paths:
            yield from _way_back(image) if image.is_back else _first(image)
        elif was_paths[path] != image:
            yield from _next(was_paths[path], image)
    for image in (*old, *gone):
        yield removed(
            "image_removed",
            CAREFUL,
            name_of(image),
            version=image.about.version,
            path=image.path,
        )


def _newest(images: list[Image]) -> dict[tuple[str, ...], Image]:
    """Return what a device of each kin ends with."""
    forwards = [image for image in images if not image.is_back]
    return {image.kin: image for image in sorted(forwards, key=lambda one: one.about.counter)}


def _way_back(image: Image) -> Iterator[Change]:
    about = image.about
    yield added(
        "way_back_added",
        CAREFUL,
        name_of(image),
        undoes=", ".join(about.undoes),
        version=about.version,
        counter=about.counter,
        sha256=image.sha256,
        path=image.path,
    )


def _first(image: Image) -> Iterator[Change]:
    name, about = name_of(image), image.about
    yield added(
        "image_added",
        CAREFUL,
        name,
        version=about.version,
        size=f"{image.size:,}",
        counter=about.counter,
        sha256=image.sha256,
        path=image.path,
    )
    if about.hardware:
        yield added("image_for", CAREFUL, name, hardware=", ".join(about.hardware))
    else:
        yield added("image_for_any", CAREFUL, name)
    if about.minimum:
        yield added("image_over", CAREFUL, name, minimum=about.minimum)
    if about.regions:
        yield added("image_regions", CAREFUL, name, regions=", ".join(about.regions))
    if about.battery_least:
        yield added("image_battery", CAREFUL, name, percent=about.battery_least)
    yield added("image_comes_back", CAREFUL, name, seconds=about.come_back_s)
    if about.by_cable:
        yield added("image_by_cable", CAREFUL, name)
    yield added("image_goes_back" if about.keeps_previous else "image_one_way", CAREFUL, name)


def _next(was: Image, now: Image) -> Iterator[Change]:
    name, old, new = name_of(now), was.about, now.about
    same_bytes = was.sha256 == now.sha256
    yield _version(was, now)
    if not same_bytes:
        yield changed("image_bytes", ROUTINE, name, sha256=now.sha256, path=now.path)
        yield _size(was, now)
    if new.counter != old.counter or not same_bytes:
        rises = new.counter > old.counter
        code = "image_counter" if rises else "image_counter_back"
        yield changed(code, ROUTINE if rises else GRAVE, name, counter=new.counter, was=old.counter)
    if set(new.hardware) != set(old.hardware):
        yield _hardware(was, now)
    if new.minimum != old.minimum:
        facts = {"minimum": new.minimum or "-", "was": old.minimum or "-"}
        yield changed("image_minimum", CAREFUL, name, **facts)
    yield from _terms(was, now)


def _terms(was: Image, now: Image) -> Iterator[Change]:
    name, old, new = name_of(now), was.about, now.about
    if new.come_back_s != old.come_back_s:
        yield changed(
            "image_come_back", CAREFUL, name, seconds=new.come_back_s, was=old.come_back_s
        )
    if new.keeps_previous != old.keeps_previous:
        code = "image_now_goes_back" if new.keeps_previous else "image_now_one_way"
        yield changed(code, ROUTINE if new.keeps_previous else CAREFUL, name)
    if new.regions != old.regions:
        yield changed("image_regions", CAREFUL, name, regions=", ".join(new.regions) or "-")
    if new.battery_least != old.battery_least:
        yield changed("image_battery", CAREFUL, name, percent=new.battery_least)
    if new.by_cable and not old.by_cable:
        yield changed("image_by_cable", CAREFUL, name)
    if new.chunk_size != old.chunk_size:
        yield changed("image_chunks", ROUTINE, name, size=f"{new.chunk_size:,}")


def _version(was: Image, now: Image) -> Change:
    name, old, new = name_of(now), was.about.version, now.about.version
    if was.sha256 == now.sha256 and old == new:
        return changed("image_said_anew", GRAVE, name, version=new)
    order = compare(new, old)
    if order is Order.NEWER:
        return changed("image_version", ROUTINE, name, version=new, was=old)
    code = "image_version_same" if order is Order.SAME else "image_version_back"
    return changed(code, GRAVE, name, version=new, was=old)


def _size(was: Image, now: Image) -> Change:
    percent = round((now.size - was.size) * 100 / max(1, was.size))
    return changed(
        "image_size",
        CAREFUL if abs(percent) >= JUMP else ROUTINE,
        name_of(now),
        size=f"{now.size:,}",
        was=f"{was.size:,}",
        percent=f"{percent:+d}",
    )


def _hardware(was: Image, now: Image) -> Change:
    name, before = name_of(now), ", ".join(was.about.hardware) or "-"
    if not now.about.hardware:
        return changed("image_hardware_any", GRAVE, name, was=before)
    hardware = ", ".join(now.about.hardware)
    return changed("image_hardware", CAREFUL, name, hardware=hardware, was=before)


def _rewritten(before: Mapping[str, Image], after: Mapping[str, Image]) -> Iterator[Change]:
    """What a build role once said of a file it must say for ever, or not at all."""
    for path, image in sorted(after.items()):
        if path in before and before[path] != image:
            yield changed("image_rewritten", GRAVE, name_of(image), path=path)
    for path, image in sorted(before.items()):
        if path not in after:
            yield removed("image_forgotten", CAREFUL, name_of(image), path=path)


def _unknown(before: Side, after: Side) -> Iterator[Change]:
    for role, file in _files(after):
        old = before.roles.get(role)
        if isinstance(old, Targets) and old.targets.get(file.path) == file:
            continue
        custom = msgspec.to_builtins(read_about(file.path, file.custom))
        known: dict[str, Any] = {"length": 0, "hashes": {"sha256": ""}, "custom": custom}
        for name in sorted(set(unknown_members(file.to_dict(), known))):
            yield changed("unknown_said", GRAVE, role, name=f"{file.path}: {name}")


def _known(side: Side) -> dict[str, Image]:
    return {file.path: _image(role, file) for role, file in _files(side)}


def _files(side: Side) -> Iterator[tuple[str, TargetFile]]:
    for role, signed in side.roles.items():
        if role.startswith(BUILD) and isinstance(signed, Targets):
            yield from ((role, file) for file in signed.targets.values())


def _image(role: str, file: TargetFile) -> Image:
    return Image(
        path=file.path,
        sha256=file.hashes.get("sha256", ""),
        size=file.length,
        line=role.removeprefix(BUILD),
        about=read_about(file.path, file.custom),
    )


def _shipped(side: Side) -> dict[str, Named]:
    if side.manifest is None:
        return {}
    train = read_train(side.manifest)
    return {file.path: file for file in (*train.files, *train.back)}


def _urged(
    before: Mapping[str, Named], after: Mapping[str, Named], known: Mapping[str, Image]
) -> Iterator[Change]:
    """How urgent, and after what, by the word of the train."""
    for path, named in sorted(after.items()):
        was = before.get(path)
        name = name_of(known[path]) if path in known else path
        if named.security != (was.security if was else False):
            code = "image_security" if named.security else "image_no_security"
            yield changed(code, CAREFUL, name, path=path)
        if named.after != (was.after if was else ()):
            yield changed("image_after", CAREFUL, name, after=", ".join(named.after) or "-")


def _bytes(image: Image) -> tuple[str, int]:
    return image.sha256, image.size
