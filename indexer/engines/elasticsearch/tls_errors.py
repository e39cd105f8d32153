"""Why a secure connection did not come about, out of the errors that the clients wrap around the first one."""

import ssl
from collections.abc import Iterator

from urllib3.util.ssl_match_hostname import CertificateError

_CAUSES = {9: "expired", 10: "expired", 62: "host", 64: "host"}
"""By OpenSSL's verify codes (X509_V_ERR_...); the others tell of issuers."""


def tls_cause(error: Exception) -> str:
    """A cause of EngineUnavailable; "tls" where it is not the certificate."""
    for each in _within(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return _CAUSES.get(each.verify_code, "authority")
        if isinstance(each, CertificateError):
            return "host"
    return "tls"


def _within(error: BaseException, depth: int = 5) -> Iterator[BaseException]:
    yield error
    inner = (*error.args, *getattr(error, "errors", ()), error.__cause__, error.__context__)
    for each in inner if depth else ():
        if isinstance(each, BaseException):
            yield from _within(each, depth - 1)
