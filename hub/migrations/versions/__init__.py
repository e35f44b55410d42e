"""The steps of the hub's tables."""
