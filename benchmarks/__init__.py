"""Our figures beside those of the parts we stand on, measured in the same run on the same machine.

Absolute figures of a shared machine drift by a factor of two; only the ratios say something. Every
benchmark runs its sides in turn, several rounds, and tells medians.
"""
