"""The Telegram transport: a bot on the Bot API (https://core.telegram.org/bots/api)."""
