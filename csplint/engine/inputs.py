"""What a run checks: URLs, saved responses, pages in memory, and policies as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec import Struct
from msgspec.structs import replace

from csplint.engine.subject import Subject, policy_subject, read_visits
from csplint.errors import TargetError
from csplint.model import TargetKind
from csplint.page.capture import Capture, Visits
from csplint.page.fetch.settings import FetchSettings

if TYPE_CHECKING:
    from csplint.servers.source import Part


class PolicyInput(Struct, frozen=True):
    """Policies as text, and the URL of the page they are for ("" for an unknown https page)."""

    page: str
    enforced: tuple[str, ...]
    report_only: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The target's name in the report."""
        return "policy"

    @property
    def kind(self) -> TargetKind:
        """What the target is."""
        return "policy"


class SavedInput(Struct, frozen=True):
    """
    A saved page or response.

    name: the file's path, or, with `data`, a name for those bytes. page: its URL, "" if the user named none. folder: the
    one that the user named, in which the file was found.
    """

    name: str
    page: str
    data: bytes | None = None
    folder: str = ""

    @property
    def target(self) -> str:
        """The target's name in the report."""
        return self.name

    @property
    def kind(self) -> TargetKind:
        """What the target is."""
        return "file" if self.data is None else "stdin"


class UrlInput(Struct, frozen=True):
    """
    A page to fetch.

    shown: its URL without credentials, for the report. name, features, headers, accept_status: the configuration's
    settings for this target, in addition to those of the run.
    """

    shown: str
    url: str
    name: str = ""
    features: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    accept_status: frozenset[int] = frozenset()

    @property
    def target(self) -> str:
        """The target's name in the report."""
        return self.shown

    @property
    def kind(self) -> TargetKind:
        """What the target is."""
        return "url"


class UnusableInput(Struct, frozen=True):
    """
    A target that is neither a URL nor a file.

    shown: as the user wrote it, without credentials. problem: a sentence. name: its name in the configuration.
    """

    shown: str
    problem: str
    name: str = ""

    @property
    def target(self) -> str:
        """The target's name in the report."""
        return self.shown

    @property
    def kind(self) -> TargetKind:
        """What the target was meant to be."""
        return "url"


class SourceInput(Struct, frozen=True):
    """
    A part of a configuration file.

    path: the file's. page: the URL of a page that it is for, "" if the user named none. data: the file.
    part: None if the file cannot be read as what it is; `problem` says why.
    """

    path: str
    page: str
    data: bytes
    part: Part | None = None
    limits: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""

    @property
    def target(self) -> str:
        """The target's name in the report."""
        return self.path

    @property
    def kind(self) -> TargetKind:
        """What the target is."""
        return "file"


class PageInput(Struct, frozen=True):
    """A response that was fetched already."""

    capture: Capture

    @property
    def target(self) -> str:
        """The target's name in the report."""
        return self.capture.target

    @property
    def kind(self) -> TargetKind:
        """What the target is."""
        return "url"


LocalInput = PolicyInput | SavedInput | SourceInput | PageInput | UnusableInput
Input = LocalInput | UrlInput


def read_local(each: LocalInput, settings: FetchSettings) -> Subject:
    """
    Read an input that needs no network.

    Raises TargetError for what is not a page, a file that cannot be read, a page beyond csplint's limits, or an unusable
    target.
    """
    match each:
        case PolicyInput():
            return policy_subject("policy", each.page, list(each.enforced), list(each.report_only))
        case PageInput():
            from csplint.page.fetch.response_checks import require_markup  # noqa: PLC0415 - only for pages

            require_markup(each.capture.target, each.capture.body)
            return read_visits(Visits(each.capture))
        case SavedInput():
            from csplint.page.saved.formats import load, read_saved  # noqa: PLC0415 - only for saved responses

            data = load(each.name) if each.data is None else each.data
            capture = read_saved(each.name, data, each.page or None, settings.accept_status)
            return _with_files(read_visits(Visits(capture)), each)
        case SourceInput():
            from csplint.engine.sources import read_source  # noqa: PLC0415 - only for configuration files

            return read_source(each)
        case UnusableInput():
            raise TargetError(each.shown, "url", each.problem)
        case _:
            assert_never(each)


def _with_files(subject: Subject, each: SavedInput) -> Subject:
    """The subject with what a page loads from the folder that it is in."""
    if subject.document is None or subject.visits is None or subject.visits.first.missing != "headers":
        return subject
    from csplint.engine.page_folder import files_beside  # noqa: PLC0415 - only for pages

    return replace(subject, files=files_beside(each.name, each.folder, subject.document))
