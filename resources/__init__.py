"""Label sets and the starter model, read through importlib.resources."""
