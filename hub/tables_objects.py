"""Attachments, what is known of them, and names of objects that are to be taken away."""

from __future__ import annotations

import sqlalchemy as sa

from hub.tables import metadata

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("member_id", sa.String(36), nullable=False, index=True),
    sa.Column("report_id", sa.String(36), nullable=False, index=True),
    sa.Column("sha256", sa.String(64), nullable=False),  # as the house says
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("type", sa.String(40), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),  # wire_blobs.BlobState
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("made", sa.Float(53), nullable=False),
    sa.Column("opened", sa.Float(53)),  # an upload was first begun; counts for the day
    sa.Column("expires", sa.Float(53)),  # of the upload that is open
    sa.Column("offset", sa.Integer, nullable=False),  # bytes that are safe
    sa.Column("tries", sa.Integer, nullable=False),  # whole uploads that were not what they said
    sa.Column("object", sa.String(110), nullable=False),  # its name in the store
    sa.Column("object_size", sa.Integer, nullable=False),
)
object_drop = sa.Table(
    "object_drop",
    metadata,
    sa.Column("name", sa.String(110), primary_key=True),
    sa.Column("at", sa.Float(53), nullable=False),
)
