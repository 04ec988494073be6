"""A folder with a judged collection → its documents, its queries, and which document answers which query how well.

    corpus.jsonl     a document a line: {"_id": …, "title": …, "text": …}
    queries.jsonl    a query a line: {"_id": …, "text": …}
    qrels.tsv        query, document and grade (0: irrelevant) between tabs, without a header
    answers.jsonl    if there are any, the words that answer a question: {"_id": …, "answers": […]}

This is the layout in which judged collections are commonly passed on. A query for which nothing is judged relevant says
nothing about a ranking; it is left out and counted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from excerpt.errors import Advice, ExcerptError

__all__ = ["Collection", "Judgements", "Source", "read_collection"]

Judgements = dict[str, dict[str, int]]
"""The grade (0: irrelevant) of each judged document, for each query."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document of the collection; `title` is "" where it has none."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A judged collection.

    `queries` are those that have a relevant document; `n_left_out` others are not asked. `n_absent` judgements are of
    documents that are not there. `answers` holds for some of the queries what would answer them.
    """

    name: str
    sources: tuple[Source, ...]
    queries: dict[str, str]
    judgements: Judgements
    answers: dict[str, tuple[str, ...]]
    n_left_out: int
    n_absent: int


def read_collection(folder: Path) -> Collection:
    """The judged collection in `folder`.

    Raises:
        ExcerptError: if a file is missing or a line of it is not what it should be, or if no query is left to ask.
    """
    sources = tuple(_sources(folder / "corpus.jsonl"))
    asked = {
        id_: _string(value, "text", where)
        for id_, value, where in _records(folder / "queries.jsonl")
    }
    judged = _judgements(folder / "qrels.tsv")
    queries = {id_: text for id_, text in asked.items() if any(judged.get(id_, {}).values())}
    if not queries or not sources:
        raise ExcerptError(
            "no query in queries.jsonl has a relevant document in qrels.tsv.",
            Advice(
                "The columns of qrels.tsv are the query, the document and a grade, which is above 0"
                " if the document is relevant."
            ),
            where=folder,
        )
    judgements = {id_: judged[id_] for id_ in queries}
    known = {source.id for source in sources}
    return Collection(
        folder.resolve().name,
        sources,
        queries,
        judgements,
        _answers(folder / "answers.jsonl"),
        len(asked) - len(queries),
        sum(document not in known for documents in judgements.values() for document in documents),
    )


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    """The lines of `file` that are not empty, each with its place."""
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield line.rstrip("\n"), f"{file}:{number}"
    except FileNotFoundError as error:
        raise ExcerptError(
            "there is no such file.",
            Advice(
                "A judged collection is a folder with corpus.jsonl, queries.jsonl and qrels.tsv."
            ),
            where=file,
        ) from error
    except UnicodeDecodeError as error:
        raise ExcerptError(
            f"this is not UTF-8: {error}.", Advice("Convert it first."), where=file
        ) from error


def _records(file: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The objects in `file`, one a line, with their ids and places."""
    seen = set()
    for line, where in _lines(file):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise ExcerptError(
                f"this is not JSON: {error}.", Advice("Each line is one object."), where=where
            ) from error
        id_ = record.get("_id") if isinstance(record, dict) else None
        if not isinstance(id_, str) or id_ in seen or id_.split() != [id_]:
            raise ExcerptError(
                "this is not an object with an _id of its own.",
                Advice(
                    'Write each line like {"_id": "7", "text": "..."}, without spaces in the _id.'
                ),
                where=where,
            )
        seen.add(id_)
        yield id_, record, where


def _string(record: dict[str, Any], name: str, where: str) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise ExcerptError(
            f'"{name}" is not a string.',
            Advice('Write each line like {"_id": "7", "text": "..."}.'),
            where=where,
        )
    return value


def _sources(file: Path) -> Iterator[Source]:
    for id_, record, where in _records(file):
        yield Source(id_, record.get("title") or "", _string(record, "text", where))


def _judgements(file: Path) -> Judgements:
    """The judgements in `file`; what is below 0 counts as irrelevant."""
    judgements: Judgements = {}
    for line, where in _lines(file):
        try:
            query, document, grade = line.split("\t")
            judgements.setdefault(query, {})[document] = max(0, int(grade))
        except ValueError as error:
            raise ExcerptError(
                f"this is not a judgement: {line}",
                Advice(
                    "A line is a query, a document and a whole number, separated by tabs; there is"
                    " no header."
                ),
                where=where,
            ) from error
    return judgements


def _answers(file: Path) -> dict[str, tuple[str, ...]]:
    if not file.exists():
        return {}
    answers = {}
    for id_, record, where in _records(file):
        several = record.get("answers")
        if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
            raise ExcerptError(
                '"answers" is not a list of strings.',
                Advice("Correct the file, or leave it out."),
                where=where,
            )
        answers[id_] = tuple(several)
    return answers
