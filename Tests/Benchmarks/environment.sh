# shellcheck shell=bash
# Sourced by run and tail: the Python environment, as $python, and the library that is measured.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$here/.venv/bin/python

# Kept as the list that was installed, so that a changed list is installed anew.
if ! cmp -s "$here/requirements.txt" "$here/.venv/installed"; then
  [[ -x $python ]] || python3 -m venv "$here/.venv"
  "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$here/.venv/installed"
fi

APUS_LIBRARY=$(realpath "${APUS_LIBRARY:-$root/.build/release/libapus.so}")
if [[ ! -f $APUS_LIBRARY ]]; then
  echo "no library at $APUS_LIBRARY: swift build -c release --product apus" >&2
  exit 1
fi
export APUS_LIBRARY PYTHONPATH=$root/bindings/python/src
