"""What works on a network and what does not, in plain values for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class IrcState:
    """How things stand with one network.

    `trouble` is why there is no connection, None when there is one. `account` is the services
    account that we are logged in to. `channels` maps each wanted channel to None when we are in
    it, else to the reason why not. `tls` says whether the connection is encrypted and its
    certificate verified: never one without the other.
    """

    network: str
    connected: bool = False
    trouble: str | None = None
    tls: bool = False
    capabilities: tuple[str, ...] = ()
    account: str | None = None
    nick: str | None = None
    wanted_nick: str = ""
    channels: Mapping[str, str | None] = field(default_factory=dict)
