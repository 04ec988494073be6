"""The ranking without each of its ingredients in turn: what each is worth on judged collections, and on the sample corpus.

    python tests/quality/ablation.py [--words N] COLLECTION...

writes a table in Markdown: nDCG@10 as it is, and how it changes without each ingredient, `*` where the change is more than
chance (paired randomisation test, p < .05). A collection is a folder as `excerpt quality` takes it. With `--words`, queries
are cut to their N rarest words.

Constants of `ranking.py` are set to where they do nothing; what is a function is replaced wherever it has been imported.
Nothing is shared between the runs, for an index may hold what the constants say.
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
from test_floor import CORPUS, dcg, gains, judged

import excerpt
from excerpt.benchmark import quality
from excerpt.benchmark.judged import read_collection
from excerpt.benchmark.metrics import chance_of, values_of
from excerpt.query import parser, ranking
from excerpt.query.ast import Or, Query
from excerpt.text import stemmer

__all__ = ["INGREDIENTS", "main"]

METRIC = "nDCG@10"
CHANCE = 0.05
Change = Callable[[pytest.MonkeyPatch], None]
"""Takes an ingredient away."""
Values = dict[str, dict[str, float]]
"""For each collection the metric of each query."""


def without(**constants: float) -> Change:
    """Give constants of the ranking other values, with which they do nothing."""

    def change(patch: pytest.MonkeyPatch) -> None:
        for name, value in constants.items():
            patch.setattr(ranking, name, value)

    return change


def replace(patch: pytest.MonkeyPatch, old: Any, new: Any) -> None:
    """Put the function `new` where any module has imported `old`."""
    name = old.__name__
    for module in [module for key, module in sys.modules.items() if key.startswith("excerpt")]:
        if getattr(module, name, None) is old:
            patch.setattr(module, name, new)


def unstemmed(patch: pytest.MonkeyPatch) -> None:
    """Every word is its own stem; what is kept of stems before is left out."""
    patch.setattr(stemmer, "_stemmer", lambda _: None)
    patch.setattr(stemmer, "_possible", inspect.unwrap(stemmer._possible))


def with_common_words(patch: pytest.MonkeyPatch) -> None:
    """The importance of a leaf without the factor 1 - p."""

    def term_weight(n_passages: int, n_holding: int, n_occurrences: int) -> float:
        share = (n_holding + 0.5) / (n_passages + 1.0)
        burst = (n_occurrences + ranking.BURST_PRIOR) / (n_holding + ranking.BURST_PRIOR)
        return -log(share) * min(ranking.MAX_BURST, burst)

    replace(patch, ranking.term_weight, term_weight)


def by_rarity_alone(patch: pytest.MonkeyPatch) -> None:
    """The importance of a leaf is its inverse document frequency."""
    without(MAX_BURST=1.0)(patch)
    with_common_words(patch)


def with_distinct_words(patch: pytest.MonkeyPatch) -> None:
    """What a query says twice counts once."""
    parse = parser.parse

    def distinct(source: str, **ways: Any) -> Query:
        query = parse(source, **ways)
        if not isinstance(query.tree, Or):
            return query
        return Query(source, Or(tuple(dict.fromkeys(query.tree.nodes))), query.problems)

    replace(patch, parse, distinct)


def with_compounds(patch: pytest.MonkeyPatch) -> None:
    """A compound is found as a whole alone."""
    patch.setattr(parser, "split_compounds", lambda operands: operands)


INGREDIENTS: dict[str, Change] = {
    "stems": unstemmed,
    "the very word (`EXACT_WEIGHT`)": without(EXACT_WEIGHT=0.0),
    "headings (`HEADING_WEIGHT`)": without(HEADING_WEIGHT=0.0),
    "titles (`TITLE_WEIGHT`)": without(TITLE_WEIGHT=0.0),
    "lengths (`B`)": without(B=0.0),
    "a least length (`MIN_LENGTH`)": without(MIN_LENGTH=0.0),
    "`K1` and `B` for passages (0.9 and 0.4 instead)": without(K1=0.9, B=0.4),
    "what comes again (`MAX_BURST`)": without(MAX_BURST=1.0),
    "less for common words (1 − p)": with_common_words,
    "both of these (mere −ln p)": by_rarity_alone,
    "words as often as asked": with_distinct_words,
    "compounds taken apart": with_compounds,
}


def sample() -> dict[str, float]:
    """The metric of each query of the sample corpus (see `test_floor`), in an index of its own."""
    values = {}
    with TemporaryDirectory() as folder:
        excerpt.build_index(CORPUS, Path(folder) / "index", processes=1)
        with excerpt.open(Path(folder) / "index") as index:
            for query, places in judged():
                ideal = dcg(sorted(places.values(), reverse=True))
                values[query] = dcg(gains(index, query, places)) / ideal
    return values


def measured(folders: list[Path], n_words: int) -> Values:
    """The metric of each query on each collection, cut to `n_words` (0: not cut)."""
    values: Values = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quality, "FORMS", {"whole queries": n_words})
        for folder in folders:
            run = quality.measure(folder).run
            values[folder.name] = values_of(run, read_collection(folder).judgements)[METRIC]
    if not n_words:
        values["corpus/"] = sample()
    return values


def changes(before: Values, after: Values) -> list[str]:
    """How much each collection gains, and whether that is more than chance; nothing where no query changes."""
    cells = []
    for collection, values in after.items():
        differences = [value - before[collection][query] for query, value in values.items()]
        sign = "*" if chance_of(differences) < CHANCE else ""
        cells.append(f"{fmean(differences):+.3f}{sign}" if any(differences) else "")
    return cells


def table(folders: list[Path], n_words: int) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    whole = measured(folders, n_words)
    yield row(METRIC, list(whole))
    yield row("---", ["---:"] * len(whole))
    yield row("as it is", [f"{fmean(values.values()):.3f}" for values in whole.values()])
    for name, take_away in INGREDIENTS.items():
        with pytest.MonkeyPatch.context() as patch:
            take_away(patch)
            yield row(f"without {name}", changes(whole, measured(folders, n_words)))


def row(name: str, cells: list[str]) -> str:
    """A line of the table."""
    return f"| {name} | {' | '.join(cells)} |\n"


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("collections", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=0, help="cut queries to their rarest words")
    asked = parser.parse_args(arguments)
    for line in table(asked.collections, asked.words):
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
