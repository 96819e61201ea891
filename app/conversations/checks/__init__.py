"""Whether what a text says agrees with the labels."""
