# What csplint/__init__.py loads when it is first used, for type checkers and editors. `as` marks a name as exported.

from csplint._version import __version__ as __version__
from csplint.api import RequestVerdict as RequestVerdict
from csplint.api import allows as allows
from csplint.api import check_file as check_file
from csplint.api import check_page as check_page
from csplint.api import check_policy as check_policy
from csplint.api import check_url as check_url
from csplint.api import check_url_async as check_url_async
from csplint.api import fix as fix
from csplint.api import fix_async as fix_async
from csplint.api import parse as parse
from csplint.api import to_json as to_json
from csplint.csp.policy import Policy as Policy
from csplint.errors import ArgumentTypeError as ArgumentTypeError
from csplint.errors import CsplintError as CsplintError
from csplint.errors import PackError as PackError
from csplint.errors import TargetError as TargetError
from csplint.errors import UsageError as UsageError
from csplint.model import Corrected as Corrected
from csplint.model import Finding as Finding
from csplint.model import Report as Report
from csplint.page.fetch.settings import FetchSettings as FetchSettings

__all__ = [
    "__version__",
    "allows",
    "check_file",
    "check_page",
    "check_policy",
    "check_url",
    "check_url_async",
    "fix",
    "fix_async",
    "parse",
    "to_json",
]
