"""The refusals of the Bot API, in its own words (tdlib/telegram-bot-api, Client.cpp)."""


class ApiError(Exception):
    """An answer with `ok` false. `parameters` are the ResponseParameters of the API."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class CutError(Exception):
    """The connection is to be cut without an answer."""


def bad_request(what: str) -> ApiError:
    """Refuse a call that is wrong in itself."""
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    """Refuse a call that the bot may not make there."""
    return ApiError(403, f"Forbidden: {what}")


def conflict(what: str) -> ApiError:
    """Refuse updates to one who is not alone."""
    return ApiError(409, f"Conflict: {what}")


def too_many_requests(seconds: int) -> ApiError:
    """Ask for a pause."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
