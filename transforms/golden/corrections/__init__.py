"""Values that stewards have corrected: the journal, what counts today, and what it changes."""
