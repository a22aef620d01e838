"""A common grid of fees: its parameters, and the relations that the marts about fees read."""
