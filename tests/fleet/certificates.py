"""Certificates for tests, and a real broker that shows one."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fleet.brokers import OwnBroker, free_port


class Authority:
    """Signs certificates into files of a folder that mosquitto's own user can read too."""

    def __init__(self, folder, name="authority"):
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        made = self._sign(name, self.key, [], authority=True, ends=1)
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def issue(self, name, hosts=("127.0.0.1",), *, ends=1, closed=False):
        """Return the files of a certificate and its key, valid for `ends` hours from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._sign(name, key, hosts, authority=False, ends=ends)
        cert, private = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        private.chmod(0o600 if closed else 0o644)
        return cert, private

    def _sign(self, name, key, hosts, *, authority, ends):
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=48))
            .not_valid_after(now + dt.timedelta(hours=ends))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if hosts:
            names = [_general(host) for host in hosts]
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return made.sign(self.key, hashes.SHA256())


def _general(host):
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@contextlib.contextmanager
def listening(authority, *lines, **issued):
    """A broker with a TLS listener; gives its port."""
    cert, key = authority.issue("server", **issued)
    port = free_port()
    extra = [f"listener {port} 127.0.0.1", f"certfile {cert}", f"keyfile {key}"]
    with OwnBroker(extra="\n".join([*extra, "allow_anonymous true", *lines])):
        yield port
