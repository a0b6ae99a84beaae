"""Manifests as Podman 4.3.1 plays them. Not a test.

There are no Services and no DNS: every pod is in one network namespace with nothing but loopback, where it has its real ports, and
/etc/hosts names every Service. Of a Secret in a volume Podman makes nothing that is of use, so it becomes a folder of this machine, and
what comes from one into an environment is written there. An emptyDir is shared by all pods that have one of that name, so its name is made
the pod's own. Probes would be run by a shell inside the image: the test asks what they ask. Replicas, budgets and policies are for clusters."""
import base64
import copy
import os
import shutil

USER = 65532


def secret_data(secret):
    return {**{key: base64.b64decode(value) for key, value in (secret.get("data") or {}).items()}, **{key: value.encode() for key, value in (secret.get("stringData") or {}).items()}}


def make_folder(path, content):
    """As a kubelet mounts it with defaultMode 0440 and an fsGroup."""
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path, mode=0o755)
    for name, value in content.items():
        with open(os.path.join(path, name), "wb") as file:
            file.write(value)
        os.chmod(file.name, 0o440)
        os.chown(file.name, 0, USER)


class Translator:
    def __init__(self, objects, folder):
        """objects: all of the installation; folder: for files, reached by whoever runs the containers."""
        self.folder = folder
        self.secrets = {entry["metadata"]["name"]: secret_data(entry) for entry in objects if entry["kind"] == "Secret"}
        self.maps = [entry for entry in objects if entry["kind"] == "ConfigMap"]
        self.hosts = os.path.join(folder, "hosts")
        with open(self.hosts, "w", encoding="utf-8") as file:
            file.write("127.0.0.1 localhost %s\n" % " ".join(entry["metadata"]["name"] for entry in objects if entry["kind"] == "Service"))

    def pod(self, entry):
        """The pod of a Deployment, a Job or a Pod, by the name of what makes it; and the ConfigMaps, which have to be beside it."""
        name = entry["metadata"]["name"]
        spec = copy.deepcopy(entry["spec"] if entry["kind"] == "Pod" else entry["spec"]["template"]["spec"])
        spec["hostNetwork"] = True
        spec["volumes"] = [self.volume(name, volume) for volume in spec.get("volumes", [])] + [{"name": name + "-hosts", "hostPath": {"path": self.hosts, "type": "File"}}]
        for container in spec["containers"]:
            self.container(name, container)
        return [*self.maps, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": entry["metadata"].get("labels", {})}, "spec": spec}]

    def volume(self, pod, volume):
        name = "%s-%s" % (pod, volume["name"])
        if "secret" in volume:
            secret, path = volume["secret"], os.path.join(self.folder, name)
            data = self.secrets[secret["secretName"]]
            make_folder(path, {item["path"]: data[item["key"]] for item in secret["items"]} if "items" in secret else data)
            return {"name": name, "hostPath": {"path": path, "type": "Directory"}}
        if "emptyDir" in volume or "persistentVolumeClaim" in volume:
            return {"name": name, "emptyDir": {}}
        raise ValueError("a volume that is not known here: %s" % volume)

    def container(self, pod, container):
        for key in ("ports", "startupProbe", "readinessProbe", "livenessProbe"):
            container.pop(key, None)
        for mount in container.get("volumeMounts", []):
            mount["name"] = "%s-%s" % (pod, mount["name"])
        container.setdefault("volumeMounts", []).append({"name": pod + "-hosts", "mountPath": "/etc/hosts", "readOnly": True})
        container["imagePullPolicy"] = "Never"
        container["image"] = "localhost/" + container["image"]
        for source in [source for source in container.get("envFrom", []) if "secretRef" in source]:
            container["envFrom"].remove(source)
            container.setdefault("env", []).extend({"name": key, "value": value.decode()} for key, value in self.secrets[source["secretRef"]["name"]].items())
