"""The jobs, and how each program is told to do them."""

from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "peers"
DATA = WORK / "data"
OUT = WORK / "out"
PYTHON = WORK / "venv" / "bin" / "python"
MAPSHAPER = WORK / "npm" / "node_modules" / ".bin" / "mapshaper"
CATALOGUE = ROOT / "data" / "catalog" / "global-ree.csv"

WHERE = "status = 'Active' AND grade > 0.9"
KEPT = "name,status,grade"


@dataclass
class Job:
    """What is done, by whom, and what it is held against."""

    name: str
    title: str
    # Each program's commands, run one after the other.
    commands: dict
    # What the answers are: counts, features, or None where they can't be compared.
    answer: str | None = None
    # Each program's answer.
    outputs: dict = field(default_factory=dict)
    # The most that reemap is to take, in seconds, and MB where that is said.
    seconds: float | None = None
    megabytes: float | None = None
    # The files that are read whole.
    reads: list = field(default_factory=list)
    # Points, where their number is what makes the job long.
    points: int = 0


def said(points):
    return f"{points:,}" if points < 1_000_000 else f"{points // 1_000_000} million"


def python(program, *words):
    return [str(PYTHON), str(HERE / f"with_{program}.py"), *map(str, words)]


class Jobs:
    """All jobs, for some reemap binaries by the names of their columns."""

    def __init__(self, binaries, helps, book):
        self.binaries, self.helps, self.book = binaries, helps, book

    def reemap(self, command, *words, needs=()):
        """The command for each binary that knows the flags that it needs."""
        known = {
            name: path for name, path in self.binaries.items()
            if all(flag in self.helps[name][command] for flag in needs)
        }
        return {name: [[path, command, *map(str, words)]] for name, path in known.items()}

    def coast(self, name):
        """The flag that switches the coast rule off, where there is one."""
        return ["--coast-km", "0"] if "--coast-km" in self.helps[name]["count"] else []

    def count(self, points, areas, seconds):
        csv = DATA / f"points_{points}.csv"
        job = "country" if areas == "countries" else "area"
        name = f"{job}-{points}"
        file = DATA / f"{areas}.shp"
        of = lambda program: OUT / f"{name}-{program.replace(' ', '-')}.csv"  # noqa: E731
        own = ["--by", "country"] if job == "country" else ["--by", "area", "--areas", file]
        commands = self.reemap("count", *own, "--data", csv, "--format", "csv", needs=own[2:3])
        for program, (command,) in commands.items():
            command += [*self.coast(program), "-o", str(of(program))]
        for program in ("geopandas", "duckdb", "sedonadb"):
            commands[program] = [python(program, "count", csv, file, of(program))]
        commands["mapshaper"] = [[
            str(MAPSHAPER), "-i", str(csv), "name=points", "-points", "x=longitude", "y=latitude",
            "-i", str(file), "name=areas", "-join", "points", "calc=n = count()", "fields=",
            "-drop", "geometry", "-o", str(of("mapshaper")), "target=areas",
        ]]
        what = "10m country" if job == "country" else "10m province, from a shapefile given"
        return Job(
            name, f"count {said(points)} CSV points by {what}", commands, "counts",
            {program: of(program) for program in commands}, seconds,
            60 if job == "country" else None, [csv] if job == "country" else [csv, file], points,
        )

    def export(self, points, filtered, seconds):
        csv = DATA / f"points_{points}.csv"
        name = f"{'filter' if filtered else 'write'}-{points}"
        of = lambda program: OUT / f"{name}-{program.replace(' ', '-')}.geojson"  # noqa: E731
        where = ["--where", WHERE] if filtered else []
        commands = self.reemap(
            "export", "--data", csv, *where, "--properties", KEPT,
            needs=["--properties", *where[:1]],
        )
        for program, (command,) in commands.items():
            command += ["-o", str(of(program))]
        for program in ("geopandas", "duckdb", "python"):
            commands[program] = [python(program, name.split("-")[0], csv, of(program))]
        commands["ogr2ogr"] = [[
            "ogr2ogr", "-f", "GeoJSON", str(of("ogr2ogr")), str(csv), "-a_srs", "EPSG:4326",
            "-oo", "X_POSSIBLE_NAMES=longitude", "-oo", "Y_POSSIBLE_NAMES=latitude",
            "-oo", "AUTODETECT_TYPE=YES", "-select", KEPT, *(["-where", WHERE] if filtered else []),
        ]]
        script = ["-filter", "status == 'Active' && grade > 0.9"] if filtered else []
        commands["mapshaper"] = [[
            str(MAPSHAPER), str(csv), *script, "-points", "x=longitude", "y=latitude",
            "-filter-fields", KEPT, "-o", str(of("mapshaper")),
        ]]
        verb = "filter and write" if filtered else "write"
        return Job(
            name, f"{verb} GeoJSON of {said(points)} CSV rows", commands, "features",
            {program: of(program) for program in commands}, seconds, 40 if filtered else None,
            [csv], points,
        )

    def figures(self):
        commands = self.reemap("figures", "--out")
        for program, (command,) in commands.items():
            command.append(str(OUT / f"figures-{program.replace(' ', '-')}"))
        return Job("figures", "`figures`: every figure and table", commands, None, {}, 0.5, 100)

    def picture(self, figure, name, title, layers):
        """SVG and PNG of one map, 183 mm wide, 300 dpi: of reemap two processes."""
        commands = {}
        for program, path in self.binaries.items():
            out = OUT / f"{name}-{program.replace(' ', '-')}"
            commands[program] = [
                [path, "map", "--figure", figure, "-o", f"{out}.{end}"] for end in ("svg", "png")
            ]
        words = [name, *(DATA / f"{layer}.shp" for layer in layers), CATALOGUE]
        commands["cartopy"] = [python("cartopy", *words, OUT / f"{name}-cartopy")]
        commands["r-sf"] = [["Rscript", str(HERE / "with_sf.R"), *map(str, words), str(OUT / f"{name}-sf")]]
        return Job(name, title, commands, None, {}, 0.25)

    def workbook(self):
        commands = self.reemap("count", "--by", "segment,ree-type", "--data", self.book, "--format", "csv")
        for program, (command,) in commands.items():
            command += ["-o", str(OUT / "workbook.csv")]
        commands["pandas, calamine"] = [python("pandas", "calamine", self.book)]
        commands["pandas, openpyxl"] = [python("pandas", "openpyxl", self.book)]
        return Job(
            "workbook", "read the workbook and classify (pandas: read alone)", commands, None, {},
            0.15, None, [self.book],
        )

    def start(self):
        commands = {name: [[path, "--version"]] for name, path in self.binaries.items()}
        return Job("start", "`--version`", commands, None, {}, 0.005)

    def all(self, sizes):
        """The jobs on up to that many points."""
        jobs = [self.start(), self.figures()]
        jobs.append(self.picture("1", "world", "map of the world, SVG and PNG", ["countries-50m"]))
        jobs.append(self.picture("2", "china", "map of China, SVG and PNG", ["countries", "provinces"]))
        if self.book:
            jobs.append(self.workbook())
        wanted = {3_100: (0.03, 0.3), 1_000_000: (0.25, 0.6), 10_000_000: (2.0, 3.0)}
        for points in sizes:
            by_country, by_area = wanted.get(points, (None, None))
            jobs.append(self.count(points, "countries", by_country))
            jobs.append(self.count(points, "provinces", by_area))
        wanted = {1_000_000: 0.3, 10_000_000: 3.0}
        for points in sizes:
            if points >= 1_000_000:
                jobs.append(self.export(points, True, wanted.get(points)))
            if points == 1_000_000:
                jobs.append(self.export(points, False, None))
        return jobs
