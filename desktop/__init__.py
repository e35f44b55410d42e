"""What people see: the household put together, its command line and its window."""
