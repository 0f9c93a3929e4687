"""Runs the jobs: each program as a whole process, in turn, round after round.

Measured are wall-clock time, processor time and the largest resident memory, as the kernel
counts them for the process. What is told is the median of the rounds. This process stays small,
since a child's memory is counted from its parent's on.
"""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import report
from jobs import DATA, HERE, MAPSHAPER, OUT, PYTHON, ROOT, WORK, Jobs

NOW, BEFORE = "reemap", "reemap before"


def arguments():
    parser = argparse.ArgumentParser(description="reemap beside its peers")
    parser.add_argument("--points", type=int, default=1_000_000, help="up to that many")
    parser.add_argument("--runs", type=int, default=5, help="rounds; 3 of more than a million points")
    parser.add_argument("--reemap", default=str(ROOT / "target/release/reemap"), help="the program")
    parser.add_argument("--before", help="an older program, up to a million points")
    parser.add_argument("--jobs", default="", help="only jobs whose name has one of these, by commas")
    parser.add_argument("--programs", default="", help="only these, by commas")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which one is stopped")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--report", action="store_true", help="run nothing, print the last results")
    parser.add_argument("--results", type=Path, default=WORK / "results.json")
    return parser.parse_args()


def spawn(command, log, limit):
    """Wall-clock and processor seconds and peak kilobytes; None where it took too long."""
    with open(log, "wb") as error:
        actions = [
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, error.fileno(), 2),
        ]
        start = time.perf_counter()
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions, setpgroup=0)
        late = threading.Event()

        def stop():
            late.set()
            os.killpg(pid, signal.SIGKILL)

        timer = threading.Timer(limit, stop)
        timer.start()
        _, status, used = os.wait4(pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
    if late.is_set():
        return None
    if status != 0:
        lines = Path(log).read_text(errors="replace").strip().splitlines()
        # The line that names an error, else the last: programs print stacks around it.
        named = [line for line in lines if re.search("error", line, re.IGNORECASE)]
        reason = (named or lines or [f"ended with status {status}"])[-1].strip()
        raise RuntimeError(reason[:100])
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss


def warm(paths):
    """Reads files into the page cache."""
    block = bytearray(1 << 20)
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            while file.readinto(block):
                pass


def told(command):
    """The first line that a program prints, or none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines else ""


def versions(binaries):
    """Which programs are here, and of what version."""
    known = {name: told([path, "--version"]) for name, path in binaries.items()}
    listed = subprocess.run([PYTHON, "-m", "pip", "list", "--format", "json"], capture_output=True)
    packages = {row["name"].lower(): row["version"] for row in json.loads(listed.stdout or "[]")}
    need = {
        "geopandas": ["geopandas", "pyogrio", "pyarrow"],
        "duckdb": ["duckdb", "duckdb-extension-spatial"],
        "sedonadb": ["sedonadb"],
        "cartopy": ["cartopy"],
        "pandas, calamine": ["pandas", "python-calamine"],
        "pandas, openpyxl": ["pandas", "openpyxl"],
    }
    packages |= {name.replace("_", "-"): version for name, version in packages.items()}
    for name, needs in need.items():
        if all(package in packages for package in needs):
            known[name] = ", ".join(f"{package} {packages[package]}" for package in needs)
        else:
            known[name] = None
    known["python"] = told([PYTHON, "--version"])
    known["ogr2ogr"] = told(["ogr2ogr", "--version"])
    known["mapshaper"] = told([str(MAPSHAPER), "--version"]) if MAPSHAPER.exists() else None
    r = "cat('R', as.character(getRversion()), ', sf', as.character(packageVersion('sf')), ', ggplot2', as.character(packageVersion('ggplot2')))"
    known["r-sf"] = told(["Rscript", "-e", r]) if shutil.which("Rscript") else None
    return known


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "processor": model.group(1) if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory.group(1)) / 1e6) if memory else None,
        "system": f"{platform.system()} {platform.release()}",
        "date": time.strftime("%Y-%m-%d"),
        "load_at_start": os.getloadavg()[0],
    }


def say(text):
    print(text, file=sys.stderr, flush=True)


def answer(job, program):
    """What a program's output says, and the output gone if it is large."""
    path = job.outputs[program]
    said = told([sys.executable, str(HERE / "compare.py"), job.answer, str(path)])
    if path.stat().st_size > 50e6:
        path.unlink()
    return said or "can't be read"


def run(job, programs, rounds, limit):
    """A job's results by program."""
    warm(job.reads)
    results, runs = {}, {name: [] for name in programs}
    for number in range(rounds):
        turn = number % max(len(programs), 1)
        for name in programs[turn:] + programs[:turn]:
            if results.get(name, {}).get("failed"):
                continue
            log = WORK / "error.log"
            try:
                parts = [spawn(command, log, limit) for command in job.commands[name]]
            except (OSError, RuntimeError) as error:
                results[name] = {"failed": str(error)}
                say(f"  {name}: {error}")
                continue
            if None in parts:
                results[name] = {"failed": f"> {limit:g} s"}
                say(f"  {name}: stopped after {limit:g} s")
                continue
            wall, cpu, memory = zip(*parts)
            runs[name].append((sum(wall), sum(cpu), max(memory)))
            if number == 0 and name in job.outputs:
                written = job.outputs[name].stat().st_size
                results[name] = {"written": written, "answer": answer(job, name)}
    for name, measured in runs.items():
        if measured and not results.get(name, {}).get("failed"):
            wall, cpu, memory = zip(*measured)
            results.setdefault(name, {}).update(
                wall=statistics.median(wall), cpu=statistics.median(cpu),
                least=min(wall), most=max(wall), kilobytes=max(memory), runs=len(measured),
            )
            say(f"  {name}: {statistics.median(wall):.3f} s, {statistics.median(cpu):.3f} s of "
                f"processor, {max(memory) / 1e3:.0f} MB; {results[name].get('answer', '')}")
    return results


def point_for_point(binary, points):
    """In how many points reemap's country is not geopandas'."""
    csv, ours, theirs = DATA / f"points_{points}.csv", OUT / "ours.csv", OUT / "theirs.csv"
    label = HERE / "with_geopandas.py"
    export = [binary, "export", "--data", csv, "--coast-km", "0", "--format", "csv", "-o", ours]
    for command in (export, [PYTHON, label, "label", csv, DATA / "countries.shp", theirs]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    said = told([sys.executable, str(HERE / "compare.py"), "points", str(ours), str(theirs)])
    ours.unlink()
    theirs.unlink()
    return said or "can't be compared"


def main():
    given = arguments()
    if given.report:
        results = json.loads(given.results.read_text())
        print(report.markdown(results) if given.markdown else report.text(results))
        return
    OUT.mkdir(parents=True, exist_ok=True)
    binaries = {NOW: given.reemap}
    if given.before:
        binaries[BEFORE] = given.before
    helps = {
        name: {
            command: subprocess.run([path, command, "--help"], capture_output=True, text=True).stdout
            for command in ("count", "export", "figures")
        }
        for name, path in binaries.items()
    }
    shared = Path(os.environ.get("REEMAP_SHARED", ROOT.parent / "shared" / "data"))
    book = shared / "global_ree" / "Global_REE_occurrence_database.xlsx"
    sizes = [size for size in (3_100, 1_000_000, 10_000_000) if size <= given.points]
    jobs = Jobs(binaries, helps, book if book.exists() else None).all(sizes)
    chosen = [word for word in given.jobs.split(",") if word]
    jobs = [job for job in jobs if not chosen or any(word in job.name for word in chosen)]
    known = versions(binaries)
    for name in [name for name, version in known.items() if version is None]:
        say(f"{name} is not here and is left out")
    limits = json.loads(told([PYTHON, HERE / "limits.py", WORK]) or "{}")
    results = {"machine": machine(), "versions": known, "limits": limits, "jobs": []}
    late = set()  # Programs that took too long on fewer points of the same job.
    only = [word for word in given.programs.split(",") if word]
    for job in jobs:
        say(f"{job.name}: {job.title}")
        kind = job.name.split("-")[0]
        programs = [
            name for name in job.commands
            if known.get(name) and (not only or name in only) and (kind, name) not in late
            and not (name == BEFORE and job.points > 1_000_000)
        ]
        rounds = min(given.runs, 3) if job.points > 1_000_000 else given.runs
        measured = run(job, programs, rounds, given.limit)
        late |= {(kind, name) for name, result in measured.items() if result.get("failed")}
        results["jobs"].append({
            "name": job.name, "title": job.title, "seconds": job.seconds,
            "megabytes": job.megabytes, "points": job.points,
            "read": sum(path.stat().st_size for path in job.reads), "programs": measured,
        })
        given.results.write_text(json.dumps(results, indent=1, ensure_ascii=False))
    points = min(max(sizes, default=0), 1_000_000)
    if points and not chosen and "--coast-km" in helps[NOW]["export"] and known["geopandas"]:
        results["point_for_point"] = point_for_point(given.reemap, points)
        given.results.write_text(json.dumps(results, indent=1, ensure_ascii=False))
    print(report.markdown(results) if given.markdown else report.text(results))


if __name__ == "__main__":
    main()
