"""The committed state of an index in a cluster → the cluster, for readers on other machines.

Readers there need the catalog and the texts, too. An index of another engine is not published.
"""

from excerpt.catalog.settings import IndexSettings
from excerpt.catalog.writer import CatalogWriter
from excerpt.engines import publish
from excerpt.files import digest_of
from excerpt.text_store.manifest import FOLDER

__all__ = ["publish_state"]


def publish_state(catalog: CatalogWriter, settings: IndexSettings) -> None:
    """Publish the state with these committed `settings`, unless it is published.

    Raises:
        ClusterError: if the cluster does not take it; then readers elsewhere see the former state.
    """
    if settings.manifest is None:
        return
    texts = {f"{FOLDER}/{file.name}": file.size for file in settings.store.files}
    rows = sorted((str(name), str(value)) for name, value, _ in settings.rows())
    digest = digest_of([repr(rows).encode()])
    publish(catalog.folder, settings.manifest, digest, catalog.copied, texts)
