"""The ways in which national messages write days and times, beside those of RFC 3339.

Three styles stand in messages of today: the portal's packets, the population's and the national
general database's messages, and the portal's newer interface.
"""

from __future__ import annotations

import re
from datetime import date
from random import Random

from conformance.formats import making
from conformance.formats.dates import is_date, is_date_time
from conformance.formats.format import Format
from conformance.text import Text

_PACKET = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")
_LOCAL = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{3})?"
)
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SHOWN = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_HOURS, _MINUTES = 24, 60


def is_calendar_date(year: int, month: int, day: int) -> bool:
    """Whether the calendar has a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_packet_time(value: str) -> bool:
    """Whether a text is a time as packets of the public-service portal write it."""
    found = _PACKET.fullmatch(value)
    return found is not None and _is_moment(*map(int, found.groups()))


def is_local_time(value: str) -> bool:
    """Whether a text is a date and time of day, to the second and without an offset."""
    found = _LOCAL.fullmatch(value)
    return found is not None and not found[7] and _is_moment(*map(int, found.groups()[:6]))


def is_local_time_of_milliseconds(value: str) -> bool:
    """Whether a text is a date and time of day, to the millisecond and without an offset."""
    found = _LOCAL.fullmatch(value)
    return found is not None and bool(found[7]) and _is_moment(*map(int, found.groups()[:6]))


def is_partial_date(value: str) -> bool:
    """Whether a text is a day, a month or a year: `1990-05-17`, `1990-05`, `1990`."""
    found = _PARTIAL.fullmatch(value)
    return found is not None and is_calendar_date(*(int(part or 1) for part in found.groups()))


def is_shown_date(value: str) -> bool:
    """Whether a text is a day as people read it: `17/05/1990`."""
    found = _SHOWN.fullmatch(value)
    return found is not None and is_calendar_date(int(found[3]), int(found[2]), int(found[1]))


def _is_moment(  # noqa: PLR0913, PLR0917  # the parts of a moment
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> bool:
    clock = hour < _HOURS and minute < _MINUTES and second < _MINUTES
    return clock and is_calendar_date(year, month, day)


def _clock(random: Random) -> tuple[int, int, int]:
    return random.randrange(24), random.randrange(60), random.randrange(60)


def _no_clock(random: Random) -> tuple[int, int, int]:
    hour, minute, second = _clock(random)
    return random.choice(((24, minute, second), (hour, 60, second), (hour, minute, 61)))


def _wrong(random: Random) -> tuple[str, str]:
    """Return a date and a time of day, of which one does not exist: `YYYYMMDD`, `hhmmss`."""
    day, clock = making.day(random).strftime("%Y%m%d"), "{:02}{:02}{:02}".format(*_clock(random))
    if random.random() < 0.5:  # noqa: PLR2004  # either
        return "{:04}{:02}{:02}".format(*making.no_day(random)), clock
    return day, "{:02}{:02}{:02}".format(*_no_clock(random))


def packet_time(random: Random) -> str:
    """Return a time as packets write it."""
    return making.day(random).strftime("%Y%m%d") + "{:02}{:02}{:02}".format(*_clock(random))


def local_time(random: Random) -> str:
    """Return a date and time of day."""
    return making.day(random).isoformat() + "T{:02}:{:02}:{:02}".format(*_clock(random))


def _with_milliseconds(random: Random) -> str:
    return f"{local_time(random)}.{making.digits(random, 3)}"


def _partial_date(random: Random) -> str:
    return making.day(random).isoformat()[: random.choice((4, 7, 10))]


def _shown_date(random: Random) -> str:
    return making.day(random).strftime("%d/%m/%Y")


def _packet_missed(random: Random) -> str:
    right = packet_time(random)
    return random.choice(
        (
            "".join(_wrong(random)),
            right[:-2],
            right + making.digits(random, 1),
            right[:8] + "T" + right[8:],
            local_time(random),
            right + "Z",
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


def _dashed(day: str, clock: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"


def _local_missed(random: Random) -> str:
    right = local_time(random)
    return random.choice(
        (
            _dashed(*_wrong(random)),
            right.replace("T", " "),
            right + random.choice(("Z", "+07:00", ".5", ".000")),
            right[:-3],
            packet_time(random),
            right.replace("-", "/"),
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


def _milliseconds_missed(random: Random) -> str:
    right = _with_milliseconds(random)
    return random.choice(
        (
            _dashed(*_wrong(random)) + ".000",
            right[:-1],
            right[:-4],
            right.replace(".", ","),
            right + "Z",
            making.with_letter(right, random),
            making.spoilt(right, random),
        )
    )


def _partial_missed(random: Random) -> str:
    year, month, day = making.no_day(random)
    right = making.day(random)
    return random.choice(
        (
            f"{year}-{month:02}-{day:02}",
            f"{year}-{random.choice((0, 13, 20)):02}",
            right.strftime("%Y%m"),
            right.strftime("%m/%Y"),
            right.strftime("%Y-%m-"),
            str(year)[2:],
            making.with_letter(right.isoformat(), random),
            making.spoilt(right.isoformat()[: random.choice((4, 7, 10))], random),
        )
    )


def _shown_missed(random: Random) -> str:
    year, month, day = making.no_day(random)
    right = making.day(random)
    return random.choice(
        (
            f"{day:02}/{month:02}/{year}",
            right.strftime("%d-%m-%Y"),
            right.strftime("%Y/%m/%d"),
            right.strftime("%d/%m/%y"),
            f"{random.randrange(1, 10)}/{month:02}/{year}",
            right.isoformat(),
            making.with_letter(_shown_date(random), random),
            making.spoilt(_shown_date(random), random),
        )
    )


def _rfc_date_missed(random: Random) -> str:
    right = making.day(random)
    return random.choice(
        (
            "{:04}-{:02}-{:02}".format(*making.no_day(random)),
            right.strftime("%Y%m%d"),
            right.strftime("%d/%m/%Y"),
            right.strftime("%Y-%m"),
            f"{right}T00:00:00+07:00",
            making.with_letter(right.isoformat(), random),
            making.spoilt(right.isoformat(), random),
        )
    )


def _rfc_time(random: Random) -> str:
    fraction = random.choice(("", "." + making.digits(random, random.randint(1, 9))))
    return local_time(random) + fraction + random.choice(("Z", "+07:00", "-00:00", "+00:00"))


def _rfc_time_missed(random: Random) -> str:
    right = _rfc_time(random)
    return random.choice(
        (
            _dashed(*_wrong(random)) + "+07:00",
            local_time(random),
            right.replace("T", " ", 1),
            local_time(random) + random.choice(("+0700", "+7:00", "+24:00", "+07:60", ".Z")),
            packet_time(random),
            making.with_letter(right, random, ("O", "l")),
            making.spoilt(right, random),
        )
    )


FORMATS = (
    Format(
        "date",
        Text(vi="ngày (RFC 3339)", en="date (RFC 3339)"),
        Text(vi="YYYY-MM-DD, có trong lịch.", en="YYYY-MM-DD, a day that the calendar has."),
        "RFC 3339, 5.6; QCVN 109:2017/BTTTT (xsd:date)",
        "verified",
        is_date,
        lambda random: making.day(random).isoformat(),
        _rfc_date_missed,
        ("2025-07-01", "2024-02-29"),
        ("2025-02-29", "01/07/2025", "2025-7-1", "20250701"),
    ),
    Format(
        "date-time",
        Text(vi="ngày giờ có múi giờ (RFC 3339)", en="date and time with offset (RFC 3339)"),
        Text(
            vi="YYYY-MM-DDThh:mm:ss, có thể thêm phần lẻ của giây, và múi giờ Z hoặc +07:00; giây"
            " nhuận và hậu tố vùng của RFC 9557 hợp lệ.",
            en="YYYY-MM-DDThh:mm:ss, perhaps a fraction of a second, and an offset, Z or +07:00;"
            " leap seconds and the zone suffix of RFC 9557 are legal.",
        ),
        "RFC 3339, 5.6 và 5.7; RFC 9557, 4.1",
        "verified",
        is_date_time,
        _rfc_time,
        _rfc_time_missed,
        ("2025-07-01T08:00:00+07:00", "2016-12-31T23:59:60Z"),
        ("2025-07-01T08:00:00", "2025-07-01 08:00:00+07:00", "2025-07-01T24:00:00Z"),
    ),
    Format(
        "vn-packet-time",
        Text(vi="thời điểm trong gói tin", en="time in packets"),
        Text(
            vi="yyyyMMddHHmmss, giờ Việt Nam, không có dấu phân cách.",
            en="yyyyMMddHHmmss, the time of Viet Nam, without separators.",
        ),
        "Gói tin của Cổng Dịch vụ công quốc gia (QCVN 120:2019/BTTTT) theo OpenCPS",
        "practice",
        is_packet_time,
        packet_time,
        _packet_missed,
        ("20250701080000", "20240229235959"),
        ("20250229080000", "202507010800", "20250701240000", "2025-07-01T08:00:00"),
    ),
    Format(
        "vn-local-time",
        Text(vi="ngày giờ không có múi giờ", en="date and time without offset"),
        Text(
            vi="YYYY-MM-DDThh:mm:ss, giờ Việt Nam.", en="YYYY-MM-DDThh:mm:ss, the time of Viet Nam."
        ),
        "QCVN 109:2017/BTTTT, Phụ lục B; thông điệp QCVN 09:2025/BCA theo thực tiễn",
        "verified",
        is_local_time,
        local_time,
        _local_missed,
        ("2025-07-01T08:00:00",),
        ("2025-07-01T08:00:00Z", "2025-07-01 08:00:00", "2025-13-01T08:00:00"),
    ),
    Format(
        "vn-local-time-ms",
        Text(vi="ngày giờ có phần nghìn giây", en="date and time with milliseconds"),
        Text(
            vi="yyyy-MM-ddTHH:mm:ss.fff, giờ Việt Nam.",
            en="yyyy-MM-ddTHH:mm:ss.fff, the time of Viet Nam.",
        ),
        "Giao diện mới của cổng dịch vụ công theo một hệ thống cấp bộ",
        "practice",
        is_local_time_of_milliseconds,
        _with_milliseconds,
        _milliseconds_missed,
        ("2025-07-01T08:00:00.000",),
        ("2025-07-01T08:00:00", "2025-07-01T08:00:00,000", "2025-07-01T08:00:00.00"),
    ),
    Format(
        "vn-partial-date",
        Text(vi="ngày, tháng hoặc năm", en="day, month or year"),
        Text(
            vi="YYYY-MM-DD, YYYY-MM hoặc YYYY, cho ngày sinh không biết đủ.",
            en="YYYY-MM-DD, YYYY-MM or YYYY, for dates of birth that are not known in full.",
        ),
        "Thông điệp QCVN 09:2025/BCA theo thực tiễn",
        "practice",
        is_partial_date,
        _partial_date,
        _partial_missed,
        ("1990-05-17", "1990-05", "1990"),
        ("1990-13", "199005", "1990-02-30", "05/1990"),
    ),
    Format(
        "vn-shown-date",
        Text(vi="ngày hiển thị", en="date as shown"),
        Text(
            vi="dd/MM/yyyy, chỉ dùng trên màn hình và giấy, không dùng trong thông điệp.",
            en="dd/MM/yyyy, on screens and paper only, never in messages.",
        ),
        "Thực tiễn hiển thị",
        "practice",
        is_shown_date,
        _shown_date,
        _shown_missed,
        ("01/07/2025", "29/02/2024"),
        ("29/02/2025", "1/7/2025", "2025-07-01", "01-07-2025"),
    ),
)
