"""Tables that programs read each in its own way."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.carrying import exporting, in_csv
from conformance.sandbox.variations import fault

REGULAR = "formats.tables.tables_are_regular"


@fault(breaks=[REGULAR])
def table_with_a_comma_in_a_name(agency: Agency) -> Agency:
    """A field holds a comma without quotation marks around it, so its record has one more."""
    return exporting(
        agency,
        lambda rows: "".join(
            ",".join([*row[:-1], f"{row[-1]}, khối 2" if n == 1 else row[-1]]) + "\r\n"
            for n, row in enumerate(rows)
        ).encode(),
    )


@fault(breaks=[REGULAR])
def table_of_semicolons(agency: Agency) -> Agency:
    """Fields are separated by semicolons, as spreadsheets of this country save them."""
    return exporting(agency, lambda rows: "".join(";".join(row) + "\r\n" for row in rows).encode())


@fault(breaks=[REGULAR])
def table_whose_quotes_do_not_close(agency: Agency) -> Agency:
    """A quotation mark within a quoted field is not doubled."""
    return exporting(
        agency,
        lambda rows: in_csv(rows, quoted=True).replace("Phường".encode(), 'Phường "mới"'.encode()),
    )
