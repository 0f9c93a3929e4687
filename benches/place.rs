//! Places: the country and province of a point, and what is made once for it.
#![allow(clippy::unwrap_used, reason = "a bench may")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use geo::Point;
use reemap::basemap::{self, Scale};
use reemap::place::Gazetteer;

mod common;

use common::Seeded;

const POINTS: usize = 100_000;

fn main() {
    divan::main();
}

/// What is decoded is kept, so that only the first time counts: run the bench again for more.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn a_decode_countries_50m() {
    black_box(basemap::countries(Scale::Medium).unwrap());
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn b_decode_countries_10m() {
    black_box(basemap::countries(Scale::Fine).unwrap());
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn c_decode_provinces_10m() {
    black_box(basemap::provinces().unwrap());
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn d_decode_lines_and_lakes_10m() {
    black_box(basemap::boundaries(Scale::Fine).unwrap());
    black_box(basemap::lakes(Scale::Fine).unwrap());
}

/// The gazetteer and its first answer, with all of the above decoded.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn e_first_point() {
    black_box(Gazetteer::embedded().unwrap().find(Point::new(109.97, 41.78)));
}

fn find(bencher: Bencher, points: Vec<Point<f64>>) {
    let gazetteer = Gazetteer::embedded().unwrap();
    points.iter().for_each(|&point| drop(gazetteer.find(point)));
    bencher.counter(ItemsCount::new(points.len())).bench_local(|| {
        points.iter().filter(|&&point| gazetteer.find(point).country.is_some()).count()
    });
}

/// Mostly sea.
#[divan::bench(sample_count = 5)]
fn find_on_globe(bencher: Bencher) {
    let mut random = Seeded::new(2);
    find(bencher, (0..POINTS).map(|_| random.on_globe()).collect());
}

/// Land, far from the sea for the most part.
#[divan::bench(sample_count = 5)]
fn find_in_china(bencher: Bencher) {
    let mut random = Seeded::new(3);
    find(bencher, (0..POINTS).map(|_| random.within([98.0, 26.0, 118.0, 40.0])).collect());
}

/// Coasts and islands, where the coast rule looks for the nearest country.
#[divan::bench(sample_count = 5)]
fn find_in_indonesia(bencher: Bencher) {
    let mut random = Seeded::new(4);
    find(bencher, (0..POINTS).map(|_| random.within([95.0, -9.0, 141.0, 5.0])).collect());
}
