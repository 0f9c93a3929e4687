"""DuckDB with its spatial extension, which a Python package brings.

    with_duckdb.py count POINTS.csv AREAS OUT.csv
    with_duckdb.py filter POINTS.csv OUT.geojson
    with_duckdb.py write POINTS.csv OUT.geojson
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import duckdb

EXTENSION = next(Path(find_spec("duckdb_extension_spatial").origin).parent.rglob("*.duckdb_extension"))

database = duckdb.connect()
database.execute(f"LOAD '{EXTENSION}'")


def count(points, areas, out):
    source = f"'{areas}'" if areas.endswith(".parquet") else f"ST_Read('{areas}')"
    geometry = "geometry" if areas.endswith(".parquet") else "geom"
    database.execute(f"""
        COPY (
            SELECT code, count(*) AS count
            FROM (SELECT ST_Point(longitude, latitude) AS point FROM '{points}') points
            JOIN (SELECT code, {geometry}::GEOMETRY AS area FROM {source}) areas
              ON ST_Within(point, area)
            GROUP BY code
        ) TO '{out}'""")


def copy(points, out, where):
    # GeoJSON's driver does not overwrite.
    Path(out).unlink(missing_ok=True)
    database.execute(f"""
        COPY (
            SELECT name, status, grade, ST_Point(longitude, latitude) AS geometry
            FROM '{points}' {where}
        ) TO '{out}' WITH (FORMAT gdal, DRIVER 'GeoJSON')""")


def filtered(points, out):
    copy(points, out, "WHERE status = 'Active' AND grade > 0.9")


def write(points, out):
    copy(points, out, "")


{"count": count, "filter": filtered, "write": write}[sys.argv[1]](*sys.argv[2:])
