"""A real Prometheus scrapes a running Kontor: promtool is content with every page, and every question of the alerts and of the dashboards has
an answer."""
import glob
import json
import os
import re
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "journeys"))
from stack import ROOT, Journey, Refused, free_port  # noqa: E402
import prometheus  # noqa: E402
import tool  # noqa: E402

FILES = os.path.join(ROOT, "helm", "kontor", "files")
CONFIGURATION = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - job_name: kontor
    static_configs:
"""
TARGET = """
      - targets: ["127.0.0.1:%d"]
        labels: {service: %s}
"""


def page(service):
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % service.admin_port, timeout=20) as answer:
        return answer.read()


class Prometheus:
    def __init__(self, folder, services):
        self.port, configuration = free_port(), os.path.join(folder, "prometheus.yml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION % os.path.join(FILES, "alerts.yaml") + "".join(TARGET % (s.admin_port, name) for name, s in services.items()))
        with open(os.path.join(folder, "prometheus.log"), "wb") as log:
            self.process = subprocess.Popen(["prometheus", "--config.file=" + configuration, "--storage.tsdb.path=" + os.path.join(folder, "tsdb"),
                                             "--web.listen-address=127.0.0.1:%d" % self.port], stdout=log, stderr=log)

    def ask(self, query):
        """The series of the answer; an error raises."""
        data = urllib.parse.urlencode({"query": query}).encode()
        with urllib.request.urlopen("http://127.0.0.1:%d/api/v1/query" % self.port, data, timeout=20) as answer:
            return json.load(answer)["data"]["result"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def dashboard_queries():
    """{query: (file, panel)}; the interval is Grafana's, the rest is PromQL."""
    found = {}
    for path in sorted(glob.glob(os.path.join(FILES, "dashboards", "*.json"))):
        with open(path, encoding="utf-8") as file:
            for panel in json.load(file)["panels"]:
                for target in panel["targets"]:
                    found[target["expr"].replace("$__rate_interval", "5m")] = (os.path.basename(path), panel["title"])
    return found


@prometheus.needed
class Live(Journey):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prometheus = Prometheus(cls.stack.folder, cls.stack.services)
        cls.addClassCleanup(cls.prometheus.stop)
        agency, project = cls.stack.company("agency", "project")
        agency.top_up("500.00")
        agency.transfer(project, "1.00")
        for refused in (lambda: project.transfer(agency, "1000000.00"), lambda: agency.top_up("0.01")):
            try:
                refused()
            except Refused:
                pass

    def await_answers(self, queries):
        """Asks until each has an answer; what has none is named."""
        deadline, left = time.monotonic() + 60, list(queries)
        while left and time.monotonic() < deadline:
            time.sleep(1)
            try:
                left = [query for query in left if not self.prometheus.ask(query)]
            except urllib.error.HTTPError as error:
                self.fail(error.read().decode())
            except OSError:
                continue  # it begins
        self.assertEqual(left, [])

    def test_promtool_is_content_with_every_page(self):
        for name, service in self.stack.services.items():
            done = subprocess.run(["promtool", "check", "metrics"], input=page(service), capture_output=True, check=False)
            self.assertEqual((name, done.returncode, done.stdout + done.stderr), (name, 0, b""))

    def test_every_panel_of_the_dashboards_has_an_answer(self):
        queries = dashboard_queries()
        self.assertGreater(len(queries), 50)
        self.await_answers(queries)

    def test_every_alert_asks_for_what_there_is(self):
        """But for certificates: here is none."""
        with open(os.path.join(FILES, "alerts.yaml"), encoding="utf-8") as file:
            asked = set(re.findall(r"\b(?:rpc|process|ledger|payments|gateway|events|runtime|database)_\w+", file.read()))
        asked -= {name for name in asked if name.startswith("rpc_faults")} | {"rpc_response_status_code", "rpc_method"}
        self.assertGreater(len(asked), 15)
        deadline = time.monotonic() + 90  # how far events are read is looked at every 5 s
        while asked - self.shown() and time.monotonic() < deadline:
            time.sleep(1)
        self.assertEqual(asked - self.shown(), set())

    def shown(self):
        pages = [page(service).decode() for service in self.stack.services.values()]
        return {line.split("{")[0].split()[0] for lines in pages for line in lines.splitlines() if line[0] != "#"}

    def test_no_rule_has_an_error(self):
        self.await_answers(["up == 1"])
        with urllib.request.urlopen("http://127.0.0.1:%d/api/v1/rules" % self.prometheus.port, timeout=20) as answer:
            rules = [rule for group in json.load(answer)["data"]["groups"] for rule in group["rules"]]
        self.assertGreater(len(rules), 15)
        self.assertEqual([(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] == "err"], [])


if __name__ == "__main__":
    tool.main()
