"""What is around the work: start page, status line, messages, keys."""
