"""Table definitions, the build database, publication and marts."""
