"""The words of the window in other languages: .ts as translated, .qm as Qt reads it."""
