"""The commands, one a file: each a few calls of the services."""
