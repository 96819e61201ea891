"""Turns of a conversation worded by a language model: what it is asked, and what is taken of it."""
