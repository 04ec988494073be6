"""An index of a few documents, and the application for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import excerpt
from excerpt.serve.app import create_app
from excerpt.serve.security import Policy

PORT = 8017
N_PARAGRAPHS = 200
ADDRESS = f"http://127.0.0.1:{PORT}"
SPEECH = "\n\n".join(
    f"Paragraph {n}. The war came to the village, and the wages of the strikers fell by {n} marks."
    for n in range(1, N_PARAGRAPHS + 1)
)
METADATA = """path,author,date,title
speeches/war.txt,Ada Oakes,1914-08-04,A speech on war
speeches/peace.txt,Ben Ash,1919,A speech on peace
"""
FILES = {
    "speeches/war.txt": SPEECH,
    "speeches/peace.txt": "Peace came after the war.\n\nNobody spoke of wages any more.\n",
    "letters/brief.md": "# Ein Brief\n\nDer Krieg ist aus, und der Lohn ist klein.\n",
    "letters/copy.txt": "Peace came after the war.\n",
    "metadata.csv": METADATA,
}


def write_corpus(folder: Path, files: dict[str, str | bytes] | dict[str, str]) -> Path:
    """Write `files` into the folder of a corpus and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the index, next to its corpus."""
    folder = tmp_path_factory.mktemp("serve")
    excerpt.build_index(write_corpus(folder / "corpus", FILES), folder / "index")
    return folder / "index"


@pytest.fixture(scope="session")
def client(index: Path) -> Iterator[TestClient]:
    """Return a client of the application, as a browser on this machine is one."""
    app = create_app(index, Policy(PORT))
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client
