"""PPMIDs that look too little at who answers their call by TLS; the faulty part stands before each."""

import ssl

from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.ppmid.simulated import SimulatedPpmid

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which ssl has no name


class _AnyIssuer(TlsCaller):
    def context(self, server: bool) -> ssl.SSLContext:
        context = super().context(server)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


class TakesAnyCertificate(SimulatedPpmid):
    """Takes whatever certificate it is shown.

    Breaks PP-017: verifies server name, chain and dates.
    """

    tls = _AnyIssuer


class _AnyName(TlsCaller):
    def context(self, server: bool) -> ssl.SSLContext:
        context = super().context(server)
        context.check_hostname = False
        return context


class TakesAnyName(SimulatedPpmid):
    """Takes a certificate of its issuer for the delivery service's, whatever name stands there.

    Breaks PP-017: verifies the server name.
    """

    tls = _AnyName


class _AnyDate(TlsCaller):
    def context(self, server: bool) -> ssl.SSLContext:
        context = super().context(server)
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
        return context


class TakesExpired(SimulatedPpmid):
    """Takes a certificate whose time is over.

    Breaks PP-017: verifies the dates.
    """

    tls = _AnyDate


class _OldVersions(TlsCaller):
    def context(self, server: bool) -> ssl.SSLContext:
        context = super().context(server)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


class SpeaksOldTls(SimulatedPpmid):
    """Speaks TLS 1.2 to who offers nothing newer.

    Breaks PP-017: refuses older versions.
    """

    tls = _OldVersions


class _OnTheBeat(TlsCaller):
    def wait_ms(self, failures: int, chance: float) -> float:  # noqa: ARG002 - that is the fault
        return super().wait_ms(failures, 0.5)


class CallsOnTheBeat(SimulatedPpmid):
    """Leaves nothing to chance when it calls again, so that all of its kind come back at once.

    Breaks PP-016: reconnects after an outage of the Internet with jitter.
    """

    tls = _OnTheBeat
