"""PostgreSQL for a try of Kontor in pods, never for money: one node, without TLS, without a backup.

    postgres.py DATA SECRETS [options of postgres …]

DATA is a folder in which the cluster is made when there is none. SECRETS has two files: password, the superuser's, and roles.sql, a
statement a line, by which roles and databases are made with the cluster (helm/kontor/ci/secrets.sh writes both). SIGINT ends PostgreSQL in
order, and so does the end of a pod, by the image's stop signal; at SIGTERM it would wait for its clients."""
import os
import shutil
import subprocess
import sys

BIN = "/usr/lib/postgresql/15/bin"
SOCKETS = "/tmp"


def say(cluster, statements):
    """To a server in single-user mode, which nobody else can reach; there a statement ends with an empty line, and errors are only told."""
    result = subprocess.run([BIN + "/postgres", "--single", "-j", "-D", cluster, "postgres"], input="".join(line + ";\n\n" for line in statements),
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    if "ERROR:" in result.stderr or "FATAL:" in result.stderr:
        sys.exit(result.stderr)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def make(cluster, secrets):
    """Beside its place and moved there, so that an end in the middle leaves nothing that looks whole."""
    new = cluster + ".new"
    shutil.rmtree(new, ignore_errors=True)
    subprocess.run([BIN + "/initdb", "--pgdata=" + new, "--username=postgres", "--auth=reject", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"],
                   stdout=subprocess.DEVNULL, check=True)
    with open(new + "/pg_hba.conf", "w", encoding="utf-8") as file:
        file.write("local all all scram-sha-256\nhost all all all scram-sha-256\n")
    statements = [line.rstrip(";") for line in read(secrets + "/roles.sql").splitlines() if line]
    say(new, ["ALTER ROLE postgres PASSWORD '%s'" % read(secrets + "/password").strip().replace("'", "''"), *statements])
    os.rename(new, cluster)


def main(data, secrets, *options):
    os.umask(0o077)
    cluster = os.path.join(data, "cluster")
    if not os.path.exists(cluster):
        make(cluster, secrets)
    os.execv(BIN + "/postgres", [BIN + "/postgres", "-D", cluster, "-c", "listen_addresses=*", "-c", "unix_socket_directories=" + SOCKETS, "-c", "max_connections=300", *options])


if __name__ == "__main__":
    main(*sys.argv[1:])
