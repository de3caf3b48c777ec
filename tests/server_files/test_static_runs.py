"""
What is predicted from a file is what the platform's own server or parser makes of it.

The npm packages are those of tests/server_files/node/package.json; TESTS_STATIC_NODE names another folder that has them. What is
missing is a skip with its reason, and a failure with TESTS_REQUIRE_SERVERS=1.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from csplint.servers import cloudflare_headers, cloudfront, firebase, netlify_headers, netlify_toml, vercel
from csplint.servers.source import Response, Source
from tests.required import missing, program
from tests.static_hosts import read, rewritten, values

HERE = Path(__file__).parent / "node"
NODE = Path(os.environ.get("TESTS_STATIC_NODE") or HERE)


def asked(script: str, package: str, folder: Path, *arguments: str) -> dict[str, dict[str, str]]:
    """What a script of this folder prints: the headers of each path, with names in lower case."""
    node = program("node")
    if not (NODE / "node_modules" / package).is_dir():
        missing(f"the npm package {package} is not installed in {NODE}")
    copy = folder / script
    copy.write_text((HERE / script).read_text())
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    done = subprocess.run(
        [node, str(copy), *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return {path: {name.lower(): value for name, value in headers} for path, headers in found.items()}


def predicted(source: Source, path: str) -> dict[str, str]:
    """The headers of the response with this path, those of the same name joined."""
    response: Response = next(each for each in source.responses if each.path == path)
    names = {each.name.lower() for each in response.sent}
    return {name: ", ".join(value or "" for value in values(response, name)) for name in names}


def assert_as_predicted(source: Source, sent: dict[str, dict[str, str]], pairs: dict[str, str]) -> None:
    """pairs: a path that was asked for, and the path of the response that it gets."""
    for path, pattern in pairs.items():
        wanted = predicted(source, pattern)
        assert {name: value for name, value in sent[path].items() if name in wanted} == wanted, path
        assert ("content-security-policy" in sent[path]) == ("content-security-policy" in wanted), path


HEADERS = """\
# site
/*
  Content-Security-Policy: default-src 'self' # mine
  X-Twice: a
  X-Twice: b,c
/shop/*
Content-Security-Policy:img-src 'self'; report-uri https://r.example:8443/x
  wrapped 'self' https://a.example
/shop/:item/edit
  Reporting-Endpoints: a="https://r.example/"
"""


def test_netlify_sends_what_was_read_from_headers(tmp_path: Path) -> None:
    (tmp_path / "_headers").write_text(HEADERS)
    pairs = {"/": "/*", "/a/b": "/*", "/shop/": "/shop/*", "/shop": "/shop/*", "/shop/1/edit": "/shop/:item/edit"}
    sent = asked("netlify.mjs", "@netlify/headers-parser", tmp_path, str(tmp_path / "_headers"), *pairs)

    assert_as_predicted(read(netlify_headers.SERVER, HEADERS), sent, pairs)
    assert sent["/"]["content-security-policy"] == "default-src 'self' # mine"


TOML = """\
[[headers]]
  for = "/*"
  [headers.values]
    Content-Security-Policy = '''
  default-src 'self' ;
  img-src * '''
    X-Twice = ["a", " b,c "]
[[headers]]
for = "/shop/*"
values.Content-Security-Policy = "img-src \\u002a,\\"q\\" ; \\
"
"""


def test_netlify_sends_what_was_read_from_toml(tmp_path: Path) -> None:
    toml = TOML.replace(' ; \\\n"', '"')
    (tmp_path / "netlify.toml").write_text(toml)
    pairs = {"/": "/*", "/a": "/*", "/shop/x": "/shop/*"}
    sent = asked("netlify.mjs", "@netlify/headers-parser", tmp_path, str(tmp_path / "netlify.toml"), *pairs)

    assert_as_predicted(read(netlify_toml.SERVER, toml), sent, pairs)
    assert "\n" in sent["/"]["content-security-policy"]


CLOUDFLARE = (
    HEADERS
    + f"""\
/own
  ! Content-Security-Policy
  Content-Security-Policy: script-src 'self'
/long
  ! Content-Security-Policy
  Content-Security-Policy: img-src {"x" * 2000}
/same
  Content-Security-Policy: img-src a
/same
  X-Only: 2
/early
  X-Own: :splat
"""
)


def test_cloudflare_sends_what_was_read(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<title>x</title>")
    (site / "_headers").write_text(CLOUDFLARE)
    pairs = {
        "/": "/*",
        "/shop/x": "/shop/*",
        "/own": "/own",
        "/long": "/long",
        "/same": "/*",
        "/shop/1/edit": "/shop/:item/edit",
    }
    sent = asked("cloudflare.mjs", "miniflare", tmp_path, str(site), *pairs)

    assert_as_predicted(read(cloudflare_headers.SERVER, CLOUDFLARE), sent, pairs)
    assert sent["/shop/x"]["content-security-policy"].startswith("default-src 'self' # mine, img-src 'self'")
    assert "content-security-policy" not in sent["/long"]
    assert sent["/same"]["x-only"] == "2"


VERCEL = json.dumps(
    {
        "headers": [
            {
                "source": "/(.*)",
                "headers": [
                    {"key": "Content-Security-Policy", "value": "default-src 'self'"},
                    {"key": "X-Twice", "value": "a"},
                    {"key": "X-Twice", "value": "b"},
                ],
            },
            {
                "source": "/shop/:path*",
                "headers": [{"key": "content-security-policy", "value": 'img-src data: https://a.example:8443 "é"'}],
            },
            {
                "source": "/item/:id",
                "headers": [
                    {"key": "X-Item", "value": "1"},
                    {"key": "Content-Security-Policy", "value": "img-src 'self'"},
                ],
            },
        ]
    }
)


def test_vercel_sends_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "vercel.json").write_text(VERCEL)
    pairs = {
        "/": "/(.*)",
        "/a/b": "/(.*)",
        "/shop": "/shop/:path*",
        "/shop/a/b": "/shop/:path*",
        "/item/7": "/item/:id",
    }
    sent = asked("vercel.mjs", "@vercel/routing-utils", tmp_path, str(tmp_path / "vercel.json"), *pairs)

    assert_as_predicted(read(vercel.SERVER, VERCEL), sent, pairs)


FIREBASE = json.dumps(
    {
        "hosting": {
            "headers": [
                {"source": "/shop/**", "headers": [{"key": "Content-Security-Policy", "value": "img-src 'self'"}]},
                {
                    "source": "**",
                    "headers": [
                        {"key": "Content-Security-Policy", "value": "default-src 'none'"},
                        {"key": "content-security-policy", "value": "default-src 'self'"},
                    ],
                },
                {
                    "source": "/own/*.html",
                    "headers": [
                        {"key": "Content-Security-Policy", "value": "img-src a"},
                        {"key": "X-Own", "value": "1"},
                    ],
                },
            ]
        }
    }
)


def test_firebase_sends_what_was_read(tmp_path: Path) -> None:
    for name in ("shop", "own"):
        (tmp_path / "site" / name).mkdir(parents=True)
        (tmp_path / "site" / name / "a.html").write_text("<title>x</title>")
    (tmp_path / "firebase.json").write_text(FIREBASE)
    source = read(firebase.SERVER, FIREBASE)
    pairs = {"/shop/a.html": "/shop/**", "/own/a.html": "/own/*.html"}
    sent = asked(
        "firebase.cjs", "superstatic", tmp_path, str(tmp_path / "site"), str(tmp_path / "firebase.json"), *pairs
    )

    assert_as_predicted(source, sent, pairs)
    assert sent["/shop/a.html"]["content-security-policy"] == "default-src 'self'"


TERRAFORM = r"""resource "aws_cloudfront_response_headers_policy" "site" {
  security_headers_config {
    content_security_policy {
      content_security_policy = "default-src 'self' \u00e9\\ \"q\" $${x} %%{y} $5 %d /* a */ # b"
      override = true
    }
  }
}
"""


def terraform(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    command = [program("terraform"), "console"]
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    return subprocess.run(
        command, cwd=folder, input=text, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def literal(text: str) -> str:
    return text[text.index('= "') + 2 : text.index("\n", text.index('= "'))]


def test_terraform_reads_the_strings_that_were_read_and_written(tmp_path: Path) -> None:
    source = read(cloudfront.SERVER, TERRAFORM)
    (value,) = values(source.responses[0])
    new = "img-src \"a\" ${b} %{c} d\\e $f %g '/*'"
    made = rewritten(cloudfront.SERVER, TERRAFORM.encode(), new)
    assert made
    for text, wanted in ((TERRAFORM, value), (made.decode(), new)):
        done = terraform(tmp_path, f"jsonencode({literal(text)})\n")
        assert done.returncode == 0, done.stderr
        assert json.loads(json.loads(done.stdout)) == wanted
