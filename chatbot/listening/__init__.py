"""The engine that listens, after a run, to what people say and do about its messages."""
