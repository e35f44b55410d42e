"""Where in open data every number is that staff see as a chart: nothing is shown to them alone.

Each field of a chart is in a column of a table, or follows from such (`DERIVED` says how). A test
holds this against the messages, so that a new chart cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedback import wire_incidents, wire_outcomes, wire_triage, wire_weeks

Column = tuple[str, str]

CHARTS: Final[Mapping[type, Mapping[str, Column]]] = {
    wire_incidents.Bin: {"at": ("incident_hours", "hour"), "homes": ("incident_hours", "homes")},
    wire_incidents.Count: {"value": ("signatures", "signature"), "homes": ("signatures", "homes")},
    wire_incidents.Compared: {
        "model": ("trends", "model"),
        "version": ("trends", "version"),
        "previous": ("negative", "previous"),
        "homes": ("trends", "homes"),
        "previous_homes": ("trends", "homes"),
    },
    wire_incidents.NegativeRate: {
        name: ("negative", name)
        for name in ("vendor", "model", "version", "reported", "active", "failed", "told")
    }
    | {"previous": ("negative", "previous")},
    wire_incidents.CampaignNumbers: {
        name: ("campaigns", name)
        for name in ("day", "model", "version", "homes", "hours", "p50", "p95", "unit")
    },
    wire_outcomes.Ended: {"result": ("outcomes", "result"), "devices": ("outcomes", "devices")},
    wire_triage.Count: {
        "value": ("cluster_versions", "version"),
        "households": ("cluster_versions", "homes"),
    },
    wire_weeks.Kept: {name: ("promises", name) for name in ("clock", "number", "kept", "median_s")},
}

DERIVED: Final[Mapping[type, Mapping[str, str]]] = {
    wire_incidents.Compared: {
        "span_s": "the days of `trends` that are added up",
        "failed": "outcomes: devices that did badly by all that ended",
        "previous_failed": "the same, of the version before",
    },
    wire_incidents.NegativeRate: {
        "rate": "the larger of reported by active and failed by told",
        "before": "the rate of `previous`, of its own nights",
        "alarm": "the rule of hub/negative.py over these",
    },
    wire_outcomes.Ended: {
        "reason": "codes of failures; told by staff in directives",
        "transient": "follows from the reason",
        "known": "staff's own mark",
    },
}
"""Field -> how it follows from open data, or whose word it is."""
