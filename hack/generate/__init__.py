"""Writes the files that are made from the models: CRDs, chart templates and the install bundle.

`python -m generate` writes them, `python -m generate --check` tells which of them are stale.
"""
