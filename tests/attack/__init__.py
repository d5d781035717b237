"""Hostile files from seeds, tried on the library: `python -m tests.attack --minutes 10`.

A new room that reads what others made adds its generators to `corpus.py`, and how they are tried to `target.py`.
"""
