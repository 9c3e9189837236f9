"""Values of the chart: a real API server accepts what comes of them, and Helm refuses the rest."""

from pathlib import Path

import pytest
import yaml

from e2e.chart import CHART, objects, rendered, run
from e2e.kubeapi import Object
from testbed.controlplane import ControlPlane

VALUES = sorted((Path(__file__).parent / "values").glob("*.yaml"))
POLICY_LABEL = "pod-security.kubernetes.io/enforce"


def names(values: list[Path]) -> list[str]:
    """Return what the cases are called."""
    return [file.stem for file in values]


@pytest.mark.parametrize("values", VALUES, ids=names(VALUES))
def test_the_api_server_accepts_what_is_rendered(
    helm: Path, cluster: ControlPlane, values: Path
) -> None:
    """Each object, without a field that it does not know."""
    manifests = run(helm, "template", "x", str(CHART), "--values", str(values), cluster=cluster)
    applied = cluster.kubectl(
        "apply", "--dry-run=server", "--validate=strict", "--filename=-", stdin=manifests
    )
    made = [document for document in yaml.safe_load_all(manifests) if document]

    assert applied.count("(server dry run)") == len(made) > 5


@pytest.mark.parametrize("values", VALUES, ids=names(VALUES))
def test_the_chart_is_sound_with_these_values(helm: Path, values: Path) -> None:
    """Helm's own checks find nothing, with each set of values."""
    said = run(helm, "lint", "--strict", str(CHART), "--values", str(values))

    assert "1 chart(s) linted, 0 chart(s) failed" in said


@pytest.mark.parametrize("values", VALUES, ids=names(VALUES))
def test_the_pods_are_restricted(helm: Path, cluster: ControlPlane, values: Path) -> None:
    """A namespace that lets only such pods in takes them, whatever the values."""
    namespace = f"restricted-{values.stem}"
    cluster.kubectl("create", "namespace", namespace)
    cluster.kubectl("label", "namespace", namespace, f"{POLICY_LABEL}=restricted")
    manifests = run(helm, "template", "x", str(CHART), "--values", str(values))
    (deployment,) = [
        each for each in yaml.safe_load_all(manifests) if each and each["kind"] == "Deployment"
    ]
    pod = {"apiVersion": "v1", "kind": "Pod", **deployment["spec"]["template"]}
    pod["metadata"] = {**pod["metadata"], "name": "x"}
    pod["spec"] = {**pod["spec"], "serviceAccountName": "default"}
    applied = cluster.kubectl(
        "-n", namespace, "create", "--dry-run=server", "-f", "-", stdin=yaml.safe_dump(pod)
    )
    cluster.kubectl("delete", "namespace", namespace, "--wait=false")

    assert applied == "pod/x created (server dry run)\n"
    assert container(deployment)["securityContext"]["readOnlyRootFilesystem"] is True


def container(deployment: Object) -> Object:
    """Return the one container of the pods."""
    (only,) = deployment["spec"]["template"]["spec"]["containers"]
    return dict(only)


REFUSED = [
    ("proxy.https=socks5://proxy:1080", "/proxy/https"),
    ("proxy.https=http://user:password@proxy:3128", "/proxy/https"),
    ("proxy.noProxy={a b}", "/proxy/noProxy/0"),
    ("proxy.no=a", "/proxy"),
    ("extraCA.configMap=a,extraCA.secret=b", "/extraCA/secret"),
    ("extraCA.file=a", "/extraCA"),
    ("extraEnv[0].name=AGORA_RECORDING_WORKERS", "/extraEnv/0/name"),
    ("extraEnv[0].nam=A", "/extraEnv/0"),
    ("extraEnv[0].name=A,extraEnv[0].valueFrom.secretKeyRef.nam=b", "/extraEnv/0/valueFrom"),
    ("userRoles.aggregate.edits=true", "/userRoles/aggregate"),
    (r"commonLabels.app\.kubernetes\.io/name=other", "/commonLabels"),
    (r"podLabels.app\.kubernetes\.io/instance=other", "/podLabels"),
    ("podDisruptionBudget.maxUnavailable=0", "/podDisruptionBudget/maxUnavailable"),
    ("podDisruptionBudget.minAvailable=1", "/podDisruptionBudget"),
    ("networkPolicy.healthFrom[0].podSelectr.a=b", "/networkPolicy/healthFrom/0"),
    ("networkPolicy.apiServerPorts=null,networkPolicy.apiServerPort=1", "/networkPolicy"),
    ("networkPolicy.extraEgress[0].port=1", "/networkPolicy/extraEgress/0"),
    ("topologySpreadConstraints[0].maxSkew=1", "/topologySpreadConstraints/0"),
    ("podSecurityContext.runAsNonRoot=false", "/podSecurityContext"),
    ("podSecurityContext.runAsUser=0", "/podSecurityContext/runAsUser"),
    ("podSecurityContext.seccompProfile.type=Unconfined", "/podSecurityContext/seccompProfile"),
    ("extraObjects[0]=7", "/extraObjects/0"),
]


@pytest.mark.parametrize(("value", "field"), REFUSED, ids=[value for value, _ in REFUSED])
def test_a_refusal_names_the_field(helm: Path, value: str, field: str) -> None:
    """A misspelt value, or one that would weaken or break the pods, is not passed on."""
    message = run(helm, "template", "x", str(CHART), "--set", value)

    assert "values don't meet the specifications of the schema" in message
    assert f"at '{field}" in message


def test_a_variable_is_not_set_twice(helm: Path) -> None:
    """The API server would refuse it later, with a message about the Deployment."""
    twice = ("proxy.https=http://proxy:3128,extraEnv[0].name=HTTPS_PROXY,extraEnv[0].value=x",)
    message = run(helm, "template", "x", str(CHART), "--set", *twice)

    assert "extraEnv: HTTPS_PROXY is set by proxy or extraCA already" in message


def test_a_policy_lets_out_what_is_configured(helm: Path) -> None:
    """The ports of all URLs that the values name, and no other."""
    urls = (r"settings.agoraUrl=http://a:8080\,https://b", "settings.storageUrl=http://c")
    policy = rendered(
        helm, "NetworkPolicy", "networkPolicy.enabled=true", *urls, "proxy.https=http://d:3128"
    )
    ports = [[port["port"] for port in rule["ports"]] for rule in policy["spec"]["egress"]]

    assert ports == [[53, 53], [443, 6443], [443, 8080, 80, 3128]]
    assert policy["spec"]["ingress"] == []


def test_the_api_server_is_never_called_through_the_proxy(helm: Path) -> None:
    """Its address, which the kubelet knows, is among the hosts that are called directly."""
    values = ("proxy.https=http://proxy:3128", "proxy.noProxy={storage.example.com}")
    deployment = rendered(helm, "Deployment", *values)
    environment = {each["name"]: each.get("value") for each in container(deployment)["env"]}

    assert environment["HTTPS_PROXY"] == "http://proxy:3128"
    assert environment["NO_PROXY"].split(",")[0] == "$(KUBERNETES_SERVICE_HOST)"
    assert environment["NO_PROXY"].split(",")[-1] == "storage.example.com"


def test_namespaced_can_mean_nothing_of_the_whole_cluster(helm: Path) -> None:
    """For people who may make objects in their namespace alone."""
    parts = ("crds", "secretProtection", "finalizerProtection", "userRoles")
    off = [f"{part}.enabled=false" for part in parts]
    made = objects(helm, "watchNamespaces={default}", *off)

    assert [each["kind"] for each in made if "namespace" not in each["metadata"]] == []
    assert {"Deployment", "Role", "RoleBinding"} <= {each["kind"] for each in made}


def test_labels_of_the_pods_go_before_those_of_all_objects(helm: Path) -> None:
    """A label that is given twice in one object would be refused by the API server."""
    labels = ("commonLabels.tier=all", "commonLabels.team=media", "podLabels.tier=pods")
    deployment = rendered(helm, "Deployment", *labels)
    of_pods = deployment["spec"]["template"]["metadata"]["labels"]

    assert (of_pods["tier"], of_pods["team"]) == ("pods", "media")
    assert deployment["metadata"]["labels"]["tier"] == "all"
    assert deployment["spec"]["selector"]["matchLabels"].items() <= of_pods.items()
