"""The command line: `bellringer run`, `try`, `check`, and what an operator does by hand.

Exit codes: 0 done, 1 it did not work, 2 it was asked for wrongly or configured wrongly.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from chatbot import __version__
from chatbot.config import Config
from chatbot.sections import ConfigError
from chatbot.settings import load

ConfigFile = Annotated[
    Path,
    typer.Option(
        "--config", "-c", help="The configuration file (TOML).", envvar="BELLRINGER_CONFIG"
    ),
]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, in UTC.")]
Computing = Literal["duckdb", "spark"]
Account = Annotated[str, typer.Argument(help="ACCOUNT@NETWORK, such as alice@libera.")]

application = typer.Typer(
    help="Makes community events known, and delivers messages that two coordinators confirmed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
coordinator = typer.Typer(help="Who may decide.", no_args_is_help=True)
database = typer.Typer(help="The database.", no_args_is_help=True)
audit = typer.Typer(help="The ledger.", no_args_is_help=True)
history = typer.Typer(help="Imported MediaWiki history dumps.", no_args_is_help=True)
application.add_typer(coordinator, name="coordinator")
application.add_typer(database, name="db")
application.add_typer(audit, name="audit")
application.add_typer(history, name="history")


def main() -> None:
    """Run the command line."""
    application()


@application.command()
def run(config: ConfigFile) -> None:
    """Run the bot until it is told to stop (SIGTERM or SIGINT)."""
    loaded = _loaded(config)
    # structlog would load rich for colours that a service's log does not have: 3 MiB and 40 ms.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
    # Looking for garbage in what is loaded, all of which stays, takes a tenth of the time.
    gc.disable()
    # First, because on import it looks through every module loaded by then.
    import irc.client  # noqa: F401 - imported for the time it takes later

    from chatbot.running import run_forever

    gc.freeze()
    gc.enable()
    living = run_forever(loaded, os.environ, source=sys.stdin, screen=sys.stdout)
    raise typer.Exit(_finish(living))


@application.command(name="try")
def try_out(
    data: Annotated[Path, typer.Option(help="The folder that everything is kept in.")] = Path(
        "data/try"
    ),
) -> None:
    """Try it all in this terminal: a chat, and a wiki in a folder. Nobody real is written to."""
    from chatbot.running import run_forever
    from chatbot.tour import DRY_WIKI, free_port, try_config, welcome
    from chatbot.wiki.dry.seed import seed

    config = try_config(data, port=free_port())
    seed(name=DRY_WIKI, folder=data / DRY_WIKI)
    living = run_forever(
        config, os.environ, source=sys.stdin, screen=sys.stdout, greeting=welcome(data)
    )
    raise typer.Exit(_finish(living))


@application.command()
def check(config: ConfigFile) -> None:
    """Connect to everything that is configured and say what works and what does not."""
    from chatbot.checking import check_everything

    raise typer.Exit(_finish(check_everything(_loaded(config), os.environ, sys.stdout)))


@application.command()
def version() -> None:
    """Say which version this is."""
    typer.echo(__version__)


@coordinator.command("add")
def coordinator_add(account: Account, config: ConfigFile) -> None:
    """Make somebody a coordinator, as only the operator can alone."""
    from chatbot.operator import appoint

    raise typer.Exit(_finish(appoint(_loaded(config), account, sys.stdout)))


@coordinator.command("remove")
def coordinator_remove(account: Account, config: ConfigFile) -> None:
    """End somebody's time as coordinator at once."""
    from chatbot.operator import dismiss

    raise typer.Exit(_finish(dismiss(_loaded(config), account, sys.stdout)))


@coordinator.command("list")
def coordinator_list(config: ConfigFile) -> None:
    """Say who the coordinators are."""
    from chatbot.operator import list_coordinators

    raise typer.Exit(_finish(list_coordinators(_loaded(config), sys.stdout)))


@database.command("upgrade")
def db_upgrade(config: ConfigFile) -> None:
    """Bring the schema to the newest revision. `run` does it too."""
    from chatbot.operator import upgrade

    raise typer.Exit(_finish(upgrade(_loaded(config), sys.stdout)))


@database.command("backup")
def db_backup(
    target: Annotated[Path, typer.Argument(help="A file that does not exist yet.")],
    config: ConfigFile,
) -> None:
    """Write everything to a file. The bot may be running."""
    from chatbot.operator import back_up

    raise typer.Exit(back_up(_loaded(config), target, sys.stdout))


@database.command("restore")
def db_restore(
    source: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    config: ConfigFile,
) -> None:
    """Replace everything by a backup. The bot must not be running."""
    from chatbot.operator import bring_back

    raise typer.Exit(bring_back(_loaded(config), source, sys.stdout))


@audit.command("verify")
def audit_verify(config: ConfigFile) -> None:
    """Walk the ledger's chain and name every entry that was changed, removed or reordered."""
    from chatbot.operator import verify

    raise typer.Exit(_finish(verify(_loaded(config), sys.stdout)))


@history.command("import")
def history_import(
    files: Annotated[list[Path], typer.Argument(help="Such as 2026-10.svwiki.2025.tsv.bz2.")],
    config: ConfigFile,
    jobs: Annotated[int, typer.Option(min=1, help="How many files at a time.")] = os.cpu_count()
    or 1,
) -> None:
    """Import files of the history dumps. Those that were imported before are not read again."""
    from chatbot.historian import bring_in

    raise typer.Exit(bring_in(_loaded(config), files, jobs, sys.stdout))


@history.command("show")
def history_show(config: ConfigFile) -> None:
    """Say which snapshots were imported, and how much of which wikis."""
    from chatbot.historian import show

    raise typer.Exit(show(_loaded(config), sys.stdout))


@history.command("contributors")
def history_contributors(
    articles: Annotated[Path, typer.Argument(help="Articles: WIKI, a tab and TITLE on a line.")],
    config: ConfigFile,
    *,
    since: Day = None,
    until: Day = None,
    edits: Annotated[int, typer.Option(help="So many edits are enough,")] = 5,
    added: Annotated[int, typer.Option(help="or so many bytes added.")] = 1000,
    by_article: Annotated[bool, typer.Option(help="A line for each account and article.")] = False,
    engine: Annotated[Computing | None, typer.Option(help="Who computes.")] = None,
    master: Annotated[str, typer.Option(help="The URL of Spark's master.")] = "",
) -> None:
    """List who contributed to articles: a line for each human, fields between tabs."""
    from chatbot.historian import Question, list_contributors

    question = Question(since, until, edits, added, by_article, engine, master)
    asked = list_contributors(_loaded(config), articles, question, sys.stdout, sys.stderr)
    raise typer.Exit(_finish(asked))


def _loaded(path: Path) -> Config:
    try:
        return load(path)
    except ConfigError as fault:
        typer.echo(f"bellringer: {fault}", err=True)
        raise typer.Exit(2) from fault


def _finish(work: Coroutine[Any, Any, int]) -> int:
    try:
        return asyncio.run(work)
    except ConfigError as fault:
        typer.echo(f"bellringer: {fault}", err=True)
        return 2
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    main()
