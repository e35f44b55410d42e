"""What is in the house: devices, their brokers, and the one thread that owns them."""
