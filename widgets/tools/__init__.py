"""What the left mouse button does: one tool a file."""
