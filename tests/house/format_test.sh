#!/usr/bin/env bash
# Every C source is as .clang-format says (Debian 12's clang-format, 14). To mend: git ls-files '*.[ch]' '*.cc' | xargs clang-format -i
set -uo pipefail
version=$(clang-format --version) || exit 1
case $version in
*" version 14."*) ;;
*) printf '%s: 14 is needed, another one formats differently\n' "$version"; exit 1 ;;
esac
folders=(runtime identity payments ledger sharing gateway cli tests bench)
find "${folders[@]}" \( -name '*.[ch]' -o -name '*.cc' \) -print0 | xargs -0 -P 2 -n 40 clang-format --dry-run -Werror
