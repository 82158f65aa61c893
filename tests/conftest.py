"""What all tests share: the fixtures of the peers, and how far hypothesis looks."""

import hypothesis

pytest_plugins = [
    "tests.peers.database_fixtures",
    "tests.peers.irc_fixtures",
    "tests.peers.telegram_fixtures",
    "tests.peers.wiki_fixtures",
    "tests.peers.delivery_fixtures",
    "tests.peers.cast",
]

# Other tests share the processor: an example's time says nothing. `deploy/test` asks for
# hypothesis' own profile `ci`, which tries the same examples every time, so that a change is
# judged by the change; a plain `pytest` looks at new ones.
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile("explore")
