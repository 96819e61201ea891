"""Photos, read right: headers, pixels, hashes, flat field."""
