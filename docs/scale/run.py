#!/usr/bin/env python3
"""Runs the queries of this folder in an engine of your choice.

    run.py duckdb|sedonadb|spark sites SITES.parquet
    run.py duckdb|sedonadb|sedona points POINTS.parquet AREAS.parquet

Prints each query's rows as JSON, one object a query, by the query's name. DuckDB needs `pip install
duckdb`, and for points its extension `spatial`; SedonaDB `pip install sedonadb[geopandas]
geoarrow-pyarrow`; spark `pip install pyspark` and Java 17; sedona (Apache Sedona on Spark) also `pip
install apache-sedona` and its jars, which Spark fetches from Maven Central.
"""

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The jars of Sedona that fit Spark 4.0; see sedona.apache.org for other versions.
JARS = (
    "org.apache.sedona:sedona-spark-shaded-4.0_2.13:1.8.0",
    "org.datasyslab:geotools-wrapper:1.8.0-33.1",
)


def queries(name):
    """The queries of a file, by the names in their comments."""
    text = (HERE / f"{name}.sql").read_text()
    for query in re.split(r";\s*$", text, flags=re.MULTILINE):
        title = re.search(r"^-- ([\w-]+): ", query, re.MULTILINE)
        if title:
            yield title.group(1), query.strip()


def duckdb(tables):
    import duckdb

    database = duckdb.connect()
    if "areas" in tables:
        package = find_spec("duckdb_extension_spatial")
        if package:
            found = next(Path(package.origin).parent.rglob("spatial.duckdb_extension"))
            database.execute(f"LOAD '{found}'")
        else:
            database.execute("INSTALL spatial; LOAD spatial")
    for name, path in tables.items():
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    return lambda query: database.sql(query).fetchall()


def sedonadb(tables):
    import sedonadb

    engine = sedonadb.connect()
    for name, path in tables.items():
        engine.read.parquet(path).to_view(name)
    return lambda query: list(engine.sql(query).to_pandas().itertuples(index=False, name=None))


def spark(tables):
    from pyspark.sql import SparkSession

    session = SparkSession.builder.appName("reemap").master("local[*]")
    session = session.config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    for name, path in tables.items():
        session.read.parquet(path).createOrReplaceTempView(name)
    return lambda query: [tuple(row) for row in session.sql(query).collect()]


def sedona(tables):
    """On a cluster leave out `master`; the files may lie in an object store."""
    from sedona.spark import SedonaContext

    config = SedonaContext.builder().appName("reemap").master("local[*]")
    config = config.config("spark.jars.packages", ",".join(JARS))
    session = SedonaContext.create(config.getOrCreate())
    for name, path in tables.items():
        session.read.format("geoparquet").load(path).createOrReplaceTempView(name)
    return lambda query: [tuple(row) for row in session.sql(query).collect()]


ENGINES = {"duckdb": duckdb, "sedonadb": sedonadb, "spark": spark, "sedona": sedona}


def main():
    if len(sys.argv) < 4 or sys.argv[1] not in ENGINES or sys.argv[2] not in ("sites", "points"):
        sys.exit(__doc__)
    engine, name, *files = sys.argv[1:]
    tables = dict(zip(["sites"] if name == "sites" else ["points", "areas"], files))
    ask = ENGINES[engine](tables)
    for title, query in queries(name):
        print(json.dumps({"query": title, "rows": ask(query)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
