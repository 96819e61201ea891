"""One open project: what is on the image, what is done to it, and how it is saved."""
