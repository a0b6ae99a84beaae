"""Every file of values of the chart: tidy, accepted by both helms, rendered alike by them, valid for the oldest and the newest Kubernetes, and
restricted. A misspelt value, and one that would open Kontor to strangers, is refused before anything is rendered."""
import re
import subprocess
import unittest
import warnings

import chart
from chart import tool, yaml

MINIMAL = chart.CHART + "/ci/minimal-values.yaml"


class Tidy(unittest.TestCase):
    def test_yamllint(self):
        done = subprocess.run(["yamllint", "--strict", "-c", "tests/helm/yamllint.yaml", chart.CHART, "tests/helm"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


@tool.needs("helm3", "helm4")
class Rendered(unittest.TestCase):
    def test_lint(self):
        for which in chart.HELMS:
            for values in chart.VALUES:
                done = chart.helm(which, "lint", "--strict", chart.CHART, "--values", values)
                self.assertEqual(done.returncode, 0, "%s %s\n%s%s" % (which, values, done.stdout, done.stderr))

    def test_both_helms_render_the_same(self):
        for values in chart.VALUES:
            for version in (chart.OLDEST, chart.NEWEST):
                self.assertEqual(chart.render(values, "helm3", version), chart.render(values, "helm4", version), (values, version))

    @tool.needs("manifest-check")
    def test_the_apis_own_types_take_it_and_pods_are_restricted(self):
        for values in chart.VALUES:
            for version in (chart.OLDEST, chart.NEWEST):
                done = subprocess.run([tool.program("manifest-check", "manifest-check")], input=chart.text(values, version=version),
                                      capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, "%s %s\n%s" % (values, version, done.stdout + done.stderr))

    @tool.needs("manifest-check")
    def test_the_check_finds_what_it_is_there_for(self):
        good = chart.text(MINIMAL)
        for right, wrong, finding in (("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true", "not as the API has it"),
                                      ("memory: 1Gi", "memory: 1Foo", "not as the API has it"),
                                      ("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "not restricted"),
                                      ("name: webhook\n              containerPort: 7421", "name: admin\n              containerPort: 7412", "cannot be applied"),
                                      ("kind: NetworkPolicy", "kind: NetworkPolice", "not as the API has it")):
            self.assertIn(right, good)
            done = subprocess.run([tool.program("manifest-check", "manifest-check")], input=good.replace(right, wrong, 1), capture_output=True, text=True)
            self.assertEqual(done.returncode, 1, wrong)
            self.assertIn(finding, done.stdout)

    @tool.needs("kubernetes")
    def test_the_schemas_of_the_oldest_and_the_newest_kubernetes(self):
        import kubernetes_validate
        elsewhere = {"PodMonitor", "PrometheusRule", "Certificate", "GRPCRoute", "BackendTLSPolicy"}  # manifest-check knows them
        for values in chart.VALUES:
            for version in (chart.OLDEST, chart.NEWEST):
                for entry in chart.render(values, version=version):
                    if entry["kind"] in elsewhere:
                        continue
                    with warnings.catch_warnings():
                        warnings.simplefilter("error")
                        kubernetes_validate.validate(entry, version.rsplit(".", 1)[0], strict=True)


@tool.needs("helm3", "helm4", "manifest-check", "kubernetes")
class Odd(unittest.TestCase):
    """Names that Helm allows, and texts that YAML would take for something else."""
    SERVICE, OBJECT = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?"), re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
    LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")

    def check(self, release, *words):
        rendered = set()
        for which in chart.HELMS:
            done = chart.helm(which, "template", release, chart.CHART, "--namespace", "kontor", "--values", MINIMAL, "--kube-version", chart.OLDEST, *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            judged = subprocess.run([tool.program("manifest-check", "manifest-check")], input=done.stdout, capture_output=True, text=True)
            self.assertEqual(judged.returncode, 0, "%s %s\n%s" % (release, words, judged.stdout))
            objects = [entry for entry in yaml.safe_load_all(done.stdout) if entry]
            for entry in objects:
                name, labels = entry["metadata"]["name"], dict(entry["metadata"]["labels"])
                pattern = self.SERVICE if entry["kind"] == "Service" else self.OBJECT
                self.assertTrue(len(name) <= 63 and pattern.fullmatch(name), (release, entry["kind"], name))
                for label in labels.values():
                    self.assertTrue(isinstance(label, str) and len(label) <= 63 and self.LABEL.fullmatch(label), (release, label))
            rendered.add(str(objects))
        self.assertEqual(len(rendered), 1, release)

    def test_releases(self):
        for release in ("my.kontor", "1kontor", "123", "true", "1e3", "a" * 53, "a" * 34 + ".b-c.kontor-d"):
            self.check(release)

    def test_texts(self):
        for words in ("nameOverride=123", "ledger.settingsSecret=123,load.secret=true,payments.keySecret=0x1,identity.spoolClaim=1e3", "commonLabels.team=123",
                      "front.tls.secret=1e3,front.tls.authoritySecret=null", "ledger.priorityClassName=123", "image.tag=123", "bindAddress=[::]"):
            self.check("kontor", "--set-string", words)
        self.check("kontor", "--set", "drain.delaySeconds=0,drain.graceSeconds=0,settings.calls-max=16777216,gateway.service.port=443")


@tool.needs("helm3", "helm4")
class Refused(unittest.TestCase):
    def refusal(self, *words, values=MINIMAL):
        said = []
        for which in chart.HELMS:
            done = chart.helm(which, "template", "kontor", chart.CHART, "--kube-version", chart.NEWEST, *(("--values", values) if values else ()), *words)
            self.assertNotEqual(done.returncode, 0, words)
            said.append(done.stderr)
        return "\n".join(said)

    def test_nothing_is_installed_by_default_that_strangers_could_use(self):
        self.assertIn("Set tls.enabled", self.refusal(values=None))

    def test_values_that_do_not_exist(self):
        for words in ("replica=2", "ledger.replica=2", "front.tls.sekret=x", "ledger.settings.batch-lane=4", "settings.batch-lanes=4",
                      "sharing.settings.sms-price-micros=1"):
            self.assertIn(words.split("=")[0].rsplit(".", 1)[-1], self.refusal("--set", words), words)

    def test_values_of_another_kind(self):
        for words in ("ledger.replicas=two", "ledger.replicas=0", "image.pullPolicy=Sometimes", "networkPolicy.postgresql.ports={99999}",
                      "front.tls.verify=maybe", "payments.providerUrl=ftp://x", "fullnameOverride=1a", "nameOverride=-a", "bindAddress=everywhere",
                      "drain.delaySeconds=601", r"commonLabels.app\.kubernetes\.io/component=x", r"ledger.podLabels.app\.kubernetes\.io/instance=x", "image.digest=sha256:12", "gateway.service.type=ExternalName"):
            self.refusal("--set", words)

    def test_text_that_would_be_more_than_a_name(self):
        for value in ("image.tag", "image.repository", "front.image.tag", "front.image.repository", "fullnameOverride", "nameOverride"):
            for more in ("x\n    command: [sh]", "x # y", 'x"', "{{ fail }}"):
                self.assertIn(value.rsplit(".", 1)[-1], self.refusal("--set-literal", "%s=%s" % (value, more)), (value, more))

    def test_no_secret_and_nothing_that_the_chart_decides_is_a_setting(self):
        for name in ("database-url", "provider-key", "webhook-secret", "listen-address", "tls-key-file", "crash-at"):
            self.assertIn(name, self.refusal("--set", "payments.settings.%s=x" % name))

    def test_what_does_not_fit_together(self):
        own = chart.CHART + "/ci/own-postgresql-values.yaml"
        availability = chart.CHART + "/ci/high-availability-values.yaml"
        for values, words, said in ((own, "front.tls.secret=", "set front.tls.secret"), (availability, "networkPolicy.monitoring=null", "networkPolicy.monitoring"),
                                    (own, "tls.certManager.enabled=true", "issuerRef.name"), (MINIMAL, "ingress.enabled=true", "ingress.host"),
                                    (MINIMAL, "front.tls.authoritySecret=x", "needs front.tls.secret"), (MINIMAL, "gatewayApi.enabled=true", "parentRefs"),
                                    (chart.CHART + "/ci/mutual-tls-values.yaml", "front.webhooks=true", "shows no certificate"),
                                    (MINIMAL, "tls.certManager.enabled=true", "needs tls.enabled"),
                                    (MINIMAL, "drain.delaySeconds=600,front.closeSeconds=1", "ten minutes at most"),
                                    (MINIMAL, "settings.trace-endpoint=http://collector:4318", "port 4318 in networkPolicy.collector.ports"),
                                    (MINIMAL, "identity.settings.smtp-url=smtps://mail.example", "port 465 in networkPolicy.messages.ports"),
                                    (MINIMAL, "identity.settings.sms-hook-url=https://sms.example/a?b=c:1", "port 443 in networkPolicy.messages.ports"),
                                    (MINIMAL, "networkPolicy.postgresql.ports=null", "networkPolicy.postgresql.ports"),
                                    (MINIMAL, "payments.providerUrl=https://provider.example:8443", "port 8443 in networkPolicy.provider.ports")):
            self.assertIn(said, self.refusal("--set", words, values=values), words)

    def test_an_old_kubernetes(self):
        done = chart.helm("helm4", "template", "kontor", chart.CHART, "--values", MINIMAL, "--kube-version", "1.26.9")
        self.assertIn("incompatible with Kubernetes", done.stderr)


if __name__ == "__main__":
    tool.main()
