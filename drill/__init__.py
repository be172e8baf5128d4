"""Drills: collections that are killed, databases that go away in every way at every stage, and a crowd of collectors at once.

`python -m drill` runs them and exits by their verdict; the tests run short forms of the same code.
"""
