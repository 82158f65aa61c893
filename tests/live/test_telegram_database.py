"""Telegram goes on while the database does not: what is said then waits for it."""

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from storage.database import Database
from tests.peers.irc_bot import eventually
from tests.peers.postgres import Cluster
from tests.peers.telegram import Telegram
from tests.peers.telegram_bot import Bot, running, settings

pytestmark = pytest.mark.parametrize("backend", ["postgresql"])


class Administrator:
    """Shuts a database, and opens it again."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        url = make_url(cluster.url("postgres")).set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._name = name

    def shut(self) -> None:
        self._run("ALTER DATABASE {} ALLOW_CONNECTIONS false", sql.Identifier(self._name))
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}",
            sql.Literal(self._name),
        )

    def open(self) -> None:
        self._run("ALTER DATABASE {} ALLOW_CONNECTIONS true", sql.Identifier(self._name))

    def _run(self, statement: sql.LiteralString, name: sql.Composable) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(name))


async def test_nothing_is_heard_until_the_database_answers(
    telegram: Telegram, database: Database, migrated_url: str, postgres_cluster: Cluster
) -> None:
    talks, alice = telegram.supergroup("Talks"), telegram.user(1001, "Alice")
    administrator = Administrator(postgres_cluster, str(make_url(migrated_url).database))
    async with running(Bot(settings(telegram, talks.id), database)) as bot:
        administrator.shut()
        alice.say("/coming 7", in_=talks)
        await eventually(lambda: bot.logged("telegram.waiting_for_database"))
        assert bot.heard == []
        administrator.open()
        await telegram.heard(talks, "heard coming 7")
        assert bot.texts == ["coming 7"]
        assert len(bot.logged("telegram.waiting_for_database")) == 1
