"""Charts: values in, what a person picked out."""
