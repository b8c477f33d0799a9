"""The options that several commands share, and the wishes they become."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from conformance.generation.depth import DEPTHS
from conformance.opening import Wishes


class Words(click.ParamType[tuple[str, ...]]):
    """A list of words, with commas between them or the option repeated."""

    name = "WORD[,WORD]"

    def __init__(self, choices: tuple[str, ...] = ()) -> None:
        self._choices = choices

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the words."""
        if isinstance(value, tuple | list):
            value = ",".join(map(str, value))
        words = tuple(word.strip() for word in str(value).split(",") if word.strip())
        for word in words:
            if self._choices and word not in self._choices:
                self.fail(f"{word!r}: {', '.join(self._choices)}", param, ctx)
        return words


_TARGET = (
    click.option(
        "--target",
        "-t",
        required=True,
        envvar="CONFORMANCE_TARGET",
        metavar="FILE|URL",
        help="tệp đích · the target file",
    ),
    click.option(
        "--base-url",
        envvar="CONFORMANCE_BASE_URL",
        metavar="URL",
        help="thay địa chỉ gốc của tệp đích · overrides the target's",
    ),
    click.option(
        "--contract",
        envvar="CONFORMANCE_CONTRACT",
        metavar="FILE|URL",
        help="đặc tả OpenAPI · the OpenAPI document",
    ),
    click.option(
        "--as-of",
        envvar="CONFORMANCE_AS_OF",
        metavar="DATE",
        help="xét theo quy định có hiệu lực ngày này · norms in force on this day",
    ),
    click.option(
        "--seed",
        type=int,
        envvar="CONFORMANCE_SEED",
        help="hạt giống (mặc định: mới, được ghi lại) · default: fresh, recorded",
    ),
    click.option(
        "--rate",
        type=click.FloatRange(min=0, min_open=True),
        envvar="CONFORMANCE_RATE",
        metavar="N",
        help="số yêu cầu mỗi giây · requests a second",
    ),
    click.option(
        "--budget",
        type=click.IntRange(min=1),
        envvar="CONFORMANCE_BUDGET",
        help="tổng số yêu cầu tối đa · requests at most",
    ),
    click.option(
        "--stop-file",
        envvar="CONFORMANCE_STOP_FILE",
        metavar="FILE",
        help="có tệp này thì không gửi gì nữa · nothing is sent while this file is there",
    ),
    click.option(
        "--allow",
        type=Words(("read", "write", "intrusive")),
        default=(),
        envvar="CONFORMANCE_ALLOW",
        help="read, write, intrusive",
    ),
    click.option(
        "--select",
        type=Words(),
        default=(),
        metavar="ID[,ID]",
        help="chỉ các yêu cầu này (có thể dùng *) · only these; * is a wildcard",
    ),
    click.option(
        "--deselect",
        type=Words(),
        default=(),
        metavar="ID[,ID]",
        help="trừ các yêu cầu này · without these",
    ),
    click.option(
        "--level",
        type=click.Choice(["must", "should", "may"]),
        default="may",
        help="từ mức này trở lên · this level and above",
    ),
    click.option(
        "--depth",
        type=click.Choice(list(DEPTHS)),
        envvar="CONFORMANCE_DEPTH",
        help="sinh bao nhiêu yêu cầu thử cho mỗi thao tác · how much is generated for an operation",
    ),
    click.option(
        "--attestations",
        envvar="CONFORMANCE_ATTESTATIONS",
        metavar="FILE",
        help="tệp xác nhận · attestations",
    ),
    click.option(
        "--waivers",
        envvar="CONFORMANCE_WAIVERS",
        metavar="FILE",
        help="tệp miễn trừ · waivers",
    ),
    click.option(
        "--offline",
        is_flag=True,
        envvar="CONFORMANCE_OFFLINE",
        help="không liên hệ gì ngoài đích · contact nothing but the target",
    ),
)
_SPEECH = (
    click.option(
        "--lang",
        type=click.Choice(["vi", "en"]),
        default="vi",
        envvar="CONFORMANCE_LANG",
        help="ngôn ngữ · language",
    ),
    click.option("--no-color", is_flag=True, help="không dùng màu · no colours"),
)


def target_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is tested, and how much of it."""
    return _with(command, _TARGET)


def speech_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how to speak."""
    return _with(command, _SPEECH)


# Options that a target file can name too; a project's wishes lie under both.
UNDER_TARGET = (
    "base_url",
    "contract",
    "rate",
    "budget",
    "stop_file",
    "allow",
    "depth",
    "attestations",
    "waivers",
)


def wishes(given: dict[str, Any]) -> Wishes:
    """Return the wishes in the values of `target_options`, taking them out of `given`."""
    names = [name for name in Wishes.__dataclass_fields__ if name != "under"]
    under = click.get_current_context().find_root().obj or {}
    return Wishes(**{name: given.pop(name) for name in names}, under=under)


def _with(command: Callable[..., Any], options: tuple[Any, ...]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
