"""`alliage serve`: Prefect's server, its worker and the deployments, kept going by one program."""
