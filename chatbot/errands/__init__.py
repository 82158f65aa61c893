"""Slow work asked for in chat: reading lists, rendering previews, freezing proposals."""
