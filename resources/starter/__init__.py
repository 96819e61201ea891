"""The model that ships: weights, card, and the scripts that made and scored it."""
