"""From TLS settings to an `ssl.SSLContext`."""

from __future__ import annotations

import ssl

from gateway.transport.settings import TlsSettings


def client_context(settings: TlsSettings) -> ssl.SSLContext:
    """Return a context for connections to subgraphs: TLS 1.2 or newer, ALPN `http/1.1`.

    Raises `OSError` or `ssl.SSLError` when a file is missing or is not what it should be, so a
    wrong configuration is found when the transport is built, not at the first request.
    """
    context = ssl.create_default_context(cafile=settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if settings.certificate_file is not None:
        context.load_cert_chain(
            settings.certificate_file, settings.key_file, password=settings.key_password
        )
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
