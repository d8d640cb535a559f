"""Live updates: whoever listens is told what has changed, whichever process changed it.

A commit is noticed (`hub`, `watching`), the events behind it are read once for an account (`news`),
and those who listen to it (`rooms`) are told. Never writes, except to sweep.
"""
