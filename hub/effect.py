"""The form of what an operation of a house does at the hub."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy.engine import Connection

from hub.members import Standing

Effect = Callable[[Connection, Standing, msgspec.Raw, float], None]
"""(db, who asks, body, now): called once for an operation, inside the push's transaction.

It refuses by HubError (or a MsgspecError of the body), and nothing of it stands then.
"""
