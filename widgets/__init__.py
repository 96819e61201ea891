"""What is on screen. Takes values, sends signals; knows no store, no files and no models."""
