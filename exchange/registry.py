"""Every export's columns, by its name: CSV files, the codebook and the documents are all made from this."""

from exchange import columns, comparison, summary
from exchange.columns import Column

REGISTRY: dict[str, tuple[Column, ...]] = {
    "claims": columns.CLAIMS,
    "citations": columns.CITATIONS,
    "derivations": columns.DERIVATIONS,
    "figures": tuple(one.column for one in comparison.FIGURES),
    "scope_relations": tuple(one.column for one in comparison.RELATIONS),
    "summary": tuple(one.column for one in summary.COLUMNS),
    "incidents": columns.INCIDENTS,
    "organizations": columns.ORGANIZATIONS,
    "sources": columns.SOURCES,
    "places": columns.PLACES,
    "victims": columns.VICTIMS,
}
