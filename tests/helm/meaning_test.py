"""Beyond any schema: selectors meet the labels, ports and secrets are there, a pod's grace is longer than its drain, the network policies are
the call graph, the programs know their settings, and no secret is in a manifest."""
import collections
import functools
import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import chart
from chart import by_name, component, of_kind, pods, selects, template_of, tool, yaml

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "house"))
from chart_values import settings_of  # noqa: E402

PORTS = {"gateway": 7400, "identity": 7401, "payments": 7402, "ledger": 7403, "sharing": 7404}
ADMIN = {name: port + 10 for name, port in PORTS.items()}
WEBHOOK = 7421
FRONT_HARD_STOP_SECONDS = int(re.search(r"hard-stop-after (\d+)s", pathlib.Path("gateway/front/haproxy.cfg").read_text(encoding="utf-8"))[1])
SLACK_SECONDS = 15  # jobs, connections and the database close after the drain


def setting_name(variable):
    return variable.removeprefix("KONTOR_").lower().replace("_", "-")


def seconds(text):
    assert re.fullmatch(r"\d+s", text), text
    return int(text[:-1])


def calls_of_code():
    """Whom each service calls, as its source says it: {service: {peer, …}}."""
    found = {}
    for service in chart.SERVICES:
        code = "".join(pathlib.Path(path).read_text(encoding="utf-8") for path in glob.glob(service + "/**/*.c", recursive=True))
        found[service] = set(re.findall(r'process_peer\(\w+, "(\w+)"\)', code))
    return found


class Network:
    """The connections that the policies allow, among the pods of a release, Prometheus, and strangers inside and outside of the cluster."""
    STRANGERS = ("stranger", "prometheus", "internet", "dns", "postgresql")

    def __init__(self, objects):
        self.pods = {component(entry): template for entry, template in pods(objects)}
        self.policies = of_kind(objects, "NetworkPolicy")
        self.ports = {}
        for name, template in self.pods.items():
            self.ports[name] = {port["name"]: port["containerPort"] for each in template["spec"]["containers"] for port in each.get("ports", [])}

    def of(self, name):
        return [policy["spec"] for policy in self.policies if name in self.pods and selects(policy["spec"]["podSelector"]["matchLabels"], self.pods[name])]

    def is_peer(self, peer, name):
        if name in self.pods:
            return "podSelector" in peer and "namespaceSelector" not in peer and selects(peer["podSelector"].get("matchLabels", {}), self.pods[name])
        where = peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name")
        return where == {"prometheus": "monitoring", "dns": "kube-system", "stranger": "gateways"}.get(name, "-")

    def passes(self, rules, who, side, port, owner):
        numbers = self.ports.get(owner, {})
        return any((not rule.get("ports") or port in [numbers.get(each["port"], each["port"]) for each in rule["ports"]])
                   and (not rule.get(side) or any(self.is_peer(peer, who) for peer in rule[side])) for rule in rules)

    def allowed(self, source, target, port):
        for policy in self.of(source):
            if not self.passes(policy.get("egress", []), target, "to", port, target):
                return False
        return all(self.passes(policy.get("ingress", []), source, "from", port, target) for policy in self.of(target))

    def graph(self):
        ports = sorted({*PORTS.values(), *ADMIN.values(), WEBHOOK})
        inside = sorted(self.pods)
        return {(source, target, port) for source in [*inside, "stranger", "prometheus"] for target in inside for port in ports
                if source != target and self.allowed(source, target, port)}


def each(test):
    """The test is done with what each file of values renders for the oldest and for the newest Kubernetes."""
    @functools.wraps(test)
    def of_all(self):
        for values in chart.VALUES:
            for version in (chart.OLDEST, chart.NEWEST):
                with self.subTest(values=chart.name_of(values), version=version):
                    test(self, chart.render(values, version=version))
    return of_all


@tool.needs("helm4")
class Meaning(unittest.TestCase):
    @each
    def test_selectors_meet_their_own_pods_and_no_others(self, objects):
        every = pods(objects)
        for entry in of_kind(objects, "Deployment"):
            labels = entry["spec"]["selector"]["matchLabels"]
            self.assertEqual([other["metadata"]["name"] for other, template in every if selects(labels, template)], [entry["metadata"]["name"]])
            for spread in entry["spec"]["template"]["spec"]["topologySpreadConstraints"]:
                self.assertEqual(spread["labelSelector"]["matchLabels"], labels)
        for service in of_kind(objects, "Service"):
            chosen = [template for _, template in every if selects(service["spec"]["selector"], template)]
            self.assertEqual(len(chosen), 1, service["metadata"]["name"])
            names = [port["name"] for each in chosen[0]["spec"]["containers"] for port in each.get("ports", [])]
            for port in service["spec"]["ports"]:
                self.assertEqual(names.count(port["targetPort"]), 1, (service["metadata"]["name"], port))
                self.assertNotEqual(port["name"], "admin", "the admin ports are for those that the policy lets in by pod")

    @each
    def test_every_deployment_is_a_service_with_one_shape(self, objects):
        deployments = {component(entry): entry["spec"]["template"]["spec"] for entry in of_kind(objects, "Deployment")}
        self.assertEqual(set(deployments), set(chart.SERVICES))
        for name, pod in deployments.items():
            main = pod["containers"][0]
            self.assertEqual((main["name"], main["command"]), (name, ["/bin/kontor-" + name]))
            numbers = {port["name"]: port["containerPort"] for each in pod["containers"] for port in each["ports"]}
            self.assertEqual((numbers["grpc"], numbers["admin"]), (PORTS[name], ADMIN[name]))

    @each
    def test_probes_ask_ports_that_are_there(self, objects):
        for entry in of_kind(objects, "Deployment"):
            for each in template_of(entry)["spec"]["containers"]:
                names = [port["name"] for port in each["ports"]]
                for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                    how = each[probe].get("httpGet") or each[probe]["tcpSocket"]
                    self.assertIn(how["port"], names)
                if each["name"] != "front":
                    self.assertEqual([each[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")],
                                     ["/health/live", "/health/live", "/health/ready"])
                    self.assertEqual({each[probe]["httpGet"]["port"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}, {"admin"})

    @each
    def test_budgets_and_autoscalers_have_targets(self, objects):
        deployments = by_name(of_kind(objects, "Deployment"))
        scaled = {}
        for scaler in of_kind(objects, "HorizontalPodAutoscaler"):
            target = deployments[scaler["spec"]["scaleTargetRef"]["name"]]
            scaled[target["metadata"]["name"]] = scaler["spec"]["minReplicas"]
            self.assertNotIn("replicas", target["spec"], "an upgrade would undo what the autoscaler did")
            self.assertLessEqual(scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"])
            for metric in scaler["spec"]["metrics"]:
                one = [each for each in template_of(target)["spec"]["containers"] if each["name"] == metric["containerResource"]["container"]]
                self.assertIn("cpu", one[0]["resources"]["requests"])
        several = {name for name, entry in deployments.items() if entry["spec"].get("replicas", scaled.get(name)) > 1}
        self.assertEqual({entry["metadata"]["name"] for entry in of_kind(objects, "PodDisruptionBudget")}, several)
        for budget in of_kind(objects, "PodDisruptionBudget"):
            chosen = [name for name, entry in deployments.items() if selects(budget["spec"]["selector"]["matchLabels"], template_of(entry))]
            self.assertEqual(chosen, [budget["metadata"]["name"]])

    @each
    def test_a_pod_is_given_the_time_that_its_drain_takes(self, objects):
        maps = by_name(of_kind(objects, "ConfigMap"))
        for entry in of_kind(objects, "Deployment"):
            pod, settings = template_of(entry)["spec"], maps[entry["metadata"]["name"]]["data"]
            delay, grace = seconds(settings["KONTOR_DRAIN_DELAY"]), seconds(settings["KONTOR_DRAIN_GRACE"])
            self.assertGreaterEqual(delay, 5, "balancers take a stopping pod out within seconds")
            self.assertGreaterEqual(pod["terminationGracePeriodSeconds"], delay + grace + SLACK_SECONDS)
            for each in pod["containers"][1:]:
                front = {variable["name"]: variable["value"] for variable in each["env"]}
                slept = each.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds")
                front_delay = slept if slept is not None else seconds(front["FRONT_DRAIN_DELAY"]) + FRONT_HARD_STOP_SECONDS
                self.assertEqual("FRONT_DRAIN_DELAY" in front, slept is None, "one of the two")
                self.assertLess(front_delay, delay, "the front lets its callers go while the gateway serves")

    @each
    def test_what_is_mounted_is_there_and_writable_only_where_it_must_be(self, objects):
        writable = {"tmp", "state", "run"}
        maps = by_name(of_kind(objects, "ConfigMap"))
        for entry, template in pods(objects):
            pod = template["spec"]
            volumes = {volume["name"]: volume for volume in pod["volumes"]}
            used = {mount["name"] for each in [*pod["containers"], *pod.get("initContainers", [])] for mount in each["volumeMounts"]}
            self.assertEqual(set(volumes), used, entry["metadata"]["name"])
            self.assertFalse(pod["automountServiceAccountToken"])
            self.assertEqual(pod["securityContext"]["runAsUser"], 65532)
            for each in [*pod["containers"], *pod.get("initContainers", [])]:
                paths = [mount["mountPath"] for mount in each["volumeMounts"]]
                self.assertEqual(len(paths), len(set(paths)))
                self.assertTrue(each["securityContext"]["readOnlyRootFilesystem"])
                self.assertIn("memory", each["resources"]["limits"])
                self.assertIn("cpu", each["resources"]["requests"])
                self.assertFalse(each["image"].endswith(":latest"))
                for mount in each["volumeMounts"]:
                    self.assertEqual(mount.get("readOnly", False), mount["name"] not in writable)
                for source in each.get("envFrom", []):
                    self.assertIn(source["configMapRef"]["name"], maps)
            for volume in volumes.values():
                if "secret" in volume:
                    self.assertEqual(volume["secret"]["defaultMode"], 0o440)
                    self.assertTrue(volume["secret"]["items"], "a pod is shown no more of a Secret than it needs")

    @each
    def test_files_that_are_named_are_mounted(self, objects):
        maps = by_name(of_kind(objects, "ConfigMap"))
        for entry, template in pods(objects):
            for each in [*template["spec"]["containers"], *template["spec"].get("initContainers", [])]:
                named = [word.split("=", 1)[1] for word in each.get("args", []) if word.startswith("--settings-file=")]
                named += [variable["value"] for variable in each.get("env", [])]
                named += [value for source in each.get("envFrom", []) for value in maps[source["configMapRef"]["name"]]["data"].values()]
                mounts = [mount["mountPath"] for mount in each["volumeMounts"]]
                items = {path for volume in template["spec"]["volumes"] for path in self.paths_in(volume, each)}
                for path in [value.removeprefix("unix:") for value in named]:
                    if path.startswith("/etc/"):
                        self.assertIn(path, items, (entry["metadata"]["name"], each["name"]))
                    elif path.startswith("/"):
                        self.assertTrue(any(path == mount or path.startswith(mount + "/") for mount in mounts), path)

    @staticmethod
    def paths_in(volume, container):
        for mount in container["volumeMounts"]:
            if mount["name"] == volume["name"] and "secret" in volume:
                yield from ("%s/%s" % (mount["mountPath"], item["path"]) for item in volume["secret"]["items"])

    @each
    def test_the_programs_know_their_settings_and_none_is_a_secret(self, objects):
        known = {service: settings_of(service) for service in chart.SERVICES}
        for entry in of_kind(objects, "ConfigMap"):
            if entry["metadata"]["name"].endswith("-dashboards"):
                continue
            for variable, value in entry["data"].items():
                setting = known[component(entry)].get(setting_name(variable))
                self.assertIsNotNone(setting, (component(entry), variable))
                self.assertFalse(setting.is_secret or setting.is_for_tests, variable)
                if setting.default.isdigit():
                    self.assertTrue(value.isdigit(), (variable, value))

    def test_no_secret_is_in_a_manifest(self):
        for values in chart.VALUES:
            self.assertEqual(of_kind(chart.render(values), "Secret"), [])
            for name in ("password", "whsec_", "sk_test", "sk_live", "PRIVATE KEY"):
                self.assertNotIn(name, chart.text(values).lower() if name == "password" else chart.text(values), values)

    @each
    def test_a_service_is_not_shown_the_owners_secret(self, objects):
        for entry in of_kind(objects, "Deployment"):
            for volume in template_of(entry)["spec"]["volumes"]:
                self.assertFalse(volume.get("secret", {}).get("secretName", "").endswith("-owner"), entry["metadata"]["name"])

    def test_who_may_call_whom_is_who_calls_whom(self):
        calls = calls_of_code()
        self.assertEqual(calls, {**{name: set() for name in chart.SERVICES}, "gateway": {"identity", "payments", "ledger", "sharing"}})
        for values in chart.VALUES:
            network = Network(chart.render(values))
            expected = {(source, target, PORTS[target]) for source, targets in calls.items() for target in targets}
            expected |= {("stranger" if chart.name_of(values) == "mutual-tls" else "gateway", "payments", WEBHOOK)}
            expected |= {("test", name, ADMIN[name]) for name in chart.SERVICES if name != "gateway"}
            expected |= {(source, "gateway", PORTS["gateway"]) for source in {"test", "load", "stranger", "prometheus"} & {*network.pods, *network.STRANGERS}}
            if chart.name_of(values) == "mutual-tls":  # where a namespace alone may call
                expected.discard(("prometheus", "gateway", PORTS["gateway"]))
            if chart.name_of(values) == "high-availability":
                expected |= {("prometheus", name, ADMIN[name]) for name in chart.SERVICES}
            with self.subTest(values=chart.name_of(values)):
                self.assertEqual(network.graph(), expected)

    def test_ways_out(self):
        for values in chart.VALUES:
            network = Network(chart.render(values))
            with self.subTest(values=chart.name_of(values)):
                for name in [*chart.SERVICES, "migrations"]:
                    self.assertTrue(network.allowed(name, "dns", 53), name)
                self.assertEqual(network.allowed("identity", "internet", 443), chart.name_of(values) == "own-postgresql", "a hook for text messages")
                out = {(name, port) for name in network.pods for port in (25, 443, 465, 587, 4318, 5432, 7400, 7420) if network.allowed(name, "internet", port)}
                postgresql = set() if chart.name_of(values) in ("own-postgresql", "cloudnativepg") else {(name, 5432) for name in [*chart.SERVICES, "migrations"]}
                mail = {"own-postgresql": 465, "cloudnativepg": 587, "high-availability": 587}.get(chart.name_of(values))
                door = {("load", 7400), ("test", 7400)} if chart.name_of(values) == "load-test" else set()  # it is told another door than its own
                self.assertEqual(out - {("identity", 443)}, postgresql | door | {("payments", 7420 if chart.name_of(values) == "minimal" else 443)} | ({("identity", mail)} if mail else set()))

    def test_the_way_to_another_door(self):
        values = chart.CHART + "/ci/load-test-values.yaml"
        for door, peers, ports in (("kontor-gateway.kontor.svc:7400", "[]", set()), ("kontor-gateway", "[]", set()), ("kontor-gateway.example:443", "[]", {443}),
                                   ("kontor.example", "[]", {443}), ("kontor.example:8443", "[]", {8443}),
                                   ("kontor.example:8443", '[{"ipBlock":{"cidr":"10.0.0.0/8"}}]', set())):
            network = Network(chart.render(values, more=("--set", "load.door=" + door, "--set-json", "networkPolicy.door.peers=" + peers)))
            for name in ("load", "test"):
                self.assertEqual({port for port in (443, 5432, 7400, 8443) if network.allowed(name, "internet", port)}, ports, (door, name))

    def test_targets_are_called_as_the_alerts_call_them(self):
        objects = chart.render(chart.CHART + "/ci/high-availability-values.yaml")
        monitor = of_kind(objects, "PodMonitor")[0]["spec"]["podMetricsEndpoints"][0]
        made = {rule["targetLabel"]: rule["replacement"] for rule in monitor["relabelings"]}
        self.assertEqual((monitor["port"], made), ("admin", {"job": "kontor", "service": "kontor-$1"}))
        called = re.findall(r'\bup\{service=~"([^"]+)"\}', json.dumps(of_kind(objects, "PrometheusRule")[0]["spec"]).replace('\\"', '"'))
        for pattern in called:
            for name in chart.SERVICES:
                self.assertRegex("kontor-" + name, "^(%s)$" % pattern)

    def test_pods_start_anew_when_their_own_settings_change(self):
        values = chart.CHART + "/ci/own-postgresql-values.yaml"
        sums = [{component(entry): template_of(entry)["metadata"]["annotations"]["checksum/settings"] for entry in of_kind(chart.render(values, more=more), "Deployment")}
                for more in ((), ("--set", "ledger.settings.batch-lanes=3"))]
        self.assertEqual({name for name in chart.SERVICES if sums[0][name] != sums[1][name]}, {"ledger"})

    def test_names_are_short_enough_whatever_the_release_is_called(self):
        objects = chart.render(chart.CHART + "/ci/load-test-values.yaml", more=("--set", "fullnameOverride=" + "n" * 60))
        self.assertLessEqual(max(len(entry["metadata"]["name"]) for entry in objects), 63)

    def test_certificates_name_who_they_are_for(self):
        for values in chart.VALUES:
            objects = chart.render(values)
            settings = by_name(of_kind(objects, "ConfigMap"))
            for entry in of_kind(objects, "Certificate"):
                name = component(entry)
                self.assertTrue(entry["spec"]["uris"][0].endswith("/" + name) and len(entry["spec"]["uris"]) == 1)
                if name != "gateway":
                    target = settings["kontor-gateway"]["data"]["KONTOR_%s_TARGET" % name.upper()]
                    self.assertIn(target.removeprefix("dns:///").split(":")[0], entry["spec"]["dnsNames"])
                    gateway = by_name(of_kind(objects, "Certificate"))["kontor-gateway"]["spec"]["uris"][0]
                    self.assertEqual(settings["kontor-" + name]["data"]["KONTOR_TLS_PEER_IDENTITIES"], gateway)
                mounted = [volume["secret"]["secretName"] for volume in template_of(by_name(of_kind(objects, "Deployment"))["kontor-" + name])["spec"]["volumes"]
                           if volume["name"] == "tls"]
                self.assertEqual(mounted, [entry["spec"]["secretName"]])

    def test_every_secret_is_made_by_the_script_for_a_try(self):
        made = collections.defaultdict(set)
        for name in ("--help", "my.kontor", "1kontor"):
            self.assertEqual(subprocess.run([chart.CHART + "/ci/secrets.sh", name], capture_output=True, timeout=60).returncode, 1, name)
        done = subprocess.run([chart.CHART + "/ci/secrets.sh", "kontor"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        for entry in yaml.safe_load_all(done.stdout):
            made[entry["metadata"]["name"]] |= {*entry.get("stringData", {}), *entry.get("data", {})}
        needed = {(volume["secret"]["secretName"], item["key"]) for _, template in pods(chart.render(chart.CHART + "/ci/minimal-values.yaml"))
                  for volume in template["spec"]["volumes"] if "secret" in volume for item in volume["secret"]["items"]}
        self.assertEqual(needed - {(name, key) for name, keys in made.items() for key in keys}, set())

    def test_the_migrations_job_recovers_operators_as_the_page_says(self):
        line = re.search(r"^ *(sed -e .*) \|$", pathlib.Path("docs/operations/locked-out.md").read_text(encoding="utf-8"), re.M)[1]
        for values in chart.VALUES:
            rendered = chart.text(values, more=("--show-only", "templates/migrations.yaml"))
            migrations, = yaml.safe_load_all(rendered)
            job, = yaml.safe_load_all(subprocess.run(["bash", "-c", line], input=rendered, capture_output=True, text=True, check=True).stdout)
            self.assertEqual(job["metadata"]["name"], migrations["metadata"]["name"].removesuffix("migrations") + "recovery")
            recovers = [container["name"] for container in job["spec"]["template"]["spec"]["containers"]
                        if container["args"][-1].startswith("--operator-recovery=The only")]
            self.assertEqual(recovers, ["identity"])

    def test_the_page_tells_of_every_secret(self):
        with open(chart.CHART + "/README.md", encoding="utf-8") as file:
            page = file.read()
        for values in chart.VALUES:
            for _, template in pods(chart.render(values)):
                for volume in template["spec"]["volumes"]:
                    for item in volume.get("secret", {}).get("items", []):
                        self.assertIn("`%s`" % item["key"], page)


if __name__ == "__main__":
    tool.main()
