"""The other end: the makers' service that takes reports, answers them and pays the points."""
