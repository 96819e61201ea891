"""Synthetic photos of powder beds with exact labels, for the demo, the tests and the starter model."""
