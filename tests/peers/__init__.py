"""Software that we did not write at the other end of the broker; `scripts/peers` installs it."""
