"""Makes the data that all programs are given: the same bytes in every run.

    data.py FOLDER OUTLINES POINTS [POINTS ...]

FOLDER gets `countries`, `countries-50m` and `provinces` (reemap's own outlines, as the program
OUTLINES writes them) as GeoJSON, shapefile and GeoParquet, and `points_N.csv` for each POINTS. Half
of the points lie anywhere on the globe, half around centres on land, as deposits do. Some names
need quotes, some are not ASCII.
"""

import subprocess
import sys
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.compute
import shapely

SEED = 20_260
CHUNK = 1_000_000
CENTRES = 400
SPREAD = 1.5  # degrees
NAMES = [
    "Bayan Obo", "Mountain Pass", "Lovozero", "Maoniuping", "Nolans Bore", "Araxá", "Strange Lake",
    "白云鄂博", "Kvanefjeld, Zone 2", 'Steenkampskraal "B"', "Dong Pao", "Mount Weld",
]
STATUS = ["Active", "Past producer", "Prospect", "Unknown"]


def outlines(folder, program):
    """Countries and provinces in three formats."""
    for name in ("countries", "countries-50m", "provinces"):
        geojson = folder / f"{name}.geojson"
        with open(geojson, "wb") as out:
            subprocess.run([program, name], stdout=out, check=True)
        areas = geopandas.read_file(geojson)
        areas.to_file(folder / f"{name}.shp", encoding="utf-8")
        # As GeoParquet names longitude before latitude, which engines hold against other files.
        areas.set_crs("OGC:CRS84", allow_override=True).to_parquet(folder / f"{name}.parquet")


def on_globe(random, count):
    """Points with equal odds for equal areas."""
    return random.random(count) * 360 - 180, np.degrees(np.arcsin(random.random(count) * 2 - 1))


def centres(land):
    """Places on land."""
    x, y = on_globe(np.random.default_rng(SEED), 8 * CENTRES)
    hit = np.unique(shapely.STRtree(land).query(shapely.points(x, y), predicate="within")[0])
    return x[hit[:CENTRES]], y[hit[:CENTRES]]


def chunk(number, count, around):
    """The points from number × CHUNK on."""
    random = np.random.default_rng([SEED, number])
    x, y = on_globe(random, count)
    clustered = random.random(count) < 0.5
    centre = random.integers(len(around[0]), size=count)
    shift = random.normal(scale=SPREAD, size=(2, count))
    x = np.where(clustered, (around[0][centre] + shift[0] + 180) % 360 - 180, x)
    y = np.where(clustered, np.clip(around[1][centre] + shift[1], -89.9, 89.9), y)
    ids = np.arange(count) + number * CHUNK + 1
    names = pa.array(NAMES).take(pa.array(random.integers(len(NAMES), size=count)))
    names = pa.compute.binary_join_element_wise(names, pa.array(ids).cast(pa.string()), " ")
    return pa.table({
        "id": ids,
        "name": names,
        "longitude": x.round(6),
        "latitude": y.round(6),
        "status": pa.array(STATUS).take(pa.array(random.integers(len(STATUS), size=count))),
        "grade": random.random(count).round(4),
    })


def points(path, count, around):
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as out:
        for number in range(-(-count // CHUNK)):
            table = chunk(number, min(CHUNK, count - number * CHUNK), around)
            table.to_pandas().to_csv(out, index=False, header=number == 0)
    partial.rename(path)


def main():
    folder, program, *counts = sys.argv[1:]
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "provinces.parquet").exists():
        outlines(folder, program)
    around = None
    for count in map(int, counts):
        path = folder / f"points_{count}.csv"
        if not path.exists():
            if around is None:
                around = centres(geopandas.read_parquet(folder / "countries.parquet").geometry)
            points(path, count, around)


if __name__ == "__main__":
    main()
