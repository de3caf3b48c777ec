"""Whom to trust: the operating system's store, a bundle of the user's, or anybody."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

from csplint.errors import UsageError
from csplint.page.fetch.settings import FetchSettings

# Where truststore looks besides OpenSSL's own places.
STORES = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)


def trust(settings: FetchSettings) -> ssl.SSLContext | bool:
    """
    Give what the HTTP client takes for `verify`.

    The user's bundle replaces the system's store, it does not add to it. True,
    the client's own bundle, where the system has no store that can be used.
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
    """Windows and macOS always have one; a minimal container may not, and there nothing would be trusted at all."""
    if sys.platform in ("win32", "darwin"):
        return True
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    has_folder = folder is not None and any(folder.iterdir())
    return bool(paths.cafile) or has_folder or any(Path(path).is_file() for path in STORES)


def _bundle(path: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError as exc:
        raise UsageError(f"the CA bundle {path} holds no certificate in PEM form") from exc
    except OSError as exc:
        raise UsageError(f"the CA bundle {path} cannot be read: {exc.strerror or exc}") from exc
