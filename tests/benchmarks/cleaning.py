"""How long it takes to make an audience of 50,000 accounts on 300 wikis, and with how much memory.

    python -m tests.benchmarks.cleaning [ACCOUNTS [WIKIS]]

The wikis' answers are at hand, in memory: what is measured is joining, filtering, choosing. People
are on up to 27 wikis, with accounts on many more that were made for them and never used. One in
twenty is a bot, blocked, locked, renamed, opted out somewhere or listed to be left out, and half
of them are gone. The goal is below 60 s and 500 MB, everything included.
"""

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

from commands.census import Attached, Contribution, GlobalAccount
from commands.rules.audience import Step
from commands.rules.filters import Mention
from commands.rules.recipe import HomeRule, Recipe
from commands.rules.selection import Selected
from commands.rules.sightings import Sighting
from tests.commands.rules.farm import Farm, days, wiki

LANGUAGES = ("en", "sv", "ar", "es", "fr", "hi", "zh", "ru", "pt", "sw")
RECIPE = Recipe(
    (),
    active_within=timedelta(days=180),
    edits=10,
    age=timedelta(days=30),
    rest=timedelta(days=60),
    without_groups=("sysop",),
    top=5_000,
    hold_out=0.1,
    home=(HomeRule.ACTIVE,),
)


class People:
    """Makes a farm and those whom a topic names there, the same for the same numbers."""

    def __init__(self, accounts: int, wikis: int) -> None:
        self._random = random.Random(20_261_125)
        self._accounts = accounts
        self._wikis = [f"w{n:03}" for n in range(wikis)]
        self.farm = Farm(
            {name: wiki(name, LANGUAGES[n % 10]) for n, name in enumerate(self._wikis)}
        )
        self.sightings: list[Sighting] = []
        self.notes: list[Mention] = []
        while len(self.sightings) < accounts:
            self._add(len(self.farm.global_accounts))
        self._random.shuffle(self.sightings)

    def _add(self, number: int) -> None:
        name = f"Person {number}" if self._random.random() > 0.01 else f"Person{number}Bot"
        edited = min(27, 1 + int(self._random.expovariate(0.25)))
        wikis = self._random.sample(self._wikis, min(edited + 20, len(self._wikis)))
        attached = tuple(
            Attached(each, 1 + int(self._random.paretovariate(0.6)) if n < edited else 0, days(900))
            for n, each in enumerate(wikis)
        )
        self.farm.global_accounts[name] = GlobalAccount(
            number,
            name,
            wikis[0],
            days(1000),
            sum(each.edits for each in attached),
            locked=self._random.random() < 0.01,
            attached=attached,
        )
        self._live(name, attached[:edited])
        left = self._accounts - len(self.sightings)
        self.sightings += self._seen(name, number, attached[: min(edited, left)])

    def _live(self, name: str, edited: tuple[Attached, ...]) -> None:
        last = self._random.uniform(0, 360)
        for each in edited:
            self.farm.last_edits[each.wiki, name] = days(last + self._random.expovariate(0.05))
        if self._random.random() < 0.02:
            self.farm.opted_out.add((edited[-1].wiki, name))
        if self._random.random() < 0.01:
            self.notes.append(Mention(Step.EXCLUDED, "", name, "list"))

    def _seen(self, name: str, number: int, edited: tuple[Attached, ...]) -> Iterator[Sighting]:
        for each in edited:
            blocked = self._random.random() < 0.01
            self.farm.add(
                each.wiki,
                name,
                edits=each.edits,
                central_id=number,
                registered_at=each.registered_at,
                blocked_indefinitely=blocked,
            )
            size = int(self._random.paretovariate(0.8) * 300)
            wrote = Contribution(each.wiki, name, "Physics", 5, size, size, days(400))
            user = name
            if self._random.random() < 0.01:
                user = f"{name} before"
                self.farm.renamed[each.wiki, user] = name
            yield Sighting(each.wiki, f"{user}@{each.wiki}", user=user, contributions=(wrote,))


def megabytes() -> float:
    """Return the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(
    people: People, selected: Selected, seconds: float, busy: float, before: float
) -> Iterator[str]:
    yield f"{len(people.sightings)} accounts of {len(people.farm.global_accounts)} people"
    for step in selected.audience.steps:
        if step.taken:
            yield f"  {step.step:12} takes {step.taken:6}, leaves {step.left:6}"
    asked = ", ".join(f"{number} {kind}" for kind, number in people.farm.asked.items())
    yield f"{people.farm.rounds} rounds, asked: {asked}"
    yield f"{seconds:.1f} s, {busy:.1f} s of them on the processor"
    yield f"at most {megabytes():.0f} MB, {before:.0f} MB of them the answers"


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:]] or [50_000, 300]
    people = People(numbers[0], numbers[1] if len(numbers) > 1 else 300)
    before = megabytes()
    begun, idle = time.perf_counter(), time.process_time()
    selected = people.farm.select(people.sightings, RECIPE, canary=10, notes=people.notes)
    seconds, busy = time.perf_counter() - begun, time.process_time() - idle
    for each in told(people, selected, seconds, busy, before):
        print(each)  # noqa: T201 - a benchmark run by hand


if __name__ == "__main__":
    main()
