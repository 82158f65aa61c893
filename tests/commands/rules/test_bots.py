"""Who is taken for a bot by name."""

import pytest

from commands.rules.bots import is_bot_by_name


@pytest.mark.parametrize(
    ("name", "bot"),
    [
        ("Cluebot", True),
        ("ClueBot NG", True),
        ("BOT", True),
        ("Xqbot2", True),
        ("Botanist", False),
        ("Bottle and Robot", True),
        ("Robotics fan", False),
        ("Botão", True),
        ("Bó", False),
        ("Ada", False),
        ("", False),
    ],
)
def test_bot_is_what_ends_a_word_with_bot(name: str, bot: bool) -> None:
    assert is_bot_by_name(name) is bot
