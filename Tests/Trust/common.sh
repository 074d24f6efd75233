# For the parts of Tests/Trust, which run starts from Tests/Trust/run.
set -uo pipefail
part=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$part/../../.." && pwd)
fixtures=$root/Tests/Fixtures

# compile PROGRAM FILE...: link a C program with the library, $build/PROGRAM.
compile() {
  local program=$1
  shift
  ${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -I"$root/include" -I"$root/Tests/Trust" \
    -I"$root/Tests/Fuzz/Support" -I"$root/Tests/C" "$@" \
    "$root/Tests/C/check.c" -o "$build/$program" -L"$build" -lapus -lm -ldl -pthread -Wl,-rpath,"$build"
}

# network_runs.h, and what it stands on.
networks=("$root/Tests/Trust/network_runs.c" "$root"/Tests/Fuzz/Support/{network_tensors,random,require,utf8}.c)

is_long() { [ -n "${APUS_LONG:-}" ]; }
