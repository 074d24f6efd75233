# shellcheck shell=bash
# Sourced by run, tail and networks/run: the Python environment, as $python, and the library that is measured.
# What is installed stands in requirements.txt of $environment, a folder; of this one if that is not set.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
environment=${environment:-$here}
python=$environment/.venv/bin/python

# Kept as the list that was installed, so that a changed list is installed anew.
if ! cmp -s "$environment/requirements.txt" "$environment/.venv/installed"; then
  [[ -x $python ]] || python3 -m venv "$environment/.venv"
  "$python" -m pip install --quiet --disable-pip-version-check -r "$environment/requirements.txt"
  cp "$environment/requirements.txt" "$environment/.venv/installed"
fi

APUS_LIBRARY=$(realpath "${APUS_LIBRARY:-$root/.build/release/libapus.so}")
if [[ ! -f $APUS_LIBRARY ]]; then
  echo "no library at $APUS_LIBRARY: swift build -c release --product apus" >&2
  exit 1
fi
export APUS_LIBRARY PYTHONPATH=$root/bindings/python/src
