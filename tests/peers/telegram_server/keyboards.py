"""Reads the inline keyboard under a message."""

import re

from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import ApiError, bad_request
from tests.peers.telegram_server.messages import Button, Keyboard

MOST_BUTTONS = 100
_NOT_SERVED = {"keyboard", "remove_keyboard", "force_reply"}


def keyboard(markup: Json | None) -> Keyboard:
    """Take a `reply_markup`. Raises ApiError as the API answers."""
    if not markup:
        return ()
    if _NOT_SERVED & markup.keys():
        raise bad_request("only inline keyboards are served here")
    if markup.keys() - {"inline_keyboard"}:
        raise bad_request(f"unknown field in reply_markup: {', '.join(markup)}")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    taken = tuple(tuple(_button(button) for button in row) for row in rows if row)
    if sum(len(row) for row in taken) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return taken


def _button(button: object) -> Button:
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    if unknown := button.keys() - {"text", "url", "callback_data"}:
        raise _unparsable(f"unknown field {', '.join(sorted(unknown))}")
    for name, value in button.items():
        if not isinstance(value, str):
            raise _unparsable(f'Field "{name}" must be of type String')
    if "text" not in button:
        raise _unparsable('Can\'t find field "text"')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    return _typed(button["text"], button.get("url", ""), button.get("callback_data", ""))


def _typed(text: str, url: str, data: str) -> Button:
    if bool(url) == bool(data):
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    if data:
        if len(data.encode()) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(text, data=data)
    if not re.fullmatch(r"(https?|tg)://\S+", url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return Button(text, url=url)


def _unparsable(why: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {why}")
