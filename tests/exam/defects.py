"""The defects that can be switched on, each as real systems come to it.

A defect names the symptoms by which a finding may point to it (`exam.matching`). Nothing here says
how one is triggered: that stands in the modules of the operations, and in the tests that prove it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Subtlety = Literal["easy", "medium", "hard"]


class Symptom(StrEnum):
    """What a finding says that is wrong: the words into which tools' own are translated."""

    SERVER_ERROR = "server error"
    STATUS = "status not documented"
    MEDIA_TYPE = "media type not documented"
    BODY = "body against its schema, or not of its media type"
    HEADER = "documented header missing or wrong"
    ACCEPTED = "invalid input accepted"
    REFUSED = "valid input refused"
    METHOD = "undeclared method not refused properly"
    LEAK = "internals told"
    SLOW = "slow, or no answer in time"
    UNAVAILABLE = "what was created is not there"
    DELETED = "what was deleted is still there"
    CHANGED = "not kept as it was sent"
    PAGING = "pages do not make up the list"
    FILTER = "filter not obeyed"
    SORT = "order is no permutation, or wrong"
    LIST = "list and detail disagree"
    REPEATED = "a repeated request had a second effect"
    OWNER = "another identity sees or changes it"


S = Symptom
# What a 500 also is where the contract does not document it.
BROKEN = frozenset({S.SERVER_ERROR, S.STATUS})
LAX = frozenset({S.ACCEPTED})


@dataclass(frozen=True)
class Defect:
    """One defect.

    Attributes:
        id: what switches it on.
        sort: the class of failures that it stands for.
        operation: the operationId that it sits in.
        wrong: what is wrong.
        how: how real systems come to it.
        subtlety: how much it takes to meet it.
        symptoms: what a finding that points to it may say.
        visible: whether contract and credentials of one caller are enough to see it.
    """

    id: str
    sort: str
    operation: str
    wrong: str
    how: str
    subtlety: Subtlety
    symptoms: frozenset[Symptom]
    visible: bool = True


ALL: tuple[Defect, ...] = (
    # --- listDossiers
    Defect(
        "page-zero", "server error on a boundary", "listDossiers",
        "page=0 and below are answered 500",
        "(page - 1) * limit goes to the database unchecked: OFFSET must not be negative",
        "easy", BROKEN,
    ),
    Defect(
        "page-size-constant", "paging law broken", "listDossiers",
        "from the second page on, pages of another size than 20 overlap or leave gaps",
        "the offset is computed with the default page size, the limit is taken from the caller",
        "medium", frozenset({S.PAGING}),
    ),
    Defect(
        "filter-else-if", "filter not obeyed", "listDossiers",
        "with status and province both given, status is ignored",
        "the query is built with else-if where two ifs were meant",
        "hard", frozenset({S.FILTER}),
    ),
    Defect(
        "sort-inner-join", "sort is no permutation", "listDossiers",
        "sorted by fee, dossiers without a fee are gone",
        "sorting by a column of another table joins it, and the join is an inner one",
        "medium", frozenset({S.SORT, S.PAGING, S.FILTER}),
    ),
    Defect(
        "search-quote", "quotes and metacharacters", "listDossiers",
        "an apostrophe in q is answered 500",
        "the search text is pasted into the statement",
        "medium", BROKEN,
    ),
    Defect(
        "search-backslash", "second fault hidden behind a first", "listDossiers",
        "a q that ends with a backslash is answered 500",
        "PostgreSQL: LIKE pattern must not end with escape character",
        "hard", BROKEN,
    ),
    # --- createDossier
    Defect(
        "title-nul", "control characters", "createDossier",
        "U+0000 in the title is answered 500",
        "PostgreSQL takes no zero byte in text: invalid byte sequence for encoding UTF8",
        "medium", BROKEN,
    ),
    Defect(
        "title-cut", "very long", "createDossier",
        "a title longer than 255 characters is cut, and 201 is answered",
        "the column is varchar(255) and cuts silently; the contract promises 400 characters",
        "medium", frozenset({S.CHANGED}),
    ),
    Defect(
        "key-ignored", "idempotency key ignored", "createDossier",
        "the same request with the same key creates a second dossier",
        "the gateway was to remember keys; its cache was switched off with the last upgrade",
        "medium", frozenset({S.REPEATED}),
    ),
    Defect(
        "nested-not-validated", "missing required accepted", "createDossier",
        "required members of the applicant may be left out",
        "the annotation that makes validation go into nested objects was forgotten",
        "medium", frozenset({S.ACCEPTED, S.BODY}),
    ),
    Defect(
        "marks-dropped", "NFC and NFD lost", "createDossier",
        "combining marks in the title are dropped: text in NFD loses its accents",
        "text passes a legacy code page that knows composed letters only",
        "hard", frozenset({S.CHANGED}),
    ),
    Defect(
        "leap-day", "calendar", "createDossier",
        "a paper issued on 29 February is answered 500",
        "the day a year later is made by replacing the year, and there is no such day",
        "hard", BROKEN,
    ),
    # --- getDossier
    Defect(
        "foreign-read", "second identity sees it", "getDossier",
        "whoever has logged in reads everybody's dossiers",
        "the query selects by code alone; the list does ask whose they are",
        "medium", frozenset({S.OWNER}), visible=False,
    ),
    Defect(
        "request-id-missing", "header missing", "getDossier",
        "the documented header X-Request-Id is missing",
        "answers from the cache bypass the filter that adds it",
        "easy", frozenset({S.HEADER}),
    ),
    Defect(
        "day-before", "list against detail", "getDossier",
        "submittedOn is one day earlier than in the list and in the answer to creating it",
        "a day is kept as midnight in Hà Nội and one of two serialisers writes it in UTC",
        "medium", frozenset({S.LIST, S.CHANGED}),
    ),
    Defect(
        "code-any-case", "pattern not enforced", "getDossier",
        "a code in lower case is found, though no code is written so",
        "the collation of the column ignores case, and the path variable is not validated",
        "medium", LAX,
    ),
    # --- replaceDossier
    Defect(
        "note-lost", "update loses a field", "replaceDossier",
        "the note is gone after a replacement, though the answer shows it",
        "the mapper for updates was written before the field was added",
        "medium", frozenset({S.CHANGED}),
    ),
    Defect(
        "any-media-type", "wrong media type accepted", "replaceDossier",
        "a body of any Content-Type is taken for JSON",
        "the body is read and parsed by hand, nobody looks at its Content-Type",
        "medium", LAX,
    ),
    Defect(
        "malformed-json", "malformed JSON body", "replaceDossier",
        "a body that is no JSON is answered 500",
        "the parser's exception is not among those that the error handler knows",
        "easy", BROKEN,
    ),
    Defect(
        "upsert", "undocumented status", "replaceDossier",
        "a dossier that does not exist is created and 201 answered",
        "the repository's save inserts where there is nothing to update",
        "medium", frozenset({S.STATUS}),
    ),
    # --- deleteDossier
    Defect(
        "soft-delete", "use after delete", "deleteDossier",
        "a deleted dossier can still be read",
        "rows are only flagged, and one of the queries forgets to look at the flag",
        "medium", frozenset({S.DELETED}),
    ),
    Defect(
        "deleted-twice", "server error on repetition", "deleteDossier",
        "deleting a second time is answered 500",
        "the row is found, its attachments are gone, and null is dereferenced",
        "medium", BROKEN,
    ),
    # --- addAttachment
    Defect(
        "file-name-latin", "multipart fault", "addAttachment",
        "a file name with letters beyond ASCII is answered 500",
        "the name becomes a header field of the object store, which takes Latin-1 only",
        "medium", BROKEN,
    ),
    Defect(
        "kind-free", "enum not enforced", "addAttachment",
        "any kind is accepted",
        "parts of a form are read as texts, the validation of JSON does not see them",
        "easy", frozenset({S.ACCEPTED, S.BODY}),
    ),
    Defect(
        "json-by-hand", "quotes and metacharacters", "addAttachment",
        "a quotation mark or backslash in the title makes the answer invalid JSON",
        "the answer is put together with a format string",
        "medium", frozenset({S.BODY, S.CHANGED}),
    ),
    # --- createPayment
    Defect(
        "amount-int32", "huge numbers", "createPayment",
        "amounts above 2,147,483,647 are answered 500",
        "the column is a 32-bit integer, and đồng have many zeros",
        "medium", BROKEN,
    ),
    Defect(
        "amount-float32", "huge numbers", "createPayment",
        "amounts above 16,777,216 come back rounded",
        "money is kept in a single-precision float somewhere on the way",
        "hard", frozenset({S.CHANGED}),
    ),
    Defect(
        "amount-as-text", "wrong type accepted", "createPayment",
        "an amount in quotation marks is accepted",
        "the JSON library coerces texts to numbers by default",
        "medium", LAX,
    ),
    Defect(
        "check-digit", "national check rule not checked", "createPayment",
        "tax codes with a wrong check digit are accepted",
        "the number is tested by a regular expression for ten digits",
        "medium", LAX,
    ),
    Defect(
        "branch-refused", "valid input refused", "createPayment",
        "tax codes of branches (13 digits) are refused with 400",
        "the same regular expression knows no branches",
        "hard", frozenset({S.REFUSED}),
    ),
    Defect(
        "key-optional", "missing required header accepted", "createPayment",
        "a request without the required Idempotency-Key is accepted",
        "the framework's header parameter is optional unless told otherwise",
        "easy", LAX,
    ),
    Defect(
        "stack-trace", "leak in a 4xx body", "createPayment",
        "a member of a wrong type is refused with a stack trace in the detail",
        "the exception is rendered with its trace, as in development",
        "easy", frozenset({S.LEAK}),
    ),
    # --- getPayment
    Defect(
        "uuid-cast", "server error on malformed path", "getPayment",
        "an id that is no UUID is answered 500",
        "the text goes to the database: invalid input syntax for type uuid",
        "easy", BROKEN,
    ),
    Defect(
        "cash-elsewhere", "created is not available", "getPayment",
        "a payment in cash is answered 404 right after it was created",
        "cash is written to the treasury's table, and reads go to the other one",
        "hard", frozenset({S.UNAVAILABLE}),
    ),
    # --- createCitizen
    Defect(
        "personal-id-length", "national check rule not checked", "createCitizen",
        "twelve characters of any kind are taken for a personal number",
        "only the length of the column is checked",
        "medium", frozenset({S.ACCEPTED, S.BODY}),
    ),
    Defect(
        "lenient-date", "calendar", "createCitizen",
        "30 February is accepted and becomes a day of March",
        "the date parser is lenient by default",
        "medium", frozenset({S.ACCEPTED, S.CHANGED}),
    ),
    Defect(
        "four-bytes", "characters beyond the basic plane", "createCitizen",
        "a name with a character beyond U+FFFF is answered 500",
        "MySQL's utf8 takes three bytes a character",
        "medium", BROKEN,
    ),
    Defect(
        "address-null", "null for an object", "createCitizen",
        "null as address is answered 500",
        "the check for presence passes null, the next line reads a member of it",
        "easy", BROKEN,
    ),
    # --- getCitizen
    Defect(
        "id-int32", "huge numbers", "getCitizen",
        "a record number above 2,147,483,647 is answered 500",
        "the contract says int64, the column is int4: value out of range",
        "medium", BROKEN,
    ),
    Defect(
        "phone-null", "body against schema", "getCitizen",
        "the phone of somebody who has none is null, which the schema does not allow",
        "the serialiser writes empty members as null",
        "medium", frozenset({S.BODY}),
    ),
    # --- updateCitizen
    Defect(
        "empty-phone", "format not enforced", "updateCitizen",
        "an empty phone is accepted",
        "the validator passes over empty texts",
        "medium", frozenset({S.ACCEPTED, S.BODY}),
    ),
    Defect(
        "foreign-change", "second identity changes it", "updateCitizen",
        "whoever has logged in changes everybody's record",
        "the check of ownership sits in the reading service only",
        "medium", frozenset({S.OWNER}), visible=False,
    ),
    Defect(
        "lone-surrogate", "surrogates", "updateCitizen",
        "half a surrogate pair, as an escape, is answered 500",
        "the text is valid in UTF-16 and cannot be encoded in UTF-8 when it is stored",
        "hard", BROKEN,
    ),
    # --- listOffices
    Defect(
        "province-twice", "duplicated parameters", "listOffices",
        "province given twice is answered 500",
        "the framework gives a list instead of a text",
        "medium", BROKEN,
    ),
    Defect(
        "limit-unbounded", "bound not enforced", "listOffices",
        "a limit above the maximum is accepted",
        "the bound stands in the documentation only",
        "easy", frozenset({S.ACCEPTED, S.BODY}),
    ),
    Defect(
        "nan", "odd numbers", "listOffices",
        "lat=NaN is accepted, and with lon the answer holds NaN, which is no JSON",
        "float() takes the word, and no comparison with NaN is true",
        "hard", frozenset({S.ACCEPTED, S.BODY}),
    ),
    Defect(
        "far-day", "slow answer for a value", "listOffices",
        "openOn in 2100 or later takes seconds",
        "holidays are computed day by day from today",
        "medium", frozenset({S.SLOW}),
    ),
    # --- submitDeclaration
    Defect(
        "malformed-xml", "XML fault", "submitDeclaration",
        "a body that is no XML is answered 500",
        "the parser's exception is not caught",
        "easy", BROKEN,
    ),
    Defect(
        "doctype", "second fault hidden behind a first", "submitDeclaration",
        "a document type declaration is answered 500",
        "the parser was hardened to refuse it, and nobody handles its refusal",
        "hard", BROKEN,
    ),
    Defect(
        "html-error", "wrong media type of an answer", "submitDeclaration",
        "a declaration that breaks a rule is refused with a page in HTML",
        "errors of this path are rendered by the container, not by the application",
        "easy", frozenset({S.MEDIA_TYPE}),
    ),
    # --- createReport
    Defect(
        "deep-condition", "deep nesting", "createReport",
        "a condition nested more than a hundred times is answered 500",
        "conditions are read recursively until the stack ends",
        "medium", BROKEN,
    ),
    Defect(
        "period-reversed", "server error on a combination", "createReport",
        "a period that ends before it begins is answered 500",
        "a list of negative length is allocated",
        "medium", BROKEN,
    ),
    Defect(
        "columns-repeated", "uniqueItems not enforced", "createReport",
        "a column may be asked for twice",
        "the generated code knows no set",
        "medium", LAX,
    ),
    Defect(
        "between-unknown", "example of the contract refused", "createReport",
        "the operator `between` of the contract and its example is refused with 400",
        "the contract was written ahead of the code",
        "easy", frozenset({S.REFUSED}),
    ),
    # --- getMonthlyReport
    Defect(
        "december", "calendar", "getMonthlyReport",
        "December is answered 500",
        "the end of a month is the first day of month + 1, and there is no month 13",
        "medium", BROKEN,
    ),
    Defect(
        "csv-plain", "wrong media type of an answer", "getMonthlyReport",
        "CSV is sent as text/plain",
        "the controller returns a text and the framework's default stays",
        "easy", frozenset({S.MEDIA_TYPE}),
    ),
    Defect(
        "accept-unknown", "server error on a header", "getMonthlyReport",
        "an Accept without any type that can be given is answered 500",
        "the refusal itself has to be rendered in a type that was not asked for",
        "medium", BROKEN,
    ),
    Defect(
        "method-unknown", "unsupported method", "getMonthlyReport",
        "methods that the path does not have are answered 500",
        "the catch-all handler of errors does not know the exception for methods",
        "easy", frozenset({S.SERVER_ERROR, S.METHOD, S.STATUS}),
    ),
)  # fmt: skip  # a table: a line a column
BY_ID = {defect.id: defect for defect in ALL}


def chosen(words: str) -> frozenset[str]:
    """Return the ids that a command line names: `all`, `none`, or ids parted by commas.

    Raises:
        ValueError: there is no such defect.
    """
    if words in {"all", "none"}:
        return frozenset(BY_ID if words == "all" else ())
    ids = frozenset(words.split(","))
    if unknown := ids - BY_ID.keys():
        raise ValueError(f"no such defect: {', '.join(sorted(unknown))}")
    return ids


def visible(ids: Iterable[str]) -> list[str]:
    """Return which of some defects contract and one caller's credentials are enough to see."""
    return [name for name in ids if BY_ID[name].visible]
