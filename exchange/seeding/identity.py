"""The permanent identifiers of the founding case, the same in every register: known without a database."""

import hashlib
import uuid

NAMESPACE = uuid.UUID("5b1a3c1e-7d0f-4c55-9a6e-2f3d8e0c7b41")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # that of every reference; a test compares


def identifier(kind: str, key: str) -> uuid.UUID:
    """The permanent identifier of a row of the founding case."""
    return uuid.uuid5(NAMESPACE, f"{kind} {key}")


def reference(key: str) -> str:
    """The permanent reference of an incident of the founding case; it says nothing, and never changes."""
    digest = hashlib.sha256(f"incident {key}".encode()).digest()
    return "SJ-" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:6])
