"""The least that answers on Telegram: what the server itself takes for a round trip.

python bare_telegram_subject.py ADDRESS TOKEN
"""

import http.client
import json
import sys
from urllib.parse import urlencode, urlsplit


class Bare:
    """Polls, and answers every message with `pong`."""

    def __init__(self, address, token):
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=90)
        self.path = f"/bot{token}/"

    def call(self, method, **parameters):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", self.path + method, urlencode(parameters), headers)
        return json.load(self.connection.getresponse())["result"]

    def run(self):
        offset = 0
        while True:
            for update in self.call("getUpdates", offset=offset, timeout=50):
                offset = update["update_id"] + 1
                self.call("sendMessage", chat_id=update["message"]["chat"]["id"], text="pong")


if __name__ == "__main__":
    Bare(*sys.argv[1:]).run()
