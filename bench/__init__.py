"""Benchmarks: each figure against a reference measured in the same run, never against a clock alone."""
