"""The address of a cluster, and the credentials for it.

The address and the name of the index are in a file in the folder of the index. Credentials come
from the environment only; they are refused in an address, and never written anywhere.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from excerpt import files
from excerpt.errors import ExcerptError, Instruction, RunCommand, damaged

__all__ = [
    "FILE",
    "Credentials",
    "Location",
    "check_name",
    "check_url",
    "choose_location",
    "credentials_for",
    "read_location",
    "record_location",
    "remove_location",
    "write_alias",
    "write_location",
]

FILE: Final = "opensearch.json"
"""The file in the folder of an index with the address of its cluster."""
_ENVIRONMENT: Final = "EXCERPT_OPENSEARCH_"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._]{0,99}")
"""Names that OpenSearch accepts, without the hyphens that excerpt puts between parts of a name."""


@dataclass(frozen=True, slots=True)
class Location:
    """An index in a cluster.

    url       the address of the cluster: scheme, host and port, optionally with a path
    name      the beginning of the names of its indices there
    index_id  a random number: only the folder that has it may write indices of this name
    state     the published state that the folder copies; "" for the original, which is built
    """

    url: str
    name: str
    index_id: str
    state: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """The credentials of a client; "" if the environment has none.

    user, password     for basic authentication
    api_key            sent as it is
    certificate, key   files of a client's certificate and its key
    authorities        a file of the certificates of authorities to trust, in place of the system's
    """

    user: str = ""
    password: str = ""
    api_key: str = ""
    certificate: str = ""
    key: str = ""
    authorities: str = ""

    @property
    def is_any(self) -> bool:
        """True if there are any."""
        return any((self.user, self.password, self.api_key, self.certificate))

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Credentials":
        """Return the credentials in an environment.

        Raises:
            ExcerptError: if they contradict each other.
        """
        names = ("USER", "PASSWORD", "API_KEY", "CERT", "KEY", "CA")
        found = cls(*(environment.get(f"{_ENVIRONMENT}{name}", "") for name in names))
        if found.api_key and found.user:
            raise ExcerptError(
                f"{_ENVIRONMENT}API_KEY and {_ENVIRONMENT}USER are both set.",
                Instruction("Unset one of them."),
            )
        return found


def check_url(url: str) -> str:
    """Return the address `url` without a slash at its end.

    Raises:
        ExcerptError: if it is not an address of a cluster, has credentials, or is not encrypted.
    """
    remedy = Instruction("Write an address such as https://search.example.org:9200.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ExcerptError("this is not the address of a cluster.", remedy, where="--url") from None
    # The address may contain a password, so that messages about it do not repeat it.
    if parts.username is not None or parts.password is not None or "@" in url:
        raise ExcerptError(
            "the address contains credentials.",
            Instruction(f"Set {_ENVIRONMENT}USER and {_ENVIRONMENT}PASSWORD instead."),
            where="--url",
        )
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise ExcerptError("this is not the address of a cluster.", remedy, where="--url")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ExcerptError(
            "this connection would not be encrypted.",
            Instruction("Write https://; http:// is for clusters on this computer only."),
            where=url,
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_name(name: str) -> str:
    """Return `name` if indices can have it.

    Raises:
        ExcerptError: if not.
    """
    if not _NAME.fullmatch(name):
        raise ExcerptError(
            f"{name!r} cannot be the name of an index in a cluster.",
            Instruction("Write lower-case letters and digits, such as archive or letters.1848."),
        )
    return name


def choose_location(folder: Path, url: str, name: str) -> Location:
    """Return where a build of the index in `folder` puts it; nothing is written.

    "" keeps the former address or name; without a former address, the environment may have one.

    Raises:
        ExcerptError: if the address or the name is missing, not valid or another one.
    """
    former = read_location(folder) if (folder / FILE).exists() else None
    if former is not None and former.state:
        raise ExcerptError(
            "this is a copy of an index in a cluster, which is only read.",
            Instruction("Build it where it was built before."),
            where=folder,
        )
    url = url or (former.url if former else os.environ.get(f"{_ENVIRONMENT}URL", ""))
    if former is None and not (url and name):
        raise ExcerptError(
            "an index of the engine opensearch needs a cluster.",
            Instruction("Name its address and a name for the index, with --url and --name."),
            where=folder,
        )
    if former is not None and name and name != former.name:
        raise ExcerptError(
            f"this index is called {former.name} in its cluster, not {name}.",
            Instruction("Omit --name, or choose another folder for the new index."),
            where=folder,
        )
    if former is not None:
        return Location(check_url(url), former.name, former.index_id)
    return Location(check_url(url), check_name(name), secrets.token_hex(16))


def write_location(folder: Path, url: str, name: str) -> Location:
    """Record where the index in `folder` is, as `choose_location` returns it."""
    location = choose_location(folder, url, name)
    record_location(folder, location)
    return location


def record_location(folder: Path, location: Location) -> None:
    """Record the location of the index in `folder`, if that has another."""
    data = json.dumps(asdict(location)).encode()
    path = folder / FILE
    if not path.exists() or path.read_bytes() != data:
        files.make_folder(folder)
        files.replace(path, data)


def read_location(folder: Path) -> Location:
    """Return where the index in `folder` is.

    Raises:
        IndexDamaged: if its file is missing or damaged.
    """
    path = folder / FILE
    options = ("--engine", "opensearch", "--url", "URL", "--name", "NAME", "--from-scratch")
    remedy = RunCommand("Name its cluster again", folder, "build", options)
    try:
        values = json.loads(path.read_bytes())
        url, name, index_id = (str(values[key]) for key in ("url", "name", "index_id"))
        location = Location(url, name, index_id, str(values.get("state", "")))
        check_url(location.url)
        check_name(location.name)
    except OSError as error:
        detail = f"the address of its cluster cannot be read ({error.strerror})"
        raise damaged(detail, path, remedy) from error
    except (ValueError, KeyError, TypeError, ExcerptError) as error:
        raise damaged("the address of its cluster is not valid", path, remedy) from error
    return location


def write_alias(index: str) -> str:
    """Return the alias by which writers address `index`.

    With the name of an index, a cluster would create one that was deleted.
    """
    return f"{index}-write"


def remove_location(folder: Path) -> None:
    """Forget that the index in `folder` is in a cluster."""
    files.remove(folder / FILE)


def credentials_for(url: str) -> Credentials:
    """Return the credentials for the cluster at `url`, from the environment of this process.

    An index from a stranger could name a host of that person. So credentials are sent only to the
    cluster that the environment names, and without its name, requests go to this computer only.

    Raises:
        ExcerptError: if the environment names another cluster, or none.
    """
    named = os.environ.get(f"{_ENVIRONMENT}URL", "").rstrip("/")
    found = Credentials.of(os.environ)
    if named == url or (
        not named and not found.is_any and _is_loopback(urlsplit(url).hostname or "")
    ):
        return found
    raise ExcerptError(
        f"this cluster is not the one in {_ENVIRONMENT}URL.",
        Instruction(f"If you trust it, set {_ENVIRONMENT}URL={url}."),
        where=url,
    )
