"""`excerpt serve`: the local web page."""

from pathlib import Path

import click

from excerpt.cli.options import index_options, open_index
from excerpt.cli.output import note, write

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt serve --open
  excerpt serve --index ~/letters-index --port 0
  excerpt serve --host 0.0.0.0
\b
excerpt help serve describes the page, its addresses and who may open it.
"""


@click.command("serve", epilog=_EPILOG)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8017,
    metavar="N",
    show_default=True,
    help="Port to listen on; 0 takes any free one.",
)
@click.option("--open", "opens_browser", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    show_default=True,
    help="Address to listen on. Other machines can reach any but the default, so a token is then"
    " required.",
)
@click.option(
    "--token",
    "has_token",
    is_flag=True,
    help="Require a newly generated secret, so that other accounts on this machine cannot read.",
)
@index_options
def command(
    corpus: Path, index: Path, *, port: int, opens_browser: bool, host: str, has_token: bool
) -> int:
    """Serve a web page to search, read, quote and cite, by default on this machine only.

    If there is no index yet, it is built first. The page shows each new state of the index within
    two seconds after a build. Press Ctrl-C to end.
    """
    import secrets
    import sys

    from excerpt.serve.security import is_loopback
    from excerpt.serve.server import serve

    with open_index(index, corpus) as opened:
        moved = opened.corpus
    if is_loopback(host) and not has_token:
        note("Every account on this machine can open the page; --token keeps others out.")

    def report(url: str) -> None:
        write([url])
        sys.stdout.flush()

    serve(
        index,
        corpus=moved,
        host=host,
        port=port,
        token=secrets.token_urlsafe(32) if has_token else "",
        opens_browser=opens_browser,
        report=report,
    )
    return 0
