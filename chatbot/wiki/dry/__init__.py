"""A folder that plays a wiki: same face, nobody real reads it, everybody can look into it."""
