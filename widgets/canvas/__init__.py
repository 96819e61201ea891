"""The photo with its boxes, and hands on them."""
