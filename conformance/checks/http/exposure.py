"""What must not be reachable from outside."""

from __future__ import annotations

import re

from conformance.check import check, require
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# Path below the base URL, and the signature without which an answer proves nothing.
SIGNATURES = {
    "/.git/HEAD": rb"\A(?:ref: refs/|[0-9a-f]{40}\s*\Z)",
    "/.env": rb"(?m)\A(?:#.*\n)*[A-Z][A-Z0-9_]*=",
    "/.svn/entries": rb"\A\d+\s*\n\s*dir\b",
    "/.DS_Store": rb"\A\x00\x00\x00\x01Bud1",
    "/actuator": rb'"_links"\s*:\s*\{[^}]*actuator',
    "/actuator/env": rb'"propertySources"',
    "/actuator/beans": rb'"contexts"\s*:\s*\{.*"beans"',
    "/metrics": rb"(?m)^# (?:HELP|TYPE) [a-zA-Z_:]",
    "/debug/pprof/": rb"(?i)<title>/debug/pprof/?</title>|Types of profiles available",
    "/debug/vars": rb'"memstats"\s*:',
    "/server-status": rb"Apache Server Status for",
    "/phpinfo.php": rb"<title>(?:PHP [\d.]+ - )?phpinfo\(\)</title>",
    "/elmah.axd": rb"Error Log for .* on |ELMAH",
    "/trace.axd": rb"<h1>Application Trace</h1>|Requests to this Application",
    "/h2-console": rb"<title>H2 Console</title>",
    "/console": rb"(?i)Werkzeug|<title>.*Interactive Console",
    "/WEB-INF/web.xml": rb"<web-app[\s>]",
    "/web.config": rb"<configuration[\s>].*<(?:system\.web|system\.webServer|appSettings)",
    "/backup.zip": rb"\APK\x03\x04",
}


@check(catalogue="SEC-008", per="target", requests=len(SIGNATURES))
def management_paths_are_hidden(probe: Probe) -> None:
    """Management, debugging and source paths are not served.

    Asks for well-known paths below the base URL; only an answer that bears the content signature
    of what it would be counts, so that a page for everything is no alarm (ASVS 5.0, 13.4.1 to
    13.4.5).
    """
    reached = False
    for path, signature in SIGNATURES.items():
        try:
            answer = probe.get(path)
        except NotTested as outcome:
            if outcome.reason is Reason.BLOCKED:  # a firewall in front hides it just as well
                continue
            raise
        reached = True
        shown = answer.succeeded and re.search(signature, answer.body, re.DOTALL)
        require(
            not shown,
            expected=Text(vi=f"{path} không được phục vụ", en=f"{path} not to be served"),
            observed=Text(
                vi=f"{answer.status} với nội dung đặc trưng", en=f"{answer.status} with its content"
            ),
        )
    if not reached:
        raise NotTested(
            Reason.BLOCKED,
            Text(vi="tường lửa chặn mọi câu hỏi", en="a firewall stopped every question"),
        )
