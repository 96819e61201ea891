"""The label sets that ship, as YAML."""
