"""Values of the chart: a real API server accepts what comes of them, and Helm refuses the rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from e2e.chart import CHART, objects, rendered, run
from e2e.kubeapi import Object
from testbed.controlplane import ControlPlane

VALUES = sorted((Path(__file__).parent / "values").glob("*.yaml"))
ACCOUNT = "x-agora-recording-operator"
NAME_LABEL = "app.kubernetes.io/name"
POLICY_LABEL = "pod-security.kubernetes.io/enforce"


@pytest.fixture(scope="module")
def prepared(cluster: ControlPlane) -> Iterator[ControlPlane]:
    """A cluster with the operator's ServiceAccount: a dry run makes none, and pods must have it."""
    cluster.kubectl("create", "serviceaccount", ACCOUNT)
    yield cluster
    cluster.kubectl("delete", "serviceaccount", ACCOUNT)


def names(values: list[Path]) -> list[str]:
    """Return what the cases are called."""
    return [file.stem for file in values]


@pytest.mark.parametrize("values", VALUES, ids=names(VALUES))
def test_the_api_server_accepts_what_is_rendered(
    helm: Path, prepared: ControlPlane, values: Path
) -> None:
    """Each object, without a field that it does not know."""
    manifests = run(helm, "template", "x", str(CHART), "--values", str(values), cluster=prepared)
    applied = prepared.kubectl(
        "apply", "--dry-run=server", "--validate=strict", "--filename=-", stdin=manifests
    )

    assert applied.count("(server dry run)") == len(documents(manifests)) > 5


@pytest.mark.parametrize("values", VALUES, ids=names(VALUES))
def test_the_pods_are_restricted(helm: Path, cluster: ControlPlane, values: Path) -> None:
    """A namespace that lets only such pods in takes them, whatever the values."""
    namespace = f"restricted-{values.stem}"
    cluster.kubectl("create", "namespace", namespace)
    cluster.kubectl("label", "namespace", namespace, f"{POLICY_LABEL}=restricted")
    made = pods(helm, values)
    items = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": pod["metadata"]["labels"]},
            "spec": {**pod["spec"], "serviceAccountName": "default"},
        }
        for name, pod in made.items()
    ]
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items})
    applied = cluster.kubectl("-n", namespace, "create", "--dry-run=server", "-f", "-", stdin=text)
    cluster.kubectl("delete", "namespace", namespace, "--wait=false")

    assert applied == "".join(f"pod/{name} created (server dry run)\n" for name in made)
    for each in made.values():
        assert container(each)["securityContext"]["readOnlyRootFilesystem"] is True


@pytest.mark.parametrize("values", VALUES, ids=names(VALUES))
def test_what_is_set_for_the_pods_holds_for_those_of_hooks_too(helm: Path, values: Path) -> None:
    """A cluster that runs only pods of some make would otherwise never run the uninstallation."""
    made = pods(helm, values)
    operator = made["operator"]

    for name in ("check", "uninstall"):
        hook = made[name]
        assert common(hook, OF_PODS) == common(operator, OF_PODS)
        assert common(container(hook), OF_CONTAINERS) == common(container(operator), OF_CONTAINERS)
        theirs, its = operator["metadata"], hook["metadata"]
        assert {key for key, _ in theirs["labels"].items() ^ its["labels"].items()} == {NAME_LABEL}
        assert theirs.get("annotations", {}).items() <= its.get("annotations", {}).items()


def test_no_service_sets_a_variable_of_ours(helm: Path) -> None:
    """One named agora-recording-workers would: Kubernetes tells pods of Services by variables."""
    made = pods(helm, Path(__file__).parent / "values" / "simulator.yaml")

    assert {name: pod["spec"]["enableServiceLinks"] for name, pod in made.items()} == dict.fromkeys(
        ("operator", "simulator", "check", "uninstall"), False
    )


def test_hooks_go_where_the_pods_may_but_not_away_from_them(helm: Path) -> None:
    """An operator on each node that it may use would leave no place for the uninstallation."""
    made = pods(helm, Path(__file__).parent / "values" / "everything.yaml")
    both = made["operator"]["spec"]["affinity"]

    assert {"nodeAffinity", "podAntiAffinity"} == both.keys()
    for name in ("check", "uninstall"):
        assert made[name]["spec"]["affinity"] == {"nodeAffinity": both["nodeAffinity"]}


OF_PODS = (
    "automountServiceAccountToken",
    "enableServiceLinks",
    "imagePullSecrets",
    "nodeSelector",
    "priorityClassName",
    "securityContext",
    "tolerations",
    "volumes",
)
OF_CONTAINERS = ("env", "image", "imagePullPolicy", "securityContext", "volumeMounts")


def common(described: Object, fields: tuple[str, ...]) -> Object:
    """Return these fields of a pod's spec, or of a container's."""
    fields_of = described.get("spec", described)
    return {field: fields_of.get(field) for field in fields}


def pods(helm: Path, values: Path) -> dict[str, Object]:
    """Return all pods that come of some values, by the names of their containers."""
    made = documents(run(helm, "template", "x", str(CHART), "--values", str(values)))
    found = [each for each in made if each["kind"] == "Pod"]
    found += [each["spec"]["template"] for each in made if each["kind"] in {"Deployment", "Job"}]
    return {container(pod)["name"]: pod for pod in found}


def documents(manifests: str) -> list[Object]:
    """Return the objects of some manifests."""
    return [each for each in yaml.safe_load_all(manifests) if each]


def container(pod: Object) -> Object:
    """Return the one container of a pod."""
    (only,) = pod["spec"]["containers"]
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


def test_each_pod_is_let_in_and_out_by_one_policy(helm: Path) -> None:
    """Those of hooks as the operator, which alone reaches the simulator; that reaches nothing."""
    values = Path(__file__).parent / "values" / "simulator.yaml"
    text = run(helm, "template", "x", str(CHART), "--values", str(values))
    policies = [each["spec"] for each in documents(text) if each["kind"] == "NetworkPolicy"]
    chosen = {
        name: [each for each in policies if chooses(each["podSelector"], pod)]
        for name, pod in pods(helm, values).items()
    }
    (operator,), (simulator,) = chosen["operator"], chosen["simulator"]
    (entry,) = simulator["ingress"]
    (peer,) = entry["from"]
    let_in = {name for name, pod in pods(helm, values).items() if chooses(peer["podSelector"], pod)}
    ports = {port["port"] for rule in operator["egress"] for port in rule["ports"]}

    assert chosen["check"] == chosen["uninstall"] == [operator]
    assert (simulator["egress"], entry["ports"]) == ([], [{"port": "api", "protocol": "TCP"}])
    assert (8080 in ports, let_in) == (True, {"operator", "check", "uninstall"})


def chooses(selector: Object, pod: Object) -> bool:
    """Say whether a selector with labels, and values that one may have, chooses a pod."""
    labels = pod["metadata"]["labels"]
    wanted = {key: [value] for key, value in selector.get("matchLabels", {}).items()}
    for each in selector.get("matchExpressions", []):
        assert each["operator"] == "In"
        wanted[each["key"]] = each["values"]
    return all(labels.get(key) in values for key, values in wanted.items())


def test_the_api_server_is_never_called_through_the_proxy(helm: Path) -> None:
    """Its address, which the kubelet knows, is among the hosts that are called directly."""
    values = ("proxy.https=http://proxy:3128", "proxy.noProxy={storage.example.com}")
    deployment = rendered(helm, "Deployment", *values)
    variables = container(deployment["spec"]["template"])["env"]
    environment = {each["name"]: each.get("value") for each in variables}

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
