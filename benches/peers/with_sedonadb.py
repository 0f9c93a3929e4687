"""SedonaDB, with ST_Intersects, which takes it less than ST_Within and is the same for points that
lie on no border.

    with_sedonadb.py count POINTS.csv AREAS OUT.csv
"""

import sys

import sedonadb


def count(points, areas, out):
    engine = sedonadb.connect()
    engine.read.csv(points).to_view("points")
    read = engine.read.parquet if areas.endswith(".parquet") else engine.read.pyogrio
    areas = read(areas)
    geometry = next(name for name in areas.schema.names if name in ("geometry", "wkb_geometry"))
    areas.to_view("areas")
    engine.sql(f"""
        SELECT code, count(*) AS count
        FROM (SELECT ST_Point(longitude, latitude, 4326) AS point FROM points) points
        JOIN areas ON ST_Intersects(point, {geometry})
        GROUP BY code
    """).to_pandas().to_csv(out, index=False)


{"count": count}[sys.argv[1]](*sys.argv[2:])
