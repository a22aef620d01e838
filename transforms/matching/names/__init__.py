"""French company names: their words, what they weigh, and how two names compare."""
