"""What every table of the configuration file is made of."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Positive = Annotated[float, Meta(gt=0)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Api = Annotated[str, Meta(pattern=r"^https?://.+/api\.php$")]
WebAddress = Annotated[str, Meta(pattern=r"^(https?://[^\s/]+(/.*)?)?$")]


class ConfigError(Exception):
    """A setting is wrong; the message names its key and says what would be right."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file. Unknown keys are errors: most are slips."""
