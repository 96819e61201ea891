"""The window: puts widgets, services and threads together."""
