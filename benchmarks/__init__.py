"""Measures and invented data; not needed to run the product."""
