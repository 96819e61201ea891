"""A photo as it is painted, and where on the screen its pixels land."""
