//! Reading: rows of a csv, the sites that they give, the embedded catalogue.
#![allow(clippy::unwrap_used, reason = "a bench may")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use reemap::dataset::{self, Dictionary};
use reemap::{Notices, source};

mod common;

const ROWS: usize = 100_000;

fn main() {
    divan::main();
}

/// Typed cells, as every format gives them.
#[divan::bench(sample_count = 10)]
fn csv_rows(bencher: Bencher) {
    let folder = common::points_file(ROWS);
    let path = folder.path().join("points.csv");
    let bytes = path.metadata().unwrap().len();
    let sources = source::open(&path).unwrap();
    let layer = &sources[0].layers[0];
    let counted = bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::new(bytes));
    counted.bench_local(|| {
        assert_eq!(layer.rows().unwrap().filter(|row| row.is_ok()).count(), ROWS);
    });
}

/// All rows held, as commands do that need them at once; with the file's checksum.
#[divan::bench(sample_count = 5)]
fn csv_held(bencher: Bencher) {
    let folder = common::points_file(ROWS);
    let paths = [folder.path().join("points.csv")];
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let (dictionary, mut notices) = (Dictionary::default(), Notices::default());
        black_box(dataset::read(&paths, &dictionary, &mut notices).unwrap())
    });
}

/// The tables that ship with the program.
#[divan::bench(sample_count = 10)]
fn catalogue(bencher: Bencher) {
    let sites = common::stated().sites.len();
    bencher.counter(ItemsCount::new(sites)).bench_local(common::stated);
}
