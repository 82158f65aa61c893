"""The delivery engine: a lane per wiki, and what the coordinators are told on the way."""
