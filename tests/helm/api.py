"""As much of a Kubernetes API as `helm install`, `upgrade`, `rollback`, `test` and `uninstall` need, on loopback. Objects are checked strictly by
the schemas of kubernetes-validate and kept in memory; nothing runs: workloads are ready at once, Jobs and pods have succeeded, unless a test
says that those of a name fail. It proves nothing about scheduling, admission, eviction or networks. Not a test."""
import base64
import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import chart  # noqa: F401 – finds the modules
import kubernetes_validate
import yaml

KINDS = {  # group and version: {resource: (kind, whether it lies in a namespace)}
    "v1": {"namespaces": ("Namespace", False), "pods": ("Pod", True), "services": ("Service", True), "configmaps": ("ConfigMap", True),
           "secrets": ("Secret", True), "serviceaccounts": ("ServiceAccount", True), "events": ("Event", True)},
    "apps/v1": {"deployments": ("Deployment", True), "replicasets": ("ReplicaSet", True)},
    "batch/v1": {"jobs": ("Job", True)},
    "policy/v1": {"poddisruptionbudgets": ("PodDisruptionBudget", True)},
    "autoscaling/v2": {"horizontalpodautoscalers": ("HorizontalPodAutoscaler", True)},
    "networking.k8s.io/v1": {"networkpolicies": ("NetworkPolicy", True), "ingresses": ("Ingress", True)},
}
VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]
SENT = ("name", "namespace", "labels", "annotations", "generateName", "finalizers", "ownerReferences")
IMMUTABLE = {"Deployment": ("selector",), "Job": ("selector", "template", "completions"), "Service": ()}


# ---- what helm's own records of a release are sent as ----

def varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def fields(data):
    """[(number, value)] of a message in protobuf."""
    at, found = 0, []
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        found.append((tag >> 3, value))
    return found


def pair(data):
    entry = dict(fields(data))
    return entry[1].decode(), entry.get(2, b"")


def from_protobuf(raw):
    """A Secret: "k8s\\0", then runtime.Unknown with its type and its bytes."""
    unknown = dict(fields(raw[4:]))
    kind, secret, metadata, data = dict(fields(unknown[1])), dict(fields(unknown[2])), {}, {}
    for number, value in fields(secret[1]):
        if number == 1:
            metadata["name"] = value.decode()
        elif number in (11, 12):
            key, text = pair(value)
            metadata.setdefault("labels" if number == 11 else "annotations", {})[key] = text.decode()
    for number, value in fields(unknown[2]):
        if number == 2:
            key, content = pair(value)
            data[key] = base64.b64encode(content).decode()
    return {"apiVersion": kind[1].decode(), "kind": kind[2].decode(), "metadata": metadata, "data": data, "type": secret[3].decode()}


def below(version):
    return ("apis/" if "/" in version else "api/") + version


def openapi(version):
    """No more than that this server checks the fields of what is sent, so that Helm leaves it to do so."""
    group, _, number = version.rpartition("/")
    told = [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}]
    return {"openapi": "3.0.0", "info": {"title": "test", "version": "1"}, "paths": {
        "/%s/%s/{name}" % (below(version), name): {"patch": {"parameters": told, "responses": {}, "x-kubernetes-group-version-kind": {
            "group": group, "version": number, "kind": kind}}} for name, (kind, _) in KINDS[version].items()}}


def merge(into, patch):
    """A strategic merge, as Helm 3 sends it. A list that is merged by a key comes with the order of its elements, which tells the key."""
    if "$retainKeys" in patch:
        for key in into.keys() - set(patch["$retainKeys"]):
            del into[key]
    for key, value in patch.items():
        order = patch.get("$setElementOrder/" + key)
        if key.startswith("$"):
            continue
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        elif order and isinstance(order[0], dict):
            into[key] = merge_list(into.get(key, []), value, order)
        else:
            into[key] = value


def merge_list(old, patches, order):
    by = next(iter(order[0]))
    found = {entry[by]: entry for entry in old}
    for patch in patches:
        if patch.get("$patch") == "delete":
            found.pop(patch[by], None)
        else:
            merge(found.setdefault(patch[by], {}), patch)
    return [found[entry[by]] for entry in order]


class Refused(Exception):
    def __init__(self, code, reason, message):
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message


class Cluster:
    def __init__(self, version):
        self.version, self.objects, self.changes, self.failing = version, {}, 0, set()
        self.history = []  # (verb, kind, name)
        self.changed = threading.Condition()
        cluster = self

        class Handler(Request):
            pass
        Handler.cluster = cluster
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self):
        return "http://127.0.0.1:%d" % self.server.server_address[1]

    def stop(self):
        with self.changed:
            self.server.is_over = True
            self.changed.notify_all()
        self.server.shutdown()
        self.server.server_close()

    def of_kind(self, kind):
        return {key[3]: entry for key, entry in self.objects.items() if entry["kind"] == kind}

    def note(self, verb, entry):
        self.changes += 1
        self.history.append((verb, entry["kind"], entry["metadata"]["name"]))
        self.changed.notify_all()

    def put(self, key, old, body):
        kind = KINDS[key[0]][key[1]][0]
        body.setdefault("kind", kind)
        body.setdefault("apiVersion", key[0])
        sent = {name: value for name, value in body.items() if name != "status"}
        sent["metadata"] = {name: value for name, value in body["metadata"].items() if name in SENT}
        try:
            kubernetes_validate.validate(sent, self.version, strict=True)
        except Exception as error:  # whatever the validator finds is said to the caller
            raise Refused(422, "Invalid", "%s %s: %s" % (kind, key[3], str(error).splitlines()[0])) from error
        for name in IMMUTABLE.get(kind, ()) if old else ():
            if old["spec"].get(name) != body["spec"].get(name):
                raise Refused(422, "Invalid", '%s "%s" is invalid: spec.%s: field is immutable' % (kind, key[3], name))
        metadata = body["metadata"]
        metadata.update(uid=old["metadata"]["uid"] if old else str(uuid.uuid4()), creationTimestamp="2026-01-01T00:00:00Z",
                        resourceVersion=str(self.changes + 1), generation=(old["metadata"]["generation"] + 1 if old else 1))
        if key[2]:
            metadata["namespace"] = key[2]
        body["status"] = self.status_of(body)
        self.objects[key] = body
        self.note("change" if old else "create", body)
        return body

    def status_of(self, entry):
        """At once as it would be after a while."""
        kind, spec, failed = entry["kind"], entry.get("spec", {}), entry["metadata"]["name"] in self.failing
        if kind == "Deployment":
            count = spec.get("replicas", 1)
            return {"observedGeneration": entry["metadata"]["generation"], "replicas": count, "updatedReplicas": count, "readyReplicas": count,
                    "availableReplicas": count, "conditions": [{"type": "Available", "status": "True"},
                                                               {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}]}
        if kind == "Job":
            end = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"} if failed else {"type": "Complete", "status": "True"}
            return {"failed" if failed else "succeeded": 1, "startTime": "2026-01-01T00:00:00Z", "conditions": [end]}
        if kind == "Pod":
            return {"phase": "Failed" if failed else "Succeeded", "conditions": [{"type": "Ready", "status": "True"}]}
        if kind == "PodDisruptionBudget":
            return {"observedGeneration": entry["metadata"]["generation"], "currentHealthy": 1, "desiredHealthy": 1, "disruptionsAllowed": 1,
                    "expectedPods": 1}
        return {}


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster = None

    def log_message(self, *words):
        pass

    def answer(self, code, body):
        raw = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def handle_all(self):
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            found = self.discovery(parts.path)
            if found is None:
                found = self.resource(parts.path, dict(parse_qsl(parts.query)), raw)
            if found is not None:
                self.answer(*found)
        except Refused as no:
            self.answer(no.code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": no.reason, "message": no.message, "code": no.code})
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_all

    def discovery(self, path):
        version = self.cluster.version
        if path == "/version":
            return 200, {"major": "1", "minor": version.split(".")[1], "gitVersion": "v%s.0" % version}
        if path == "/api":
            return 200, {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            groups = [{"groupVersion": name, "version": name.split("/")[1]} for name in KINDS if "/" in name]
            return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
                {"name": group["groupVersion"].split("/")[0], "versions": [group], "preferredVersion": group} for group in groups]}
        if path == "/openapi/v3":
            return 200, {"paths": {where: {"serverRelativeURL": "/openapi/v3/" + where} for where in map(below, KINDS)}}
        for name in KINDS:
            if path == "/openapi/v3/" + below(name):
                return 200, openapi(name)
        listed = re.fullmatch(r"/apis?/(v1|[a-z0-9.]+/v\w+)", path)
        if listed and listed[1] in KINDS:
            return 200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": listed[1], "resources": [
                {"name": name, "singularName": kind.lower(), "kind": kind, "namespaced": inside, "verbs": VERBS}
                for name, (kind, inside) in KINDS[listed[1]].items()]}
        return None

    def resource(self, path, query, raw):
        place = re.fullmatch(r"/apis?/(v1|[a-z0-9.]+/v\w+)/(?:namespaces/([^/]+)/)?([a-z]+)(?:/([^/]+))?(?:/(\w+))?", path)
        if not place or place[3] not in KINDS.get(place[1], {}):
            raise Refused(404, "NotFound", "there is no " + path)
        version, namespace, resource, name, below = place.groups()
        if below == "log":
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        with self.cluster.changed:
            if name is None and self.command == "GET":
                return self.listing(version, namespace, resource, query)
            if name is None:
                return self.create((version, resource, namespace), raw)
            return self.one((version, resource, namespace, name), raw)

    def body(self, raw):
        return from_protobuf(raw) if raw[:4] == b"k8s\0" else json.loads(raw) if raw[:1] == b"{" else yaml.safe_load(raw)

    def create(self, place, raw):
        body = self.body(raw)
        key = (*place, body["metadata"]["name"])
        if key in self.cluster.objects:
            raise Refused(409, "AlreadyExists", '%s "%s" already exists' % (key[1], key[3]))
        return 201, self.cluster.put(key, None, body)

    def one(self, key, raw):
        old = self.cluster.objects.get(key)
        applies = "apply-patch" in self.headers.get("Content-Type", "")
        if old is None and not applies:
            raise Refused(404, "NotFound", '%s "%s" not found' % (key[1], key[3]))
        if self.command == "GET":
            return 200, old
        if self.command == "DELETE":
            del self.cluster.objects[key]
            self.cluster.note("delete", old)
            return 200, {"kind": "Status", "apiVersion": "v1", "status": "Success"}
        body = self.body(raw)
        if self.command == "PATCH" and not applies:
            patched = json.loads(json.dumps(old))
            merge(patched, body)
            body = patched
        return 200, self.cluster.put(key, old, body)

    # ---- lists, and what comes after them ----

    def chosen(self, version, namespace, resource, query):
        labels = [term.partition("=") for term in query.get("labelSelector", "").split(",") if "=" in term and "!=" not in term]
        name = query.get("fieldSelector", "").removeprefix("metadata.name=")
        for key, entry in self.cluster.objects.items():
            has = entry["metadata"].get("labels", {})
            if key[:2] == (version, resource) and namespace in (None, key[2]) and name in ("", key[3]) and all(has.get(a) == b for a, _, b in labels):
                yield key, entry

    def listing(self, version, namespace, resource, query):
        if query.get("watch") in ("true", "1"):
            self.watch(version, namespace, resource, query)
            return None
        items = [entry for _, entry in self.chosen(version, namespace, resource, query)]
        return 200, {"kind": KINDS[version][resource][0] + "List", "apiVersion": version, "metadata": {"resourceVersion": str(self.cluster.changes)},
                     "items": items}

    def watch(self, version, namespace, resource, query):
        """Until the caller goes, or the cluster; with the lock, but while it waits."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        since = int(query.get("resourceVersion") or 0)
        told = {key: entry for key, entry in self.chosen(version, namespace, resource, query) if int(entry["metadata"]["resourceVersion"]) <= since}
        if query.get("sendInitialEvents") == "true":
            told = {}
        try:
            self.tell_changes(version, namespace, resource, query, told)
        except OSError:
            pass
        self.close_connection = True

    def tell_changes(self, version, namespace, resource, query, told):
        begins = query.get("sendInitialEvents") == "true"
        while not getattr(self.server, "is_over", False):
            now = dict(self.chosen(version, namespace, resource, query))
            for key, entry in now.items():
                if told.get(key) is not entry:
                    self.tell("MODIFIED" if key in told else "ADDED", entry)
            for key in told.keys() - now.keys():
                self.tell("DELETED", told[key])
            if begins:
                self.tell("BOOKMARK", {"kind": KINDS[version][resource][0], "apiVersion": version, "metadata": {
                    "resourceVersion": str(self.cluster.changes), "annotations": {"k8s.io/initial-events-end": "true"}}})
            told, begins = now, False
            self.wfile.flush()
            self.cluster.changed.wait(1)
            self.wfile.write(b"1\r\n\n\r\n")  # an empty line between events; it fails when the caller has gone

    def tell(self, kind, entry):
        line = json.dumps({"type": kind, "object": entry}).encode() + b"\n"
        self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
