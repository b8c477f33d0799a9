"""Tables written in other legal ways."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.carrying import exporting, in_csv
from conformance.sandbox.variations import near_miss

REGULAR = "formats.tables.tables_are_regular"
UTF8 = "formats.text.text_is_utf8"


@near_miss(spares=[REGULAR, UTF8])
def table_for_spreadsheets(agency: Agency) -> Agency:
    """A byte order mark lets spreadsheets know UTF-8, and every field is quoted (RFC 4180, 2.5)."""
    return exporting(agency, lambda rows: b"\xef\xbb\xbf" + in_csv(rows, quoted=True))


@near_miss(spares=[REGULAR])
def table_with_lines_within_fields(agency: Agency) -> Agency:
    """Line breaks, commas and quotes stand within quoted fields (RFC 4180, section 2, rule 6)."""

    def written(rows: list[list[str]]) -> bytes:
        return (
            in_csv(
                [[*row[:-1], f'{row[-1]}\nkhối "2", {number}'] for number, row in enumerate(rows)],
                line="\n",
            )
            + b"\n"
        )

    return exporting(agency, written)


@near_miss(spares=[REGULAR])
def table_of_one_column(agency: Agency) -> Agency:
    """A table may have one column, in which some texts hold a semicolon (RFC 4180, section 2)."""
    return exporting(
        agency,
        lambda rows: in_csv(
            [[f"{row[1]}; loại 1" if number % 2 else row[1]] for number, row in enumerate(rows)]
        ),
    )
