"""The project file: the only truth, and the only room that speaks SQL."""
