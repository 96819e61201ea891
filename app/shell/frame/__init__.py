"""The window around the work: start page, messages, preferences, looks."""
