"""What a tracker is told of a cluster: the makers' words and numbers; no reports, logs, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from feedback.wire import ClusterState
from feedback.wire_triage import LEAST_HOMES, Count, PublicWords, Severity
from hub.bridges.base import LABEL, Page, marker

TITLE_MAX: Final = 200
_VERSIONS: Final = 10
_ENDED: Final = (ClusterState.DECLINED, ClusterState.CLOSED)


def page(
    row: Mapping[str, Any],
    words: Mapping[str, PublicWords],
    *,
    households: int,
    versions: Sequence[Count],
    hub_url: str = "",
    ended: bool = False,
) -> Page:
    """The page of a cluster; `households` 0: fewer than may be told.

    `ended`: it is done, whatever the cluster's own state says.
    """
    said = words.get("en") or next(iter(words.values()), None)
    title = said.title if said else str(row["title"])
    return Page(
        cluster=str(row["id"]),
        title=title[:TITLE_MAX],
        body=_body(row, words, households, versions, hub_url),
        labels=_labels(row),
        closed=row["state"] in _ENDED or ended,
    )


def withdrawn(row: Mapping[str, Any]) -> Page:
    """What is left of one that a tracker may not see any more: nothing but that it was there."""
    return Page(
        cluster=str(row["id"]),
        title="Withdrawn",
        body=f"The makers took this back.\n\n{marker(row['id'])}",
        labels=(LABEL,),
        closed=True,
    )


def mirrored(row: Mapping[str, Any], *, everything: bool) -> bool:
    """Whether a tracker may see it: what is public; of what is not, nothing about security."""
    if row["state"] == ClusterState.MERGED or row["invalid"]:
        return False
    return bool(row["public"]) or (everything and row["severity"] != Severity.SECURITY)


def _body(
    row: Mapping[str, Any],
    words: Mapping[str, PublicWords],
    households: int,
    versions: Sequence[Count],
    hub_url: str,
) -> str:
    lines = [f"{said.title}\n\n{said.text}".strip() for said in words.values()]
    lines += [f"Meanwhile: {said.workaround}" for said in words.values() if said.workaround]
    facts = {
        "Model": " ".join(part for part in (row["vendor"], row["model"]) if part),
        "Component": row["component"],
        "Severity": row["severity"],
        "Households": str(households or f"fewer than {LEAST_HOMES}"),
        "Versions": ", ".join(
            f"{one.value} ({one.households})"
            for one in versions[:_VERSIONS]
            if one.value and one.households >= LEAST_HOMES
        ),
        "State": row["state"],
        "Planned for": " ".join(part for part in (row["fix_week"], row["fix_version"]) if part),
    }
    lines.append("\n".join(f"- {name}: {value}" for name, value in facts.items() if value))
    if hub_url:
        lines.append(f"{hub_url.rstrip('/')}/clusters/{row['id']}")
    lines.append(
        "Kept by the hub: what is changed here is a proposal there. A comment that begins with"
        " `/answer` goes to all who reported it."
    )
    return "\n\n".join([*lines, marker(row["id"])])


def _labels(row: Mapping[str, Any]) -> tuple[str, ...]:
    found = [LABEL, f"{LABEL}:{row['kind']}"]
    if row["severity"]:
        found.append(f"{LABEL}:{row['severity']}")
    if row["safety"]:
        found.append(f"{LABEL}:safety")
    if row["state"] in {ClusterState.PLANNED, ClusterState.DECLINED}:
        found.append(f"{LABEL}:{row['state']}")
    return tuple(found)
