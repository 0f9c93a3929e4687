"""Tables of results, for the terminal and as Markdown for `docs/performance.md`."""

NOW, BEFORE = "reemap", "reemap before"


def number(value, digits=3):
    """Three significant digits, no exponent."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.{digits - 1}g}" if value < 0.01 else f"{value:.{2 if value < 10 else 1}f}"


def floor(job, limits):
    """Seconds to read the input from the page cache and write the answer to it."""
    read, write = limits.get("file_read"), limits.get("file_write")
    if not (job["read"] and read and write):
        return None
    written = job["programs"].get(NOW, {}).get("written", 0)
    return job["read"] / read + written / write


def agreed(job):
    """What most programs answer."""
    answers = [one["answer"] for one in job["programs"].values() if "answer" in one]
    return max(answers, key=answers.count) if answers else None


def verdict(job, one):
    """Whether a program's answer is that of the others."""
    if "answer" not in one:
        return ""
    return "equal" if one["answer"] == agreed(job) else f"differs: {one['answer']}"


def peers(job):
    """What other programs took, the fastest first."""
    others = job["programs"].items()
    done = [(one["wall"], name) for name, one in others if "wall" in one and name not in (NOW, BEFORE)]
    return sorted(done)


def rows(results):
    """Each job and program: wall, processor, memory, how many times reemap's time, the answer."""
    for job in results["jobs"]:
        ours = job["programs"].get(NOW, {}).get("wall")
        for name, one in job["programs"].items():
            if "wall" not in one:
                yield job, name, one["failed"], "", "", "", ""
                continue
            times = f"{one['wall'] / ours:.1f}" if ours else ""
            yield (
                job, name, number(one["wall"]), number(one["cpu"]), number(one["kilobytes"] / 1e3),
                times, verdict(job, one),
            )


def text(results):
    lines, last = [], None
    for job, *cells in rows(results):
        if job is not last:
            aim = f" (at most {number(job['seconds'])} s)" if job["seconds"] else ""
            lines += ["", f"{job['title']}{aim}"]
            lines.append(f"  {'':18} {'s':>8} {'cpu s':>8} {'MB':>7} {'times':>7}")
            last = job
        name, wall, cpu, memory, times, answer = cells
        lines.append(f"  {name:18} {wall:>8} {cpu:>8} {memory:>7} {times:>7}  {answer}")
    if "point_for_point" in results:
        lines += ["", f"country by country with geopandas: {results['point_for_point']}"]
    return "\n".join(lines).lstrip()


def table(header, body):
    lines = ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
    return lines + ["| " + " | ".join(cells) + " |" for cells in body]


def summary(results):
    """A row a job: what was wanted, before, now, the machine's limit, the fastest peer."""
    for job in results["jobs"]:
        now, before = (job["programs"].get(name, {}) for name in (NOW, BEFORE))
        least = floor(job, results["limits"])
        fastest = next(iter(peers(job)), None)
        aim = number(job["seconds"])
        if job["megabytes"]:
            aim += f" s, {job['megabytes']} MB" if aim else f"{job['megabytes']} MB"
        elif aim:
            aim += " s"
        told = lambda one: (  # noqa: E731
            f"{number(one['wall'])} s, {number(one['kilobytes'] / 1e3)} MB" if "wall" in one
            else one.get("failed", "")
        )
        times = f"{fastest[0] / now['wall']:.1f}" if fastest and "wall" in now else ""
        yield [
            job["title"], aim, told(before), told(now), f"{number(least)} s" if least else "",
            f"{fastest[1]} {number(fastest[0])} s" if fastest else "", times,
        ]


def markdown(results):
    machine, limits = results["machine"], results["limits"]
    giga = lambda key: f"{limits[key] / 1e9:.1f} GB/s" if key in limits else "?"  # noqa: E731
    lines = [
        f"{machine['date']}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, {machine['system']}; load at the start "
        f"{machine['load_at_start']:.1f}. Memory is read at {giga('memory_read_one_core')} by one "
        f"core and {giga('memory_read')} by all, files in the page cache at {giga('file_read')}, "
        f"written to it at {giga('file_write')}.",
        "",
        *table(
            ["job", "at most", "before", "now", "limit", "fastest peer", "times"], summary(results),
        ),
        "",
    ]
    if "point_for_point" in results:
        lines += [f"Country by country with geopandas: {results['point_for_point']}.", ""]
    body = [[job["title"], *cells] for job, *cells in rows(results)]
    lines += table(["job", "program", "s", "processor s", "MB", "times reemap", "answer"], body)
    versions = [f"{name}: {version}" for name, version in results["versions"].items() if version]
    lines += ["", "Versions: " + "; ".join(versions) + "."]
    return "\n".join(lines)
