"""How a policy is sent: each case in an answer of its own, judged by the delivery pack alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import csplint
from csplint.checks.registry import MOST_FINDINGS
from csplint.model import Finding
from csplint.packs.read import load_pack

CSP = "Content-Security-Policy"
REPORT_ONLY = f"{CSP}-Report-Only"
ENDPOINTS = "Reporting-Endpoints"
NONCE = "3TmVbQn7LkHsYw2RzXcAfg=="
OTHER = "Zm9vYmFyYmF6cXV4MTIzNA=="
Headers = list[tuple[str, str]]


def told(headers: Headers, body: str = "<p>a shop", *, url: str = "https://shop.example/") -> list[Finding]:
    pairs = [("Content-Type", "text/html"), *headers]
    report = csplint.check_page(body.encode(), pairs, url=url, packs=["delivery"])
    return list(report.targets[0].findings)


def of_syntax(headers: Headers, body: str = "<p>a shop", *, url: str = "https://shop.example/") -> list[Finding]:
    report = csplint.check_page(body.encode(), [("Content-Type", "text/html"), *headers], url=url, packs=["syntax"])
    return list(report.targets[0].findings)


def names(headers: Headers, body: str = "<p>a shop") -> list[tuple[str, str]]:
    return [(each.name, each.severity) for each in told(headers, body)]


def only(headers: Headers, body: str = "<p>a shop") -> Finding:
    [finding] = told(headers, body)
    return finding


# ------------------------------------------------------------------ report-only

POLICY = "script-src 'self'"
REPORTED = f"{POLICY}; report-uri /r"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([(CSP, POLICY)], []),
        ([(REPORT_ONLY, REPORTED)], [("report-only-alone", "info")]),
        ([(CSP, POLICY), (REPORT_ONLY, REPORTED)], []),
        ([(CSP, POLICY), (REPORT_ONLY, POLICY)], [("report-only-no-endpoint", "warning")]),
        ([(CSP, POLICY), (REPORT_ONLY, f"{POLICY}; REPORT-URI /r")], []),
        ([(CSP, POLICY), (REPORT_ONLY, f"{POLICY}; report-uri")], [("report-only-no-endpoint", "warning")]),
        # the second report-uri is a duplicate, and the first one is empty
        (
            [(CSP, POLICY), (REPORT_ONLY, f"{POLICY}; report-uri; report-uri /r")],
            [("report-only-no-endpoint", "warning")],
        ),
        ([(CSP, POLICY), (REPORT_ONLY, f"{POLICY}; report-to csp"), (ENDPOINTS, 'csp="/r"')], []),
        # a comma makes two policies, and only one of them has somewhere to report to
        ([(CSP, POLICY), (REPORT_ONLY, f"{REPORTED}, img-src 'self'")], [("report-only-no-endpoint", "warning")]),
        ([(CSP, ";"), (REPORT_ONLY, REPORTED)], [("report-only-alone", "info")]),
    ],
)
def test_report_only(headers: Headers, expected: list[tuple[str, str]]) -> None:
    assert names(headers) == expected


def test_report_only_findings_speak_of_the_report_only_policy() -> None:
    finding = only([(CSP, POLICY), (REPORT_ONLY, "img-src 'self'")])
    assert (finding.policy, finding.message) == (
        1,
        "Nothing is blocked yet (report-only): "
        "The report-only policy has neither report-to nor report-uri, so nobody receives its reports.",
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([(REPORT_ONLY, f"{REPORTED}; sandbox")], [("info", "sandbox", "", REPORTED)]),
        ([(REPORT_ONLY, f"SANDBOX allow-forms; {REPORTED}")], [("info", "sandbox", "allow-forms", REPORTED)]),
        (
            [(REPORT_ONLY, f"{REPORTED}; upgrade-insecure-requests; img-src *")],
            [("info", "upgrade-insecure-requests", "", f"{REPORTED}; img-src *")],
        ),
        # an enforced policy has it too, so nothing is lost
        ([(CSP, "sandbox"), (REPORT_ONLY, f"{REPORTED}; sandbox")], []),
        ([(CSP, f"{POLICY}; sandbox; upgrade-insecure-requests")], []),
        ([(REPORT_ONLY, f"{REPORTED}; frame-ancestors 'none'; block-all-mixed-content")], []),
    ],
)
def test_ignored_in_report_only(headers: Headers, expected: list[tuple[str, str, str, str]]) -> None:
    found = [each for each in told([*headers, (CSP, "img-src *")]) if each.name == "ignored-in-report-only"]
    assert [(each.severity, each.directive, each.value, applied(each, headers[0][1])) for each in found] == expected


def applied(finding: Finding, text: str) -> str:
    """The policy with the finding's edit made."""
    assert finding.fix is not None
    [edit] = finding.fix.edits
    assert edit.kind == "policy"
    return text[: edit.start] + edit.text + text[edit.end :]


def test_report_only_policy_of_nothing_else_is_to_be_sent_as_an_enforced_one() -> None:
    [finding] = [each for each in told([(REPORT_ONLY, "sandbox")]) if each.name == "ignored-in-report-only"]
    assert finding.fix is not None
    assert [(edit.kind, edit.text) for edit in finding.fix.edits] == [("server", f"{CSP}: sandbox")]


# ------------------------------------------------------------------ where reports go

TO = f"{POLICY}; report-to csp"
REPORT_TO = '{"group":"csp","max_age":9,"endpoints":[{"url":"https://r.example/"}]}'


@pytest.mark.parametrize(
    "headers",
    [
        [(ENDPOINTS, 'csp="/r"')],
        [(ENDPOINTS, 'other="/x", csp="https://r.example/"')],
        [(ENDPOINTS, 'other="/x"'), (ENDPOINTS, 'csp="/r"')],
        [("reporting-endpoints", 'csp="/r";p=1')],
        [("Report-To", REPORT_TO)],
        [("Report-To", '{"group":"x"}, ' + REPORT_TO)],
    ],
)
def test_group_that_is_defined(headers: Headers) -> None:
    assert names([(CSP, TO), *headers]) == []


@pytest.mark.parametrize(
    ("headers", "cause"),
    [
        ([], "csplint sees only this response. In Chromium, a Report-To header in an earlier one would count too."),
        ([(ENDPOINTS, 'CSP="/r"')], "Browsers ignore the whole Reporting-Endpoints header"),
        ([(ENDPOINTS, 'csp="/r')], "Browsers ignore the whole Reporting-Endpoints header"),
        ([(ENDPOINTS, "csp=https://r.example/")], "names csp, but its value is not a string in double quotes"),
        ([(ENDPOINTS, 'csp="http://r.example/"')], "names csp, but its URL is not https"),
        ([(ENDPOINTS, 'csp="https://r r/"')], "names csp, but its value is not a valid URL"),
        ([(ENDPOINTS, 'csp-endpoint="/r"')], "a Report-To header in an earlier one"),
        ([("Report-To", REPORT_TO.replace("9", "0"))], "a Report-To header in an earlier one"),
        ([("Report-To", REPORT_TO[:-1])], "a Report-To header in an earlier one"),
        ([("Report-To", "[" * 100_000)], "a Report-To header in an earlier one"),
        ([("Report-To", '{"group":{"a":1},"endpoints":7}, 3, null')], "a Report-To header in an earlier one"),
    ],
)
def test_group_that_nothing_defines(headers: Headers, cause: str) -> None:
    finding = only([(CSP, TO), *headers])
    assert (finding.name, finding.severity, finding.directive, finding.value) == (
        "report-to-undefined",
        "warning",
        "report-to",
        "csp",
    )
    assert cause in finding.cause
    assert finding.span is not None
    assert TO[finding.span.start : finding.span.end] == "csp"


def test_first_group_counts() -> None:
    assert only([(CSP, f"{TO} other"), (ENDPOINTS, 'other="/r"')]).value == "csp"


def test_report_uri_does_not_step_in() -> None:
    finding = only([(CSP, f"{TO}; report-uri /r")])
    assert "Chromium ignores report-uri" in finding.cause
    assert finding.fix is not None
    assert [(edit.kind, edit.name, edit.text) for edit in finding.fix.edits] == [("header", ENDPOINTS, 'csp="/r"')]


def test_url_in_place_of_a_group_is_mended_in_policy_and_header() -> None:
    finding = only([(CSP, f"{POLICY}; report-to https://r.example/c"), (ENDPOINTS, 'a="/x"')])
    assert finding.fix is not None
    policy, header = finding.fix.edits
    assert (policy.start, policy.end, policy.text) == (29, 48, "csp-endpoint")
    assert (header.name, header.text) == (ENDPOINTS, 'a="/x", csp-endpoint="https://r.example/c"')


def test_bare_policy_is_not_blamed_for_headers_that_are_not_at_hand() -> None:
    def found(policy: str) -> list[str]:
        return [each.name for each in csplint.check_policy(policy, packs=["delivery"]).targets[0].findings]

    assert found(TO) == []
    assert found(f"{POLICY}; report-to /csp") == ["report-to-undefined"]


@pytest.mark.parametrize(
    ("report_uri", "header", "who"),
    [
        ("https://b.example/", (ENDPOINTS, 'csp="https://a.example/"'), "Chromium and Firefox send"),
        ("https://b.example/", ("Report-To", REPORT_TO), "Chromium sends"),
        ("/r", (ENDPOINTS, 'csp="https://shop.example/r"'), ""),
        ("/a /r", (ENDPOINTS, 'csp="/r"'), ""),
        ("https://r.example", ("Report-To", REPORT_TO), ""),
    ],
)
def test_report_uri_beside_report_to(report_uri: str, header: tuple[str, str], who: str) -> None:
    findings = told([(CSP, f"{TO}; report-uri {report_uri}"), header])
    assert [(each.name, each.severity, each.value) for each in findings] == (
        [("report-uri-ignored", "info", report_uri)] if who else []
    )
    assert all(each.message.startswith(who) for each in findings)


# ------------------------------------------------------------------ the addresses of report-uri


@pytest.mark.parametrize(
    ("address", "mended", "said"),
    [
        # Chromium 156 and Firefox 153 sent nothing, or a path of the page's own site got the report
        ("http://r.example/c", "https://r.example/c", "mixed content"),
        ("HTTP://r.example:80/c", "https://r.example/c", "mixed content"),
        ("http://r.example:8080/c?d=1", "https://r.example:8080/c?d=1", "mixed content"),
        ("'https://r.example/c'", "https://r.example/c", "in quotes"),
        ('"https://r.example/c"', "https://r.example/c", "in quotes"),
        ("<https://r.example/c>", "https://r.example/c", "in quotes"),
        ("'/csp'", "/csp", "in quotes"),
        ("'http://r.example/c'", "https://r.example/c", "in quotes"),
        ("'r.example/c'", "https://r.example/c", "in quotes"),
        ("reports.example/csp", "https://reports.example/csp", "not a full URL"),
        ("Shop.example/csp", "https://Shop.example/csp", "not a full URL"),
        ("a.report-uri.com", "https://a.report-uri.com", "not a full URL"),
        ("example.com", "https://example.com", "not a full URL"),
        ("r.example:8443/c", "https://r.example:8443/c", "not a full URL"),
        ("https//r.example/c", "https://r.example/c", "not a full URL"),
        ("https:/r.example/c", "https://r.example/c", "not a full URL"),
        ("https:r.example/c", "https://r.example/c", "not a full URL"),
    ],
)
def test_report_uri_that_leads_elsewhere(address: str, mended: str, said: str) -> None:
    policy = f"{POLICY}; report-uri /own {address}"
    finding = only([(CSP, policy)])
    assert (finding.name, finding.severity, finding.value) == ("report-uri-misaddressed", "warning", address)
    assert said in finding.message
    assert finding.fix is not None
    [edit] = finding.fix.edits
    assert (finding.fix.safety, policy[edit.start : edit.end], edit.text) == ("unsafe", address, mended)


@pytest.mark.parametrize("address", ["http://:foo", "https://r.example:port/c", "https://[::1/c"])
def test_report_uri_that_is_no_url(address: str) -> None:
    finding = only([(CSP, f"{POLICY}; report-uri {address}")])
    assert (finding.name, finding.value) == ("report-uri-misaddressed", address)
    assert "not a valid URL: browsers ignore it" in finding.message
    assert finding.fix is not None
    assert [edit.kind for edit in finding.fix.edits] == ["server"]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/csp",
            "csp",
            "csp/report",
            "./csp",
            "../csp",
            "?csp",
            "csp.php",
            "report.php?id=1",
            "my.csp.aspx",
            "csp.report",
            "/csp?app=%E3%81%82%20b&c=d",
        ),
        *("https://r.example/c", "//r.example/c", "https:/csp", "HTTPS://R.EXAMPLE", "https://r.example/'c"),
        # potentially trustworthy, so no mixed content
        *("http://localhost:8080/c", "http://127.0.0.1/c", "http://[::1]/c", "http://csp.localhost/c"),
        # what follows is told as a missing semicolon
        "/csp script-src 'self' http://a.example",
    ],
)
def test_report_uri_that_leads_where_it_says(address: str) -> None:
    assert names([(CSP, f"{POLICY}; report-uri {address}")]) == []


def test_report_uri_of_an_http_page_may_be_http() -> None:
    assert told([(CSP, f"{POLICY}; report-uri http://r.example/c")], url="http://shop.example/") == []


def test_report_uri_knows_no_keywords() -> None:
    finding = only([(CSP, f"{POLICY}; report-uri 'none'")])
    assert (finding.name, finding.value) == ("report-uri-misaddressed", "'none'")
    assert finding.fix is not None
    assert [edit.kind for edit in finding.fix.edits] == ["server"]


@pytest.mark.parametrize(
    ("value", "told_of"),
    [
        ("$REPORT_URI", "$REPORT_URI"),
        ("/own {{ report_uri }}", "{{"),
        ("https://<your-endpoint>/csp", "https://<your-endpoint>/csp"),
        ("%REPORT_URI%", "%REPORT_URI%"),
    ],
)
def test_report_uri_is_a_template(value: str, told_of: str) -> None:
    finding = only([(CSP, f"{POLICY}; report-uri {value}")])
    assert (finding.name, finding.value) == ("report-uri-misaddressed", told_of)
    assert "a template placeholder that was never filled in" in finding.message


def test_report_uri_without_a_value_comes_out() -> None:
    """Of a report-only policy another rule says so."""
    finding = only([(CSP, f"{POLICY}; report-uri")])
    assert (finding.name, finding.severity) == ("report-uri-misaddressed", "warning")
    assert finding.fix is not None
    [edit] = finding.fix.edits
    assert (edit.start, edit.end, edit.text) == (len(POLICY), len(f"{POLICY}; report-uri"), "")
    assert names([(CSP, f"{TO}; report-uri"), (ENDPOINTS, 'csp="https://r.example/c"')])[0][1] == "info"


def test_report_uri_beside_report_to_is_for_few() -> None:
    headers = [(CSP, f"{TO}; report-uri http://r.example/c"), (ENDPOINTS, 'csp="https://r.example/c"')]
    [(name, severity)] = [each for each in names(headers) if each[0] != "report-uri-ignored"]
    assert (name, severity) == ("report-uri-misaddressed", "info")


def test_report_uri_twice_is_told_once_and_mended_in_both_places() -> None:
    finding = only([(REPORT_ONLY, POLICY + "; report-uri http://r.example http://r.example"), (CSP, POLICY)])
    assert finding.fix is not None
    assert [edit.text for edit in finding.fix.edits] == ["https://r.example"] * 2


@pytest.mark.parametrize("directive", ["report-to /x", "report-uri http://r.example/", "report-uri " + "'/x' " * 3000])
def test_thousands_of_policies_are_told_of_in_part(directive: str) -> None:
    """Each edit is judged again under all the policies: without a lid this took minutes."""
    many = ", ".join([f"img-src 'none'; {directive}"] * (3000 if len(directive) < 100 else 5))
    assert len(told([(REPORT_ONLY, many), (CSP, many)])) <= 6 * (MOST_FINDINGS + 1)


# ------------------------------------------------------------------ meta elements


def meta(policy: str, name: str = CSP) -> str:
    return f'<meta http-equiv="{name}" content="{policy}">'


def page(head: str, body: str = "") -> str:
    return f"<!doctype html>\n<html><head>\n{head}\n</head><body>\n{body}\n</body></html>"


@pytest.mark.parametrize(
    ("headers", "policy", "expected"),
    [
        ([], "frame-ancestors 'none'", [("ignored-in-meta", "warning", "frame-ancestors", "'none'")]),
        ([], "SANDBOX allow-scripts", [("ignored-in-meta", "warning", "sandbox", "allow-scripts")]),
        ([], "img-src *; report-uri /r", [("ignored-in-meta", "warning", "report-uri", "/r")]),
        ([], "report-uri /r; report-to https://r.example", [("ignored-in-meta", "info", "report-uri", "/r")]),
        (
            [(CSP, "frame-ancestors *")],
            "frame-ancestors 'self'",
            [("ignored-in-meta", "info", "frame-ancestors", "'self'")],
        ),
        (
            [("X-Frame-Options", "DENY")],
            "frame-ancestors 'self'",
            [("ignored-in-meta", "info", "frame-ancestors", "'self'")],
        ),
        ([], "img-src *; base-uri 'self'; form-action 'self'", []),
    ],
)
def test_directives_in_meta(headers: Headers, policy: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = [each for each in told(headers, page(meta(policy))) if each.name == "ignored-in-meta"]
    assert [(each.name, each.severity, each.directive, each.value) for each in found] == expected


def test_report_only_meta_is_ignored_whole() -> None:
    finding = only([(CSP, POLICY)], page(meta("img-src 'none'", REPORT_ONLY)))
    assert (finding.name, finding.value) == ("ignored-in-meta", REPORT_ONLY)
    assert finding.place is not None
    assert (finding.place.line, finding.place.column) == (3, 1)
    assert finding.fix is not None
    assert finding.fix.edits[0].text == f"{REPORT_ONLY}: img-src 'none'"


@pytest.mark.parametrize(
    ("html", "line", "cause"),
    [
        (page("", meta(POLICY)), 5, ""),
        (page(f"<div>\n</div>\n{meta(POLICY)}"), 5, "The source closes </head> at line 6"),
        (page(f"<template>\n{meta(POLICY)}</template>"), 4, "The source closes </head>"),
    ],
)
def test_misplaced_meta(html: str, line: int, cause: str) -> None:
    alone = only([], html)
    assert (alone.name, alone.severity, alone.policy) == ("meta-misplaced", "error", None)
    assert alone.place is not None
    assert alone.place.line == line
    assert cause in alone.cause
    assert "No policy is in force" in alone.message
    beside = only([(CSP, POLICY)], html)
    assert (beside.name, beside.severity) == ("meta-misplaced", "warning")
    assert "No policy is in force" not in beside.message


def test_misplaced_meta_says_what_no_policy_would() -> None:
    report = csplint.check_page(page("", meta(POLICY)).encode(), [], url="https://shop.example/")
    told_names = [each.name for each in report.targets[0].findings]
    assert "meta-misplaced" in told_names
    assert "no-policy" not in told_names


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ([(CSP, "")], "<p>a shop", [("empty-policy", "warning")]),
        ([(CSP, " ; ,;")], "<p>a shop", [("empty-policy", "warning")]),
        ([(REPORT_ONLY, ";")], "<p>a shop", [("empty-policy", "warning")]),
        ([], "<meta http-equiv=Content-Security-Policy content=';'><p>a shop", [("empty-policy", "warning")]),
        # something was sent beside it
        ([(CSP, ""), (CSP, POLICY)], "<p>a shop", []),
    ],
)
def test_empty_policy(headers: Headers, body: str, expected: list[tuple[str, str]]) -> None:
    assert names(headers, body) == expected


NO_POLICY = "The page has no Content-Security-Policy"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ([], "<p>a shop", [("policy-missing", "warning")]),
        ([("Server", "nginx")], "<p>a shop", [("policy-missing", "warning")]),
        ([], page("", meta(POLICY)), [("meta-misplaced", "error")]),
        ([], page(meta(POLICY)), []),
        ([("X-WebKit-CSP", POLICY)], "<p>a shop", [("legacy-header", "error")]),  # it says that the page has no policy
        ([(REPORT_ONLY, REPORTED)], "<p>a shop", [("report-only-alone", "info")]),
    ],
)
def test_missing_policy(headers: Headers, body: str, expected: list[tuple[str, str]]) -> None:
    assert names(headers, body) == expected


@pytest.mark.parametrize(
    ("server", "hinted"),
    [
        ("nginx", True),
        ("nginx/1.24.0 (Ubuntu)", True),
        ("openresty/1.25", True),
        ("Apache", False),
        ("not-nginx", False),
    ],
)
def test_page_from_nginx_may_have_lost_its_policy(server: str, hinted: bool) -> None:
    [general] = told([("Server", server)])
    [vendors] = [
        each
        for each in csplint.check_page(b"<p>", [("Server", server)], url="https://shop.example/").targets[0].findings
        if each.name == "no-policy"
    ]
    for finding in (general, vendors):
        assert finding.message.startswith(NO_POLICY)
        assert ("nginx may have dropped it" in finding.message) is hinted


def test_file_without_headers_does_not_lack_a_header(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<!doctype html><p>a shop")
    report = csplint.check_file(path, packs=["delivery"])
    target = report.targets[0]
    assert (report.run.exit_code, target.outcome, target.findings) == (3, "failed", ())
    assert target.error is not None
    assert target.error.kind == "no-headers"


SCRIPT = "<script src='https://cdn.example/app.js'></script>"


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ([(REPORT_ONLY, REPORTED)], SCRIPT, ["report-only-blocks-page"]),
        ([(REPORT_ONLY, f"{REPORTED} x"), (CSP, POLICY)], SCRIPT, ["report-only-blocks-page"]),
        ([(REPORT_ONLY, "script-src https://cdn.example; report-uri /r")], SCRIPT, ["report-only-allows-page"]),
        ([(REPORT_ONLY, REPORTED)], "<p>nothing to load", []),
        ([(REPORT_ONLY, "frame-ancestors 'none'; report-uri /r")], SCRIPT, ["report-only-allows-page"]),
        ([(CSP, POLICY)], SCRIPT, []),
    ],
)
def test_report_only_policy_is_ready_or_not_for_the_page(headers: Headers, body: str, found: list[str]) -> None:
    ready = [name for name, _ in names(headers, body) if name.startswith("report-only-") and name.endswith("-page")]
    assert ready == found


def test_readiness_counts_what_would_be_blocked() -> None:
    found = told([(REPORT_ONLY, REPORTED)], f"{SCRIPT}<script>inline()</script><script src=/own.js></script>")
    [message] = [each.message for each in found if each.name == "report-only-blocks-page"]
    assert "it blocks 2 things" in message


def test_empty_policy_is_told_once_with_the_vendors_pack() -> None:
    found = csplint.check_policy(";").targets[0].findings
    assert [each.name for each in found] == ["no-policy"]


def test_meta_that_counts_is_fine() -> None:
    assert names([], page(f"<meta charset=utf-8>{meta(POLICY)}<script src=/app.js></script>")) == []


@pytest.mark.parametrize(
    ("headers", "head", "expected"),
    [
        ([], f"<script src=/a.js></script>\n{meta(POLICY)}", ("info", 3, False)),
        ([], f"<script src=/a.js></script>\n<script>x</script>{meta(POLICY)}", ("warning", 4, True)),
        (
            [],
            f"<script src=https://cdn.example/a.js></script>{meta('default-src https://b.example')}",
            ("warning", 3, True),
        ),
        # a data block is no script, and a style sheet is not what the policy is about
        ([], f'<script type="application/ld+json">{{}}</script><link rel=stylesheet href=/a.css>{meta(POLICY)}', None),
        ([], f"<script>x</script>{meta('img-src *')}", None),
        # another policy governs the script already
        ([(CSP, "script-src 'unsafe-inline'")], f"<script>x</script>{meta(POLICY)}", None),
        ([(CSP, "img-src *")], f"<script>x</script>{meta(POLICY)}", ("warning", 3, True)),
    ],
)
def test_scripts_before_a_meta(headers: Headers, head: str, expected: tuple[str, int, bool] | None) -> None:
    found = [each for each in told(headers, page(head)) if each.name == "meta-too-late"]
    assert [
        (each.severity, each.place and each.place.line, "would have blocked" in each.message) for each in found
    ] == ([expected] if expected else [])


def test_policies_of_one_meta_are_told_once() -> None:
    found = told([], page(f"<script>x</script>{meta('script-src a.example, script-src b.example')}"))
    assert [each.name for each in found].count("meta-too-late") == 1


# ------------------------------------------------------------------ headers of old


@pytest.mark.parametrize(
    ("headers", "severity", "said"),
    [
        ([("X-Content-Security-Policy", POLICY)], "error", "the page has no policy"),
        (
            [("X-WebKit-CSP", POLICY), ("X-Content-Security-Policy", POLICY)],
            "error",
            "X-Content-Security-Policy and X-WebKit",
        ),
        ([("x-webkit-csp-report-only", POLICY)], "warning", "X-WebKit-CSP-Report-Only"),
        ([(CSP, POLICY), ("X-WebKit-CSP", POLICY)], "info", "Browsers no longer read X-WebKit-CSP."),
    ],
)
def test_legacy_header(headers: Headers, severity: str, said: str) -> None:
    finding = only(headers)
    assert (finding.name, finding.severity) == ("legacy-header", severity)
    assert said in finding.message


def test_legacy_header_alone_is_to_be_sent_under_the_real_name() -> None:
    fix = only([("X-WebKit-CSP", POLICY)]).fix
    assert fix is not None
    assert [edit.text for edit in fix.edits] == [f"{CSP}: {POLICY}"]


def test_feature_policy() -> None:
    alone = only([(CSP, POLICY), ("Feature-Policy", "camera 'none'")])
    assert (alone.name, alone.severity, alone.directive) == ("feature-policy-header", "info", "Feature-Policy")
    both = only([(CSP, POLICY), ("feature-policy", "camera 'none'"), ("Permissions-Policy", "camera=()")])
    assert "which is sent too" in both.message


# ------------------------------------------------------------------ several policies

A, B = "https://a.example", "https://b.example"
HASH = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"
MUTUAL = [
    (f"script-src 'self' {A}", f"script-src 'self' {B}"),
    (f"default-src 'self'; img-src {A}", f"default-src 'self'; img-src {B}"),
    (f"default-src {A}", f"img-src {B}"),
    (f"script-src 'nonce-{NONCE}'", f"script-src 'nonce-{OTHER}'"),
    (f"form-action {A}/pay/", f"form-action {A}/send"),
    (f"script-src {A} 'nonce-{NONCE}'; img-src {A}", f"script-src 'nonce-{NONCE}'; img-src *.b.example:8443"),
    # neither the site's own files nor inline code gets past both
    ("default-src 'self'", "script-src 'unsafe-inline'"),
    ("default-src 'self'; form-action 'self'", "default-src *; script-src 'unsafe-inline'"),
    (f"style-src 'self' {A}", "style-src 'self' 'unsafe-inline'"),
    ("script-src 'self' 'unsafe-eval'", f"script-src 'self' {B}"),
    ("script-src 'self' 'unsafe-eval'", "script-src 'self' 'unsafe-inline'"),
    ("default-src 'self'", f"connect-src {A}"),
    # nobody may have the page in a frame
    ("frame-ancestors 'self'", f"frame-ancestors {A}"),
    (f"frame-ancestors 'self' {A}", f"frame-ancestors 'self' {B}"),
    ("form-action 'self'", f"form-action {A}"),
    # a scheme is lost on one side, and on the other something that is named
    ("script-src https:", "script-src 'unsafe-inline'"),
    ("script-src 'self' 'unsafe-inline'", "script-src https:"),
    ("img-src data:", f"img-src {A}"),
]
FOR_SEMICOLON = [
    (f"default-src {A}", f"img-src {B}"),
    ("default-src 'self'", "script-src 'unsafe-inline'"),
    ("default-src 'self'", f"connect-src {A}"),
]
"""Of the above, those that a semicolon between them would mend."""

FINE = [
    (f"script-src 'self' {A}", f"script-src 'self' {A}"),
    ("default-src 'none'; script-src 'self'", "default-src 'none'; script-src 'self'"),
    (f"script-src 'self' {A}", "frame-ancestors 'none'"),
    (f"script-src 'self' {A}", "upgrade-insecure-requests"),
    (f"script-src 'self' {A}", "script-src 'self'"),
    (f"script-src {A} {B}", f"script-src https: {B}"),
    (f"script-src {A}", f"img-src {B}"),
    # the list of hosts and the nonce are two lines of defence: a tag with the nonce from a listed host passes both
    (f"script-src 'nonce-{NONCE}' 'strict-dynamic'", f"script-src 'self' {A}"),
    (f"script-src 'nonce-{NONCE}' {A}", f"script-src 'nonce-{NONCE}' {B}"),
    (f"script-src {A}", f"script-src http://a.example {A}:443"),
    # one is stricter than the other
    ("script-src 'self' 'unsafe-inline' 'unsafe-eval'", "script-src 'self'"),
    ("script-src 'self'", "default-src * 'unsafe-inline'"),
    ("default-src 'self' https: 'unsafe-inline'", f"script-src 'self' {A}"),
    ("script-src 'unsafe-inline'", "script-src 'none'"),
    ("frame-ancestors 'self'", "frame-ancestors 'none'"),
    (f"frame-ancestors 'self' {A}", "frame-ancestors 'self'"),
    ("frame-ancestors 'self'", "frame-ancestors https:"),
    # they speak of different things
    ("frame-ancestors 'self'", f"default-src {A}; script-src 'unsafe-inline'"),
    ("style-src 'unsafe-inline'", "script-src 'self'"),
    # an http source lets https through, and from an https page nothing else is asked for
    ("script-src 'self' http://a.example http://b.example:80", "default-src https: 'unsafe-inline' 'unsafe-eval'"),
    # what the nonce is for passes both: inline code with it, or what the list allows with it
    (f"script-src 'nonce-{NONCE}'", "script-src 'unsafe-inline'"),
    (f"script-src 'nonce-{NONCE}' 'strict-dynamic' 'unsafe-inline' https:", "script-src 'self' 'unsafe-eval'"),
    (f"script-src 'nonce-{NONCE}' 'strict-dynamic'", f"script-src 'self' 'unsafe-inline' 'unsafe-eval' {A}"),
    # 'strict-dynamic' switches the list's own locations off
    (f"script-src 'nonce-{NONCE}' 'strict-dynamic' 'self' {A}", f"script-src {B} 'unsafe-eval'"),
    (f"style-src 'nonce-{NONCE}' {A}", f"style-src 'nonce-{NONCE}' {B}"),
    # the hash's text is inline code that passes both
    (f"script-src {A} {HASH}", "script-src 'unsafe-inline'"),
    # the page is not known, and both allow whatever it is
    ("img-src 'self'", "img-src https:"),
    # two lists that are wide, each in its way
    ("img-src https:", "img-src 'self' data:"),
    ("img-src *", "img-src 'self' data:"),
]


@pytest.mark.parametrize("pair", MUTUAL)
@pytest.mark.parametrize("joined", [True, False])
def test_lists_that_contradict_each_other(pair: tuple[str, str], joined: bool) -> None:
    values = [", ".join(pair)] if joined else list(pair)
    [finding] = csplint.check_policy(*values, packs=["delivery", "syntax"]).targets[0].findings
    if joined and pair in FOR_SEMICOLON:  # then the comma is the fault
        assert (finding.name, finding.severity) == ("comma-in-policy", "warning")
        return
    assert (finding.name, finding.severity) == ("policies-conflict", "warning")
    assert finding.message.startswith("Policies 1 and 2 are both in force")
    assert finding.fix is not None
    assert ("Both are in one header value" in finding.fix.summary) == joined


@pytest.mark.parametrize(
    ("pair", "where"),
    [
        (("default-src 'none'", "default-src 'self'"), "policy 1 blocks it"),
        (("script-src 'none'", f"script-src 'self' {A}"), "policy 1 blocks it"),
        (("default-src 'self'", f"default-src 'self' {A}"), f"policy 2 allows what {A} matches"),
        (("default-src 'none'; script-src 'self'", f"default-src 'none'; script-src {A}"), "Policies 1 and 2"),
        # the later one is the stricter one
        (("default-src 'self'", "default-src 'none'"), ""),
        ((f"script-src 'self' {A}", "script-src 'self'"), ""),
    ],
)
def test_list_behind_a_comma_that_the_one_before_blocks(pair: tuple[str, str], where: str) -> None:
    found = csplint.check_policy(", ".join(pair), packs=["delivery", "syntax"]).targets[0].findings
    assert [each.name for each in found] == (["policies-conflict"] if where else [])
    assert all(where in each.message for each in found)


@pytest.mark.parametrize("pair", FINE)
def test_policies_that_do_not_contradict_each_other(pair: tuple[str, str]) -> None:
    assert csplint.check_policy(*pair, packs=["delivery"]).targets[0].findings == ()


def test_conflict_without_a_page_names_both_sides() -> None:
    [finding] = csplint.check_policy(f"script-src {A}, script-src {B}", packs=["delivery"]).targets[0].findings
    assert f"policy 2 allows what {B} matches, policy 1 blocks it" in finding.message
    assert finding.cause == f"{B} in script-src of policy 2 allows it; script-src of policy 1 does not."
    assert (finding.policy, finding.directive) == (0, "script-src")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("default-src 'self'", "script-src 'unsafe-inline'", "policy 2 allows inline scripts, policy 1 blocks it"),
        ("style-src 'unsafe-inline'", f"style-src {A}", f"policy 2 allows what {A} matches, policy 1 blocks it"),
        ("script-src 'unsafe-inline'", "script-src 'unsafe-eval'", "policy 2 allows eval(), policy 1 blocks it"),
        (f"frame-ancestors {A}", "frame-ancestors 'self'", "policy 2 allows being framed by what 'self' matches"),
    ],
)
def test_conflict_is_told_in_words(first: str, second: str, said: str) -> None:
    [finding] = csplint.check_policy(first, second, packs=["delivery"]).targets[0].findings
    assert said in finding.message


def test_self_is_the_page_where_that_is_known() -> None:
    pair = ("frame-ancestors 'self'", f"frame-ancestors {A}")
    [finding] = csplint.check_policy(*pair, packs=["delivery"]).targets[0].findings
    assert finding.cause.endswith("csplint takes 'self' for an origin that neither policy names.")
    assert csplint.check_policy(*pair, page=f"{A}/x", packs=["delivery"]).targets[0].findings == ()
    [finding] = csplint.check_policy(*pair, page=f"{B}/x", packs=["delivery"]).targets[0].findings
    assert "not known" not in finding.cause


def test_conflict_on_the_page_shows_its_clearest_request() -> None:
    html = f"<img src='{B}/i.png'>\n<script src='{A}/a.js'></script>"
    first, second = f"script-src {A}; img-src {B}", "script-src 'self'; img-src 'self'"
    finding = only([(CSP, first), (CSP, second)], html)
    assert (finding.name, finding.severity, finding.policy) == ("policies-conflict", "error", 1)
    assert f"policy 1 allows {A}/a.js, policy 2 blocks it" in finding.message
    assert finding.place is not None
    assert finding.place.line == 2


@pytest.mark.parametrize(
    "named",
    [
        "https://h{0}-{1}.example",
        "http://h{0}-{1}.example",
        "'nonce-3TmVbQn7LkHsYw2RzXcAfg{0}{1}'",
    ],
)
def test_conflict_of_endless_lists_is_looked_for_in_part(named: str) -> None:
    """Work is bounded by what is tried, not by pairs of sources: four lists of 600 would have 2 million."""
    lists = [" ".join(named.format(i, j) for j in range(600)) for i in range(4)]
    policies = [f"script-src 'unsafe-inline' {one}; img-src {one}" for one in lists]
    findings = csplint.check_policy(*policies, packs=["delivery"]).targets[0].findings
    assert [each.name for each in findings] == ["policies-conflict"]


def test_conflict_that_the_page_does_not_meet_is_advice() -> None:
    assert only([(CSP, f"img-src {A}"), (CSP, f"img-src {B}")]).severity == "info"


def test_wide_open_policy_beside_a_strict_one_is_not_a_conflict() -> None:
    assert names([(CSP, "img-src *"), (CSP, "img-src 'self'")], f"<img src='{A}/i.png'>") == []


def test_googles_strict_policy_is_clean() -> None:
    strict = (
        f"object-src 'none'; script-src 'nonce-{NONCE}' 'unsafe-inline' 'strict-dynamic' https: http:; base-uri 'none'"
    )
    body = f"<script nonce='{NONCE}' src=/app.js></script>"
    assert names([(CSP, strict)], body) == []
    assert names([(CSP, strict), (CSP, strict)], body) == []


def test_everything_at_once_raises_nothing() -> None:
    odd = "\x00;,,;report-to csp;report-uri;script-src 'nonce-' '' ' ;;report-to a b"
    headers = [(CSP, odd), (REPORT_ONLY, odd), (ENDPOINTS, "\x7f,=;"), ("Report-To", "{"), ("X-WebKit-CSP", "\x01")]
    html = page(meta("") + "<meta http-equiv=content-security-policy>" + meta(odd), meta(odd))
    assert "report-to-undefined" in {each.name for each in told(headers, html, url="http://shop.example/")}


def test_pack_has_what_it_is_known_for() -> None:
    assert [rule.name for rule in load_pack("delivery").rule] == [
        "report-only-alone",
        "report-only-no-endpoint",
        "report-to-undefined",
        "report-uri-ignored",
        "report-uri-misaddressed",
        "ignored-in-report-only",
        "ignored-in-meta",
        "meta-misplaced",
        "meta-too-late",
        "legacy-header",
        "policies-conflict",
        "feature-policy-header",
        "empty-policy",
        "permissions-policy-malformed",
        "frame-options-overridden",
        "frame-options-ignored",
        "frame-options-conflict",
        "sandbox-blocks-scripts",
        "sandbox-opaque-origin",
        "sandbox-blocks-forms",
        "sandbox-blocks-popups",
        "sandbox-blocks-downloads",
        "trusted-types-block-script",
        "trusted-types-policy-refused",
        "embedder-policy-blocks-files",
        "embedder-policy-ignored",
        "integrity-policy-blocks-scripts",
        "integrity-policy-ignored",
        "srcdoc-blocked",
        "sandbox-blocks-dialogs",
        "policy-missing",
        "report-only-blocks-page",
        "report-only-allows-page",
        "permissions-policy-semicolon",
        "permissions-policy-item",
    ]


# ------------------------------------------------------------------ one policy in place of two


def test_the_policy_that_lets_the_page_work_stays() -> None:
    first = f"script-src {A}; object-src 'none'"
    second = "default-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'"
    finding = only([(CSP, first), (CSP, second)], f"<script src='{A}/a.js'></script>")
    assert finding.fix is not None
    assert finding.fix.summary.startswith("Send one policy: keep policy 1, and stop sending policy 2.")
    assert [(each.policy, each.text) for each in finding.fix.edits] == [
        (0, "; default-src 'self'; img-src 'self'; form-action 'self'"),
        (1, ""),
    ]


def test_where_neither_policy_lets_the_page_work_nobody_can_say_which_is_right() -> None:
    html = f"<script src='{A}/a.js'></script><img src='{B}/i.png'>"
    finding = only([(CSP, f"script-src {A}; img-src {A}"), (CSP, f"script-src {B}; img-src {B}")], html)
    assert (finding.severity, finding.fix and [each.kind for each in finding.fix.edits]) == ("warning", ["server"])


def test_a_policy_that_is_sent_twice_is_said_once() -> None:
    found = of_syntax([(CSP, POLICY), (CSP, POLICY), (CSP, f"  {POLICY} ")])
    assert [(each.name, each.severity, each.policy) for each in found] == [
        ("policy-sent-twice", "warning", 1),
        ("policy-sent-twice", "warning", 2),
    ]
    assert found[0].message == "Policies 1 and 2 are the same: the header is sent twice."


UPGRADE = "default-src 'self'; upgrade-insecure-requests"
UPGRADED = [
    # the page's address, its HTML, what is said
    ("http://192.168.1.20:3001/", "<script src=/a.js></script><link rel=stylesheet href=/a.css>", "2 files of its own"),
    ("http://shop.example/", "<img src=/a.png>", "1 file of its own"),
    ("http://shop.example/", f"<img src=/a.png><img src='{A.replace('https', 'http')}/b.png'>", "2 files over https"),
    ("https://shop.example/", "<img src=/a.png>", ""),
    ("http://localhost:8000/", "<img src=/a.png>", ""),
    ("http://shop.example/", "<form action=/pay></form>", ""),
    ("http://shop.example/", "<p>x", ""),
]


@pytest.mark.parametrize(("url", "html", "said"), UPGRADED)
def test_upgrades_on_an_http_page(url: str, html: str, said: str) -> None:
    found = of_syntax([(CSP, UPGRADE)], html, url=url)
    assert [each.name for each in found] == (["upgrade-on-http-page"] if said else [])
    assert all(said in each.message for each in found)
