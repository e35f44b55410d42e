"""Longer answers of the Release page as plain text: to be read, copied and sent on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from desktop import language, words
from desktop.language import translate
from desktop.models import release_lines
from desktop.models.release_lines import role_name
from firmware import changes_words
from firmware.changes_words import one_line
from firmware.deltas import Advice
from firmware.draft import Image
from firmware.exchange import Standing, Taken
from firmware.simulate import Simulation


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return names and values, one pair in each line."""
    return "\n".join(f"{name}: {value}" for name, value in rows)


def taken(found: Taken) -> str:
    """Return what came with an event file: signatures kept and refused, and the diff."""
    spoken = language.written()
    said = [_standing(found.standing), ""]
    if found.accepted:
        said.append(translate("Release", "Signatures that were taken:"))
    said += [f"  {role_name(role)}: {', '.join(names)}" for role, names in found.accepted.items()]
    if not found.accepted:
        said.append(translate("Release", "No signature came with it."))
    for one in found.refused:
        facts = {"signer": one.signer, "role": role_name(one.role)}
        said.append("- " + changes_words.said(one.reason, facts, spoken))
    for path in found.missing_images:
        said.append("- " + changes_words.said("image_not_here", {"path": path}, spoken))
    return "\n".join((*said, "", found.text.rstrip("\n")))


def _standing(standing: Standing) -> str:
    return {
        Standing.SAME: translate("Release", "It proposes what is open here."),
        Standing.NEWER: translate("Release", "It was newer: what it proposes is open here now."),
        Standing.OLDER: translate("Release", "It is older than what is open here, which stays."),
    }[standing]


def deltas(found: Sequence[tuple[Image, Advice]]) -> str:
    """Return what a patch would be, against the whole file; "" where there is none to measure."""
    said: list[str] = []
    for image, advice in found:
        about = image.about
        said += [
            f"{release_lines.image_name(image)} {about.version} ({language.size(advice.size)})"
        ]
        said += [f"  {one}" for one in _delta(advice.code, advice.facts) if one]
        for one in advice.measures:
            share = f"{100 * one.size / advice.size:.1f} %" if one.size else ""
            why = _delta(one.code, {"fact": one.fact})[0] if one.code else ""
            size = f"{language.size(one.size)} ({share})" if one.size else ""
            said.append(f"    {one.method}: " + " ".join(part for part in (size, why) if part))
        said.append("")
    return "\n".join(said).rstrip("\n")


def _delta(code: str, facts: Mapping[str, str]) -> tuple[str, str]:
    return words.say(code, facts, language.current(), book="deltas")


def simulation(found: Simulation, digest: str) -> str:
    """Return who gets what and when, who is skipped and why."""
    gets = translate("Release", "{gets} of {devices} devices get something of {week}.")
    said = [gets.format(gets=found.gets, devices=found.devices, week=found.week), ""]
    for ring in found.rings:
        opens = _moment(ring.opens) if ring.opens else translate("Release", "at once")
        told = translate("Release", "Ring {name}: {count} devices, {percent} % from {when}")
        said.append(
            told.format(name=ring.name or "-", count=ring.devices, percent=ring.percent, when=opens)
        )
    said += [
        "",
        *(_step(one.path, one.version_from, one.version_to, one.devices) for one in found.steps),
    ]
    said += [""] if found.skipped else []
    for skip in found.skipped:
        why = words.say(skip.code, {"fact": skip.fact}, language.current())[0]
        said.append(one_line(f"{skip.vendor} {skip.model}: {skip.devices} x {why}"))
    return "\n".join((*said, "", f"sha256 {digest}"))


def _step(path: str, before: str, after: str, devices: int) -> str:
    return one_line(f"{path.rpartition('/')[2]}: {devices} x {before or '?'} → {after}")


def _moment(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
