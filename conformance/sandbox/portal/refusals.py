"""Why a packet is not carried out. The codes are this sandbox's own: the norm's were not read."""

from __future__ import annotations

from conformance.sandbox.messages import Refusal

BAD_SESSION = "01"
UNKNOWN_SERVICE = "02"
BAD_PACKET = "03"
UNKNOWN_DOSSIER = "04"
IMPOSSIBLE_MOVE = "05"
CONTRADICTION = "06"
BAD_LOG_IN = "07"
UNKNOWN_PROCEDURE = "08"
OTHER_UNIT = "09"
UNKNOWN_FEEDBACK = "10"


class PacketRefusal(Refusal):
    """A service is not carried out: told by the error code, with a status that is a success."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(200, detail)
        self.code = code
