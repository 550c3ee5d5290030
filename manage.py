#!/usr/bin/env python3
"""The one way in: makes the environment if there is none, then hands over to Django or pytest."""

import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  whoever has an older one should be told
        sys.exit("sijil: Python 3.11 or newer is needed; this is {}.{}".format(*sys.version_info))
    from config.entry import run

    sys.exit(run(sys.argv))


if __name__ == "__main__":
    main()
