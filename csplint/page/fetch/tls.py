"""Which certificates to trust: the operating system's store, the user's bundle, or any certificate."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

from csplint.errors import UsageError
from csplint.files import MAX_DATA_BYTES, read_file
from csplint.page.fetch.settings import FetchSettings

# Where truststore looks in addition to OpenSSL's own places.
STORES = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)


def tls_verification(settings: FetchSettings) -> ssl.SSLContext | bool:
    """
    The HTTP client's `verify` argument; raises UsageError for an unusable bundle.

    The user's bundle replaces the system's store. True, for the client's own bundle, if the system has no usable store.
    """
    if settings.insecure:
        return False
    if settings.ca_bundle is not None:
        return _bundle(settings.ca_bundle)
    if not _system_has_a_store():
        return True
    try:
        import truststore  # noqa: PLC0415 - may be unusable on this platform

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except (ImportError, NotImplementedError, OSError):
        return True


def _system_has_a_store() -> bool:
    """Windows and macOS always have one; a minimal container may not, and then no certificate would be trusted."""
    if sys.platform in ("win32", "darwin"):
        return True
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    has_folder = folder is not None and any(folder.iterdir())
    return bool(paths.cafile) or has_folder or any(Path(path).is_file() for path in STORES)


def _bundle(path: str) -> ssl.SSLContext:
    try:
        read_file(path, MAX_DATA_BYTES)  # OpenSSL reads whatever a path leads to, to its end
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError as exc:
        raise UsageError(f"the CA bundle {path} has no certificate in PEM format") from exc
    except (OSError, ValueError) as exc:
        raise UsageError(f"the CA bundle {path} cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
