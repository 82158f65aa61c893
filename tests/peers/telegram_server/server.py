"""The parts of the server, put together."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.peers.telegram_server.api import Api
from tests.peers.telegram_server.asking import Asking
from tests.peers.telegram_server.editing import Editing
from tests.peers.telegram_server.front import serving
from tests.peers.telegram_server.membership import Membership
from tests.peers.telegram_server.menus import Menus
from tests.peers.telegram_server.people import User
from tests.peers.telegram_server.polling import Polling
from tests.peers.telegram_server.pressing import Pressing
from tests.peers.telegram_server.sending import Sending
from tests.peers.telegram_server.webhook import Webhook
from tests.peers.telegram_server.world import World


class Server:
    """All parts, over one world and for one bot."""

    def __init__(self, *, token: str, bot: User) -> None:
        self.world = World(bot=bot)
        self.membership = Membership(world=self.world)
        self.pressing = Pressing(world=self.world)
        self.menus = Menus(world=self.world)
        self.webhook = Webhook(world=self.world)
        parts = (
            self.pressing,
            self.menus,
            self.webhook,
            Sending(world=self.world),
            Editing(world=self.world),
            Asking(world=self.world, membership=self.membership),
            Polling(world=self.world, hooked=self._hooked, disturbed=self._disturbed),
        )
        methods = {name: method for part in parts for name, method in part.methods().items()}
        self.api = Api(world=self.world, token=token, methods=methods)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Run until the end; give the address."""
        with serving(self.api) as address, self.webhook.pushing():
            try:
                yield address
            finally:
                self.world.bell.close()

    def _hooked(self) -> bool:
        return self.webhook.hook is not None

    def _disturbed(self) -> bool:
        return self.api.faults.awaits("getUpdates")
