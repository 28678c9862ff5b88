"""Benchmarks, each beside a peer run in the same call where one can be installed. Ratios count, not absolute times."""
