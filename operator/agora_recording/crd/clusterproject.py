"""ClusterAgoraProject: an AgoraProject for several namespaces, made by whoever runs the cluster."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from agora_recording.crd.model import Model, list_of, rules
from agora_recording.crd.project import AgoraProjectSpec, Endpoint

NamespaceName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=63,
        json_schema_extra=rules(
            (
                "self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
                (
                    "give the whole name of a namespace: lower-case letters, digits and hyphens; "
                    "for several at once use selector.matchLabels"
                ),
            )
        ),
    ),
]
"""The name of a namespace; there are no wildcards."""


class NamespaceSelector(Model):
    """Namespaces, by their labels."""

    match_labels: Annotated[
        dict[str, Annotated[str, Field(max_length=63)]], Field(min_length=1, max_length=16)
    ]
    """Labels that a namespace must have, with these values, all of them."""


class AllowedNamespaces(Model):
    """The namespaces whose recordings are served; those of ``names`` and of ``selector``."""

    names: Annotated[
        tuple[NamespaceName, ...], Field(max_length=256, json_schema_extra=list_of("set"))
    ] = ()
    """Namespaces by name."""

    selector: NamespaceSelector | None = None
    """Namespaces by their labels. Whoever may label a namespace decides with that."""

    def admits(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether a namespace with these labels is one of them."""
        by_label = self.selector and self.selector.match_labels.items() <= labels.items()
        return bool(by_label) or namespace in self.names


_FIXED: Final = (
    "url cannot change: running recordings can be stopped only through it; create another project"
)


class ClusterEndpoint(Endpoint):
    """Where Agora's API is called."""

    model_config = ConfigDict(
        json_schema_extra=rules(("has(self.url) == has(oldSelf.url)", _FIXED))
    )

    url: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=512,
            json_schema_extra=rules(
                (
                    r"self.matches('^https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$')",
                    (
                        "url must be https:// or http:// and a host, with a port if it needs one "
                        "and nothing after that, such as https://agora.example.com:8443"
                    ),
                ),
                ("self == oldSelf", _FIXED),
            ),
        ),
    ] = None
    """Base URL of the API instead of the hosts of ``area``: of a private deployment, a proxy or a
    simulator. The account's credentials are sent there, and nowhere else. It cannot change."""


class ClusterAgoraProjectSpec(AgoraProjectSpec):
    """An App ID and the means to record in it from several namespaces.

    All Secrets that it names are in the operator's namespace.
    """

    endpoint: ClusterEndpoint = ClusterEndpoint()
    """Where Agora's API is called."""

    allowed_namespaces: AllowedNamespaces
    """Namespaces whose recordings may name this project. All others are refused, with the words
    for a project that does not exist; {} allows none. What runs when its namespace ceases to be
    allowed goes on and can be stopped; nothing new begins."""
