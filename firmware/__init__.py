"""What the house may run: signed weeks, verified files, and how they reach the devices."""
