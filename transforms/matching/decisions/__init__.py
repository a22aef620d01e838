"""What stewards judge: the log, what may enter it, and what becomes of each judgement."""
