"""The staff client under the hub's own name; it stands where the window may use it too."""

from feedback.staff_client import Done, StaffClient

__all__ = ["Done", "StaffClient"]
