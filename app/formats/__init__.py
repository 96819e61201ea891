"""One file for each label format, in and out, and a table of them."""
