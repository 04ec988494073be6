"""The state of an index, and the explanation of a query → records for JSON."""

from typing import TYPE_CHECKING, Any

from excerpt.present.records import added_words
from excerpt.present.terminal import escape_path

if TYPE_CHECKING:
    from excerpt.search.coverage import Coverage
    from excerpt.search.explain import Explanation
    from excerpt.search.status import Status

__all__ = ["coverage_record", "explanation_record", "status_record"]


def coverage_record(coverage: "Coverage") -> dict[str, Any]:
    """Return the record of the outcome of every file of a corpus.

    corpus  the folder of the corpus
    counts  the number of files, and of files with each outcome
    members  the number of members of containers, and of members with each outcome
    files   for each file, and for each member of a container
        path      relative to the corpus
        container  the file that holds a member, "" for a file on disk
        outcome   "indexed", "copy", "excluded", "unreadable" or "new"
        reason    the rule that excludes it, why it is unreadable, or the path that it copies
        encoding  the encoding it was decoded from, "" if it was not read
        warnings  what was guessed, replaced or cut while reading
        language  its language, "" if that is unknown; null if it is not indexed or has members
        stale     true if it has changed since it was indexed
        empty     true if it was indexed but has no text
    main_language  the language that texts of unknown language are searched as, or ""
    gone    the paths of indexed files that do not exist any more
    set_apart  the texts that are set apart from the running text, the most frequent first: text,
            reason, occurrences, and the path of a file with it
    """
    return {
        "corpus": escape_path(str(coverage.corpus)),
        "counts": {"files": len(coverage.files), **coverage.counts},
        "members": {"members": len(coverage.members), **coverage.member_counts},
        "files": [
            {
                "path": escape_path(file.path),
                "container": escape_path(file.container),
                "outcome": file.outcome,
                "reason": escape_path(file.reason),
                "encoding": file.encoding,
                "language": file.language,
                "warnings": list(file.warnings),
                "stale": file.is_stale,
                "empty": file.is_empty,
            }
            for file in (*coverage.files, *coverage.members)
        ],
        "main_language": coverage.main_language,
        "gone": [escape_path(path) for path in coverage.gone],
        "set_apart": [
            {
                "text": each.text,
                "reason": each.reason,
                "occurrences": each.n_occurrences,
                "path": escape_path(each.path),
            }
            for each in coverage.set_apart
        ],
    }


def status_record(status: "Status") -> dict[str, Any]:
    """Return the record of the contents and problems of an index.

    index       the folder of the index
    corpus      the folder of the corpus
    engine      the name of the index engine
    kernel      "native" if compiled loops are used, otherwise "NumPy" with the reason
    counts      numbers of documents, files, passages, characters, unreadable and excluded files,
                documents with warnings, empty documents
    words       the number of words in all texts
    terms       the number of distinct words
    formats     the number of documents of each format
    languages   the number of documents in each language; "" is unknown
    main_language  the language that texts of unknown language are searched as, or ""
    unreadable  files that could not be read: path and reason
    excluded    files and folders that a rule excludes: path and reason
    packages    the packages that add formats, with their versions, by format
    warnings    problems of the metadata and of formats
    unfinished  null, or the numbers of files indexed so far and in total by a build that has not
                finished: files, total
    """
    unfinished = status.unfinished
    return {
        "index": escape_path(str(status.index)),
        "corpus": escape_path(str(status.corpus)),
        "engine": status.engine,
        "kernel": status.kernel,
        "counts": vars(status.counts),
        "words": status.statistics.n_words,
        "terms": status.statistics.n_terms,
        "formats": status.formats,
        "languages": status.languages,
        "main_language": status.main_language,
        "unreadable": [
            {"path": escape_path(file.path), "reason": file.reason} for file in status.unreadable
        ],
        "excluded": [
            {"path": escape_path(file.path), "reason": file.reason} for file in status.excluded
        ],
        "packages": dict(status.packages),
        "warnings": list(status.warnings),
        "unfinished": {"files": unfinished.n_files, "total": unfinished.total_files}
        if unfinished
        else None,
    }


def explanation_record(explanation: "Explanation") -> dict[str, Any]:
    """Return the record of the meaning of a query and of the score of a passage.

    query        the query as typed
    meaning      the query with all its parentheses
    expansions   objects of an operand of the query and the words of the index that it stands for
    spellings    objects of a word and the other spellings of it that options have added
    added        objects of a word added to the query and its weight
    notices      notices about the query
    match        whether the passage matches; null if none was given
    meets        conditions of the query that a passage without a match meets
    fails        conditions that it does not meet
    parts        objects of a part of the passage's score and its value; they add up to the score
    """
    return {
        "query": explanation.query.source,
        "meaning": explanation.meaning,
        "expansions": [
            {"operand": operand, "words": list(words)} for operand, words in explanation.expansions
        ],
        "spellings": [
            {"word": word, "spellings": list(spellings)}
            for word, spellings in explanation.spellings
        ],
        "added": added_words(explanation.added),
        "notices": list(explanation.notices),
        "match": explanation.is_match,
        "meets": list(explanation.meets),
        "fails": list(explanation.fails),
        "parts": [{"part": part, "score": score} for part, score in explanation.parts],
    }
