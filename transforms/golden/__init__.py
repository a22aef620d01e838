"""Survivorship, company ids and lineage: one row a company."""
