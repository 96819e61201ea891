"""Trainers and VLMs: how each takes a record, and how its rows are read back."""
