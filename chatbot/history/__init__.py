"""Contributions from the public MediaWiki history dumps, imported once."""
