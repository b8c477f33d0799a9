"""A SOAP service written with Spyne, as its documentation has it: one operation, on loopback."""

import datetime as dt
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

from spyne import Application, ComplexModel, Date, ServiceBase, Unicode, rpc
from spyne.error import ResourceNotFoundError
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

NAMESPACE = "urn:vnda:data-exchange:1"
UNITS = {"19789": "Phường Thuận Hóa", "20056": "Xã A Lưới 1"}


class Unit(ComplexModel):
    """A commune."""

    __namespace__ = NAMESPACE
    maXa = Unicode  # noqa: N815  # the names of the message
    tenXa = Unicode  # noqa: N815
    coHieuLucTu = Date  # noqa: N815


class Units(ServiceBase):
    """Looks communes up."""

    @rpc(Date, Unicode(pattern="[0-9]{5}", min_occurs=1, nillable=False), _returns=Unit)
    # Spyne makes the message of this: no self, the names as they are written.
    def TraCuuDonViHanhChinh(  # noqa: N802
        _ctx: object,  # noqa: N805
        ngayXet: dt.date | None,  # noqa: ARG002, N803
        maXa: str,  # noqa: N803
    ) -> Unit:
        """Return a commune by its code, as of a day; today where none is given."""
        if maXa not in UNITS:
            raise ResourceNotFoundError(maXa)
        return Unit(maXa=maXa, tenXa=UNITS[maXa], coHieuLucTu=dt.date(2025, 7, 1))


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *_: object) -> None:
        """Do nothing."""


def main() -> None:
    """Serve on the port that the command line names until told to stop."""
    reading = Soap11(validator=os.environ.get("VALIDATOR") or None)
    application = Application([Units], NAMESPACE, in_protocol=reading, out_protocol=Soap11())
    port = int(sys.argv[1])
    make_server(
        "127.0.0.1", port, WsgiApplication(application), handler_class=Quiet
    ).serve_forever()


if __name__ == "__main__":
    main()
