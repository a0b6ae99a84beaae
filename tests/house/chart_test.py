"""The chart's schema and page are as its values and the programs are: helm/kontor/values.schema.json and the table of helm/kontor/README.md are
made of values.yaml and of each program's --help. `chart_test.py --write` makes them anew."""
import json
import re
import sys
import unittest

from chart_values import CHART, DECIDED, SERVICES, read_values, settable, settings_of

SCHEMA, PAGE = CHART + "/values.schema.json", CHART + "/README.md"
TABLE = re.compile(r"(?<=<!-- made by tests/house/chart_test.py --write -->\n).*", re.S)
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
OBJECTS = {"type": "array", "items": {"type": "object"}}
PORTS = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}}
NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}}
QUANTITIES = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
SECONDS = {"type": "integer", "minimum": 0, "maximum": 600}  # as the programs have it
# By these the chart finds its own.
LABELS = {**TEXTS, "patternProperties": {"^(app\\.kubernetes\\.io/(name|instance|component|part-of|version|managed-by)|helm\\.sh/chart)$": False}}
# Kinds of values that a default does not tell.
KINDS = {
    "commonLabels": LABELS, "labels": LABELS, "annotations": TEXTS, "podAnnotations": TEXTS, "podLabels": LABELS, "nodeSelector": TEXTS,
    "affinity": {"type": "object"}, "tolerations": OBJECTS, "topologySpreadConstraints": OBJECTS, "parentRefs": OBJECTS, "peers": OBJECTS,
    "callers": OBJECTS, "monitoring": OBJECTS, "imagePullSecrets": OBJECTS, "ports": PORTS, "hostnames": NAMES, "alsoAllowed": NAMES,
    "loadBalancerSourceRanges": NAMES, "flags": NAMES,
    "pullPolicy": {"enum": ["Always", "IfNotPresent", "Never"]},
    "digest": {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"},
    # Templates put these into manifests as they are.
    "repository": {"type": "string", "pattern": "^[a-z0-9][A-Za-z0-9._:/-]*$"}, "tag": {"type": "string", "pattern": "^[A-Za-z0-9._-]{0,128}$"},
    "nameOverride": {"type": "string", "pattern": "^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$"},
    "fullnameOverride": {"type": "string", "pattern": "^([a-z]([a-z0-9-]*[a-z0-9])?)?$"},
    "bindAddress": {"type": "string", "pattern": "^([0-9.]+|\\[[0-9a-f:.]+\\])$"}, "delaySeconds": SECONDS, "graceSeconds": SECONDS,
    "verify": {"enum": ["optional", "required"]},
    "externalTrafficPolicy": {"enum": ["Cluster", "Local"]},
    "maxUnavailable": {"type": ["integer", "string"], "pattern": "^[0-9]+%$", "minimum": 1},
    "targetCPUUtilizationPercentage": {"type": "integer", "minimum": 1, "maximum": 100},
    "trustDomain": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
    "providerUrl": {"type": "string", "pattern": "^https?://"},
    "resources": {"type": "object", "additionalProperties": False, "properties": {"requests": QUANTITIES, "limits": QUANTITIES}},
    "interval": {"type": "string", "pattern": "^[0-9]+(ms|s|m|h)$"},
    "replicas": {"type": "integer", "minimum": 1}, "minReplicas": {"type": "integer", "minimum": 1},
    "maxReplicas": {"type": "integer", "minimum": 1}, "generators": {"type": "integer", "minimum": 1},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "scenario": {"enum": ["transfers-single", "transfers-bulk", "agency-day", "soak", "spike"]},
    "type": {"enum": ["ClusterIP", "NodePort", "LoadBalancer"]},
    "issuerRef": {"type": "object", "additionalProperties": False, "required": ["name"],
                  "properties": {name: {"type": "string"} for name in ("name", "kind", "group")}},
}


def kind_of(name, default):
    if name in KINDS:
        return dict(KINDS[name])
    if isinstance(default, bool):
        return {"type": "boolean"}
    if isinstance(default, list):
        return dict(OBJECTS)
    if isinstance(default, int):
        return {"type": "integer", "minimum": 0}
    assert isinstance(default, str), "chart_test.py does not know what %s may be" % name
    return {"type": "string"}


def closed(properties):
    return {"type": "object", "additionalProperties": False, "properties": properties}


def settings_kind(sentence, settings):
    return {**closed({name: setting.schema() for name, setting in sorted(settings.items())}), "description": sentence}


def of_all(services):
    tables = [settable(service) for service in services]
    return {name: setting for name, setting in tables[0].items() if all(name in table for table in tables)}


def make_schema():
    root = closed({"global": {"type": "object", "description": "What parent charts share; not read here."}})
    for path, default, sentence in read_values():
        at = root
        for name in path[:-1]:
            at = at["properties"][name]
        if path[-1] == "settings":
            at["properties"]["settings"] = settings_kind(sentence, of_all(SERVICES))
        elif sentence:
            at["properties"][path[-1]] = {**kind_of(path[-1], default), "description": sentence}
        else:
            at["properties"][path[-1]] = closed({})
    shape = root["properties"]["defaults"]["properties"]
    for service in SERVICES:
        block = root["properties"][service]["properties"]
        sentence = shape["settings"]["description"]
        root["properties"][service]["properties"] = {**shape, **block, "settings": settings_kind(sentence, settable(service))}
    return json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Values of the chart kontor", **root}, indent=1,
                      ensure_ascii=False) + "\n"


def make_table():
    rows = ["| value | default | |", "|---|---|---|"]
    for path, default, sentence in read_values():
        if sentence:
            rows.append("| `%s` | `%s` | %s |" % (".".join(path), json.dumps(default, ensure_ascii=False), sentence.replace("|", "\\|")))
    return "\n".join(rows) + "\n"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class ChartTest(unittest.TestCase):
    maxDiff = None

    def test_every_value_has_a_sentence(self):
        for path, default, sentence in read_values():
            self.assertTrue(sentence or isinstance(default, dict), ".".join(path))
            self.assertEqual(sentence, sentence and sentence[0].upper() + sentence[1:].rstrip(".") + ".", path)

    def test_the_schema_is_of_these_values_and_programs(self):
        self.assertEqual(read(SCHEMA), make_schema(), "tests/house/chart_test.py --write")

    def test_the_page_is_of_these_values(self):
        self.assertEqual(TABLE.search(read(PAGE))[0], make_table(), "tests/house/chart_test.py --write")

    def test_the_program_knows_what_the_chart_sets(self):
        known = {name for service in SERVICES for name in settings_of(service)}
        named = set(re.findall(r'set \$settings "([a-z-]+)"', read(CHART + "/templates/_environment.tpl")))
        self.assertGreater(len(named), 10)
        self.assertEqual((named | DECIDED) - {"settings-file"} - known, set())
        for flag in re.findall(r"--([a-z-]+)", read(CHART + "/templates/migrations.yaml")):
            self.assertIn(flag, known | {"settings-file"})

    def test_the_load_generator_knows_its_flags(self):
        known = set(settings_of("load", "run"))
        templates = [read(path) for path in (CHART + "/templates/_load.tpl", CHART + "/templates/load.yaml", CHART + "/templates/tests/smoke.yaml")]
        given = set(re.findall(r"--([a-z-]+)=", "".join(templates)))
        self.assertGreater(len(given), 6)
        self.assertEqual(given - known, set())


def write():
    page = TABLE.sub(lambda _: make_table(), read(PAGE))
    for path, text in ((SCHEMA, make_schema()), (PAGE, page)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        unittest.main()
