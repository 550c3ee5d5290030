"""What a value that is sent may be: the schema tells it, and whoever reads what was sent holds it to it."""

from dataclasses import dataclass
from typing import Annotated, Any

LARGEST = 2**63 - 1
"""The largest whole number that the database holds."""
WITHOUT_NUL = r"^[^\u0000]*$"
LETTER = r"[^\s\u0000\u001c-\u001f\u0085\ufeff]"
"""What is a space for nobody: the languages do not agree on which characters are."""
UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"


@dataclass(frozen=True)
class Text:
    """Text of so many characters, all of a pattern that ``meaning`` says in words; without a NUL, which no database holds."""

    longest: int
    shortest: int = 0
    pattern: str = ""
    meaning: str = ""
    form: str = ""

    def schema(self) -> dict[str, Any]:
        pattern = self.pattern or WITHOUT_NUL
        said = {"minLength": self.shortest, "maxLength": self.longest, "pattern": pattern, "format": self.form}
        return {"type": "string", **{name: value for name, value in said.items() if value}}


@dataclass(frozen=True)
class Whole:
    """A whole number, 0 or more."""

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": LARGEST}


@dataclass(frozen=True)
class Rows:
    """A list of so many; ``of`` is the schema of one."""

    most: int
    least: int = 0

    def schema(self, of: dict[str, Any]) -> dict[str, Any]:
        return {"type": "array", "items": of, **({"minItems": self.least} if self.least else {}), "maxItems": self.most}


Number = Annotated[int, Whole()]
CauseCode = Annotated[str, Text(60, 1, form="code-of-causes")]
MeasureCode = Annotated[str, Text(60, 1, form="code-of-measures")]
OrganizationCode = Annotated[str, Text(60, 1, form="code-of-organizations")]
PlaceCode = Annotated[str, Text(60, 1, form="code-of-places")]
PopulationCode = Annotated[str, Text(60, 1, form="code-of-populations")]
RuleCode = Annotated[str, Text(60, 1, form="code-of-coding-rules")]
SourceKindCode = Annotated[str, Text(60, 1, form="code-of-source-kinds")]
UnitCode = Annotated[str, Text(60, 1, form="code-of-units")]
Words = Annotated[str, Text(500, 1, rf"^[^\u0000]*{LETTER}[^\u0000]*$", "words")]
Edtf = Annotated[str, Text(80, 4, form="edtf")]
Day = Annotated[str, Text(39, 2, r"^[^/\u0000]+$", "a date without a slash, or “..”")]
Language = Annotated[
    str, Text(12, 0, "^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$", "a language such as en or ar (BCP 47), or nothing")
]
Identifier = Annotated[str, Text(36, 36, UUID_PATTERN, "an identifier as the API shows it", "uuid")]
Address = Annotated[
    str, Text(2000, 8, rf"^(https?|ftp)://{LETTER}+$", "an address that begins with https:// or http://", "uri")
]
