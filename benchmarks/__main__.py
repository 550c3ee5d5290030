"""Measures everything anew and writes docs/performance.md."""

import argparse
import os
import sys

from config import bootstrap
from config.environment import SetupError
from config.progress import say

CLAIMS = 1_000_000


def whole_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  whoever has an older one should be told
        sys.exit("sijil: Python 3.11 or newer is needed; this is {}.{}".format(*sys.version_info))
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks", description=__doc__)
    parser.add_argument(
        "--claims", type=whole_number, default=CLAIMS, metavar="N", help=f"size of the register ({CLAIMS:,})"
    )
    parser.add_argument("--fresh", action="store_true", help="make the register anew even if there is one")
    parser.add_argument(
        "--without-pages",
        action="store_true",
        help="leave out the API's pages: they need editions of all records first",
    )
    options = parser.parse_args()
    try:
        bootstrap.ensure_environment("dev")  # what is measured against is among the tools
        return _measure(options.claims, fresh=options.fresh, pages=not options.without_pages)
    except SetupError as error:
        sys.stderr.write(f"sijil: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("sijil: stopped\n")
        return 130


def _measure(claims: int, *, fresh: bool, pages: bool) -> int:
    """Everything below needs what `ensure_environment` has just seen to, hence the late imports."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from benchmarks import register

    register.enter()
    from benchmarks import desk, exporting, generating, reconciling, serving
    from benchmarks.table import REPORT, told, write

    rows = told(generating.rows(claims, fresh=fresh))
    say("measuring what claims come to")
    rows += told(reconciling.rows())
    if pages:
        say("measuring editions")
        rows += told([serving.kept_up()])
    say("measuring the export")
    rows += told(exporting.rows())
    say("measuring the pages of the admin")
    rows += told(desk.rows())
    if pages:
        say("measuring the pages of the API")
        rows += told(serving.rows())
    write(rows, claims=claims)
    say(f"written: {REPORT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
