"""A folder → a judged collection: documents, queries, and grades of documents for queries.

    corpus.jsonl     a document a line: {"_id": …, "title": …, "text": …}
    queries.jsonl    a query a line: {"_id": …, "text": …}
    qrels.tsv        query, document and grade (0: irrelevant), separated by tabs, without a header
    answers.jsonl    optional, the words that answer a query: {"_id": …, "answers": […]}

Judged collections are commonly distributed in this layout. A query without a relevant document says
nothing about a ranking; it is left out and counted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from excerpt.errors import ExcerptError, Instruction

__all__ = ["JudgedCollection", "JudgedDocument", "Judgements", "read_collection"]

Judgements = dict[str, dict[str, int]]
"""For each query the grades of its judged documents (0: irrelevant)."""


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A document of the collection; `title` is "" if it has none."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class JudgedCollection:
    """A judged collection.

    queries     text of each query that has a relevant document, by its id
    judgements  their grades
    answers     for some of the queries, the words that answer them
    n_left_out  number of queries without a relevant document
    n_absent    number of judgements of documents that the collection does not contain
    """

    name: str
    documents: tuple[JudgedDocument, ...]
    queries: dict[str, str]
    judgements: Judgements
    answers: dict[str, tuple[str, ...]]
    n_left_out: int
    n_absent: int


def read_collection(folder: Path) -> JudgedCollection:
    """Return the judged collection in `folder`.

    Raises:
        ExcerptError: if a file is missing, a line of it is malformed, or no query can be used.
    """
    documents = tuple(_read_documents(folder / "corpus.jsonl"))
    all_queries = {
        id_: _string_value(record, "text", location)
        for id_, record, location in _read_records(folder / "queries.jsonl")
    }
    judged = _read_judgements(folder / "qrels.tsv")
    queries = {id_: text for id_, text in all_queries.items() if any(judged.get(id_, {}).values())}
    if not queries or not documents:
        raise ExcerptError(
            "no query in queries.jsonl has a relevant document in qrels.tsv.",
            Instruction(
                "The columns of qrels.tsv are the query, the document, and a grade, which is"
                " above 0 if the document is relevant."
            ),
            where=folder,
        )
    judgements = {id_: judged[id_] for id_ in queries}
    known = {document.id for document in documents}
    return JudgedCollection(
        folder.resolve().name,
        documents,
        queries,
        judgements,
        _read_answers(folder / "answers.jsonl"),
        len(all_queries) - len(queries),
        sum(id_ not in known for grades in judgements.values() for id_ in grades),
    )


def _read_lines(file: Path) -> Iterator[tuple[str, str]]:
    """Yield each line of `file` that is not blank, with its location for messages."""
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield line.rstrip("\n"), f"{file}:{number}"
    except FileNotFoundError as error:
        raise ExcerptError(
            "there is no such file.",
            Instruction(
                "A judged collection is a folder with corpus.jsonl, queries.jsonl and qrels.tsv."
            ),
            where=file,
        ) from error
    except UnicodeDecodeError as error:
        raise ExcerptError(
            f"this is not UTF-8: {error}.", Instruction("Convert it to UTF-8."), where=file
        ) from error


def _read_records(file: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the id of each JSON object in `file`, the object, and its location."""
    seen = set()
    for line, location in _read_lines(file):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise ExcerptError(
                f"this is not JSON: {error}.",
                Instruction("Write one JSON object a line."),
                where=location,
            ) from error
        id_ = record.get("_id") if isinstance(record, dict) else None
        if not isinstance(id_, str) or id_ in seen or id_.split() != [id_]:
            raise ExcerptError(
                "this is not an object with a unique _id.",
                Instruction(
                    'Write lines like {"_id": "7", "text": "..."}, without spaces in the _id.'
                ),
                where=location,
            )
        seen.add(id_)
        yield id_, record, location


def _string_value(record: dict[str, Any], name: str, location: str) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise ExcerptError(
            f'"{name}" is not a string.',
            Instruction('Write lines like {"_id": "7", "text": "..."}.'),
            where=location,
        )
    return value


def _read_documents(file: Path) -> Iterator[JudgedDocument]:
    for id_, record, location in _read_records(file):
        title = record.get("title") or ""
        yield JudgedDocument(id_, title, _string_value(record, "text", location))


def _read_judgements(file: Path) -> Judgements:
    """Return the judgements in `file`; grades below 0 count as irrelevant."""
    judgements: Judgements = {}
    for line, location in _read_lines(file):
        try:
            query, document, grade = line.split("\t")
            judgements.setdefault(query, {})[document] = max(0, int(grade))
        except ValueError as error:
            raise ExcerptError(
                f"this is not a judgement: {line}",
                Instruction(
                    "Write a query, a document and a whole number, separated by tabs,"
                    " and no header."
                ),
                where=location,
            ) from error
    return judgements


def _read_answers(file: Path) -> dict[str, tuple[str, ...]]:
    if not file.exists():
        return {}
    answers = {}
    for id_, record, location in _read_records(file):
        values = record.get("answers")
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ExcerptError(
                '"answers" is not a list of strings.',
                Instruction("Correct or remove the file."),
                where=location,
            )
        answers[id_] = tuple(values)
    return answers
