"""What answers say, in a form that can be compared.

    compare.py counts FILE.csv       the counts by code, those of none aside
    compare.py features FILE.geojson the number of features and a checksum of what they hold, in order
    compare.py points A.csv B.csv    in how many lines the two differ, of id and code

Prints one line.
"""

import csv
import hashlib
import json
import sys

CODES = ("area_code", "country_code", "code", "area")
NUMBERS = ("count", "n")


def counts(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        code = next(name for name in CODES if name in rows.fieldnames)
        number = next(name for name in NUMBERS if name in rows.fieldnames)
        found = sorted((row[code], int(row[number])) for row in rows)
    found = [(code, count) for code, count in found if code and count]
    digest = hashlib.sha256(repr(found).encode()).hexdigest()[:12]
    return f"{sum(count for _, count in found)} points in {len(found)} areas, {digest}"


def features(path):
    """Every program writes a feature a line, so that none has to be held."""
    number, digest = 0, hashlib.sha256()
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.strip().rstrip(",")
            if not line.startswith(('{"type":"Feature",', '{ "type": "Feature",')):
                continue
            feature = json.loads(line)
            told = feature["properties"]
            x, y = feature["geometry"]["coordinates"]
            row = (told["name"], told["status"], float(told["grade"]), float(x), float(y))
            digest.update(repr(row).encode())
            number += 1
    return f"{number} features, {digest.hexdigest()[:12]}"


def points(ours, theirs):
    """Of reemap the csv of an export."""
    differ = number = 0
    with open(ours, newline="", encoding="utf-8") as a, open(theirs, newline="", encoding="utf-8") as b:
        for one, other in zip(csv.DictReader(a), csv.DictReader(b), strict=True):
            number += 1
            differ += (one["source_id"], one["country_code"]) != (other["id"], other["code"])
    return f"{differ} of {number} points differ"


print({"counts": counts, "features": features, "points": points}[sys.argv[1]](*sys.argv[2:]))
