"""What staff ask of similar clusters over HTTP. HubError: hub_unreachable, cluster_unknown, ..."""

from __future__ import annotations

from feedback.staff_client import StaffClient
from feedback.wire_similar import StaffSimilar, StaffSimilars


def similar(client: StaffClient, cluster: str) -> tuple[StaffSimilar, ...]:
    """Clusters like this one, the most alike first; nothing is merged by it."""
    path = f"/v1/staff/clusters/{cluster}/similar"
    return client.ask("GET", path, answer=StaffSimilars).clusters
