"""Widgets with which people review each other's work."""
