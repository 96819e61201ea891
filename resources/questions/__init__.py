"""The question sets that ship, as YAML."""
