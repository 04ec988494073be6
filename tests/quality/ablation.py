"""Contribution of each part of the ranking: nDCG@10 without it, on judged collections and corpus/.

    python tests/quality/ablation.py [--words N] COLLECTION...

writes a Markdown table of nDCG@10 and its change without each part; `*` marks changes with p < .05
(paired randomisation test). A collection is a folder as `excerpt quality` takes it. `--words`
shortens queries to their N rarest words. The table is part of src/excerpt/docs/ranking.md.

Constants of `ranking.py` are set to values without effect; functions are replaced wherever they
have been imported. Every measurement builds its own index, because an index depends on the
constants.
"""

import argparse
import inspect
import sys
from collections.abc import Callable, Iterator
from math import log
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from test_floor import CORPUS, dcg, gains, judged_queries

import excerpt
from excerpt import native
from excerpt.benchmark import quality
from excerpt.benchmark.judged_collection import read_collection
from excerpt.benchmark.metrics import evaluate, randomisation_test
from excerpt.query import parser, ranking
from excerpt.query.ast import Or, Query
from excerpt.text import stemmer

__all__ = ["ABLATIONS", "main"]

METRIC = "nDCG@10"
SIGNIFICANCE = 0.05
Ablation = Callable[[pytest.MonkeyPatch], None]
"""A function that removes one part of the ranking."""
QueryValues = dict[str, dict[str, float]]
"""For each collection the metric of each query."""


def without(**constants: float) -> Ablation:
    """Return an ablation that sets constants of the ranking."""

    def ablate(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(native, "kernel", None)  # which has constants of its own
        for name, value in constants.items():
            patch.setattr(ranking, name, value)

    return ablate


def replace(patch: pytest.MonkeyPatch, old: Any, new: Any) -> None:
    """Replace the function `old` by `new` in every module that has imported it."""
    name = old.__name__
    for module in [module for key, module in sys.modules.items() if key.startswith("excerpt")]:
        if getattr(module, name, None) is old:
            patch.setattr(module, name, new)


def without_stems(patch: pytest.MonkeyPatch) -> None:
    """Make every word its own stem, and bypass the cache of stems."""
    patch.setattr(stemmer, "_stemmer", lambda _: None)
    patch.setattr(stemmer, "_possible", inspect.unwrap(stemmer._possible))


def without_common_word_factor(patch: pytest.MonkeyPatch) -> None:
    """Leave the factor 1 - p out of the term weight."""

    def term_weight(n_passages: int, n_holding: int, n_occurrences: int) -> float:
        share = (n_holding + 0.5) / (n_passages + 1.0)
        burst = (n_occurrences + ranking.BURST_PRIOR) / (n_holding + ranking.BURST_PRIOR)
        return -log(share) * min(ranking.MAX_BURST, burst)

    replace(patch, ranking.term_weight, term_weight)


def with_idf_alone(patch: pytest.MonkeyPatch) -> None:
    """Reduce the term weight to the inverse document frequency."""
    without(MAX_BURST=1.0)(patch)
    without_common_word_factor(patch)


def without_repeated_words(patch: pytest.MonkeyPatch) -> None:
    """Count a word once that a query repeats."""
    parse = parser.parse

    def parse_distinct(source: str, **options: Any) -> Query:
        query = parse(source, **options)
        if not isinstance(query.tree, Or):
            return query
        return Query(source, Or(tuple(dict.fromkeys(query.tree.nodes))), query.problems)

    replace(patch, parse, parse_distinct)


def without_split_compounds(patch: pytest.MonkeyPatch) -> None:
    """Search for compounds only as a whole."""
    patch.setattr(parser, "split_compounds", lambda operands: operands)


ABLATIONS: dict[str, Ablation] = {
    "stems": without_stems,
    "the exact form (`EXACT_WEIGHT`)": without(EXACT_WEIGHT=0.0),
    "headings (`HEADING_WEIGHT`)": without(HEADING_WEIGHT=0.0),
    "titles (`TITLE_WEIGHT`)": without(TITLE_WEIGHT=0.0),
    "length normalisation (`B`)": without(B=0.0),
    "a minimum length (`MIN_LENGTH`)": without(MIN_LENGTH=0.0),
    "our `K1` and `B` (0.9 and 0.4)": without(K1=0.9, B=0.4),
    "the factor for repetition (`MAX_BURST`)": without(MAX_BURST=1.0),
    "the factor 1 - p": without_common_word_factor,
    "both factors (only -ln p)": with_idf_alone,
    "repeated words of the query": without_repeated_words,
    "splitting compounds": without_split_compounds,
}


def measure_sample_corpus() -> dict[str, float]:
    """Return the metric of each query of the sample corpus (see `test_floor`)."""
    values = {}
    with TemporaryDirectory() as folder:
        excerpt.build_index(CORPUS, Path(folder) / "index", processes=1)
        with excerpt.open(Path(folder) / "index") as index:
            for query, grades in judged_queries():
                ideal = dcg(sorted(grades.values(), reverse=True))
                values[query] = dcg(gains(index, query, grades)) / ideal
    return values


def measure(folders: list[Path], n_words: int) -> QueryValues:
    """Return the metric on each collection, with queries of `n_words` words (0: whole queries).

    The sample corpus is included for whole queries.
    """
    values: QueryValues = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quality, "QUERY_LENGTHS", {"whole queries": n_words})
        for folder in folders:
            run = quality.measure_quality(folder).run
            values[folder.name] = evaluate(run, read_collection(folder).judgements)[METRIC]
    if not n_words:
        values["corpus/"] = measure_sample_corpus()
    return values


def changes(before: QueryValues, after: QueryValues) -> list[str]:
    """Return the mean change of each collection, with `*` if significant; "" if none."""
    cells = []
    for collection, values in after.items():
        differences = [value - before[collection][query] for query, value in values.items()]
        sign = "*" if randomisation_test(differences) < SIGNIFICANCE else ""
        cells.append(f"{fmean(differences):+.3f}{sign}" if any(differences) else "")
    return cells


def table(folders: list[Path], n_words: int) -> Iterator[str]:
    """Yield the lines of the table as soon as they are measured."""
    complete = measure(folders, n_words)
    yield row("without", list(complete))
    yield row("---", ["---:"] * len(complete))
    means = [f"{fmean(values.values()):.3f}" for values in complete.values()]
    yield row("(complete ranking)", means)
    for name, ablate in ABLATIONS.items():
        with pytest.MonkeyPatch.context() as patch:
            ablate(patch)
            yield row(name, changes(complete, measure(folders, n_words)))


def row(name: str, cells: list[str]) -> str:
    """Return a line of the table."""
    return f"| {name} | {' | '.join(cells)} |\n"


def main(arguments: list[str]) -> None:
    """Measure and write the table."""
    description = (__doc__ or "").splitlines()[0]
    arguments_parser = argparse.ArgumentParser(description=description)
    arguments_parser.add_argument("collections", nargs="+", type=Path)
    arguments_parser.add_argument(
        "--words", type=int, default=0, help="shorten queries to their N rarest words"
    )
    options = arguments_parser.parse_args(arguments)
    for line in table(options.collections, options.words):
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
