"""Models that draw, and the process that holds them."""
