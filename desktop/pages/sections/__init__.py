"""The sections of Settings, one small file each: `make(desk)` gives the cards of a section."""
