"""The desk that explains the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from commands.declaration import Argument, Call, Command, Kind, Who, usage
from commands.grammar import excerpt, nearest, plain
from commands.messages import Line, Reply, line, reply
from commands.paging import PAGE, page_of

_MOST_FORMS = 8


class Help:
    """Explains the commands of the other desks, and itself."""

    def __init__(self, *, commands: Iterable[Command]) -> None:
        self._all = (*self.commands(), *commands)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        return (
            Command(
                "help",
                Who.ALL,
                "help.help",
                "help event add",
                self.help,
                (Argument("command", Kind.TEXT, optional=True), PAGE),
                aliases=("commands",),
                pressable=True,
            ),
        )

    async def help(self, call: Call) -> Reply:
        """List the commands, or explain those that were asked for."""
        asked = " ".join(plain(call.text("command", "")).removeprefix(call.prefix).split())
        if not asked:
            return self._overview(call)
        found = [each for each in self._all if asked in (each.name, *each.aliases)]
        found = found or [each for each in self._all if each.name.split()[0] == asked]
        if not found:
            return reply(self._no_such(call, asked))
        if len(found) == 1:
            return reply(*_explained(found[0], call.prefix), *self._related(found[0]))
        return _forms(call, asked, found)

    def _no_such(self, call: Call, asked: str) -> Line:
        names = [each.name for each in self._all]
        near = tuple(call.prefix + name for name in nearest(asked, names))
        key = "help.no_such_near" if near else "help.no_such"
        return line(key, command=excerpt(asked), nearest=near, prefix=call.prefix)

    def _related(self, command: Command) -> list[Line]:
        """Return what else begins with the same word, where that is a command by itself."""
        names = tuple(e.name for e in self._all if e.name.startswith(f"{command.name} "))
        return [line("help.related", commands=names)] if names else []

    def _overview(self, call: Call) -> Reply:
        everyone = tuple(e.name for e in self._all if e.who is not Who.COORDINATOR)
        lines = [line("help.everyone", commands=everyone)]
        person = call.speaker.person
        if person is not None and person.coordinator_since is not None:
            theirs = tuple(e.name for e in self._all if e.who is Who.COORDINATOR)
            lines.append(line("help.coordinators", commands=theirs))
        return reply(*lines, line("help.more", prefix=call.prefix, command="remindme"))


def _forms(call: Call, asked: str, found: Sequence[Command]) -> Reply:
    page, again = page_of(call, found, _MOST_FORMS), f"help {asked}"
    forms = [line("help.form", form=call.prefix + usage(each)) for each in page.items]
    more = line("help.more", prefix=call.prefix, command=page.items[0].name)
    return reply(*forms, *page.hint(call, again), more, buttons=page.buttons(again))


def _explained(command: Command, prefix: str) -> list[Line]:
    lines = [
        line("help.form", form=prefix + usage(command)),
        line("help.means", help=line(command.help_key), who=line(f"who.{command.who}")),
        line("help.example", example=prefix + command.example),
    ]
    if command.aliases:
        lines.append(line("help.aliases", aliases=command.aliases))
    return lines
