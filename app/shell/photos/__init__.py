"""Pictures of photos, made in threads and kept as long as there is room."""
