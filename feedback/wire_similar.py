"""Messages about similar problems: what a member and what staff ask a hub, and what it says."""

from __future__ import annotations

from typing import Annotated

import msgspec

from feedback.wire import TITLE_MAX, ClusterState, Wire
from feedback.wire_triage import PublicWords

_Word = Annotated[str, msgspec.Meta(max_length=64)]


class AskSimilar(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """POST /v1/similar: what somebody began to write, and what it is about."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_MAX)]
    text: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    model: _Word = ""
    version: _Word = ""


class SimilarCluster(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """A public problem that is like it. `score` ranks and does not judge."""

    id: str
    state: ClusterState
    words: dict[str, PublicWords]
    score: float
    model: str = ""
    fix_week: str = ""


class SimilarClusters(Wire, frozen=True, kw_only=True):
    """The public problems most like what was asked for; at most five."""

    clusters: tuple[SimilarCluster, ...]


class StaffSimilar(Wire, frozen=True, kw_only=True):
    """A cluster that is like another one, by the words of its reports too."""

    id: str
    title: str
    state: ClusterState
    vendor: str
    model: str
    component: str
    score: float


class StaffSimilars(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/clusters/{id}/similar: at most ten; never merged by it."""

    clusters: tuple[StaffSimilar, ...]
