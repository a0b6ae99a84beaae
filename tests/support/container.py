"""Images as helm/images/build makes them, in a container storage of the tests' own, looked at without any tool of containers, and run.

    kontor = container.image("kontor")           built when it is not there as the tree is now
    kontor.files["bin/kontor"].mode
    container.podman("run", …)"""
import collections
import functools
import gzip
import io
import json
import os
import subprocess
import tarfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(os.environ.get("KONTOR_VAR") or os.path.join(ROOT, "var"), "check", "containers")
CONTAINERS = """[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
STORAGE = '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "%s/run"\n' % (FOLDER, FOLDER)


@functools.cache
def environment():
    os.makedirs(FOLDER, exist_ok=True)
    for name, text in (("containers.conf", CONTAINERS), ("storage.conf", STORAGE)):
        with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
            file.write(text)
    return {**os.environ, "CONTAINERS_CONF": os.path.join(FOLDER, "containers.conf"), "CONTAINERS_STORAGE_CONF": os.path.join(FOLDER, "storage.conf")}


def podman(*words, **more):
    """Like subprocess.run, with the output as text."""
    return subprocess.run(["podman", *words], env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **more)


class Image:
    """An OCI archive of one layer. Each file of its root has its head (tarfile.TarInfo) in files, and its content where it has one."""

    def __init__(self, path):
        with tarfile.open(path) as archive:
            blobs = {member.name: archive.extractfile(member).read() for member in archive.getmembers() if member.isfile()}
        blob = lambda descriptor: blobs["blobs/" + descriptor["digest"].replace(":", "/")]
        (entry,) = json.loads(blobs["index.json"])["manifests"]
        self.digest, manifest = entry["digest"], json.loads(blob(entry))
        self.config = json.loads(blob(manifest["config"]))["config"]
        (layer,) = manifest["layers"]
        self.compressed = layer["size"]
        self.files, self.content = {}, collections.OrderedDict()
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(layer)))) as tree:
            for member in tree.getmembers():
                name = member.name.strip("/")
                self.files[name] = member
                if member.isreg():
                    self.content[name] = tree.extractfile(member).read()


def build(*names, root=ROOT, **environment_more):
    result = subprocess.run([os.path.join(root, "helm", "images", "build"), *names], env={**environment(), **environment_more}, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(result.stdout)


@functools.cache
def image(name):
    build(name)
    return Image(os.path.join(ROOT, "build", "images", name + ".tar"))
