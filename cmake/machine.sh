# What ./start and ./check share: the packages, the steps with their progress, the build. Sourced from the project's root.

var=$(realpath -m "${KONTOR_VAR:-$root/var}")
readonly var
readonly log_folder=$var/log
packages_build="gcc g++ cmake ninja-build pkg-config protobuf-compiler protobuf-c-compiler libprotobuf-dev libprotobuf-c-dev libgrpc-dev
 libuv1-dev libpq-dev libssl-dev libcurl4-openssl-dev libmicrohttpd-dev libsodium-dev libjansson-dev libjq-dev libutf8proc-dev libidn2-dev libphonenumber-dev libzxcvbn-dev liboath-dev libfido2-dev libcbor-dev libcmocka-dev postgresql-15 python3 python3-protobuf
 haproxy tzdata"
packages_check="make clang-format binutils openssl clang libclang-rt-14-dev python3-grpcio python3-cryptography python3-stdnum python3-phonenumbers
 python3-yaml yamllint zsh mandoc"
packages_ci="patroni etcd-server iproute2 prometheus" # they bring services of their own, so a user's machine is left alone; tests/failover, tests/operations

fail() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 1
}

# lock FILE: held as descriptor 9 for as long as this command lives; what it starts does not inherit it.
lock() {
  mkdir -p "$(dirname "$1")" && exec 9>>"$1" || fail "cannot write in $(dirname "$1"); set KONTOR_VAR to a folder where that is possible"
  flock --nonblock 9
}

# together command…: a process group of its own, so that an end asked for in the middle ends everything that the command started.
group=
together() {
  local result=0
  start_together "$@"
  wait "$group" || result=$?
  group=
  return "$result"
}

start_together() {
  set -m
  "$@" 9>&- </dev/null &
  group=$!
  set +m
}

end_together() {
  [ -n "$group" ] || return 0
  local waited=0
  kill -INT -- "-$group" 2>/dev/null
  while kill -0 -- "-$group" 2>/dev/null && [ $waited -lt 120 ]; do
    sleep 0.1
    waited=$((waited + 1))
    # Who was started in the background without job control ignores SIGINT, and so does all that it starts.
    [ $waited != 50 ] || kill -TERM -- "-$group" 2>/dev/null
    [ $waited != 100 ] || kill -KILL -- "-$group" 2>/dev/null
  done
  wait "$group" 2>/dev/null
  group=
}

# step "what is done" command…: runs it quietly, shows the seconds while it lasts, keeps its output in var/log.
step() {
  local what=$1 log since=$SECONDS shown=0 result=0
  shift
  log=$log_folder/$(sed 's/[^a-zA-Z0-9]\{1,\}/-/g; s/^-//; s/-$//' <<<"$what").log
  mkdir -p "$log_folder" && : >"$log" || fail "cannot write $log"
  start_together "$@" >"$log" 2>&1
  while kill -0 "$group" 2>/dev/null; do
    sleep 0.2
    if [ -t 1 ]; then
      printf '\r  … %s (%d s) ' "$what" $((SECONDS - since))
    elif [ $((SECONDS - since)) -ge $((shown + 15)) ]; then
      shown=$((SECONDS - since))
      printf '  … %s (%d s)\n' "$what" "$shown"
    fi
  done
  wait "$group" || result=$?
  group=
  [ ! -t 1 ] || printf '\r\033[K'
  if [ "$result" = 0 ]; then
    printf '  ✓ %s (%d s)\n' "$what" $((SECONDS - since))
  else
    printf '  ✗ %s; the last lines of %s:\n' "$what" "${log#"$root"/}"
    tail -n 15 "$log" | sed 's/^/      /'
    return "$result"
  fi
}

# install_packages packages…: only what is missing; without the right to do so, the exact command.
install_packages() {
  local missing=() package as=()
  command -v apt-get >/dev/null || fail "this is not Debian; Kontor is built from the packages of Debian 12"
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then
      as=(sudo)
    else
      printf '%s: these Debian packages are missing; install them and call %s again:\n  apt-get update && apt-get install -y --no-install-recommends %s\n' \
        "$program" "$program" "${missing[*]}" >&2
      exit 1
    fi
  fi
  step "install ${#missing[@]} Debian packages" apt_install "${as[@]}" -- "${missing[@]}" || fail "the packages could not be installed"
}

need_programs() {
  local name
  for name in "$@"; do command -v "$name" >/dev/null || fail "$name is not on the PATH, though its Debian package is installed"; done
}

apt_install() {
  local as=()
  while [ "$1" != -- ]; do as+=("$1"); shift; done
  shift
  # A package list a few days old may name versions that are gone, so it is made anew first. PostgreSQL's package would start a
  # cluster of its own; ours is private.
  "${as[@]}" apt-get update -q &&
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
}

# need_disk FOLDER MEGABYTES: the folder may not be there yet
need_disk() {
  local folder=$1 free
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  free=$(df --output=avail -m "$folder" | tail -n 1 | tr -d ' ')
  [ "$free" -ge "$2" ] || fail "the disk of $folder has $free MB free; $2 MB are needed"
}

build_preset() {
  cmake --preset "$1" && cmake --build --preset "$1"
}
