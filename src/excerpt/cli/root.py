"""The group of all commands. Each is imported when it is run, so that a search loads nothing but what it needs."""

from importlib import import_module

import click

from excerpt._version import __version__

__all__ = ["excerpt"]

_COMMANDS = {
    "build": "Make the index of a corpus, or bring it up to date.",
    "watch": "Keep the index up to date while sources are saved.",
    "search": "Find the passages that match a query, best first.",
    "phrase": "List every place where words stand in a row, in context.",
    "concordance": "List every match of any query, in context.",
    "show": "Show a document or a passage.",
    "status": "Say what the index holds and what could not be read.",
    "coverage": "Say what became of every file of the corpus.",
    "verify": "Check that the index is what was written.",
    "explain": "Say how a query is understood.",
    "bench": "Measure how fast it is on a corpus.",
    "quality": "Measure how well it ranks a judged collection.",
    "help": "Show help for a command, or for the query language.",
}


class _Commands(click.Group):
    """Commands that are found by name and imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"excerpt.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(_unknown(args), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _unknown(arguments: list[str]) -> str:
    from difflib import get_close_matches

    name = arguments[0]
    near = get_close_matches(name, _COMMANDS, 1)
    if near:
        return f"There is no command {name!r}. Did you mean {near[0]!r}?"
    return f"There is no command {name!r}. To search for it: excerpt search {' '.join(arguments)}"


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="excerpt %(version)s")
def excerpt() -> None:
    """Full-text search over a folder of source texts: ranked passages, exact highlights, exact places.

    \b
    Put sources into corpus/ (or name a folder with --corpus), then:
      excerpt build
      excerpt search moneyless society
      excerpt search '"united front" NOT war'
      excerpt phrase to be or not to be
    """
