//! Drawing: a figure's layout, its SVG, and the PNG at 300 dpi.
#![allow(clippy::unwrap_used, reason = "a bench may")]

use divan::Bencher;
use reemap::dataset::Collection;
use reemap::figure::spec::Figure;
use reemap::figure::{self, Material, png};
use reemap::place::Gazetteer;

mod common;

/// The world and China.
const FIGURES: [&str; 2] = ["1", "2"];

fn main() {
    divan::main();
}

fn material(collection: &Collection) -> Material<'_> {
    Material {
        sites: &collection.sites,
        ports: &collection.ports,
        context: &[],
        gazetteer: Gazetteer::embedded().unwrap(),
        rules_version: "0",
    }
}

#[divan::bench(args = FIGURES, sample_count = 10)]
fn layout(bencher: Bencher, name: &str) {
    let collection = common::catalogue();
    let material = material(&collection);
    let figure = Figure::open(name).unwrap();
    bencher.bench_local(|| figure::draw(&figure, &material).unwrap());
}

#[divan::bench(args = FIGURES, sample_count = 10)]
fn write_svg(bencher: Bencher, name: &str) {
    let collection = common::catalogue();
    let figure = Figure::open(name).unwrap();
    let scene = figure::draw(&figure, &material(&collection)).unwrap().scene;
    bencher.bench_local(|| scene.svg());
}

#[divan::bench(args = FIGURES, sample_count = 5)]
fn png_300_dpi(bencher: Bencher, name: &str) {
    let collection = common::catalogue();
    let figure = Figure::open(name).unwrap();
    let scene = figure::draw(&figure, &material(&collection)).unwrap().scene;
    bencher.bench_local(|| png::draw(&scene, 300.0).unwrap());
}
