"""Who is taken for a bot by name."""

import pytest

from commands.rules.bots import is_bot, is_bot_by_name


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


@pytest.mark.parametrize(
    ("name", "groups", "bot"),
    [
        ("ClueBot NG", (), True),
        ("SineBot", (), True),
        ("Yet another bot", (), True),
        ("XBOT", (), True),
        ("Ada", ("bot",), True),
        ("Ada", ("global-bot", "sysop"), True),
        ("Ada", ("sysop",), False),
        ("Abbot", (), False),
        ("Talbot", (), False),
        ("Botanist", (), False),
        ("Robot fan", (), False),
    ],
)
def test_nobody_is_left_out_for_a_name_that_people_have_too(
    name: str, groups: tuple[str, ...], bot: bool
) -> None:
    assert is_bot(name, frozenset(groups)) is bot
