"""`excerpt help`: the topics of the documentation, one of them, or the help of a command.

The topics are the Markdown files in `excerpt/docs/`, which ship with the package. On a terminal a
topic is formatted and shown through a pager; otherwise its Markdown is written as it is.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

__all__ = ["command", "show_topic", "topics"]

DOCS: Final = Path(__file__).parent.parent / "docs"
"""The folder of the documentation: one topic in each file."""
ORDER: Final[tuple[str, ...]] = (
    "query",
    "corpus",
    "output",
    "citations",
    "serve",
    "shell",
    "python",
    "ranking",
    "reliability",
    "benchmarks",
    "cluster",
)
"""The topics for users, in the order in which they are listed; those for developers follow."""
MAX_COLUMNS: Final = 100
"""The widest text that is still easy to read."""


def topics() -> dict[str, str]:
    """Return the title of each topic, in the order in which topics are listed."""
    names = sorted(path.stem for path in DOCS.glob("*.md"))
    ordered = [name for name in ORDER if name in names]
    ordered += [name for name in names if name not in ORDER]
    return {name: _title(_document(name)) for name in ordered}


def _complete(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001 - click's signature
    incomplete: str,
) -> list[str]:
    """Return the topics and commands that begin with `incomplete`."""
    group = context.parent.command if context.parent else None
    commands = group.list_commands(context) if isinstance(group, click.Group) else []
    return [name for name in (*topics(), *commands) if name.startswith(incomplete)]


@click.command("help")
@click.argument("topic", required=False, shell_complete=_complete)
@click.pass_context
def command(context: click.Context, topic: str | None) -> int:
    """Show the documentation on TOPIC, or the help of a command.

    Without TOPIC, list the commands and the topics.
    """
    assert context.parent is not None
    if topic is None:
        click.echo(context.parent.get_help())
        click.echo()
        click.echo("\n".join(_overview()))
        return 0
    if topic in topics():
        show_topic(topic)
        return 0
    group = context.parent.command
    assert isinstance(group, click.Group)
    found = group.get_command(context.parent, topic)
    if found is None:
        raise click.UsageError(_unknown(topic), context)
    click.echo(found.get_help(click.Context(found, info_name=topic, parent=context.parent)))
    return 0


def _document(topic: str) -> str:
    return (DOCS / f"{topic}.md").read_text(encoding="utf-8")


def _title(document: str) -> str:
    """Return the first line of `document`, which is its heading."""
    return document.partition("\n")[0].lstrip("# ")


def _overview() -> Iterator[str]:
    """Yield the lines that list the topics."""
    titles = topics()
    width = max(map(len, titles)) + 2
    yield "Topics (excerpt help TOPIC):"
    for name, title in titles.items():
        yield f"  {name:{width}}{title}"


def show_topic(topic: str) -> None:
    """Write a topic: as Markdown into a file or pipe, formatted and paged on a terminal."""
    document = _document(topic)
    if not sys.stdout.isatty():
        click.echo(document, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(MAX_COLUMNS, Console().width))
    with console.capture() as capture:
        console.print(Markdown(document))
    click.echo_via_pager(capture.get())


def _unknown(topic: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(topic, topics(), 1)
    hint = f" Did you mean {near[0]!r}?" if near else " 'excerpt help' lists the topics."
    return f"There is no topic or command {topic!r}.{hint}"
