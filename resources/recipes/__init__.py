"""The recipes that ship, as YAML."""
