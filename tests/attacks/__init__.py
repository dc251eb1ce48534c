"""Attacks on the application, tried for real: `python -m tests.attacks` prints what was tried and what came of it."""
