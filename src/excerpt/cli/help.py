"""`excerpt help`: the help of a command, or the query language on one screen."""

import click

__all__ = ["QUERIES", "command"]

QUERIES = """\
moneyless society        passages with all the words, in any inflected form
"united front"           these very words in a row, whatever stands between them
="Green"                 with case and marks as typed
self-determination       the parts in a row, or written as one
class* wom?n *ism        wildcards, in phrases too: "class* struggle"
Engles~ Engles~2         words one or two letters away
/coloni[sz]e[ds]?/       a regular expression over whole words

a AND b   a OR b   a NOT b   -a   ( )       operators in capitals; NOT binds first, then AND, then OR
mass NEAR/5 party        at most 5 words between, in either order; BEFORE/5: in this order
"mass party"~3           in this order, at most 3 words between each and the next
(worker OR labour) NEAR/5 movement          alternatives, phrases and wildcards near each other
sentence(wage labour)  paragraph(...)  document(...)      within one of these

title:socialism  heading:wages  path:letters/  format:html  lang:de  kind:note  author:Luxemburg
year:1904  year:1917..1921  date:>=1848-02  date:..1900
word^3                   weighs three times

In the shell, put a query with quotes, brackets or * in single quotes: excerpt search '"united front" NOT war'
--any finds any of the words, --exact no inflected forms, --literal takes everything as plain words.
excerpt explain QUERY says how a query is understood."""


@click.command("help")
@click.argument("topic", required=False)
@click.pass_context
def command(context: click.Context, topic: str | None) -> int:
    """Show the help of the command TOPIC, or with "query" the query language."""
    assert context.parent is not None
    if topic == "query":
        click.echo(QUERIES)
        return 0
    if topic is None:
        click.echo(context.parent.get_help())
        return 0
    group = context.parent.command
    assert isinstance(group, click.Group)
    _, found, _ = group.resolve_command(context.parent, [topic])
    assert found is not None
    click.echo(found.get_help(click.Context(found, info_name=topic, parent=context.parent)))
    return 0
