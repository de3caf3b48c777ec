"""Apache: the Header directives of mod_headers, in its configuration and in .htaccess files."""

from __future__ import annotations

import re

from csplint.servers.apache.faults import faults
from csplint.servers.apache.responses import responses
from csplint.servers.apache.sections import Configuration
from csplint.servers.apache.write import write
from csplint.servers.contents import Text
from csplint.servers.source import Reader, Server, Source

_CONTENT = re.compile(
    rb"^[ \t]*(?:<(?:VirtualHost|IfModule|IfDefine|Directory(?:Match)?|Location(?:Match)?|Files(?:Match)?|If)\b"
    rb"|Header[ \t]+(?:always|onsuccess|set|append|merge|add|setifempty|edit\*?|unset)\b"
    rb"|(?:LoadModule|ServerRoot|DocumentRoot|RewriteEngine)[ \t])",
    re.MULTILINE | re.IGNORECASE,
)


def _recognises(name: str, start: bytes) -> bool:
    if name == ".htaccess" or name.endswith(".htaccess"):
        return True
    return name.endswith((".conf", ".vhost")) and bool(_CONTENT.search(start))


def _read(data: bytes, reader: Reader) -> Source:
    configuration = Configuration(reader)
    configuration.read(Text(data))
    limits = configuration.limits
    made = list(responses(configuration.root, limits))
    if any(each.upstream for each in made):
        limits.append("What the application behind Apache sends is not in this file.")
    sent = tuple(each.response for each in made)
    return Source(server="apache", responses=sent, faults=tuple(faults(made)), limits=tuple(limits))


SERVER = Server(
    name="apache",
    title="Apache",
    names=(".htaccess", "httpd.conf", "apache2.conf", ".conf", ".vhost"),
    recognises=_recognises,
    read=_read,
    write=write,
)
