"""Tables of signals: who met what when, incidents, the thermometer, campaigns, boards.

What belongs to a member has a column `member_id`, except what was measured in a campaign: that has
only a name that the house made up for it, so nobody can tell whose it is.
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.tables import metadata

series = sa.Table(
    "signal_series",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # digest of the following
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("component", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(200), nullable=False),
    sa.Column("circle", sa.String(64), nullable=False),  # "": of everybody
    sa.Column("first", sa.Float(53), nullable=False),
    sa.Index("signal_series_of", "vendor", "component", "model"),
)
# A household met something in an hour; kept for as long as the rule looks back.
sighting = sa.Table(
    "signal_sighting",
    metadata,
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True),  # since the epoch
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False),  # the first time in that hour
    sa.Index("signal_sighting_hour", "hour"),
    sa.Index("signal_sighting_member", "member_id"),
    sqlite_with_rowid=False,
)
# What stays of older days: numbers, nobody's.
day_count = sa.Table(
    "signal_day",
    metadata,
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("homes", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("state", sa.String(8), nullable=False, index=True),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("component", sa.String(64), nullable=False),
    sa.Column("opened", sa.Float(53), nullable=False),
    sa.Column("noticed", sa.Float(53), nullable=False),
    sa.Column("due", sa.Float(53), nullable=False),
    sa.Column("homes", sa.Integer, nullable=False),
    sa.Column("usual", sa.Float(53), nullable=False),
    sa.Column("chance", sa.Float(53), nullable=False),
    sa.Column("owner", sa.String(60), nullable=False),
    sa.Column("breached", sa.Float(53)),
    sa.Column("closed", sa.Float(53)),
    sa.Column("action", sa.Text, nullable=False),  # JSON: language -> words
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("told_homes", sa.Integer, nullable=False),  # when the notice was written
    sa.Column("outcome", sa.Text, nullable=False),
)
# What an incident is about: it begins with one of these, others join it.
incident_subject = sa.Table(
    "incident_subject",
    metadata,
    sa.Column("incident_id", sa.String(36), primary_key=True),
    sa.Column("component", sa.String(64), primary_key=True),
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False),
)
incident_event = sa.Table(
    "incident_event",
    metadata,
    sa.Column("incident_id", sa.String(36), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("ref", sa.String(36), nullable=False),  # what the asking program calls it; not hashed
)
alert = sa.Table(
    "signal_alert",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # digest of kind, what it is about, and when
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False, index=True),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("component", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(200), nullable=False),
    sa.Column("homes", sa.Integer, nullable=False),
    sa.Column("rate", sa.Float(53), nullable=False),
    sa.Column("before", sa.Float(53), nullable=False),
)
thermometer = sa.Table(
    "thermometer",
    metadata,
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("degrees", sa.Integer, nullable=False),
    sa.Column("looked", sa.Float(53), nullable=False),
    sa.Column("doc", sa.Text, nullable=False),  # JSON of ThermometerDoc
)
takeover = sa.Table(
    "takeover",
    metadata,
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("cluster_id", sa.String(36), primary_key=True),
    sa.Column("report_id", sa.String(36), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),  # of the third contact
    sa.Column("noticed", sa.Float(53), nullable=False),
    sa.Column("person", sa.String(60), nullable=False),
)
campaign = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("vendor", sa.String(64), nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("feature", sa.String(64), nullable=False),
    sa.Column("every_s", sa.Float(53), nullable=False),
    sa.Column("starts", sa.Float(53), nullable=False),
    sa.Column("ends", sa.Float(53), nullable=False),
    sa.Column("ended", sa.Float(53)),  # noticed by the hub, or ended early by staff
    sa.Column("purpose", sa.Text, nullable=False),  # JSON: language -> words
    sa.Column("staff", sa.String(60), nullable=False),
)
# That a household takes part, and apart from it, joined by nothing, under which name.
campaign_member = sa.Table(
    "campaign_member",
    metadata,
    sa.Column("campaign_id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("left", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
campaign_home = sa.Table(
    "campaign_home",
    metadata,
    sa.Column("campaign_id", sa.String(36), primary_key=True),
    sa.Column("home", sa.String(32), primary_key=True),
    sqlite_with_rowid=False,
)
campaign_sample = sa.Table(
    "campaign_sample",
    metadata,
    sa.Column("campaign_id", sa.String(36), primary_key=True),
    sa.Column("home", sa.String(32), primary_key=True),
    sa.Column("device", sa.String(32), primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("p50", sa.Float(53), nullable=False),
    sa.Column("p95", sa.Float(53), nullable=False),
    sa.Column("unit", sa.String(64), nullable=False),
    sqlite_with_rowid=False,
)
open_data = sa.Table(
    "open_data",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("night", sa.Integer, primary_key=True),  # day since the epoch
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("doc", sa.Text, nullable=False),  # JSON of a Table
)
board = sa.Table(
    "board",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("begins", sa.Float(53), nullable=False),
    sa.Column("ends", sa.Float(53), nullable=False),
    sa.Column("over", sa.Boolean, nullable=False),
    sa.Column("rows", sa.Text, nullable=False),  # JSON of BoardRows
)
nickname = sa.Table(
    "nickname",
    metadata,
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("nickname", sa.String(60), nullable=False, unique=True),
)
fix_rate = sa.Table(
    "fix_rate",
    metadata,
    sa.Column("member_id", sa.String(36), primary_key=True),
    sa.Column("cluster_id", sa.String(36), primary_key=True),
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("rate", sa.String(16), nullable=False),
    sa.Column("engineer", sa.String(60), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False, index=True),
)
medal = sa.Table(
    "medal",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), nullable=False),
    sa.Column("medal", sa.String(16), nullable=False),
    sa.Column("since", sa.Float(53), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.UniqueConstraint("member_id", "medal", name="medal_once"),
)
patch = sa.Table(
    "patch",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), nullable=False),
    sa.Column("report_id", sa.String(36), nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("staff", sa.String(60), nullable=False),
    sa.Column("at", sa.Float(53), nullable=False),
)
