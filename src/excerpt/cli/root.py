"""The command group `excerpt`.

Each command is imported when it runs, so that a search loads only what it needs.
"""

from importlib import import_module

import click

from excerpt._version import __version__
from excerpt.startup import import_in_part

__all__ = ["excerpt"]

_COMMANDS = {
    "build": "Build an index, or bring it up to date.",
    "search": "Find the passages that match a query, best first.",
    "phrase": "List every occurrence of a phrase in context.",
    "concordance": "List every occurrence of a query in context.",
    "serve": "Serve a web page to search, read, quote and cite.",
    "batch": "Count the matches of many queries, and write all hits.",
    "show": "Show a document or a passage.",
    "cite": "Cite a passage or a document, so that it can be checked.",
    "verify-quotes": "Check the quotations of a manuscript.",
    "explain": "Explain how a query is understood and scored.",
    "status": "Show the contents of the index, and its problems.",
    "coverage": "Show the outcome of every file of the corpus.",
    "verify": "Check the index against its checksums.",
    "watch": "Keep the index up to date while files change.",
    "bench": "Measure speed on a corpus.",
    "quality": "Measure ranking on a judged collection.",
    "help": "Show help on a command or a topic.",
}
"""Each command with its summary, in the order of the help; the modules have the same names."""

_SYNONYMS = {
    **dict.fromkeys(("index", "update", "reindex", "rebuild", "ingest", "add", "create"), "build"),
    **dict.fromkeys(("find", "query", "grep", "lookup", "ask"), "search"),
    **dict.fromkeys(("open", "cat", "read", "print", "view", "get"), "show"),
    **dict.fromkeys(("info", "stats", "list"), "status"),
    **dict.fromkeys(("check", "fsck", "repair"), "verify"),
    **dict.fromkeys(("kwic", "context"), "concordance"),
    **dict.fromkeys(("citation", "reference", "bibtex"), "cite"),
    **dict.fromkeys(("web", "server", "gui", "browser"), "serve"),
    **dict.fromkeys(("man", "docs", "manual"), "help"),
}
"""Names of commands in other programs, and the command here."""


class _CommandGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        if cmd_name != "help":  # the only one that does not need NumPy
            import_in_part()
        command: click.Command = import_module(f"excerpt.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(_unknown_command(args), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _unknown_command(arguments: list[str]) -> str:
    from difflib import get_close_matches

    name = arguments[0]
    known = _SYNONYMS.get(name.lower())
    suggestions = [known] if known else get_close_matches(name, _COMMANDS, 1)
    if suggestions:
        return f"There is no command {name!r}. Did you mean {suggestions[0]!r}?"
    return f"There is no command {name!r}. To search for it: excerpt search {' '.join(arguments)}"


@click.group(
    cls=_CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="excerpt %(version)s")
def excerpt() -> None:
    """Search a folder of source texts.

    excerpt indexes texts, web pages, PDF, office documents, e-books and mail, finds the passages
    that match a query, ranks them, and highlights exactly the matched words.

    \b
    Put texts into the folder corpus (or name another one with --corpus), then:
      excerpt build
      excerpt search moneyless society
      excerpt search '"united front" NOT war'
      excerpt phrase to be or not to be
    """
