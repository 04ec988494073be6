"""An index → how often the quotation checker finds a changed quotation and shows the change.

    python -m excerpt.benchmark.quotation_checks --index FOLDER

It takes quotations from the index, changes them, checks them, and prints a table. A quotation is
found if the verdict names a passage of the document that it was taken from. Recall is the share of
the quotations that are found. Precision is the share of the quotations from the index among all
that are found, the controls included.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import process_time
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.benchmark.quotation_samples import CHANGES, QuotationSample, controls, samples
from excerpt.catalog import Catalog, StoredPassage
from excerpt.engines import open_engine
from excerpt.model import Key
from excerpt.quotations import CheckedQuotation, QuotationChecker, Verdict, quotation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["QuotationFigures", "figure_lines", "measure_quotations"]

_MAX_PASSAGES: Final = 4_000
"""Passages from which quotations are drawn."""
_FOUND: Final = frozenset(Verdict) - {Verdict.NOT_FOUND, Verdict.UNCHECKED}


class QuotationFigures(NamedTuple):
    """The figures of a measurement.

    n          quotations by change
    found      those whose document was found
    verdicts   those with the expected verdict
    warned     those with the expected warning
    n_controls controls
    n_false    controls that were taken for quotations
    seconds    processor time for one quotation
    wrong      some samples with another verdict than expected, and that verdict
    """

    n: Counter[str]
    found: Counter[str]
    verdicts: Counter[str]
    warned: Counter[str]
    n_controls: int
    n_false: int
    seconds: float
    wrong: tuple[tuple[QuotationSample, CheckedQuotation], ...]

    @property
    def recall(self) -> float:
        """The share of the quotations that were found."""
        return self.found.total() / self.n.total()

    @property
    def precision(self) -> float:
        """The share of quotations among everything that was found."""
        return self.found.total() / max(1, self.found.total() + self.n_false)


def measure_quotations(
    index: Path, n_samples: int = 1_000, n_controls: int = 200, seed: int = 1
) -> QuotationFigures:
    """Check changed quotations and controls against the index in the folder `index`."""
    random = Random(seed)  # noqa: S311 - it draws samples
    with Catalog.open(index) as catalog:
        engine = open_engine(index, catalog.manifest)
        checker = QuotationChecker(catalog, engine)
        passages = _draw(catalog, random)
        drawn = samples(passages, n_samples, random)
        drawn += controls(passages, n_controls, random)
        started = process_time()
        checked = [(sample, checker.check(quotation_of(sample.text))) for sample in drawn]
        seconds = (process_time() - started) / len(drawn)
        engine.close()
    own = [(sample, result) for sample, result in checked if sample.document]
    return QuotationFigures(
        Counter(sample.change for sample, _ in own),
        Counter(sample.change for sample, result in own if _is_found(sample, result)),
        Counter(sample.change for sample, result in own if _has_verdict(sample, result)),
        Counter(sample.change for sample, result in own if _has_warning(sample, result)),
        len(checked) - len(own),
        sum(result.verdict in _FOUND for sample, result in checked if not sample.document),
        seconds,
        tuple((sample, result) for sample, result in checked if not _has_verdict(sample, result)),
    )


def _draw(catalog: Catalog, random: Random) -> list[StoredPassage]:
    """Return passages of the running text from all over the index."""
    keys = [
        Key(document.id, ordinal)
        for document in catalog.documents()
        for ordinal in range(document.n_running)
    ]
    return catalog.passages(sorted(random.sample(keys, min(len(keys), _MAX_PASSAGES))))


def _is_found(sample: QuotationSample, result: CheckedQuotation) -> bool:
    return result.verdict in _FOUND and sample.document in {
        location.key.document for location in result.locations
    }


def _has_verdict(sample: QuotationSample, result: CheckedQuotation) -> bool:
    if result.verdict is Verdict.SEVERAL:  # words that other documents have, too
        return sample.verdict in {Verdict.EXACT, Verdict.SAME_WORDS} and _is_found(sample, result)
    return result.verdict is sample.verdict


def _has_warning(sample: QuotationSample, result: CheckedQuotation) -> bool:
    return bool(sample.warning) and any(sample.warning in warning for warning in result.warnings)


def figure_lines(figures: QuotationFigures) -> Iterator[str]:
    """Yield the figures as a table in Markdown, and a summary."""
    yield "| change | quotations | found | verdict | warning |"
    yield "|---|---:|---:|---:|---:|"
    for name, (_, verdict, warning) in CHANGES.items():
        if n := figures.n[name]:
            warned = f"{figures.warned[name]}" if warning else ""
            right = f"{figures.verdicts[name]} {verdict}"
            yield f"| {name} | {n} | {figures.found[name]} | {right} | {warned} |"
    yield ""
    yield f"Controls: {figures.n_controls}, of these {figures.n_false} taken for quotations."
    yield f"Recall {figures.recall:.1%}, precision {figures.precision:.1%}."
    yield f"Expected verdicts: {figures.verdicts.total() / figures.n.total():.1%}."
    yield f"Processor time for a quotation: {1000 * figures.seconds:.0f} ms."


def main(arguments: "Sequence[str] | None" = None) -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--controls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="show some unexpected verdicts")
    chosen = parser.parse_args(arguments)
    figures = measure_quotations(chosen.index, chosen.samples, chosen.controls, chosen.seed)
    sys.stdout.writelines(f"{line}\n" for line in figure_lines(figures))
    for sample, result in figures.wrong[: chosen.show]:
        sys.stdout.write(
            f"\n{sample.change}: {result.verdict}, not {sample.verdict}\n  {sample.text!r}\n"
            f"  {[location.text for location in result.locations[:1]]}\n  {result.differences}\n"
        )


if __name__ == "__main__":
    main()
