"""cartopy: the same maps, 183 mm wide, as SVG and as PNG at 300 dpi.

    with_cartopy.py world COUNTRIES SITES.csv OUT
    with_cartopy.py china COUNTRIES PROVINCES SITES.csv OUT
"""

import sys

import cartopy.crs as crs
import geopandas
import matplotlib
import pandas

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

SIZE = (183 / 25.4, 110 / 25.4)
CHINA = (73, 135, 17, 54)


def page(projection):
    plt.rcParams.update({"font.size": 7, "svg.fonttype": "none"})
    figure = plt.figure(figsize=SIZE)
    return figure, figure.add_axes([0.02, 0.02, 0.96, 0.9], projection=projection)


def draw(axes, areas, **style):
    axes.add_geometries(areas.geometry, crs=crs.PlateCarree(), **style)


def sites(axes, table):
    for kind, group in table.groupby(table["record_type"].fillna("unknown")):
        axes.scatter(
            group["longitude"], group["latitude"], s=4, linewidths=0.2, edgecolors="white",
            transform=crs.PlateCarree(), label=kind, zorder=3,
        )
    axes.gridlines(linewidth=0.2)
    axes.legend(fontsize=5, markerscale=2, loc="lower left")


def save(figure, out):
    figure.savefig(f"{out}.svg")
    figure.savefig(f"{out}.png", dpi=300)


def world(countries, table, out):
    figure, axes = page(crs.EqualEarth())
    axes.set_global()
    draw(axes, geopandas.read_file(countries), facecolor="#eeeeea", edgecolor="#999999", linewidth=0.3)
    sites(axes, pandas.read_csv(table))
    axes.set_title("Known deposits of rare earths worldwide")
    save(figure, out)


def china(countries, provinces, table, out):
    figure, axes = page(crs.AlbersEqualArea(105, 36, standard_parallels=(25, 47)))
    west, east, south, north = CHINA
    axes.set_extent(CHINA, crs=crs.PlateCarree())
    box = (west, south, east, north)
    draw(axes, geopandas.read_file(countries, bbox=box), facecolor="#eeeeea", edgecolor="#999999", linewidth=0.3)
    areas = geopandas.read_file(provinces, where="country IN ('CHN', 'HKG', 'MAC', 'TWN')")
    draw(axes, areas, facecolor="white", edgecolor="#bbbbbb", linewidth=0.2)
    table = pandas.read_csv(table)
    sites(axes, table[table["country"] == "China"])
    axes.set_title("Rare earths in China")
    save(figure, out)


{"world": world, "china": china}[sys.argv[1]](*sys.argv[2:])
