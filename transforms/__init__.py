"""What happens to data: raw → standard → matched → golden → published. No Prefect, no Great Expectations."""
