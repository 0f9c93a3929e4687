"""geopandas, with pyogrio and pyarrow, as its users write it.

    with_geopandas.py count POINTS.csv AREAS OUT.csv
    with_geopandas.py label POINTS.csv AREAS OUT.csv
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


def joined(points, areas, columns, how):
    points = located(pandas.read_csv(points, usecols=columns, engine="pyarrow"))
    if areas.endswith(".parquet"):
        areas = geopandas.read_parquet(areas)
    else:
        areas = geopandas.read_file(areas, use_arrow=True)
    return points.sjoin(areas[["code", "geometry"]], predicate="within", how=how)


def count(points, areas, out):
    found = joined(points, areas, ["longitude", "latitude"], "inner")
    found.groupby("code").size().rename("count").to_csv(out)


def label(points, areas, out):
    """Each point's area; the first in the alphabet where areas overlap."""
    found = joined(points, areas, ["id", "longitude", "latitude"], "left")
    found.groupby("id")["code"].min().to_csv(out)


def filtered(points, out):
    table = pandas.read_csv(points, engine="pyarrow")
    table = table[(table["status"] == "Active") & (table["grade"] > 0.9)]
    located(table[[*KEPT, "longitude", "latitude"]].copy()).to_file(out, driver="GeoJSON")


def write(points, out):
    table = pandas.read_csv(points, engine="pyarrow")
    located(table[[*KEPT, "longitude", "latitude"]]).to_file(out, driver="GeoJSON")


{"count": count, "label": label, "filter": filtered, "write": write}[sys.argv[1]](*sys.argv[2:])
