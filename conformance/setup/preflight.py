"""Whether an address can be reached at all, and if not, at which step it ends.

Name, connection, TLS: each is tried alone, by the standard library, so that the message can name
the key of the target file that mends it. Nothing is asked of the target here.
"""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from conformance.deadlines import Cut
from conformance.door.network import trusted_authorities
from conformance.errors import TargetError
from conformance.setup.symptoms import Symptom
from conformance.target import Target
from conformance.text import Text
from conformance.tls import refusals as tls_refusals


def reaching(target: Target) -> Symptom | None:
    """Return why a target cannot be reached directly; None where it can, or a proxy is named."""
    if target.proxy:
        return None
    parts = urlsplit(target.base_url)
    host, port = target.host, parts.port or (443 if target.scheme == "https" else 80)
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4]
    except OSError:
        return Symptom(
            "name-unknown",
            "base_url",
            Text(vi=f"không phân giải được tên {host}", en=f"the name {host} does not resolve"),
            Text(
                vi="kiểm tra tên máy chủ, DNS, hoặc khai báo `network.proxy`",
                en="check the host name and DNS, or name a proxy in `network.proxy`",
            ),
        )
    try:
        wire = socket.create_connection((host, port), timeout=target.pace.timeout_seconds)
    except OSError as error:
        said = error.strerror or type(error).__name__
        return Symptom(
            "connection-refused",
            "base_url",
            Text(
                vi=f"không kết nối được tới {address[0]}:{port} ({said})",
                en=f"no connection to {address[0]}:{port} ({said})",
            ),
            Text(
                vi="kiểm tra cổng, tường lửa, hoặc khai báo `network.proxy`",
                en="check the port and the firewall, or name a proxy in `network.proxy`",
            ),
        )
    with wire:
        return _shaken(target, wire) if target.scheme == "https" else None


def _shaken(target: Target, wire: socket.socket) -> Symptom | None:
    try:
        context = ssl.create_default_context(cadata=trusted_authorities(target))
    except (ssl.SSLError, TargetError):
        return Symptom(
            "authority-unreadable",
            "network.extra_ca",
            Text(
                vi="không đọc được tổ chức chứng thực ở `network.extra_ca`",
                en="the authority in `network.extra_ca` cannot be read",
            ),
            Text(
                vi="nêu tệp PEM có các dòng BEGIN CERTIFICATE và END CERTIFICATE",
                en="name a PEM file with lines BEGIN CERTIFICATE and END CERTIFICATE",
            ),
        )
    try:
        with (
            Cut(wire) as cut,
            cut.within(target.pace.timeout_seconds),
            context.wrap_socket(wire, server_hostname=target.host),
        ):
            return None
    except ssl.SSLCertVerificationError as error:
        return _of_certificate(target, error)
    except OSError as error:
        if tls_refusals.refusal(error) and any(i.certificate for i in target.identities.values()):
            # It wants the certificate of a client, and there is one to be shown.
            return None
        # An SSLError has a reason; a connection that simply ends has none.
        said = getattr(error, "reason", None) or error.strerror or type(error).__name__
        return Symptom(
            "no-tls",
            "base_url",
            Text(
                vi=f"cổng này không bắt tay được TLS ({said})",
                en=f"this port does not speak TLS with us ({said})",
            ),
            Text(
                vi="kiểm tra cổng; có phải địa chỉ http:// không?",
                en="check the port; is it an http:// address?",
            ),
        )


def _of_certificate(target: Target, error: ssl.SSLCertVerificationError) -> Symptom:
    # X509_V_ERR_… of OpenSSL: 62 host name, 64 address, 10 and 9 validity, 66 and 67 keys, 68
    # signatures.
    if error.verify_code in {62, 64}:
        return Symptom(
            "certificate-of-another-name",
            "base_url",
            Text(
                vi=f"chứng thư không được cấp cho {target.host}",
                en=f"the certificate is not for {target.host}",
            ),
            Text(
                vi="dùng tên máy chủ ghi trong chứng thư, hoặc cấp lại chứng thư",
                en="use a host name of the certificate, or have it issued anew",
            ),
        )
    if error.verify_code in {9, 10}:
        return Symptom(
            "certificate-not-in-time",
            "base_url",
            Text(
                vi="chứng thư hết hạn hoặc chưa có hiệu lực",
                en="the certificate has ended or has not begun",
            ),
            Text(
                vi="cấp lại chứng thư; kiểm tra đồng hồ máy này",
                en="have it issued anew; check this machine's clock",
            ),
        )
    if error.verify_code in {66, 67, 68}:
        return Symptom(
            "certificate-too-weak",
            "base_url",
            Text(
                vi=f"chứng thư quá yếu ({error.verify_message})",
                en=f"the certificate is too weak ({error.verify_message})",
            ),
            Text(
                vi="cấp lại chứng thư với khoá và chữ ký đủ mạnh",
                en="have it issued anew, with a strong key and signature",
            ),
        )
    return Symptom(
        "certificate-untrusted",
        "network.extra_ca",
        Text(
            vi=f"chứng thư không được tin cậy ({error.verify_message})",
            en=f"the certificate is not trusted ({error.verify_message})",
        ),
        Text(
            vi="khai báo tổ chức chứng thực của cơ quan ở `network.extra_ca`; nếu máy chủ thiếu"
            " chứng thư trung gian thì bổ sung ở máy chủ",
            en="name the agency's own authority in `network.extra_ca`; where the server leaves out"
            " an intermediate certificate, add it there",
        ),
    )
