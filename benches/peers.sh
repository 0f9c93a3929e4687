#!/usr/bin/env bash
# reemap beside its peers: geopandas, DuckDB, SedonaDB, ogr2ogr, mapshaper, cartopy, R, plain Python.
#
#   benches/peers.sh [--points 1000000|10000000] [--runs 5] [--before OLDER_BINARY] [--markdown]
#                    [--jobs country,filter] [--programs reemap,geopandas] [--limit SECONDS] [--report]
#
# Builds reemap, fetches the others by name from their registries into target/peers (once), makes the
# data there (seeded), runs every program in turn as a whole process, checks that the answers are
# equal and prints a table; the numbers go to target/peers/results.json. A program that can't be had
# is left out, with a word. --report prints the last results again; --markdown is the form in
# docs/performance.md. It takes some 15 minutes, an hour with ten million points, and 3 GB of disk.
set -euo pipefail
cd "$(dirname "$0")/.."

work=target/peers
mkdir -p "$work"
say() { echo "$*" >&2; }

points=1000000
words=("$@")
for ((i = 0; i < ${#words[@]}; i++)); do
    case ${words[i]} in
        --points) points=${words[i + 1]} ;;
        --points=*) points=${words[i]#*=} ;;
        --report | --help | -h) exec python3 benches/peers/run.py "$@" ;;
    esac
done

cargo build --release --quiet --bin reemap --example outlines

# Python's programs. DuckDB's extension has to be of its own version.
if [[ ! -x $work/venv/bin/python ]]; then
    python3 -m venv "$work/venv"
fi
pip() { "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
if [[ ! -e $work/venv/complete ]]; then
    say "installing the Python packages into $work/venv"
    pip geopandas pyogrio pyarrow numpy pandas || {
        say "error: geopandas, which also makes the data, can't be installed"
        exit 1
    }
    pip duckdb-extension-spatial || say "DuckDB's spatial extension can't be had"
    pip 'sedonadb[geopandas]' geoarrow-pyarrow || say "SedonaDB can't be had"
    pip cartopy || say "cartopy can't be had"
    pip openpyxl python-calamine || say "openpyxl and calamine can't be had"
    touch "$work/venv/complete"
fi
if [[ ! -e $work/npm/complete ]] && command -v npm >/dev/null; then
    say "installing mapshaper into $work/npm"
    mkdir -p "$work/npm"
    npm install --silent --no-audit --no-fund --prefix "$work/npm" mapshaper >&2 || say "mapshaper can't be had"
    touch "$work/npm/complete"
fi
command -v ogr2ogr >/dev/null || say "ogr2ogr is not here (Debian: gdal-bin)"
command -v Rscript >/dev/null || say "R is not here (Debian: r-base-core r-cran-sf r-cran-ggplot2)"

sizes=(3100)
((points < 1000000)) || sizes+=(1000000)
((points < 10000000)) || sizes+=(10000000)
"$work/venv/bin/python" benches/peers/data.py "$work/data" target/release/examples/outlines "${sizes[@]}"

exec python3 benches/peers/run.py "$@"
