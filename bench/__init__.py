"""Measures what the project aims at; see docs/benchmarks.md."""
