"""The CRDs as plain files, for `kubectl apply`, and as templates of the chart.

Templates, and not Helm's `crds/` folder, since Helm never upgrades what is in that folder.
"""

from typing import Final

from agora_recording.crd.manifest import Manifest, definitions
from generate.text import TEMPLATE_HEADER, YAML_HEADER, to_yaml

FOLDER: Final = "crds"
"""Where the plain files are, below the root of the repository."""

_METADATA: Final = """\
metadata:
  name: {name}
  labels:
    {{{{- include "agora-recording-operator.labels" . | nindent 4 }}}}
  {{{{- if .Values.crds.keep }}}}
  annotations:
    helm.sh/resource-policy: keep
  {{{{- end }}}}
"""


def plain_files() -> dict[str, str]:
    """Return each CRD as YAML, by its path below the root of the repository."""
    return {f"{FOLDER}/{_plural(crd)}.yaml": YAML_HEADER + to_yaml(crd) for crd in definitions()}


def chart_templates() -> dict[str, str]:
    """Return each CRD as a Helm template, by its name in the chart's `templates` folder."""
    return {f"crd-{_plural(crd)}.yaml": _template(crd) for crd in definitions()}


def _plural(crd: Manifest) -> str:
    plural: str = crd["spec"]["names"]["plural"]
    return plural


def _template(crd: Manifest) -> str:
    text = to_yaml(crd)
    if "{{" in text:
        raise ValueError(f"{_plural(crd)}: Helm would take {{{{ in a description for its own")
    name = crd["metadata"]["name"]
    plain, templated = f"metadata:\n  name: {name}\n", _METADATA.format(name=name)
    body = text.replace(plain, templated, 1)
    return f"{TEMPLATE_HEADER}{{{{- if .Values.crds.enabled }}}}\n{body}{{{{- end }}}}\n"
