//! Other engines make our counts from our GeoParquet, with the queries of docs/scale.
//!
//! They are Python packages: of the interpreter that `REEMAP_PYTHON` names, else of python3. An
//! engine that it can't import is passed over with a word.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

mod common;

use common::Scratch;

type Counts = BTreeMap<String, u64>;

/// The interpreter, where it has these packages.
fn python(packages: &str) -> Option<String> {
    let python = std::env::var("REEMAP_PYTHON").unwrap_or_else(|_| "python3".into());
    let tried = Command::new(&python).args(["-c", &format!("import {packages}")]).output();
    if tried.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("skipped: {python} has no {packages}");
    None
}

/// The rows of each query of docs/scale/sites.sql.
fn asked(python: &str, engine: &str, file: &Path) -> BTreeMap<String, Vec<Vec<Value>>> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scale/run.py");
    let output =
        Command::new(python).arg(program).args([engine, "sites"]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| {
            let mut answer: Value = serde_json::from_str(line).unwrap();
            let name = answer["query"].as_str().unwrap().to_owned();
            (name, serde_json::from_value(answer["rows"].take()).unwrap())
        })
        .collect()
}

/// What `reemap count` says, by the code of a place or the word of a class.
fn counted(scratch: &Scratch, by: &str, column: &str) -> Counts {
    let json = scratch.ok(&["count", "--by", by, "--format", "json"]);
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    let row = |row: &Value| {
        (row[column].as_str().unwrap_or_default().to_owned(), row["count"].as_u64().unwrap())
    };
    rows.iter().map(row).collect()
}

fn agrees(engine: &str, packages: &str) {
    let Some(python) = python(packages) else { return };
    let scratch = Scratch::new();
    scratch.ok(&["export", "-o", "sites.parquet"]);
    let answers = asked(&python, engine, &scratch.path().join("sites.parquet"));
    let of = |query: &str| -> Counts {
        let rows = answers[query].iter();
        rows.map(|row| (row[0].as_str().unwrap().to_owned(), row[1].as_u64().unwrap())).collect()
    };
    for by in ["ree-type", "status"] {
        assert_eq!(of(by), counted(&scratch, by, &by.replace('-', "_")), "{engine}, {by}");
    }
    for (by, at) in [("country", 1), ("province", 2)] {
        let (theirs, ours) = (of(by), counted(&scratch, by, &format!("{by}_code")));
        assert!(theirs.len() > 50, "{engine}, {by}: {theirs:?}");
        // reemap adds those that have only a stated place, whose spelling it knows.
        let stated = answers["stated"].iter().filter(|row| !row[at].is_null()).count() as u64;
        let more: Vec<(&String, u64)> = ours
            .iter()
            .map(|(code, count)| (code, count - theirs.get(code).copied().unwrap_or(0)))
            .filter(|(_, more)| *more > 0)
            .collect();
        let sum: u64 = more.iter().map(|(_, more)| more).sum();
        assert!(sum == stated && stated < 10, "{engine}, {by}: {more:?}, {stated} stated");
        assert!(theirs.keys().all(|code| ours.contains_key(code)), "{engine}, {by}");
    }
}

#[test]
fn duckdb_counts_as_reemap_does() {
    agrees("duckdb", "duckdb");
}

#[test]
fn sedonadb_counts_as_reemap_does() {
    agrees("sedonadb", "sedonadb, geoarrow.pyarrow, pandas");
}
