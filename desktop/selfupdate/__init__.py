"""The program as something that is released, verified and exchanged like a firmware. No Qt."""
