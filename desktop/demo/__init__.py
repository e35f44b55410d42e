"""A house to try it in: broker, devices, makers, mirror and hub, all real and all on loopback."""
