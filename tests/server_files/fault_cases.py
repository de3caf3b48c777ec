"""Files with a fault that is mended in place: the file, the rule, and the text that is changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'"


class Case(NamedTuple):
    """changes: what is written, by what stands there."""

    name: str
    rule: str
    text: str
    changes: Mapping[str, str]

    @property
    def after(self) -> str:
        text = self.text
        for old, new in self.changes.items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        return text


NGINX = f"""events {{}}
http {{
  server {{
    add_header Content-Security-Policy "{POLICY}" always;  # für alle
    location / {{ return 200 "x"; }}
    location /shop/ {{
      # own
      add_header X-Own a always;
      return 200 "x";
    }}
  }}
}}
"""
NESTED = Case(
    "nginx.conf",
    "header-lost-by-nesting",
    NGINX,
    {
        "      add_header X-Own a always;": f'      add_header Content-Security-Policy "{POLICY}" always;\n'
        "      add_header X-Own a always;"
    },
)
NOT_ALWAYS = Case(
    "nginx.conf",
    "header-without-always",
    f'events {{}}\nhttp {{ server {{ add_header Content-Security-Policy "{POLICY}" ; location / {{ return 200 "x"; }} }} }}\n',
    {f'"{POLICY}"': f'"{POLICY}" always'},
)
APACHE_NOT_ALWAYS = Case(
    ".htaccess",
    "header-without-always",
    f'# a\r\nHeader set Content-Security-Policy "{POLICY}"\r\nHeader set X-A b\r\n',
    {"Header set Content": "Header always set Content"},
)
APACHE_PERCENT = Case(
    ".htaccess",
    "percent-in-value",
    f'Header always set Content-Security-Policy "{POLICY}; img-src https://img.example/a%20b/"\n',
    {"a%20b": "a%%20b"},
)
CADDY = Case(
    "Caddyfile",
    "two-senders",
    f'http://127.0.0.1:8080 {{\n\theader Content-Security-Policy "{POLICY}"\n\treverse_proxy 127.0.0.1:9000\n}}\n',
    {f'"{POLICY}"': f'"{POLICY}" {{\n\t\tdefer\n\t}}'},
)
HEADERS = Case(
    "_headers",
    "value-with-comment",
    f"/*\r\n  Content-Security-Policy: {POLICY} # the shop\r\n  X-A: b\r\n",
    {" # the shop": ""},
)
IIS = Case(
    "web.config",
    "duplicate-header",
    f"""<configuration>
  <system.webServer><httpProtocol><customHeaders>
    <add name="Content-Security-Policy" value="{POLICY}" />
  </customHeaders></httpProtocol></system.webServer>
  <location path="shop"><system.webServer><httpProtocol><customHeaders>
    <add name="Content-Security-Policy" value="{POLICY}; img-src 'self'" />
  </customHeaders></httpProtocol></system.webServer></location>
</configuration>
""",
    {
        f'<add name="Content-Security-Policy" value="{POLICY}; img': '<remove name="Content-Security-Policy" />'
        f'<add name="Content-Security-Policy" value="{POLICY}; img'
    },
)
HELMET = Case(
    "server.js",
    "framework-refuses",
    """import helmet from "helmet";
app.use(helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: { defaultSrc: ["self"], baseUri: ["'none'"], objectSrc: ["'none'"] },
}));
""",
    {'["self"]': "[\"'self'\"]"},
)
DJANGO = Case(
    "settings.py",
    "unquoted-keyword-passes",
    """SECURE_CSP = {
    "default-src": ["self"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
}
""",
    {'["self"]': "[\"'self'\"]"},
)
CASES = (
    NESTED,
    NOT_ALWAYS,
    APACHE_NOT_ALWAYS,
    APACHE_PERCENT,
    CADDY,
    HEADERS,
    IIS,
    HELMET,
    DJANGO,
)
