"""The fixed wording of reports, in both languages, and how a value is put into words."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(**pairs: tuple[str, str]) -> Mapping[str, Text]:
    return MappingProxyType({key: Text(vi=vi, en=en) for key, (vi, en) in pairs.items()})


CONCLUSIONS = _words(
    CONFORMANT=("ĐẠT CHUẨN", "CONFORMANT"),
    CONFORMANT_WITH_WAIVERS=("ĐẠT CHUẨN CÓ MIỄN TRỪ", "CONFORMANT WITH WAIVERS"),
    NONCONFORMANT=("KHÔNG ĐẠT CHUẨN", "NONCONFORMANT"),
    INCOMPLETE=("CHƯA ĐỦ CĂN CỨ", "INCOMPLETE"),
)
VERDICTS = _words(
    **{
        "pass": ("Đạt", "Pass"),
        "attested": ("Được xác nhận", "Attested"),
        "fail": ("Không đạt", "Fail"),
        "not_applicable": ("Không áp dụng", "Not applicable"),
        "not_tested": ("Chưa kết luận", "Not tested"),
        "waived": ("Được miễn trừ", "Waived"),
        "error": ("Lỗi công cụ", "Error"),
    }
)
LEVELS = _words(
    MUST=("Bắt buộc", "Must"),
    SHOULD=("Khuyến nghị", "Should"),
    MAY=("Tùy chọn", "May"),
)
IMPACTS = _words(
    critical=("Tác động nghiêm trọng", "Critical impact"),
    high=("Tác động cao", "High impact"),
    medium=("Tác động trung bình", "Medium impact"),
    low=("Tác động thấp", "Low impact"),
    none=("Không tác động trực tiếp", "No direct impact"),
)
BASES = _words(
    law=(
        "Nghĩa vụ theo văn bản: chính điều khoản được dẫn đặt ra yêu cầu này.",
        "An obligation of the document: the cited clause itself demands this.",
    ),
    scheme=(
        (
            "Quy tắc của chương trình kiểm thử: tài liệu được dẫn là cơ sở kỹ thuật, "
            "không phải nghĩa vụ pháp lý."
        ),
        (
            "A rule of this test programme: the cited document is the technical ground, "
            "not a legal obligation."
        ),
    ),
)
STATUSES = _words(
    verified=("đã đọc tại nguồn công bố", "read at the publisher's"),
    secondary=("theo nguồn thứ cấp", "from a secondary source"),
    practice=("theo thực tiễn triển khai", "as seen in practice"),
    recalled=("theo hiểu biết chung, chưa đối chiếu", "from general knowledge, not compared"),
    unverified=("chưa kiểm chứng", "not verified"),
)
REASONS = _words(
    no_credentials=("chưa có thông tin xác thực", "no credentials were given"),
    no_second_identity=("chưa có danh tính thứ hai", "no second identity was given"),
    no_test_data=("chưa có dữ liệu thử", "no test data was there"),
    no_mapping=("chưa ánh xạ vai trò hoặc trường dữ liệu", "a role or field is not mapped"),
    not_authorised=("chưa được phép thực hiện phép thử này", "this probe was not authorised"),
    tool_missing=("thiếu công cụ hỗ trợ", "a supporting tool is missing"),
    blocked=("bị thiết bị trung gian chặn", "something in between blocked the requests"),
    throttled=("bị giới hạn tần suất", "the target throttled the requests"),
    flaky=("kết quả không lặp lại được", "the result could not be reproduced"),
    inconclusive=("bằng chứng chưa đủ để kết luận", "the evidence decides neither way"),
    dependency_failed=("một bước cần trước đó không đạt", "a step that it rests on failed"),
    out_of_budget=("hết số yêu cầu được phép gửi", "the request budget was spent"),
    attestation=("chờ xác nhận của người có thẩm quyền", "an attestation is awaited"),
    redacted=("dữ liệu cần xem đã được che", "what it needs to see was redacted"),
    not_in_record=("không có trong hồ sơ lượt chạy", "it is not in the record"),
    unreachable=("không kết nối được hệ thống", "the target could not be reached"),
    stopped=("người vận hành đã dừng lượt chạy", "an operator stopped the run"),
)
ENVIRONMENTS = _words(
    sandbox=("Môi trường thử nghiệm", "Sandbox"),
    production=("Môi trường chính thức", "Production"),
)
LABELS = _words(
    report=("Báo cáo kiểm thử tuân thủ", "Conformance test report"),
    programme=("Kiến trúc số quốc gia Việt Nam", "Viet Nam's national digital architecture"),
    view_executive=("Bản tóm lược", "Executive view"),
    view_technical=("Bản kỹ thuật", "Technical view"),
    view_auditor=("Bản kiểm toán", "Auditor's view"),
    skip=("Đi thẳng tới kết luận", "Skip to the verdict"),
    contents=("Nội dung", "Contents"),
    verdict=("Kết luận", "Verdict"),
    must_decided=("yêu cầu bắt buộc đã có kết luận", "mandatory requirements decided"),
    must_failed=("yêu cầu bắt buộc không đạt", "mandatory requirements failed"),
    requests_sent=("lượt gọi đã gửi", "requests sent"),
    tested=("Đối tượng kiểm thử", "What was tested"),
    target=("Hệ thống", "Target"),
    base_url=("Địa chỉ gốc", "Base URL"),
    system=("Loại hệ thống", "System"),
    environment=("Môi trường", "Environment"),
    profile=("Bộ yêu cầu", "Profile"),
    version=("phiên bản", "version"),
    contract=("Đặc tả giao diện", "Contract"),
    no_contract=("không có", "none"),
    as_of=("Xét theo quy định tại ngày", "Norms as of"),
    seed=("Số khởi tạo", "Seed"),
    tool=("Công cụ", "Tool"),
    lock=("Mã băm thư viện", "Lock digest"),
    started=("Bắt đầu", "Started"),
    finished=("Kết thúc", "Finished"),
    certifiable=("Đủ điều kiện chứng nhận", "Certifiable"),
    yes=("Có", "Yes"),
    no=("Không", "No"),
    untested=("Thao tác chưa được kiểm", "Operations not tested"),
    untested_lead=(
        "Mọi kết luận dưới đây không nói gì về các thao tác này.",
        "No verdict below says anything about these operations.",
    ),
    coverage=("Mức độ được kiểm của từng thao tác", "How each operation was reached"),
    calls=("lượt gọi", "calls"),
    generated=("được sinh ra", "generated"),
    succeeded=("thành công (2xx)", "succeeded (2xx)"),
    statuses=("mã trạng thái", "statuses"),
    answers_seen=("dạng phản hồi đã thấy", "documented answers seen"),
    incidents=("Từng trường hợp", "Each case"),
    depth=("Độ sâu sinh yêu cầu", "Depth of generation"),
    counts=("Tổng hợp kết quả", "Totals"),
    counts_caption=(
        "Số yêu cầu theo mức độ và kết luận; kết quả dựa trên xác nhận được đếm riêng.",
        "Requirements by level and verdict; those that rest on an attestation are counted apart.",
    ),
    level=("Mức độ", "Level"),
    total=("Tổng", "Total"),
    findings=("Yêu cầu bắt buộc không đạt", "Mandatory requirements that failed"),
    findings_none=(
        "Không phát hiện yêu cầu bắt buộc nào bị vi phạm.",
        "No mandatory requirement was found broken.",
    ),
    observations=("Khuyến nghị chưa đáp ứng", "Observations"),
    observations_lead=(
        "Những điều này không ảnh hưởng đến kết luận, nhưng nên khắc phục.",
        "These do not change the verdict, but are worth mending.",
    ),
    waived=("Không đạt nhưng được miễn trừ", "Failed, but waived"),
    waived_lead=(
        (
            "Các yêu cầu sau vẫn được kiểm tra và không đạt; văn bản miễn trừ có thời hạn "
            "cho phép chấp nhận."
        ),
        "These were tested and not met; a dated waiver accepts it for a time.",
    ),
    errors=("Lỗi của công cụ kiểm thử", "Errors of the test suite"),
    errors_lead=(
        "Đây là lỗi của công cụ, không phải của hệ thống được kiểm thử.",
        "These are faults of the suite, not of the system under test.",
    ),
    open=("Còn bỏ ngỏ", "What is open"),
    open_lead=(
        "Chưa thể kết luận các yêu cầu sau; mỗi mục nêu cách ít tốn kém nhất để có kết luận.",
        "These could not be decided; each names the cheapest way to decide it.",
    ),
    open_none=("Không có yêu cầu nào còn bỏ ngỏ.", "Nothing is open."),
    how=("Cách kết luận", "How to decide it"),
    why=("Lý do", "Reason"),
    requirement=("Yêu cầu", "Requirement"),
    norm=("Căn cứ", "Norm"),
    basis=("Tính chất", "Basis"),
    rationale=("Vì sao quan trọng", "Why it matters"),
    expected=("Mong đợi", "Expected"),
    observed=("Quan sát được", "Observed"),
    seen_at=("Thấy tại", "Seen at"),
    check=("Phép kiểm tra", "Check"),
    mend=("Cách khắc phục", "How to mend it"),
    evidence=("Bằng chứng", "Evidence"),
    more=("và {n} mục khác", "and {n} more"),
    single=(
        "Không lặp lại được; riêng lần gọi này đã đủ chứng minh.",
        "It cannot be repeated; the exchange alone proves it.",
    ),
    waiver=("Văn bản miễn trừ", "Waiver"),
    until=("đến", "until"),
    passed=("Đạt", "Passed"),
    passed_none=("Chưa có yêu cầu nào đạt.", "Nothing passed."),
    not_applicable=("Không áp dụng", "Not applicable"),
    attested=("Dựa trên xác nhận", "Attested"),
    measured=("Chỉ số đo được", "Measured"),
    measured_lead=(
        "Tỷ lệ tính từ chính dữ liệu của hệ thống trong lượt chạy này.",
        "Shares computed from the system's own data in this run.",
    ),
    found=("Đo được", "Found"),
    threshold=("Ngưỡng", "Threshold"),
    of_how_many=("Đạt/tổng số", "Having it/counted"),
    period=("Kỳ dữ liệu", "Period of the data"),
    attested_lead=(
        (
            "Máy không kiểm tra được các yêu cầu sau; kết quả dựa trên xác nhận của người "
            "chịu trách nhiệm nêu tên."
        ),
        "No machine decided these; they rest on the word of the person named.",
    ),
    by=("Người xác nhận", "By"),
    date=("Ngày", "Date"),
    valid_until=("Hiệu lực đến", "Valid until"),
    traffic=("Lưu lượng kiểm thử", "Traffic"),
    requests=("Lượt gọi", "Requests"),
    seconds=("Thời gian (giây)", "Duration (seconds)"),
    operations=("Thao tác trả lời thành công", "Operations that answered with success"),
    created=("Đã tạo trong hệ thống", "Created in the target"),
    made=(
        "{count} · đã xoá lại {removed} · còn lại {left}",
        "{count} · deleted again {removed} · left {left}",
    ),
    operation=("Thao tác", "Operation"),
    address=("Địa chỉ", "Address"),
    left_lead=(
        "Còn lại trong hệ thống; người vận hành có thể xoá nếu cần.",
        "Left in the target; its operator may delete it.",
    ),
    mapping=("Ánh xạ", "Mapping"),
    role=("Vai trò", "Role"),
    field=("Trường dữ liệu", "Field"),
    mapped_to=("Ánh xạ tới", "Mapped to"),
    verify=("Tự kiểm chứng", "Verify it yourself"),
    verify_text=(
        (
            "Mọi kết luận được tính lại từ bằng chứng đã ghi, không cần kết nối tới hệ thống, "
            "trên bất kỳ máy nào có thư mục của lượt chạy:"
        ),
        (
            "Every verdict can be computed again from the recorded evidence, without the target, "
            "on any machine that has the run's directory:"
        ),
    ),
    verify_exit=(
        "Mã thoát 0: mọi kết luận trùng khớp. Mã thoát 5: bản ghi hoặc kết luận không trùng khớp.",
        "Exit code 0: every verdict agrees. Exit code 5: the record or a verdict does not.",
    ),
    not_a_certificate=(
        (
            "Báo cáo này do công cụ lập tự động, không phải là giấy chứng nhận và không thay thế "
            "quyết định của cơ quan có thẩm quyền."
        ),
        (
            "This report is made by a tool. It is not a certificate and does not replace "
            "the decision of the authority in charge."
        ),
    ),
    request=("Yêu cầu đã gửi", "Request"),
    response=("Trả lời nhận được", "Response"),
    facts=("Dữ kiện đã ghi", "Recorded facts"),
    no_answer=("không có trả lời", "no answer"),
    missing=(
        "Không tìm thấy lần trao đổi này trong hồ sơ lượt chạy.",
        "This exchange is not in the record.",
    ),
    body_file=("Nội dung lưu tại", "Body kept in"),
    body_bytes=("Nội dung không phải văn bản, mã base64", "Body is not text, base64"),
    cut=("… lược bớt {n} ký tự", "… {n} characters left out"),
    identity=("danh tính", "identity"),
    repeat=("Lặp lại bằng dòng lệnh", "Repeat it from a command line"),
    all_evidence=("Toàn bộ bằng chứng", "All evidence"),
    passed_brief=(
        "Đạt {passed} yêu cầu; {na} yêu cầu không áp dụng. Danh sách đầy đủ có trong bản kỹ thuật.",
        "{passed} requirements passed; {na} do not apply. The technical view lists them all.",
    ),
    whole=("toàn bộ yêu cầu", "the requirement as a whole"),
    notes=("Ghi chú", "Notes"),
)

_SENTENCES = _words(
    CONFORMANT=(
        (
            "Hệ thống “{target}” đáp ứng mọi yêu cầu bắt buộc áp dụng cho hệ thống trong phạm vi "
            "bộ yêu cầu này ({decided}/{total} yêu cầu đã có kết luận). Kết quả chỉ nói về "
            "những gì đã kiểm tra, tại thời điểm kiểm tra."
        ),
        (
            "“{target}” meets every mandatory requirement of this profile that applies to it "
            "({decided} of {total} decided). This speaks of what was looked at, at the time "
            "it was looked at."
        ),
    ),
    CONFORMANT_WITH_WAIVERS=(
        (
            "Hệ thống “{target}” đáp ứng các yêu cầu bắt buộc, trừ những yêu cầu đã được miễn trừ "
            "có thời hạn ({waived} yêu cầu). Khi hết hạn miễn trừ, hệ thống phải đáp ứng đầy đủ."
        ),
        (
            "“{target}” meets the mandatory requirements, except those that a dated waiver covers "
            "({waived}). When a waiver ends, the requirement has to be met."
        ),
    ),
    NONCONFORMANT=(
        (
            "Hệ thống “{target}” không đáp ứng {failed} trong tổng số {total} yêu cầu bắt buộc. "
            "Báo cáo nêu căn cứ, điều quan sát được và cách khắc phục của từng yêu cầu; sau khi "
            "khắc phục, cần kiểm thử lại."
        ),
        (
            "“{target}” does not meet {failed} of {total} mandatory requirements. The report gives "
            "the ground, what was observed and how to mend each; once mended, test again."
        ),
    ),
    INCOMPLETE=(
        (
            "Chưa phát hiện hệ thống “{target}” vi phạm yêu cầu bắt buộc nào, nhưng mới kết luận "
            "được {decided}/{total} yêu cầu bắt buộc nên chưa thể nói hệ thống đạt hay không đạt. "
            "Phần “Còn bỏ ngỏ” nêu cách bổ sung."
        ),
        (
            "No mandatory requirement was found broken by “{target}”, but only {decided} of "
            "{total} could be decided, so nobody can say yet whether it conforms. "
            "“What is open” tells how to decide the rest."
        ),
    ),
)


_NOTHING_ASKED = Text(
    vi="Không có yêu cầu nào được chọn, nên không có kết luận; các lượt gọi vẫn được lưu làm bằng"
    " chứng.",
    en="No requirement was chosen, so there is no verdict; what was asked is kept as evidence.",
)


def say(words: Mapping[str, Text], key: str | None, lang: str) -> str:
    """Return the wording for `key`; a key of a newer edition is shown as it is."""
    if key is None:
        return "—"
    return words[key].into(lang) if key in words else key


def phrase(value: Any, lang: str) -> str:
    """Return a `{vi, en}` object in `lang`, a string as it is, and null as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else Text.of(value).into(lang)


def label(key: str, lang: str, **values: object) -> str:
    """Return one label, filled in.

    Raises:
        KeyError: there is no such label: a mistake of ours, never of a run.
    """
    return LABELS[key].into(lang).format(**values)


def sentence(results: Mapping[str, Any], lang: str) -> str:
    """Return the verdict as a sentence for somebody who writes no programs."""
    if not results["requirements"]:
        return _NOTHING_ASKED.into(lang)
    summary = results["summary"]
    return (
        _SENTENCES[results["verdict"]]
        .into(lang)
        .format(
            target=results["target"]["id"],
            decided=summary["must_decided"],
            total=summary["must_total"],
            failed=summary["must_failed"],
            waived=results["counts"]["must"].get("waived", 0),
        )
    )


def moment(value: str, lang: str) -> str:
    """Return a date or a time as people write it in `lang`, the offset kept.

    No conversion: a report must not depend on where it is made. What is no date stays as it is.
    """
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    day = f"{when:%d/%m/%Y}" if lang == "vi" else f"{when:%Y-%m-%d}"
    if "T" not in value:
        return day
    clock = f"{when:%H:%M:%S} {day}" if lang == "vi" else f"{day} {when:%H:%M:%S}"
    if when.tzinfo is None:
        return clock
    zone = f"{when:%z}"  # "%:z" came only with Python 3.12
    return f"{clock} UTC{zone[:3]}:{zone[3:5]}" if when.utcoffset() else f"{clock} UTC"
