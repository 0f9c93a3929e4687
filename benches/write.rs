//! Writing sites: GeoJSON and CSV, into memory.
#![allow(clippy::unwrap_used, reason = "a bench may")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use reemap::export::{self, Metadata};
use reemap::site::Site;

mod common;

fn main() {
    divan::main();
}

fn write(bencher: Bencher, writer: impl Fn(&[&Site], &mut Vec<u8>)) {
    let collection = common::catalogue();
    let sites: Vec<&Site> = collection.sites.iter().collect();
    let mut out = Vec::new();
    writer(&sites, &mut out);
    let counted = bencher.counter(ItemsCount::new(sites.len()));
    counted.counter(BytesCount::new(out.len())).bench_local(|| {
        out.clear();
        writer(&sites, &mut out);
    });
}

#[divan::bench]
fn geojson(bencher: Bencher) {
    write(bencher, |sites, out| {
        let metadata = Metadata::new(sites, None, "0");
        export::geojson::write(sites, &metadata, out).unwrap();
    });
}

#[divan::bench]
fn csv(bencher: Bencher) {
    write(bencher, |sites, out| export::csv::write(sites, out).unwrap());
}
