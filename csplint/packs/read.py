"""Find rule packs (rules/*.toml, or files of the user's own) and read them, with errors that name file and line."""

from __future__ import annotations

import os
import re
from itertools import islice

import msgspec

from csplint.errors import PackError
from csplint.files import MAX_TOML_BYTES, read_text
from csplint.packs.pack import Pack

VENDORS = "vendors"
"""The folder of the packs that a page chooses."""

_MOST_FAULTS = 50
"""Listed at once."""


def packs_folder() -> str:
    """
    Where the built-in packs are: beside the code in an installed wheel, else in the checkout.

    By os.path, here and below: importing pathlib takes 4 ms, and every run reads a pack.
    """
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    installed = os.path.join(here, "_packs")  # noqa: PTH118
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(here), "rules")  # noqa: PTH112, PTH118, PTH120


def load_pack(name: str, *, examples: bool = True) -> Pack:
    """
    Read a pack by name (built in) or by path (ends in .toml).

    examples: whether to read the rules' examples; an installed csplint is quicker without them.
    Raises PackError with a line for each fault: file, line and what is wrong.
    """
    own = name.endswith(".toml")
    path = name if own else _path(name)
    if not own and not examples and (compiled := _bytes(path.removesuffix(".toml") + ".json")) is not None:
        return _from_file(_whole(msgspec.json.decode(compiled, type=Pack)), path)  # checked when the wheel was built
    if not own and not os.path.exists(path):  # noqa: PTH110
        raise PackError(f"there is no pack {name!r}; built in are {_built_in()}, your own are paths ending in .toml")
    try:
        text = read_text(path, MAX_TOML_BYTES)
    except (OSError, ValueError) as error:
        raise PackError(_unreadable(path, error)) from error
    return parse_pack(text, path)


def _whole(pack: Pack) -> Pack:
    """The pack in its long form."""
    if not pack.needs:
        return pack
    from csplint.packs.short_form import expand  # noqa: PLC0415 - only for packs that use it

    return expand(pack)


def _path(name: str) -> str:
    """The file of a built-in pack; those of vendors have a folder of their own."""
    folder = packs_folder()
    path = os.path.join(folder, f"{name}.toml")  # noqa: PTH118
    vendors = os.path.join(folder, VENDORS, f"{name}.toml")  # noqa: PTH118
    return vendors if not os.path.exists(path) and os.path.exists(vendors) else path  # noqa: PTH110


def _unreadable(path: str, error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"the rule pack {path} is not UTF-8 text"
    return f"cannot read the rule pack {path}: {getattr(error, 'strerror', None) or error}"


def _built_in() -> str:
    folder = packs_folder()
    names = [*os.listdir(folder), *os.listdir(os.path.join(folder, VENDORS))]  # noqa: PTH118, PTH208
    return ", ".join(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _bytes(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError:
        return None


def parse_pack(text: str, path: str) -> Pack:
    """Read a pack's TOML; `path` is its file, for errors. Raises PackError as load_pack does."""
    from csplint.packs.locate import locate  # noqa: PLC0415 - an installed csplint reads the JSON that was made of it
    from csplint.packs.short_form import expand  # noqa: PLC0415
    from csplint.packs.toml import TomlError, parse_toml  # noqa: PLC0415
    from csplint.packs.validate import faults  # noqa: PLC0415

    try:
        data = parse_toml(text)
    except TomlError as error:
        raise PackError(f"{path}:{error.line}: {error}") from error
    try:
        pack = msgspec.convert(data, Pack)
        whole = expand(pack)
    except msgspec.ValidationError as error:
        message, keys = _type_error(error)
        raise PackError(f"{path}:{locate(text, keys)[0]}: {message}") from error
    found = [(locate(text, where)[0], what) for where, what in islice(faults(whole, written=pack), _MOST_FAULTS)]
    if found:
        raise PackError("\n".join(f"{path}:{line}: {what}" for line, what in sorted(found)))
    return _from_file(whole, path)


def _type_error(error: msgspec.ValidationError) -> tuple[str, list[str | int]]:
    """msgspec's message, and the keys on the way to the value that is wrong."""
    message, _, path = str(error).partition(" - at ")
    keys: list[str | int] = [name or int(number) for name, number in re.findall(r"\.([\w-]+)|\[(\d+)\]", path)]
    unknown = re.search(r"unknown field `(.*)`$", message)
    shown = f"{path.strip('`').removeprefix('$').lstrip('.')}: " if keys else ""
    return shown + message, [*keys, unknown[1]] if unknown else keys


def _from_file(pack: Pack, path: str) -> Pack:
    pack.__dict__["read_from"] = path
    if os.path.dirname(path) == os.path.join(packs_folder(), VENDORS):  # noqa: PTH118, PTH120
        pack.__dict__["is_of_index"] = True
    return pack


def place(pack: Pack, *keys: str | int) -> str:
    """FILE:LINE of a key of a pack that was read from a file, for errors; of others, the pack's id."""
    path = pack.__dict__.get("read_from")
    if path is None:
        return f"the rule pack {pack.pack.id}"
    from csplint.packs.locate import locate  # noqa: PLC0415

    return f"{path}:{locate(read_text(path, MAX_TOML_BYTES), keys)[0]}"
