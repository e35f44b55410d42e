"""Bridges: clusters mirrored to the issues of a tracker, and what is said there, as proposals."""
