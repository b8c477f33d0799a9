"""Management, debug and source paths that anybody can read."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import serving
from conformance.sandbox.variations import fault

HIDDEN = "http.exposure.management_paths_are_hidden"


@fault(breaks=[HIDDEN])
def source_history_served(agency: Agency) -> Agency:
    """The folder of the version control system lies in the open."""
    return agency.intercepting(serving("/.git/HEAD", "text/plain", "ref: refs/heads/main\n"))


@fault(breaks=[HIDDEN])
def environment_file_served(agency: Agency) -> Agency:
    """The file with the settings and passwords of the program lies in the open."""
    text = "APP_ENV=production\nDB_HOST=db\nDB_PASSWORD=khong-phai-mat-khau-that\n"
    return agency.intercepting(serving("/.env", "text/plain", text))


@fault(breaks=[HIDDEN])
def actuator_environment_served(agency: Agency) -> Agency:
    """The management interface of the framework shows its environment."""
    text = '{"activeProfiles": ["prod"], "propertySources": [{"name": "systemEnvironment"}]}'
    return agency.intercepting(serving("/actuator/env", "application/json", text))


@fault(breaks=[HIDDEN])
def metrics_served(agency: Agency) -> Agency:
    """The figures for monitoring are shown to everybody."""
    text = (
        "# HELP http_requests_total Number of requests.\n"
        "# TYPE http_requests_total counter\nhttp_requests_total 1027\n"
    )
    return agency.intercepting(serving("/metrics", "text/plain; version=0.0.4", text))


@fault(breaks=[HIDDEN])
def server_status_served(agency: Agency) -> Agency:
    """The status page of the web server is shown to everybody."""
    text = (
        "<!DOCTYPE html><html><head><title>Apache Status</title></head>"
        "<body><h1>Apache Server Status for localhost</h1></body></html>"
    )
    return agency.intercepting(serving("/server-status", "text/html; charset=utf-8", text))


@fault(breaks=[HIDDEN])
def deployment_descriptor_served(agency: Agency) -> Agency:
    """The deployment descriptor of the web application lies in the open."""
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<web-app version="4.0"></web-app>\n'
    return agency.intercepting(serving("/WEB-INF/web.xml", "application/xml", text))
