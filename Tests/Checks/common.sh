# Sourced by every check: where things are, and how a check fails.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
header=$root/include/apus.h
release=$root/.build/release
library=$(realpath -m "${APUS_LIBRARY:-$release/libapus.so}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# fail SENTENCE: say it, and go on with the rest of the check.
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# The last line of a check.
finish() {
  [ $failures -eq 0 ]
  exit
}

# The value of a #define in the header.
defined_in_header() {
  sed -n "s/^#define $1 \([0-9]*\).*/\1/p" "$header"
}

need_library() {
  [ -f "$library" ] || { fail "no library at $library: swift build -c release --product apus"; finish; }
}
