"""Which images there are, what narrows them down, and what state they are in."""
