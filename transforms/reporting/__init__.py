"""The report of a published warehouse for people who would rather look than query: one HTML file, one PDF."""
