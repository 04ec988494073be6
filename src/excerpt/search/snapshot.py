"""The folder of an index → catalog and engine of one committed state, and whether both are what was written.

They are opened from one transaction of the catalog, which names the files of the engine. What is built later does not
touch them.
"""

from itertools import groupby
from pathlib import Path

from excerpt.catalog import Catalog
from excerpt.engines import Engine, Manifest, open_engine
from excerpt.errors import ExcerptError, IndexDamaged, damaged, rebuild, repair
from excerpt.query.ast import MatchAll

__all__ = ["open_snapshot", "verify"]


def open_snapshot(folder: Path) -> tuple[Catalog, Engine]:
    """Catalog and engine of the index in `folder`: of a newer state, if a build has removed a file of this meanwhile.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: if it cannot be read.
    """
    former: Manifest | None = None
    while True:
        catalog = Catalog.open(folder)
        manifest = catalog.manifest
        try:
            return catalog, open_engine(folder, manifest)
        except (FileNotFoundError, IndexDamaged) as error:
            catalog.close()
            if manifest == former:  # nobody has built since the last look
                raise _damaged(folder, error) from error
            former = manifest
        except BaseException:
            catalog.close()
            raise


def _damaged(folder: Path, error: Exception) -> ExcerptError:
    if isinstance(error, IndexDamaged):
        return error
    return damaged(f"a file is missing: {error}", folder, rebuild(folder), repair(folder))


def verify(catalog: Catalog, engine: Engine) -> None:
    """Read everything and check it: each file, each row, and that both hold the same documents and passages.

    Raises:
        IndexDamaged: naming the first file that is not what was written.
    """
    engine.verify()
    catalog.verify()
    n_passages = {record.id: record.n_passages for record in catalog.documents()}
    n_documents = len(n_passages)
    for document, keys in groupby(engine.execute(MatchAll()), key=lambda key: key.document):
        if [key.ordinal for key in keys] != list(range(n_passages.pop(document, -1))):
            raise _at_odds(catalog.folder)
    if any(n_passages.values()) or engine.statistics().n_documents != n_documents:
        raise _at_odds(catalog.folder)


def _at_odds(folder: Path) -> IndexDamaged:
    detail = "its catalog and its engine hold different passages"
    return damaged(detail, folder, rebuild(folder), repair(folder))
