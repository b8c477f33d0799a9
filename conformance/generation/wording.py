"""The names of scenarios in Vietnamese; records keep the English ones, by which they are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

# Of what departs from nothing.
GOOD_CALL = "the good call"
_PHRASES: Mapping[str, str] = MappingProxyType(
    {
        GOOD_CALL: "lời gọi đúng",
        "quotation marks": "dấu nháy",
        "a backslash at the end": "dấu gạch chéo ngược ở cuối",
        "U+0000": "ký tự U+0000",
        "a character beyond U+FFFF": "ký tự ngoài U+FFFF",
        "Vietnamese in NFD": "tiếng Việt dạng NFD",
        "half a surrogate pair": "một nửa cặp surrogate",
        "control characters": "ký tự điều khiển",
        "line breaks and tabs": "xuống dòng và tab",
        "signs of URLs and patterns": "dấu của URL và biểu thức tìm kiếm",
        "direction and zero width": "ký tự đổi chiều và độ rộng không",
        "markup": "mã đánh dấu",
        "the word null": "chữ null",
        "blanks around": "khoảng trắng ở hai đầu",
        "digits of another script": "chữ số của hệ chữ viết khác",
        "as long as allowed": "dài nhất được phép",
        "one longer than allowed": "dài hơn mức cho phép một ký tự",
        "very long": "rất dài",
        "empty": "rỗng",
        "left out": "bỏ đi",
        "given": "được thêm vào",
        "given twice": "gửi hai lần",
        "an undeclared member": "thành phần không khai báo",
        "a long list of members": "rất nhiều thành phần",
        "ends exchanged": "hai đầu khoảng bị đổi chỗ",
        "every optional parameter": "mọi tham số tuỳ chọn",
        "only what is required": "chỉ những gì bắt buộc",
        "no choice of the list": "giá trị ngoài danh sách",
        "a choice in other case": "giá trị trong danh sách, khác hoa thường",
        "an empty choice": "giá trị rỗng",
        "above the maximum": "lớn hơn giá trị lớn nhất",
        "below the minimum": "nhỏ hơn giá trị nhỏ nhất",
        "the maximum": "giá trị lớn nhất",
        "the minimum": "giá trị nhỏ nhất",
        "an item twice": "một phần tử lặp lại",
        "too few items": "quá ít phần tử",
        "too many items": "quá nhiều phần tử",
        "no items": "không có phần tử",
        "a letter for a digit": "chữ cái thay cho chữ số",
        "another last digit": "chữ số cuối khác đi",
        "in lower case": "viết thường",
        "in upper case": "viết hoa",
        "a line feed at the end": "xuống dòng ở cuối",
        "a letter beyond ASCII inside": "chữ cái ngoài ASCII ở giữa",
        "cut by one": "thiếu một ký tự",
        "of the same shape, names nothing": "cùng dạng nhưng không có thật",
        "of the same shape, every digit another": "cùng dạng, mọi chữ số đều khác",
        "a type that nobody has": "kiểu nội dung không ai có",
        "a document type declaration": "khai báo DOCTYPE",
        "a member twice": "một thành phần xuất hiện hai lần",
        "malformed": "nội dung hỏng",
        "cut off": "bị cắt ngang",
        "no JSON at all": "không phải JSON",
        "no XML at all": "không phải XML",
        "a comma too many": "thừa dấu phẩy",
        "half a letter of UTF-8": "nửa ký tự UTF-8",
        "two values": "hai giá trị",
        "single quotes": "dấu nháy đơn",
        "an undefined entity": "thực thể không định nghĩa",
        "an attribute without quotes": "thuộc tính không có dấu nháy",
        "without its end": "thiếu phần kết",
        "no parts at all": "không có phần nào",
        "another type": "kiểu khác",
        "no plain number": "không phải số viết thường",
        "no boolean": "không phải giá trị đúng/sai",
        "a number": "số",
        "an empty list in place of the value": "danh sách rỗng thay cho giá trị",
        "a text in place of the value": "một chuỗi thay cho giá trị",
        "the maximum as every number": "giá trị lớn nhất ở mọi chỗ cùng loại",
        "the minimum as every number": "giá trị nhỏ nhất ở mọi chỗ cùng loại",
        "odd field": "tiêu đề viết lạ",
        "no such object": "không phải đối tượng như vậy",
    }
)
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"nearly of (.+), made", r"gần đúng định dạng \1 (sinh ra)"),
        (r"nearly of (.+)", r"gần đúng định dạng \1"),
        (r"another of (.+)", r"giá trị khác đúng định dạng \1"),
        (r"choice (.*)", r"lựa chọn \1"),
        (r"example (\d+) of the contract", r"ví dụ \1 của đặc tả"),
        (r"nested (\d+) levels", r"lồng \1 tầng"),
        (r"only (\S+/\S+)", r"chỉ nhận \1"),
        (r"the same as (.+)", r"vẫn nội dung ấy, ghi là \1"),
        (r"(.+) in place of the value", r"\1 thay cho giá trị"),
        (r"(.+) as every (number|date)", r"\1 ở mọi chỗ cùng loại"),
    )
)
_EVERYWHERE = " in every text"
_FILE_NAME = "file name: "


def in_vietnamese(scenario: str) -> str:
    """Return the name of a scenario in Vietnamese; what is not known here stays as it is."""
    if scenario in _PHRASES:
        return _PHRASES[scenario]
    if scenario.endswith(_EVERYWHERE):
        return f"{in_vietnamese(scenario.removesuffix(_EVERYWHERE))}, ở mọi trường văn bản"
    if scenario.startswith(_FILE_NAME):
        return f"tên tệp: {in_vietnamese(scenario.removeprefix(_FILE_NAME))}"
    family, colon, rest = scenario.partition(": ")
    if colon and family in _PHRASES:
        return f"{_PHRASES[family]}: {_PHRASES.get(rest, rest)}"
    for pattern, said in _FORMS:
        found = pattern.fullmatch(scenario)
        if found is not None:
            return found.expand(said)
    return scenario
