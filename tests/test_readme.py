"""The README says what is so: its command table is made from the declarations."""

from pathlib import Path

from chatbot.text import Texts
from commands.declaration import table
from commands.messages import line
from tests.commands.every_desk import every_command

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- commands -->\n", "<!-- /commands -->"


def test_the_command_table_is_that_of_the_declarations() -> None:
    text = Texts()
    expected = table(every_command(), lambda key: text.words(line(key)))
    found = README.read_text().partition(BEGIN)[2].partition(END)[0]
    assert found == expected, f"put this table into the README:\n{expected}"
