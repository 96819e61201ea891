"""Synthetic photos of powder beds with exact labels, for demo, tests and starter model."""
