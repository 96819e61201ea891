"""From facts to questions and answers, and from those to records."""
