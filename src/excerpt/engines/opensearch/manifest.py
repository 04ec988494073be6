"""A committed state of an index in a cluster ⇄ JSON values, which the catalog stores."""

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["OpenSearchManifest", "StateSizes"]


class StateSizes(NamedTuple):
    """The size of a state: of everything, and of the running text alone."""

    n_documents: int = 0
    n_passages: int = 0
    n_words: int = 0
    n_running_passages: int = 0
    n_running_words: int = 0

    def plus(self, other: "StateSizes", sign: int = 1) -> "StateSizes":
        """Return the sum of two sizes, or their difference if `sign` is -1."""
        return StateSizes(*(a + sign * b for a, b in zip(self, other, strict=True)))


class OpenSearchManifest(NamedTuple):
    """The entries of an index that belong to a committed state.

    An entry is visible if its first epoch is committed and its last is not. An epoch is committed
    if it is at most `through` and not `dead`.

    index_name     the name of the index in the cluster
    through        the epoch of the state
    dead           former epochs that were never committed, ascending
    sizes          the size of the state, which a reader compares with the visible entries
    main_language  the language that texts of unknown language are taken for, or ""
    """

    index_name: str
    through: int
    dead: tuple[int, ...]
    sizes: StateSizes
    main_language: str = ""

    @property
    def engine(self) -> str:
        """The name of this engine."""
        return "opensearch"

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        values = self._asdict() | {"dead": list(self.dead), "sizes": self.sizes._asdict()}
        return {"engine": self.engine, **values}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "OpenSearchManifest":
        """Return the manifest that `to_json` turned into `values`."""
        return cls(
            values["index_name"],
            values["through"],
            tuple(values["dead"]),
            StateSizes(**values["sizes"]),
            values["main_language"],
        )

    def visible(self) -> dict[str, Any]:
        """Return the query that matches the entries of this state."""
        through = {"lte": self.through}
        dead = list(self.dead)
        ended: dict[str, Any] = {"bool": {"filter": [{"range": {"until": through}}]}}
        begun: dict[str, Any] = {"filter": [{"range": {"from": through}}], "must_not": [ended]}
        if dead:
            begun["must_not"].append({"terms": {"from": dead}})
            ended["bool"]["must_not"] = [{"terms": {"until": dead}}]
        return {"bool": begun}
