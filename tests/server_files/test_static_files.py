"""What holds for every static host's file: bytes stay, places are right, bad input has a clear answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csplint.servers.source import Server, Source, SourceError
from tests.static_hosts import SERVERS, policy, read, rewritten, values

SAMPLES: dict[str, bytes] = {
    "netlify": b"# one\r\n/*\r\n  X: y\r\n\tContent-Security-Policy:  default-src 'self'; img-src *\r\n  Z: \xc3\xa9\r\n",
    "cloudflare": b"/*\n  Content-Security-Policy: default-src 'self'; img-src *\n\n/x\n  ! X",
    "netlify-toml": b"[[headers]]\r\nfor = '/*' # \xc3\xa9\r\n[headers.values]\r\n  Content-Security-Policy = \"default-src 'self'; \\u0069mg-src *\"\r\n",
    "vercel": b'{"a": ["\\u00e9", 1.5, null], "headers": [{"source": "/(.*)", "headers": [\r\n'
    b'\t{"value": "default-src \\u0027self\\u0027; img-src *", "key": "Content-Security-Policy"}]}]}',
    "firebase": b'// c "\n{"hosting": {"headers": [{"source": "**", "headers": [/* \xc3\xa9 */{"key": "Content-Security-Policy",'
    b' "value": "default-src \'self\'; img-src *"}]}]}}',
    "azure-static": b'\xef\xbb\xbf{"globalHeaders": {"X": "\xf0\x9f\x98\x80", "content-security-policy":\n "default-src \'self\'; img-src *"}}',
    "iis": b'<?xml version="1.0" encoding="utf-8"?>\r\n<configuration><!-- \xc3\xa9 --><system.webServer><httpProtocol><customHeaders>\r\n'
    b"<add name='Content-Security-Policy' value='default-src &apos;self&#39;; img-src *'/></customHeaders></httpProtocol>"
    b"</system.webServer></configuration>",
    "cloudfront-terraform": b'resource "aws_cloudfront_response_headers_policy" "a" {\n security_headers_config { content_security_policy {\n'
    b"  content_security_policy = \"default-src 'self'; \\u0069mg-src *\"\n  override = true } }\n}\n",
}
CASES = [pytest.param(server, SAMPLES[server.name], id=server.name) for server in SERVERS]
BAD = {
    "netlify": (b"/*\n A: \xff", (2, 5)),
    "cloudflare": (b"/*\n A: \0", (2, 5)),
    "netlify-toml": (b"[[headers]]\nfor = \n", (2, 7)),
    "vercel": (b'{\n "headers": [\n  {"a" 1}\n ]}', (3, 8)),
    "firebase": (b'{ // c\n "hosting": /* x */ ,}', (2, 21)),
    "azure-static": (b"[]", (1, 1)),
    "iis": (b"<configuration>\n <a></b>\n</configuration>", (2, 7)),
    "cloudfront-terraform": (b'a {\n b = "c\n}', (2, 6)),
}
POLICIES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).map(str.strip).filter(bool)


def answer(server: Server, data: bytes) -> Source | str:
    """What was read, or why it was not."""
    try:
        return read(server, data)
    except SourceError as error:
        return error.message


@pytest.mark.parametrize(("server", "data"), CASES)
def test_a_policy_is_read_as_it_is_sent(server: Server, data: bytes) -> None:
    source = read(server, data)

    assert values(source.responses[0]) == ["default-src 'self'; img-src *"]
    assert source.responses[0].page


@pytest.mark.parametrize(("server", "data"), CASES)
def test_characters_are_where_they_are_written(server: Server, data: bytes) -> None:
    value = policy(read(server, data)).value

    assert value
    assert len(value.starts) == len(value.text) + 1
    assert list(value.starts) == sorted(value.starts)
    at = value.text.index("default")
    assert data[value.starts[at] : value.starts[at + 7]] == b"default"
    assert data[value.starts[-1] - 1 : value.starts[-1]] == b"*"


@pytest.mark.parametrize(("server", "data"), CASES)
@settings(deadline=None)
@given(text=POLICIES)
def test_a_written_policy_is_read_again_and_every_other_byte_stays(server: Server, data: bytes, text: str) -> None:
    made = rewritten(server, data, text)

    if made is not None:
        assert policy(read(server, made)).value.text == text  # type: ignore[union-attr]


@pytest.mark.parametrize(("server", "data"), CASES)
def test_a_usual_policy_can_always_be_written(server: Server, data: bytes) -> None:
    made = rewritten(server, data, "default-src 'self' https://a.example; script-src 'sha256-AbC+/='; img-src *")

    assert made
    assert values(read(server, made).responses[0]) == [
        "default-src 'self' https://a.example; script-src 'sha256-AbC+/='; img-src *"
    ]


@pytest.mark.parametrize(("server", "data"), CASES)
def test_the_same_policy_needs_no_edit(server: Server, data: bytes) -> None:
    assert server.write(data, policy(read(server, data)), "default-src 'self'; img-src *") == ()


@pytest.mark.parametrize(("server", "data"), CASES)
@pytest.mark.parametrize("text", ["", " a", "a\nb", "a\r", "é", "a\0", "a\t"])
def test_what_no_header_can_have_is_not_written(server: Server, data: bytes, text: str) -> None:
    assert server.write(data, policy(read(server, data)), text) is None


@pytest.mark.parametrize(("server", "data"), CASES)
def test_a_statement_can_be_taken_out(server: Server, data: bytes) -> None:
    sent = policy(read(server, data))
    left = data[: sent.start] + data[sent.end :]

    assert all(not values(each) for each in read(server, left).responses)


@pytest.mark.parametrize(
    ("server", "data"), [pytest.param(server, BAD[server.name], id=server.name) for server in SERVERS]
)
def test_a_broken_file_is_reported_at_its_place(server: Server, data: tuple[bytes, tuple[int, int]]) -> None:
    with pytest.raises(SourceError) as caught:
        read(server, data[0])

    assert (caught.value.line, caught.value.column) == data[1]
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("server", [pytest.param(server, id=server.name) for server in SERVERS])
@pytest.mark.parametrize("size", [10_000_000, 2_000_001])
def test_a_large_file_is_refused(server: Server, size: int) -> None:
    with pytest.raises(SourceError, match="up to 2,000,000 bytes"):
        read(server, b" " * size)


@pytest.mark.parametrize("server", [pytest.param(server, id=server.name) for server in SERVERS])
@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_have_an_answer(server: Server, data: bytes) -> None:
    assert answer(server, data)


@pytest.mark.parametrize(("server", "data"), CASES)
@settings(deadline=None)
@given(data_strategy=st.data())
def test_a_damaged_file_has_an_answer(server: Server, data: bytes, data_strategy: st.DataObject) -> None:
    start = data_strategy.draw(st.integers(0, len(data)))
    end = data_strategy.draw(st.integers(start, len(data)))
    put = data_strategy.draw(
        st.binary(max_size=3) | st.sampled_from([b'"', b"'", b"\\", b"{", b"}", b"${", b"/*", b"'''", b"<", b"&#0;"])
    )
    try:
        source = read(server, data[:start] + put + data[end:])
    except SourceError:
        return
    for each in source.responses:
        for sent in each.sent:
            assert sent.value is None or len(sent.value.starts) == len(sent.value.text) + 1


HOSTILE = {
    "netlify": [
        b"/*\n" * 5001,
        b"/*\n" + b" A: b\n" * 6000,
        b"/" + b"*a" * 500_000,
        b"/*\n Content-Security-Policy: a" + b" " * 1_000_000 + b"b",
    ],
    "cloudflare": [b"".join(b"/%d*a*a*a*a*b\n A: b\n" % n for n in range(2000)) + b" ! A"],
    "netlify-toml": [b"a = " + b"[" * 5000, b"a = '" + b"," * 1_000_000 + b"'", b"[[headers]]\nfor = '/*'\n" * 5000],
    "vercel": [b"[" * 100_000, b'{"a":' * 100_000, b'{"a": ' + b"9" * 10_000 + b"}"],
    "firebase": [b"/* " * 600_000, b'{"a": "' + b"\\" * 1_000_001],
    "azure-static": [b'{"routes": [' + b",".join(b'{"route": "/%d*"}' % n for n in range(3000)) + b"]}"],
    "iis": [
        b"<a>" * 100_000,
        b"<a " + b"x" * 1_000_000,
        b"<a>" + b"<b/>" * 200_000 + b"</a>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a/>',
    ],
    "cloudfront-terraform": [
        b"a = <<A\n" * 100_000,
        b"a = [" + b"/* " * 500_000,
        b'a = "' + b'${"' * 100_000,
        b"a {" * 100_000,
    ],
}


@pytest.mark.parametrize(
    ("server", "data"),
    [
        pytest.param(server, each, id=f"{server.name}-{n}")
        for server in SERVERS
        for n, each in enumerate(HOSTILE[server.name])
    ],
)
def test_hostile_files_end(server: Server, data: bytes) -> None:
    found = answer(server, data)
    assert found
    assert isinstance(found, str) or len(found.responses) <= 101


@pytest.mark.parametrize(("server", "data"), CASES)
@pytest.mark.parametrize("mark", ["{{ nonce }}", "<%= nonce %>", "__NONCE__"])
def test_template_marks_are_said_to_be_replaced(server: Server, data: bytes, mark: str) -> None:
    made = rewritten(server, data, f"script-src 'nonce-{mark}'")
    if server.name == "cloudfront-terraform":
        return
    source = read(server, made or b"")

    assert [each.rule for each in source.faults] == []
    assert any("another program replaces" in each for each in source.limits)


@pytest.mark.parametrize(("server", "data"), CASES)
def test_a_nonce_in_a_file_is_reported_where_it_is(server: Server, data: bytes) -> None:
    made = rewritten(server, data, "script-src 'nonce-abc123'; img-src *") or b""
    source = read(server, made)

    assert [each.rule for each in source.faults] == ["literal-nonce"]
    value = policy(source).value
    assert value
    fault = source.faults[0]
    assert (fault.start, fault.end) == (value.starts[11], value.starts[25])


def test_names_and_contents_decide_who_reads_a_file() -> None:
    def who(name: str, head: bytes) -> list[str]:
        return [server.name for server in SERVERS if server.recognises(name, head)]

    assert who("public/_headers", b"/*\n A: b") == ["netlify"]
    assert who("_headers", b"/*\r\n ! A\r\n") == ["cloudflare"]
    assert who("_headers", b"https://x.pages.dev/*\n A: b") == ["cloudflare"]
    assert who("deploy/vercel.json", b"{}") == ["vercel"]
    assert who("cdn.tf", b'resource "aws_cloudfront_response_headers_policy" "x" {') == ["cloudfront-terraform"]
    assert who("main.tf", b"") == []
    assert who("web.config", b"") == ["iis"]
    assert who("my_headers", b"") == []
