"""Other matchers, fairly set up, on the tables on which ours is measured.

Each `<name>_peer.py` is one matcher as a small command, which knows neither the others nor the truth:

    python -m benchmarks.peers.<name>_peer --input TABLE --spec SET.yml --setup NAME --out FILE --pairs FILE

`python -m benchmarks.peers` prepares the tables, runs the commands one after the other, each measured in a
process of its own, and judges all by `benchmarks.linkage`. docs/benchmarks.md explains the method.
"""
