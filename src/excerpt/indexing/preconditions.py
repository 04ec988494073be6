"""Checks of a build's arguments: folders, corpus, language and engine.

They run before anything is written, so that a mistyped folder leaves no trace.
"""

import os
from pathlib import Path
from typing import Final

from excerpt.catalog.errors import missing_error
from excerpt.catalog.schema import NAME as CATALOG
from excerpt.catalog.writer import CatalogWriter
from excerpt.engines import ENGINES, recorded_engine
from excerpt.errors import (
    NAME_INDEX,
    CorpusError,
    ExcerptError,
    Instruction,
    RunCommand,
    UseOption,
    foreign_corpus,
    interrupted_build,
    no_corpus,
    not_an_index_folder,
)
from excerpt.ingest.encodings import codec_named
from excerpt.ingest.formats import VERSION as READERS_VERSION
from excerpt.ingest.language import is_language, language_code

__all__ = [
    "check_encoding",
    "check_folders",
    "check_language",
    "choose_corpus",
    "choose_engine",
    "corpus_of",
    "has_catalog",
]

_OWN_NAMES: Final = {"lock", "opensearch.json", "segments", "store", "whoosh"}
"""The names that may be in the folder of an index apart from the files of its catalog."""


def check_folders(corpus: Path | None, index: Path) -> None:
    """Check that `corpus` (None: that of the index) can be a corpus, and `index` an index.

    Raises:
        CorpusError, IndexMissing, ExcerptError: if not.
    """
    if index.exists() and not index.is_dir():
        raise not_an_index_folder(index)
    if corpus is not None:
        if not corpus.is_dir():
            raise no_corpus(corpus, is_file=corpus.exists())
        if Path(os.path.realpath(corpus)).is_relative_to(os.path.realpath(index)):
            raise CorpusError("the corpus is inside the index.", NAME_INDEX, where=corpus)
    if not has_catalog(index):
        _check_no_foreign_files(index)
        if corpus is None:
            raise missing_error(index)


def has_catalog(index: Path) -> bool:
    """Return whether the folder holds an index, or at least the remains of one."""
    return os.path.lexists(index / CATALOG)


def _check_no_foreign_files(index: Path) -> None:
    """Check that a folder without a catalog holds no files of the user's own.

    Dotfiles, and what a killed build may have left, are fine.

    Raises:
        ExcerptError: if it holds others or cannot be read.
    """
    try:
        names = sorted(path.name for path in index.iterdir()) if index.exists() else []
    except OSError as error:
        raise ExcerptError(
            f"the folder cannot be read: {(error.strerror or str(error)).lower()}.",
            NAME_INDEX,
            where=index,
        ) from error
    others = [
        name for name in names if not name.startswith((".", CATALOG)) and name not in _OWN_NAMES
    ]
    if others:
        raise ExcerptError(
            f"this folder holds no index of excerpt, but other files, such as {others[0]}.",
            UseOption("Name a new or an empty folder", "--index"),
            where=index,
        )


def check_encoding(encoding: str) -> str:
    """Return `encoding` if it is the name of one that excerpt reads, or "".

    Raises:
        ExcerptError: if it is not.
    """
    if encoding and not codec_named(encoding):
        raise ExcerptError(
            f"{encoding!r} is not an encoding that excerpt reads.",
            Instruction(
                "Write a name such as windows-1251, iso-8859-2, koi8-r, cp850 or macintosh."
            ),
        )
    return encoding


def check_language(language: str) -> str:
    """Return the ISO 639-1 code of `language`, "" for "".

    Raises:
        ExcerptError: if it is not the code of a language.
    """
    code = language_code(language) if is_language(language) else ""
    if language and not code:
        raise ExcerptError(
            f"{language!r} is not the code of a language.",
            Instruction("Write two letters, such as de, en or fr."),
        )
    return code


def choose_corpus(corpus: Path | None, catalog: CatalogWriter, *, from_scratch: bool) -> Path:
    """Return the absolute path of the corpus to build from: `corpus`, or that of the index.

    Raises:
        CorpusError: if `corpus` is not the one of the index, or neither is known.
        IndexMissing: if neither is known because nothing was ever committed.
    """
    former = catalog.corpus
    if corpus is None:
        if former is None and catalog.is_blank:
            raise interrupted_build(catalog.folder)
        if former is None:
            raise CorpusError(
                "the index does not record what it was built from.",
                RunCommand("Name the corpus", catalog.folder, "build", ("--corpus", "FOLDER")),
                where=catalog.folder,
            )
        return former
    if former is not None and not from_scratch and not catalog.is_own_corpus(corpus):
        raise foreign_corpus(catalog.folder, former, corpus)
    return Path(os.path.realpath(corpus))


def corpus_of(index: Path) -> Path | None:
    """Return the corpus that an index of any version records, None if it cannot be read."""
    try:
        with CatalogWriter.open(index, is_dry_run=True, readers=READERS_VERSION) as catalog:
            return catalog.corpus
    except ExcerptError:
        return None


def choose_engine(requested: str | None, catalog: CatalogWriter) -> str:
    """Return the name of the engine that the index will have.

    Raises:
        ExcerptError: if `requested` is not an engine, or not that of an index that is not rebuilt.
    """
    former = catalog.engine
    if requested is None:
        return former or recorded_engine(catalog.folder)
    if requested not in ENGINES:
        raise ExcerptError(
            f"{requested!r} is not an engine of excerpt.",
            Instruction(f"The engines are {', '.join(ENGINES)}."),
        )
    if former not in {None, requested} and not catalog.rebuild_reason:
        options = ("--engine", requested, "--from-scratch")
        raise ExcerptError(
            f"this index uses the engine {former}, not {requested}.",
            RunCommand("To keep the engine", catalog.folder, "build"),
            RunCommand("To change it", catalog.folder, "build", options),
            where=catalog.folder,
        )
    return requested
