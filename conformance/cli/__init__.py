"""The command line: one module a command; nothing here decides a verdict."""

from __future__ import annotations

import gc
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import click

from conformance import __version__
from conformance.cli.options import UNDER_TARGET
from conformance.cli.speech import (
    flushed,
    in_both_languages,
    language,
    problem,
    speak,
    writable_streams,
)
from conformance.errors import ConformanceError, ExitCode, InternalError, UsageError
from conformance.text import Text

_COMMANDS = {
    "init": Text(vi="viết tệp đích có chú thích", en="write a commented target file"),
    "doctor": Text(
        vi="tìm những gì sẽ cản trở một lượt chạy", en="look for what would spoil a run"
    ),
    "plan": Text(vi="xem sẽ hỏi gì, không gửi gì", en="show what would be asked; send nothing"),
    "run": Text(vi="chạy kiểm thử một hệ thống", en="test a system"),
    "lint": Text(
        vi="xét riêng chất lượng đặc tả giao diện", en="show the quality of a contract alone"
    ),
    "rejudge": Text(
        vi="tính lại mọi kết luận từ bằng chứng", en="judge the evidence again, offline"
    ),
    "report": Text(vi="in báo cáo của một lượt chạy", en="render a report of a run"),
    "attest": Text(
        vi="soạn và ký xác nhận, miễn trừ", en="draft and sign attestations and waivers"
    ),
    "certify": Text(
        vi="cấp chứng nhận hoặc bản tự công bố", en="issue a certificate or a declaration"
    ),
    "verify": Text(vi="kiểm tra một chứng nhận", en="verify a certificate"),
    "suspend": Text(vi="đình chỉ một chứng nhận", en="suspend a certificate"),
    "restore": Text(vi="khôi phục một chứng nhận", en="restore a certificate"),
    "revoke": Text(vi="thu hồi một chứng nhận", en="revoke a certificate"),
    "registry": Text(vi="giữ sổ đăng ký chứng nhận", en="keep a registry of certificates"),
    "explain": Text(
        vi="giải thích một yêu cầu, phép kiểm hay lỗi mẫu",
        en="explain a requirement, check or fault",
    ),
    "profile": Text(vi="xem và kiểm tra bộ yêu cầu", en="show and check profiles"),
    "sandbox": Text(vi="phục vụ cơ quan mẫu", en="serve the reference agency"),
    "selftest": Text(
        vi="chứng minh bộ kiểm thử bắt đúng lỗi", en="prove that the suite catches what it claims"
    ),
    "demo": Text(
        vi="trình diễn trên máy này, không cần cấu hình", en="a demonstration on this machine"
    ),
}


# New objects before the garbage collector looks at them.
SELDOM = 50_000


class _Group(click.Group):
    """Loads a command's module when it is asked for, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in _COMMANDS:
            return None
        module = __import__(f"conformance.cli.{cmd_name}", fromlist=["command"])
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        lang = language()
        rows = [(name, text.into(lang)) for name, text in _COMMANDS.items()]
        with formatter.section(Text(vi="Lệnh", en="Commands").into(lang)):
            formatter.write_dl(rows)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vnda-conformance")
def application() -> None:
    """Bộ kiểm thử tuân thủ Kiến trúc số Việt Nam · Viet Nam's architecture conformance suite."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with one of the promised exit codes."""
    writable_streams()
    # The exchanges of a run stay until its end: looking through them for what can be thrown away
    # after every few hundred new objects, as is usual, takes a tenth of the time.
    gc.set_threshold(SELDOM)
    try:
        project = _project_defaults()
        speak(project.get("lang"))
        # What a target file can say too lies under it; the rest are defaults of options.
        under = {key: project.pop(key) for key in UNDER_TARGET if key in project}
        code = application.main(
            arguments,
            prog_name="conformance",
            standalone_mode=False,
            default_map=dict.fromkeys(_COMMANDS, project),
            obj=under,
        )
    except click.exceptions.Abort:
        problem(_STOPPED)
        code = 130
    except click.ClickException as error:
        problem(UsageError(in_both_languages(error)))
        code = ExitCode.USAGE
    except ConformanceError as error:
        problem(error)
        code = error.exit_code
    except KeyboardInterrupt:
        problem(_STOPPED)
        code = 130
    except Exception as error:  # our own fault has an exit code of its own
        if os.environ.get("CONFORMANCE_DEBUG"):
            raise
        problem(_our_own(error))
        code = ExitCode.INTERNAL
    flushed()
    sys.exit(int(code or 0))


_STOPPED = UsageError(
    Text(
        vi="đã dừng theo yêu cầu; lượt chạy dang dở không có kết luận",
        en="stopped as asked; an unfinished run has no verdict",
    )
)


def _our_own(error: Exception) -> InternalError:
    # Only the kind: the text of a stray exception may quote what must not be told.
    kind = type(error).__name__
    return InternalError(
        Text(vi=f"lỗi của chính bộ kiểm thử ({kind})", en=f"the suite itself failed ({kind})"),
        mend=Text(
            vi="chạy lại với CONFORMANCE_DEBUG=1 và báo cho nhóm phát triển",
            en="run again with CONFORMANCE_DEBUG=1 and tell the developers",
        ),
    )


def _project_defaults() -> dict[str, Any]:
    """Return `[tool.conformance]` of pyproject.toml in this folder."""
    path = Path("pyproject.toml")
    if not path.is_file():
        return {}
    try:
        document: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # Another program's file, and that program's to complain about.
        return {}
    for key in ("tool", "conformance"):
        document = document.get(key) if isinstance(document, dict) else None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise UsageError(
            Text(vi="[tool.conformance] không phải một bảng", en="[tool.conformance] is no table"),
            mend=Text(
                vi="viết các tuỳ chọn thành dòng `tên = giá trị` dưới [tool.conformance]",
                en="write options as lines `name = value` under [tool.conformance]",
            ),
            place="pyproject.toml",
        )
    return {key.replace("-", "_"): value for key, value in document.items()}
