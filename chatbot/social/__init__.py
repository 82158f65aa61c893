"""Posts to social networks: drafted, approved, sent once."""
