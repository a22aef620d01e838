"""Exports damaged at random: the intake reads or refuses them and never loses a line in silence."""
