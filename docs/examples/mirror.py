"""Keeps a copy of a register's public records in a folder, and keeps it up to date. Needs Python 3.11 and nothing else.

    python3 mirror.py https://register.example/api/v1/ copy/

The first run pulls every list whole; each later run asks what changed since the last number it saw, fetches those records
and no others. It may be interrupted at any time, and run again: what it ends with is what a fresh pull would give. The folder
holds one JSON Lines file a list, and state.json with the last number. SIJIL_TOKEN in the environment is sent as the token.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LISTS = {
    "place": "places", "measure": "measures", "population": "populations", "cause": "causes", "party": "parties",
    "organization": "organizations", "source": "sources", "incident": "incidents", "claim": "claims",
    "responsibility": "responsibility", "figure": "figures", "victim": "victims",
}  # fmt: skip
STATUSES = "accepted,corrected,retracted,voided"  # a copy keeps also what was taken back


def get(address: str) -> Any:
    """The JSON at an address; None where it is gone. Waits when asked to."""
    headers = {"Accept": "application/json"}
    if token := os.environ.get("SIJIL_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 429:
                time.sleep(float(error.headers.get("Retry-After", "5")))
            elif error.code in (404, 410):
                return None
            else:
                raise


def key_of(kind: str, record: dict[str, Any]) -> str:
    """By what a record is known."""
    return str(record["reference"] if kind in ("incident", "victim") else record.get("id") or record["code"])


def every(root: str, kind: str) -> Iterator[dict[str, Any]]:
    """All records of a kind, page by page."""
    status = f"&status={STATUSES}" if kind in ("claim", "responsibility") else ""
    address: str | None = f"{root}{LISTS[kind]}/?page_size=1000{status}"
    while address:
        page = get(address)
        yield from page["results"]
        address = page["next"]


def changes(root: str, since: int) -> Iterator[dict[str, Any]]:
    """What changed after a number, page by page."""
    address: str | None = f"{root}changes/?since={since}&page_size=1000"
    while address:
        page = get(address)
        yield from page["results"]
        address = page["next"]


def write(path: Path, text: str) -> None:
    """A file is whole, old or new: nobody finds half of one."""
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


class Copy:
    """The copy in a folder."""

    def __init__(self, root: str, folder: Path) -> None:
        self.root, self.folder = root, folder
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, kind: str) -> dict[str, Any]:
        path = self.folder / f"{LISTS[kind]}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return {key_of(kind, record): record for record in map(json.loads, lines)}

    def keep(self, kind: str, records: dict[str, Any]) -> None:
        lines = (json.dumps(records[key], ensure_ascii=False, sort_keys=True) for key in sorted(records))
        write(self.folder / f"{LISTS[kind]}.jsonl", "".join(f"{line}\n" for line in lines))

    def update(self) -> int:
        """Bring the copy up to date; how many records were fetched anew."""
        state = self.folder / "state.json"
        if not state.exists():
            # The number first: what changes while the lists are read comes again, and does no harm.
            number = get(f"{self.root}changes/?page_size=1")["latest"]
            for kind in LISTS:
                self.keep(kind, {key_of(kind, record): record for record in every(self.root, kind)})
            write(state, json.dumps({"seq": number}))
        number = json.loads(state.read_text(encoding="utf-8"))["seq"]
        touched: dict[str, dict[str, str]] = {}
        for change in changes(self.root, number):
            touched.setdefault(change["kind"], {})[change["id"]] = change["url"]
            number = change["seq"]
        for kind, records in touched.items():
            known = self.read(kind)
            for key, address in records.items():
                record = get(address)
                # An old address may lead on to what a record was merged into, which has a change of its own.
                if record is None or key_of(kind, record) != key:
                    known.pop(key, None)
                else:
                    known[key] = _as_listed(kind, record)
            self.keep(kind, known)
        write(state, json.dumps({"seq": number}))
        return sum(map(len, touched.values()))


def _as_listed(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    """An incident alone comes with what is said of it, which is in lists of its own."""
    apart = ("claims", "responsibility", "statements", "scopes", "scope_relations") if kind == "incident" else ()
    return {name: value for name, value in record.items() if name not in apart}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: mirror.py https://register.example/api/v1/ FOLDER")
    print(f"{Copy(sys.argv[1].rstrip('/') + '/', Path(sys.argv[2])).update()} records fetched anew")  # noqa: T201
