"""The targets of the configuration, with the addresses that `--url` gives them for one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from csplint.cli.config.file import TargetConfig
from csplint.cli.config.read import ConfigFile
from csplint.cli.config.variables import VariableError, expand
from csplint.errors import ConfigError, UsageError, did_you_mean
from csplint.packs.locate import locate

_MOST_NAMED = 20
"""Names listed in a message about an unknown one."""


class ConfiguredTarget(Struct, frozen=True):
    """
    A target with a name.

    config: its table, with `--url` applied and variables as written. place: the "FILE:LINE" of the table; file, number:
    which table of which file it is; "" and None if only `--url` names the target. override: where its URL comes from if
    not from the table, such as "--url".
    """

    config: TargetConfig
    place: str = ""
    file: ConfigFile | None = None
    number: int = 0
    override: str = ""

    @property
    def url_origin(self) -> str:
        """Where its URL was set, for messages about it."""
        return self.override or self.place

    def expanded(self) -> TargetConfig:
        """Its table with the variables replaced. Raises ConfigError with one line for each fault."""
        faults: list[str] = []

        def value(text: str, *keys: str) -> str:
            try:
                return expand(text)
            except VariableError as error:
                faults.append(f"{_place(self.file, self.number, *keys)}: {error}")
                return ""

        url = self.config.url if self.override else value(self.config.url, "url")
        headers = {name: value(text, "headers", name) for name, text in self.config.headers.items()}
        if faults:
            raise ConfigError("\n".join(faults))
        return replace(self.config, url=url, headers=headers)


def configured_targets(files: Sequence[ConfigFile], urls: Iterable[str], source: str) -> list[ConfiguredTarget]:
    """
    The targets of the nearest file that has any; without one, those that `urls` define.

    urls: the values of `--url`, NAME=URL; the last one for a name applies. source: where they come from, for messages.
    Raises UsageError for a name that no target has, and for a value without a name or a URL.
    """
    nearest = next((file for file in files if file.config.target), None)
    tables = nearest.config.target if nearest else ()
    found = [ConfiguredTarget(table, _place(nearest, number), nearest, number) for number, table in enumerate(tables)]
    names = [target.config.name for target in found]
    given = dict(_named_url(text, names, source) for text in urls)
    if not found:
        return [ConfiguredTarget(TargetConfig(name, url), override=source) for name, url in given.items()]
    return [_at(target, given, source) for target in found]


def _place(file: ConfigFile | None, number: int, *keys: str) -> str:
    """The "FILE:LINE" of a target's table, or of a key in it."""
    if file is None:
        return ""
    line, _ = locate(file.text, (*file.prefix, "target", number, *keys))
    return f"{file.path}:{line}"


def _at(target: ConfiguredTarget, given: Mapping[str, str], source: str) -> ConfiguredTarget:
    url = given.get(target.config.name)
    if url is None:
        return target
    return replace(target, config=replace(target.config, url=url), override=source)


def _named_url(text: str, names: Sequence[str], source: str) -> tuple[str, str]:
    """A name may contain "=" too, so a known name is taken before the text is divided at its first one."""
    known = max((name for name in names if text.startswith(f"{name}=")), key=len, default="")
    name, _, url = (known, "=", text[len(known) + 1 :]) if known else text.partition("=")
    if not name or not url or (not known and "/" in name):  # "https://shop.example/?id=1" has no name
        raise UsageError(f"{source}: write NAME=URL, such as shop=https://preview.shop.example/")
    if not known and (name == "-" or _looks_like_url(name)):
        raise UsageError(f"{source}: the name {name!r} looks like an address itself; use a word, such as shop")
    if names and not known:
        shown = ", ".join(names[:_MOST_NAMED])
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        raise UsageError(
            f"{source}: there is no target {name!r} (the targets are {shown}{more}){did_you_mean(name, names)}"
        )
    return name, url


def _looks_like_url(name: str) -> bool:
    from csplint.page.target import looks_like_url  # noqa: PLC0415 - loads the URL parser

    return looks_like_url(name)


def expanded_targets(targets: Iterable[ConfiguredTarget]) -> list[TargetConfig]:
    """Their tables with the variables replaced. Raises ConfigError with one line for each fault of any of them."""
    found: list[TargetConfig] = []
    faults: list[str] = []
    for target in targets:
        try:
            found.append(target.expanded())
        except ConfigError as error:
            faults.append(str(error))
    if faults:
        raise ConfigError("\n".join(faults))
    return found
