"""Values and rules. Knows no Qt, no torch, no SQL and no files."""
