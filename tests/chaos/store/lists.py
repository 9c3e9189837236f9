"""Lists as the API server answers them: in pages, whole or with metadata only."""

from __future__ import annotations

from typing import Final

from chaos.store.answers import Object

METADATA_ONLY: Final = "PartialObjectMetadataList"


def page(items: list[Object], limit: int | None) -> tuple[list[Object], list[Object]]:
    """Return the first page, and what is left for the next ones."""
    size = limit or len(items)
    return items[:size], items[size:]


def body(kind: str, items: list[Object], metadata: Object, accept: str) -> Object:
    """Return the list in the form that the client accepts."""
    if METADATA_ONLY not in accept:
        return {"kind": f"{kind}List", "metadata": metadata, "items": items}
    version = "meta.k8s.io/v1"
    only = [
        {"kind": "PartialObjectMetadata", "apiVersion": version, "metadata": item["metadata"]}
        for item in items
    ]
    return {
        "kind": METADATA_ONLY,
        "apiVersion": version,
        "metadata": metadata,
        "items": only or None,
    }
