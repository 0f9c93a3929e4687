"""Plain Python, nothing installed: a row held at a time.

    with_python.py filter POINTS.csv OUT.geojson
    with_python.py write POINTS.csv OUT.geojson
"""

import csv
import json
import sys


def features(points, wanted):
    with open(points, newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            grade = float(row["grade"])
            if wanted(row["status"], grade):
                yield {
                    "type": "Feature",
                    "properties": {"name": row["name"], "status": row["status"], "grade": grade},
                    "geometry": {
                        "type": "Point",
                        "coordinates": [float(row["longitude"]), float(row["latitude"])],
                    },
                }


def geojson(points, out, wanted):
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with open(out, "w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for index, feature in enumerate(features(points, wanted)):
            file.write(",\n" if index else "\n")
            file.write(encode(feature))
        file.write("\n]}\n")


def filtered(points, out):
    geojson(points, out, lambda status, grade: status == "Active" and grade > 0.9)


def write(points, out):
    geojson(points, out, lambda status, grade: True)


{"filter": filtered, "write": write}[sys.argv[1]](*sys.argv[2:])
