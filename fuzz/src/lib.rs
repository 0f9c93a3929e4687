//! What the fuzz targets do: functions of bytes that panic where a promise is broken.
//!
//! The fuzzer runs them (`fuzz_targets/`), and so does a test of the program (`tests/smoke.rs`),
//! which includes this file and needs nothing but stable Rust. Seeds are made, not kept: each
//! target spells its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "a broken promise is told by a panic"
)]

mod exports;
mod files;
mod formats;
mod layers;
mod panics;
mod pictures;
mod texts;

/// A promise about an input.
pub struct Target {
    /// Its name, and that of its program in `fuzz_targets/`.
    pub name: &'static str,
    /// Panics where the promise is broken.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "csv", run: formats::csv, seeds: formats::csv_seeds },
    Target { name: "long", run: formats::long, seeds: formats::long_seeds },
    Target { name: "geojson", run: formats::geojson, seeds: formats::geojson_seeds },
    Target { name: "shapefile", run: formats::shapefile, seeds: formats::shapefile_seeds },
    Target { name: "dbf", run: formats::dbf, seeds: formats::dbf_seeds },
    Target { name: "xlsx", run: formats::xlsx, seeds: formats::xlsx_seeds },
    Target { name: "zip", run: formats::zip, seeds: formats::zip_seeds },
    Target { name: "archive", run: formats::archive, seeds: formats::archive_seeds },
    Target { name: "parquet", run: formats::parquet, seeds: formats::parquet_seeds },
    Target { name: "wkb", run: formats::wkb, seeds: formats::wkb_seeds },
    Target { name: "gdb", run: formats::gdb, seeds: formats::gdb_seeds },
    Target { name: "metadata", run: formats::metadata, seeds: formats::metadata_seeds },
    Target { name: "records", run: formats::records, seeds: formats::records_seeds },
    Target { name: "crs", run: texts::crs, seeds: texts::crs_seeds },
    Target { name: "notes", run: texts::notes, seeds: texts::notes_seeds },
    Target { name: "resources", run: texts::resources, seeds: texts::resources_seeds },
    Target { name: "corrections", run: texts::corrections, seeds: texts::corrections_seeds },
    Target { name: "reviewed", run: texts::reviewed, seeds: texts::reviewed_seeds },
    Target { name: "roles", run: texts::roles, seeds: texts::roles_seeds },
    Target { name: "cql2", run: texts::cql2, seeds: texts::cql2_seeds },
    Target { name: "theme", run: pictures::theme, seeds: pictures::theme_seeds },
    Target { name: "figure", run: pictures::figure, seeds: pictures::figure_seeds },
    Target { name: "svg", run: pictures::svg, seeds: pictures::svg_seeds },
    Target { name: "exports", run: exports::exports, seeds: exports::exports_seeds },
];

/// Asks the target of that name whether its promise holds.
pub fn run(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
    panics::watch();
    (target.run)(input);
    panics::tell();
}

/// Seeds that are texts.
fn texts(seeds: &[&str]) -> Vec<Vec<u8>> {
    seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect()
}
