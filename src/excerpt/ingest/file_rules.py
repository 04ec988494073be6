"""The names by which a file or folder is left out of a corpus, each with its reason in plain words.

Names alone decide here: what a corpus owner says in `.excerptignore` or with --exclude is in `walk.py`, and what
a file holds is judged when it is read.
"""

__all__ = ["UNSUPPORTED", "reason_for_file", "reason_for_folder"]

UNSUPPORTED = "this format is not supported (yet)"
"""How the reason ends for a file in a format that excerpt knows but cannot read."""

_FOLDERS = {
    ".git": "the store of a version control system",
    ".hg": "the store of a version control system",
    ".svn": "the store of a version control system",
    "node_modules": "installed packages",
    "__pycache__": "compiled programs",
}
_OWN_FILES = {
    "metadata.csv": "metadata of the files beside it, not a document",
    ".excerptignore": "rules of what not to read, not a document",
    "Thumbs.db": "left by a file manager",
    "desktop.ini": "left by a file manager",
}
_FORMATS = {
    "PDF": "pdf",
    "an office document": "doc docx odt rtf ppt pptx odp xls xlsx ods pages numbers key wpd wps",
    "an electronic book": "epub mobi azw azw3 djvu fb2 lit",
    "an archive": "zip tar tgz tbz txz bz2 xz zst 7z rar lz4 jar cab iso dmg deb rpm warc",
    "an image": "png jpg jpeg gif tif tiff bmp webp ico svg jp2 psd heic avif eps ps xcf",
    "sound": "mp3 wav ogg flac m4a aac wma opus mid",
    "a film": "mp4 m4v avi mov mkv webm wmv flv mpg mpeg",
    "a font": "woff woff2 ttf otf eot",
    "a program or a style sheet": "exe dll so dylib o a class pyc pyo wasm css js mjs map bin",
    "a database": "sqlite sqlite3 db mdb accdb dbf parquet npy npz pickle pkl h5 dat-journal",
}
_FORMAT_OF = {
    f".{suffix}": name for name, suffixes in _FORMATS.items() for suffix in suffixes.split()
}


def reason_for_folder(name: str) -> str:
    """Why a folder with this name is not entered, "" if it is."""
    if name in _FOLDERS:
        return _FOLDERS[name]
    return "hidden: its name starts with a dot" if name.startswith(".") else ""


def reason_for_file(name: str) -> str:
    """Why a file with this name is not read, "" if it is."""
    if name in _OWN_FILES:
        return _OWN_FILES[name]
    if name.startswith("."):
        return "hidden: its name starts with a dot"
    if name.endswith(("~", ".bak", ".swp")) or (name.startswith("#") and name.endswith("#")):
        return "a backup of an editor"
    return _reason_for_format(name.lower())


def _reason_for_format(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return ""
    if suffix == "gz" and stem.endswith((".tar", ".warc")):
        suffix = "tgz"
    kind = _FORMAT_OF.get(f".{suffix}")
    return f"{kind}: {UNSUPPORTED}" if kind else ""
