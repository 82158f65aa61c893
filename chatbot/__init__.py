"""What runs: transports, clock, engines, wiki access, configuration and the command line."""

__version__ = "0.1.0"
