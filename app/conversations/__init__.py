"""The multimodal records: what is asked and answered of an image, and how targets take it."""
