"""geopandas, with pyogrio and pyarrow, as its users write it.

    with_geopandas.py count POINTS.csv AREAS OUT.csv
    with_geopandas.py filter POINTS.csv OUT.geojson
    with_geopandas.py write POINTS.csv OUT.geojson
"""

import sys

import geopandas
import pandas

KEPT = ["name", "status", "grade"]


def located(table):
    points = geopandas.points_from_xy(table.pop("longitude"), table.pop("latitude"))
    return geopandas.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def count(points, areas, out):
    columns = ["longitude", "latitude"]
    points = located(pandas.read_csv(points, usecols=columns, engine="pyarrow"))
    if areas.endswith(".parquet"):
        areas = geopandas.read_parquet(areas)
    else:
        areas = geopandas.read_file(areas, use_arrow=True)
    found = points.sjoin(areas[["code", "geometry"]], predicate="within")
    found.groupby("code").size().rename("count").to_csv(out)


def filtered(points, out):
    table = pandas.read_csv(points, engine="pyarrow")
    table = table[(table["status"] == "Active") & (table["grade"] > 0.9)]
    located(table[[*KEPT, "longitude", "latitude"]].copy()).to_file(out, driver="GeoJSON")


def write(points, out):
    table = pandas.read_csv(points, engine="pyarrow")
    located(table[[*KEPT, "longitude", "latitude"]]).to_file(out, driver="GeoJSON")


{"count": count, "filter": filtered, "write": write}[sys.argv[1]](*sys.argv[2:])
