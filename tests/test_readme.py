"""The README says what is so: its command table is made from the declarations."""

import re
from pathlib import Path

from chatbot.text import Texts
from commands.declaration import table
from commands.messages import line
from commands.rules.recipe import Recipe
from commands.rules.recipefile import from_toml
from tests.commands.every_desk import every_command
from tests.commands.rules.recipes import heard

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- commands -->\n", "<!-- /commands -->"


def test_the_command_table_is_that_of_the_declarations() -> None:
    text = Texts()
    expected = table(every_command(), lambda key: text.words(line(key)))
    found = README.read_text().partition(BEGIN)[2].partition(END)[0]
    assert found == expected, f"put this table into the README:\n{expected}"


def test_the_recipes_that_it_shows_are_taken() -> None:
    shown = README.read_text().partition("## Audiences")[2].partition("\n## ")[0]
    typed = re.findall(r"!run audience 7 (.*)", shown)
    assert [each for each in typed if not isinstance(heard(each), Recipe)] == []
    assert len(typed) > 3
    assert isinstance(from_toml(shown.partition("```toml")[2].partition("```")[0]), Recipe)
