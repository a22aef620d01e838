"""What a client without our code reads: answers as texts, of the queries that come as JSON on standard input.

Runs in an environment that has DuckDB and nothing else; prints the version and, by name, the number of rows
and a fingerprint of each answer.
"""

import hashlib
import json
import sys

import duckdb

with duckdb.connect(sys.argv[1], read_only=True) as con:
    answers = {}
    for name, query in json.load(sys.stdin).items():
        rows = [text for (text,) in con.execute(f"SELECT to_json(t)::VARCHAR FROM ({query}) AS t").fetchall()]
        answers[name] = [len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()]
print(json.dumps({"version": duckdb.__version__, "answers": answers}))
