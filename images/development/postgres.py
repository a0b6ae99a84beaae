"""PostgreSQL for a try of Kontor in pods, never for money: one node, without TLS, without a backup.

    postgres.py DATA SECRETS [options of postgres …]

DATA is a folder in which the cluster is made when there is none. SECRETS has a file for each role with its password: NAME, which its
service connects as, NAME_owner, which owns the database NAME and migrates, and postgres, the superuser. Passwords are taken at each
start. SIGINT ends PostgreSQL in order, and so does the end of a pod, by the image's stop signal; at SIGTERM it would wait for its clients."""
import os
import shutil
import subprocess
import sys

BIN = "/usr/lib/postgresql/15/bin"
SOCKETS = "/tmp"


def quoted(text, mark="'"):
    return mark + text.replace(mark, mark * 2) + mark


def named(role):
    return quoted(role, '"')


def passwords(folder):
    """A mounted Secret has links and hidden folders beside its files."""
    found = {}
    for name in sorted(os.listdir(folder)):
        if not name.startswith("."):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found[name] = file.read().strip()
    return found


def say(cluster, statements):
    """To a server in single-user mode, which nobody else can reach; there a statement ends with an empty line, and errors are only told."""
    result = subprocess.run([BIN + "/postgres", "--single", "-j", "-D", cluster, "postgres"], input="".join(line + ";\n\n" for line in statements),
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    if "ERROR:" in result.stderr or "FATAL:" in result.stderr:
        sys.exit(result.stderr)


def creations(roles):
    for role in roles:
        if role != "postgres":
            yield "CREATE ROLE %s LOGIN" % named(role)
    for role in roles:
        name = role.removesuffix("_owner")
        if name != role:
            yield "CREATE DATABASE %s OWNER %s" % (named(name), named(role))
            yield "REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC" % named(name)
            yield "GRANT CONNECT ON DATABASE %s TO %s" % (named(name), named(name))
    yield "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC"


def make(cluster, roles):
    """Beside its place and moved there, so that an end in the middle leaves nothing that looks whole."""
    new = cluster + ".new"
    shutil.rmtree(new, ignore_errors=True)
    subprocess.run([BIN + "/initdb", "--pgdata=" + new, "--username=postgres", "--auth=reject", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"],
                   stdout=subprocess.DEVNULL, check=True)
    with open(new + "/pg_hba.conf", "w", encoding="utf-8") as file:
        file.write("local all all scram-sha-256\nhost all all all scram-sha-256\n")
    say(new, creations(roles))
    os.rename(new, cluster)


def main(data, secrets, *options):
    os.umask(0o077)
    cluster, roles = os.path.join(data, "cluster"), passwords(secrets)
    if not os.path.exists(cluster):
        make(cluster, roles)
    say(cluster, ["ALTER ROLE %s PASSWORD %s" % (named(role), quoted(password)) for role, password in roles.items()])
    os.execv(BIN + "/postgres", [BIN + "/postgres", "-D", cluster, "-c", "listen_addresses=*", "-c", "unix_socket_directories=" + SOCKETS, "-c", "max_connections=300", *options])


if __name__ == "__main__":
    main(*sys.argv[1:])
