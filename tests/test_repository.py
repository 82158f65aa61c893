"""The shape of the repository: what stands at the top, and how large a module may grow."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
STOREYS = {"chatbot", "commands", "storage"}
AT_THE_TOP = STOREYS | {
    "tests",
    "deploy",
    "pyproject.toml",
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE",
}
LEFT_BY_RUNNING = {"bellringer.egg-info", "build", "data", "dist"}
MOST_LINES = 400


def modules() -> Iterator[Path]:
    for folder in STOREYS | {"tests"}:
        yield from (ROOT / folder).rglob("*.py")


def named(paths: Iterator[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def test_the_top_level_is_closed() -> None:
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert visible - LEFT_BY_RUNNING <= AT_THE_TOP


def test_a_module_can_be_read_in_one_sitting() -> None:
    assert not named(path for path in modules() if len(path.read_text().splitlines()) > MOST_LINES)


def test_the_first_line_of_a_module_says_why_it_exists() -> None:
    assert not named(
        path for path in modules() if path.stat().st_size and not path.read_text().startswith('"""')
    )


def test_a_module_is_named_after_its_noun() -> None:
    nouns_not_found = {"util", "utils", "helper", "helpers", "manager", "common", "misc"}
    assert not named(path for path in modules() if path.stem in nouns_not_found)
