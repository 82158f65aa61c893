"""What has to be known of an IRC network before it can be connected to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class IrcNetwork:
    """One network. All times are in seconds.

    `network` is our own name for it ("libera"). With `client_cert` SASL EXTERNAL is tried
    first, with `sasl_password` PLAIN. `ca_file` replaces the system's certificate authorities.
    `relays` are the nicks of bots that repeat here what is said elsewhere, ourselves included.

    `burst` and `rate` (commands a second) pace everything that is sent: a said line costs one,
    the PING that has it confirmed another. The defaults stay below the limits of Libera Chat
    (about one command a second after ten).

    A connection on which nothing arrives for `ping_after` is asked for a sign of life and
    given up `ping_timeout` later. A nick or login that we lack is asked for again every
    `regain_after`. Reconnecting waits at random up to a ceiling that doubles
    from `backoff_min` to `backoff_max`; rejoining a channel waits in the same way, at most
    `rejoin_max`.
    """

    network: str
    host: str
    port: int = 6697
    tls: bool = True
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    nick: str
    username: str = "bellringer"
    realname: str = "Bellringer"
    sasl_account: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    channels: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    prefix: str = "!"
    nickserv_regain: bool = False
    """Whether to ask NickServ for the nick (`REGAIN`), where the services know that word."""
    regain_after: float = 60
    burst: float = 5
    rate: float = 1
    connect_timeout: float = 30
    confirm_timeout: float = 30
    ping_after: float = 60
    ping_timeout: float = 25
    backoff_min: float = 2
    backoff_max: float = 300
    rejoin_max: float = 900
