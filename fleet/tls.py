"""TLS to a broker: the context for its settings, and what a failure means in one code."""

from __future__ import annotations

import ssl
import stat
import sys
from pathlib import Path

from fleet.brokers import BrokerSettings
from fleet.errors import BrokerError

_EXPIRED = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_OTHER_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_UNTRUSTED = (2, 18, 19, 20, 21)  # no issuer that we know
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF")
_ALERTS = (  # what the broker says of our own certificate
    "CERTIFICATE_REQUIRED",
    "HANDSHAKE_FAILURE",
    "UNKNOWN_CA",
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_UNKNOWN",
)


def context(settings: BrokerSettings) -> ssl.SSLContext:
    """Return how to speak TLS to this broker; files are read where they lie.

    BrokerError (fact: the file): broker_ca_unreadable; broker_key_open, where others than its owner
    may read the key; broker_key_unusable.
    """
    try:
        made = ssl.create_default_context(cafile=settings.ca_file or None)
    except (OSError, ValueError) as error:
        raise BrokerError("broker_ca_unreadable", fact=settings.ca_file) from error
    if settings.cert_file:
        _add_own(made, settings.cert_file, settings.key_file or settings.cert_file)
    return made


def meaning(error: Exception) -> tuple[str, str]:
    """Return the code for a failed handshake, and OpenSSL's words."""
    words = str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or error)
    if isinstance(error, ssl.SSLCertVerificationError):
        for code, numbers in (
            ("broker_tls_expired", _EXPIRED),
            ("broker_tls_other_name", _OTHER_NAME),
            ("broker_tls_untrusted", _UNTRUSTED),
        ):
            if error.verify_code in numbers:
                return code, words
    if any(sign in words for sign in _NO_TLS):
        return "broker_no_tls", words
    if any(alert in words.replace(" ", "_").upper() for alert in _ALERTS):
        return "broker_tls_certificate", words
    return "broker_tls", words


def _add_own(made: ssl.SSLContext, cert: str, key: str) -> None:
    try:
        others = stat.S_IMODE(Path(key).stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    except OSError as error:
        raise BrokerError("broker_key_unusable", fact=key) from error
    if others and sys.platform != "win32":
        raise BrokerError("broker_key_open", fact=key)
    try:
        made.load_cert_chain(cert, key, password=_no_password)
    except (OSError, ValueError) as error:
        raise BrokerError("broker_key_unusable", fact=f"{key}: {error}") from error


def _no_password() -> str:
    """Answer OpenSSL, which would ask at the terminal."""
    return ""
