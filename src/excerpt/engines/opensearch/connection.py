"""Requests → a cluster → its answers as JSON.

A request that the cluster cannot take now (429, 502 to 504, no connection) is sent again for some
minutes: all requests of this package have the same effect when they are sent twice. Whatever else
is not a success is an error with the address, the request and the cluster's reason, and without
credentials.
"""

import json
import random
import time
from collections.abc import Mapping
from typing import Any, Final

from excerpt.engines.opensearch.settings import Credentials
from excerpt.errors import ClusterError, ExcerptError, Instruction

__all__ = ["Connection", "Refused"]

MAX_RESPONSE_BYTES: Final = 500_000_000
"""The most bytes of an answer that are read."""
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 120.0
RETRY_SECONDS: Final = 600.0
"""Seconds for which a request is repeated that the cluster cannot take."""
FIRST_PAUSE: Final = 0.1
MAX_PAUSE: Final = 30.0
_BUSY: Final = {429, 502, 503, 504}
"""Codes of answers that mean: not now."""
_BLOCKS: Final = ("cluster_block_exception", "index_create_block_exception")
"""Reasons that do not go away by waiting: a full disk, or a read-only index."""
Json = Mapping[str, Any]


class Refused(ClusterError):
    """An answer that is not a success.

    status  the code of the answer
    reason  the type of the cluster's error, or ""
    """

    def __init__(
        self, what: str, *remedies: Instruction, where: str, status: int, reason: str
    ) -> None:
        super().__init__(what, *remedies, where=where)
        self.status = status
        self.reason = reason

    @property
    def is_block(self) -> bool:
        """True if waiting does not help, because a disk is full or an index is read-only."""
        return self.reason in _BLOCKS


class Connection:
    """A cluster at `url`, with what it asks its clients for."""

    def __init__(
        self, url: str, credentials: Credentials, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        """Prepare a connection; nothing is sent.

        A request is sent again for `retry_seconds` if the cluster cannot take it.

        Raises:
            ExcerptError: if the library is missing, or a certificate cannot be read.
        """
        try:
            import urllib3
        except ImportError:
            raise ExcerptError(
                "the engine opensearch needs the package urllib3.",
                Instruction("Install it: pip install 'excerpt[opensearch]'."),
            ) from None
        self.url = url
        self._retry_seconds = retry_seconds
        self._has_answered = False
        self._errors = urllib3.exceptions
        self._headers = {"content-type": "application/json", "accept": "application/json"}
        if credentials.user:
            pair = f"{credentials.user}:{credentials.password}"
            self._headers |= urllib3.make_headers(basic_auth=pair)
        elif credentials.api_key:
            self._headers["authorization"] = f"ApiKey {credentials.api_key}"
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=False,
            cert_reqs="CERT_REQUIRED",
            ca_certs=credentials.authorities or None,
            cert_file=credentials.certificate or None,
            key_file=credentials.key or None,
        )

    def request(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        *,
        missing_ok: bool = False,
        rejected_ok: bool = False,
    ) -> dict[str, Any]:
        """Send a request and return the answer; {} for nothing, if that is fine.

        path         the path below the address, with its query
        body         JSON, or lines of JSON
        missing_ok   return {} if the cluster answers that there is no such thing
        rejected_ok  do not repeat a request for which the cluster has no memory (429)

        Raises:
            Refused: if the answer is not a success.
            ClusterError: if there is no answer.
        """
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        deadline, pause = time.monotonic() + self._retry_seconds, FIRST_PAUSE
        while True:
            try:
                status, answer = self._send(method, path, data)
            except self._errors.SSLError as error:
                raise self._unreachable(error) from None
            except (self._errors.HTTPError, OSError) as error:
                if self._is_final(error) or time.monotonic() > deadline:
                    raise self._unreachable(error) from None
            else:
                self._has_answered = True
                if status < 300:
                    return answer
                if status == 404 and missing_ok:
                    return {}
                refused = self._refused(status, answer)
                is_over = time.monotonic() > deadline or (rejected_ok and status == 429)
                if status not in _BUSY or refused.is_block or is_over:
                    raise refused
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - only spreads requests
            pause = min(2 * pause, MAX_PAUSE)

    def _is_final(self, error: Exception) -> bool:
        """Return whether the address seems wrong: nobody has answered there yet."""
        return not self._has_answered and isinstance(
            error, self._errors.NewConnectionError | self._errors.ConnectTimeoutError
        )

    def _send(self, method: str, path: str, data: bytes | None) -> tuple[int, dict[str, Any]]:
        response = self._pool.request(
            method,
            f"{self.url}/{path}",
            body=data,
            headers=self._headers,
            redirect=False,  # credentials go to no other host
            preload_content=False,
        )
        try:
            content = response.read(MAX_RESPONSE_BYTES + 1, decode_content=True)
        except BaseException:
            response.close()
            raise
        if len(content) > MAX_RESPONSE_BYTES:
            response.close()
            raise ClusterError("the answer is too long.", where=self.url)
        response.drain_conn()  # there is nothing left, but only then the connection is reused
        response.release_conn()
        try:
            answer = json.loads(content or b"{}")
        except ValueError:
            answer = {}
            if response.status < 300:
                raise ClusterError(
                    "this is not an OpenSearch cluster.",
                    Instruction("Check --url."),
                    where=self.url,
                ) from None
        return response.status, answer if isinstance(answer, dict) else {}

    def _unreachable(self, error: Exception) -> ClusterError:
        kind = type(error).__name__.removesuffix("Error")
        return ClusterError(
            f"the cluster does not answer ({kind}).",
            Instruction("Check the address, the network and the certificate."),
            where=self.url,
        )

    def _refused(self, status: int, answer: Json) -> Refused:
        error = answer.get("error")
        error = error if isinstance(error, dict) else {"reason": error}
        causes = error.get("root_cause") or [error]
        cause = causes[0] if isinstance(causes, list) and isinstance(causes[0], dict) else error
        reason, detail = str(cause.get("type") or ""), str(cause.get("reason") or "")[:300]
        remedies: tuple[Instruction, ...] = ()
        if status in {401, 403} and reason not in _BLOCKS:
            remedies = (Instruction("Check EXCERPT_OPENSEARCH_USER and the rights of this user."),)
        elif reason in _BLOCKS:
            remedies = (Instruction("Free disk space in the cluster. The last commit is intact."),)
        about = ": ".join(part for part in (reason, detail) if part) or "without a reason"
        what = f"the cluster refuses a request ({status}): {about}."
        return Refused(what, *remedies, where=self.url, status=status, reason=reason)

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()
