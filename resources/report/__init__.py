"""The report on a project's quality: its page, and its words in each language."""
