"""Recorded runs: metrics/benchmarks/."""
