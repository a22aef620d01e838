"""What every word of a steward has in common: who may say it, how it is kept, whom it is about today."""
