"""Flawmark: a bench for labelling and reviewing photos of industrial surfaces."""
