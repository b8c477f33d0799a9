"""JUnit XML for build servers: a test case is a requirement asked of one unit.

Only a MUST that failed is a `failure`; observations, waivers and open questions are `skipped`
with their reason, so a red build means exactly what the verdict means. The totals by level are
suite properties, the same numbers as in every other format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from conformance.reports.hostile import shortened, xml_safe
from conformance.reports.outline import in_words, totals
from conformance.reports.words import REASONS, VERDICTS, label, phrase, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.reports import Run

_MESSAGE = 400  # build servers show it on one line
_DETAIL = 8000


def render(run: Run, *, lang: str = "vi", view: str = "technical") -> str:
    """Return one `testsuite` per profile; the executive view leaves the details out."""
    results = run.results
    root = ET.Element("testsuites", name="conformance")
    first = results["profiles"][0]["id"]
    for profile in results["profiles"]:
        suite = ET.SubElement(root, "testsuite", name=xml_safe(profile["id"]))
        _properties(suite, results, profile)
        for requirement in results["requirements"]:
            if requirement.get("profile", first) == profile["id"]:
                for case in _cases(requirement, lang, detailed=view != "executive"):
                    case.set("classname", xml_safe(f"{profile['id']}.{requirement['id']}"))
                    suite.append(case)
        _tally(suite, results)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _properties(suite: ET.Element, results: Mapping[str, Any], profile: Mapping[str, Any]) -> None:
    said = {
        "verdict": results["verdict"],
        "certifiable": str(results["certifiable"]).lower(),
        "target": results["target"]["id"],
        "base_url": results["target"]["base_url"],
        "profile.version": profile["version"],
        "profile.digest": profile["digest"],
        "as_of": results["as_of"],
        "seed": str(results["seed"]),
        "tool.version": results["tool"]["version"],
    }
    for level, row in totals(results).items():
        said |= {f"counts.{level.lower()}.{verdict}": str(n) for verdict, n in row.items()}
    properties = ET.SubElement(suite, "properties")
    for name, value in said.items():
        ET.SubElement(properties, "property", name=name, value=xml_safe(value))


def _tally(suite: ET.Element, results: Mapping[str, Any]) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("timestamp", xml_safe(results["started"]))
    suite.set("time", f"{results['traffic']['seconds']:.3f}")


def _cases(requirement: Mapping[str, Any], lang: str, *, detailed: bool) -> Iterator[ET.Element]:
    """Yield a case for each result, and one for the requirement where no result speaks for it."""
    for result in requirement["results"]:
        name = f"{result['unit']} [{result['check']}]"
        case = ET.Element("testcase", name=xml_safe(name))
        _outcome(case, requirement, result, lang, detailed=detailed)
        yield case
    shown = {_verdict(requirement, result) for result in requirement["results"]}
    if requirement["verdict"] not in shown:
        case = ET.Element("testcase", name=f"({label('whole', lang)})")
        _outcome(case, requirement, requirement, lang, detailed=detailed)
        yield case


def _verdict(requirement: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return the verdict of one result; what is broken under a waiver is accepted."""
    verdict = str(result["verdict"])
    return "waived" if verdict == "fail" and requirement["verdict"] == "waived" else verdict


def _outcome(
    case: ET.Element,
    requirement: Mapping[str, Any],
    result: Mapping[str, Any],
    lang: str,
    *,
    detailed: bool,
) -> None:
    verdict = _verdict(requirement, result)
    if verdict == "pass":
        return
    observed = in_words(result, "observed", lang)
    why = observed or phrase(result["because"], lang)
    if verdict == "fail" and requirement["level"] == "MUST":
        tag, message = "failure", observed or phrase(requirement["title"], lang)
    elif verdict == "fail":
        tag, message = "skipped", f"observation: {observed or phrase(requirement['title'], lang)}"
    elif verdict == "error":
        tag, message = "error", why or say(VERDICTS, verdict, lang)
    else:
        reason = say(REASONS, result["reason"], lang) if result["reason"] else ""
        parts = [say(VERDICTS, verdict, lang), reason, why]
        tag, message = "skipped", ": ".join(part for part in parts if part)
    said = ET.SubElement(case, tag, message=shortened(xml_safe(message), _MESSAGE))
    if tag in {"failure", "error"}:
        said.set("type", f"{requirement['level']} {requirement['basis']}")
    if detailed and verdict in {"fail", "waived", "error"}:
        said.text = shortened(xml_safe(_detail(requirement, result, lang)), _DETAIL)


def _detail(requirement: Mapping[str, Any], result: Mapping[str, Any], lang: str) -> str:
    norm = requirement["norm"]
    lines = [
        (label("requirement", lang), phrase(requirement["title"], lang)),
        (label("norm", lang), f"{phrase(norm['title'], lang)}, {norm['clause']}"),
        (label("expected", lang), in_words(result, "expected", lang)),
        (label("observed", lang), in_words(result, "observed", lang)),
        (label("mend", lang), phrase(requirement["mend"], lang)),
        (label("evidence", lang), ", ".join(result.get("evidence", ()))),
        (label("repeat", lang), result.get("curl") or ""),
    ]
    return "\n".join(f"{name}: {value}" for name, value in lines if value)
