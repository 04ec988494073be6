"""The switches for the form of the output (--json, --csv ...) → the one form of a command, and an error if there are two.

Click would let the last of them win, in silence.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["form_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def form_option(*names: str, form: str, help: str) -> Callable[[Command], Command]:  # noqa: A002 - click's own word
    """A switch with these `names`, which makes `form` the argument `form` of the command; without any it is None."""
    return click.option(
        *names, f"is_{form}", is_flag=True, expose_value=False, callback=_chosen(form), help=help
    )


def _chosen(form: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    """Takes note that `form` is asked for, unless another is."""

    def choose(context: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
        context.params.setdefault("form", None)
        if not is_asked:
            return
        name = "/".join(parameter.opts)
        other = context.meta.setdefault(__name__, name)
        if other != name:
            raise click.UsageError(
                f"{other} and {name} are two forms of output: choose one.", context
            )
        context.params["form"] = form

    return choose
