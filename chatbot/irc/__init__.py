"""IRC: one network is one client."""
