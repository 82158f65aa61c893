"""Wikis: one site in one thread, read, written, or played dry in a folder."""
