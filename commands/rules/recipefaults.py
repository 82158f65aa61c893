"""What can be wrong with a recipe as somebody wrote it, and the sentence that shows it right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from commands.grammar import excerpt
from commands.messages import Line, line


class Fault(StrEnum):
    """What is wrong: the end of the key `recipe.unfit.…`."""

    NOTHING = "nothing"
    """A source or a value is missing."""
    SOURCE = "source"
    JOINED = "joined"
    """Several sources stand side by side without a `+`."""
    FILE = "file"
    GROUP = "group"
    EVENT = "event"
    RUN = "run"
    DEPTH = "depth"
    ALONE = "alone"
    """A recipe of a file or a page has something beside it."""
    LEFT_OUT = "left-out"
    """A source of people to leave out that is neither a page nor a file."""
    TOO_MANY = "too-many"
    SPAN = "span"
    NUMBER = "number"
    SHARE = "share"
    CONTRIBUTIONS = "contributions"
    ENGINE = "engine"
    HOME = "home"
    LANGUAGE = "language"
    LANGUAGES_MISSING = "languages-missing"
    """The home goes by language, and no language is named."""
    TOPIC_MISSING = "topic-missing"
    """What is asked for goes by contributions, and there is no topic."""
    TOO_LONG = "too-long"
    FIELD = "field"
    """A name that is a slip of a field's."""
    COLON = "colon"
    """A field without its colon."""
    TWICE = "twice"
    TOML = "toml"
    NO_RECIPE = "no-recipe"
    """A page without any recipe on it, or with several."""
    KEY = "key"
    """A key of TOML that there is not."""
    TYPE = "type"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Unfit:
    """A piece of a recipe that cannot be read: what was given, and what would be right instead.

    `field` is the name of the field, empty for the sources.
    """

    fault: Fault
    given: str
    right: str
    field: str = ""


def refusal(fault: Fault, given: str, form: str) -> Line:
    """Return a sentence that says what is wrong and shows `form`, which would be taken."""
    return line(f"recipe.unfit.{fault}", given=excerpt(given), form=form)
