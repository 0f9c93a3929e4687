//! What the benches share: made-up data, the same in every run.
#![allow(dead_code, reason = "each bench uses its own part")]

use std::fmt::Write as _;
use std::fs;

use geo::Point;
use reemap::classify::Rules;
use reemap::dataset::{self, Collection};
use reemap::place::Gazetteer;
use tempfile::TempDir;

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Seeded(u64);

impl Seeded {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Seeded(seed)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A point anywhere on the globe, with equal odds for equal areas.
    pub fn on_globe(&mut self) -> Point<f64> {
        let longitude = self.unit() * 360.0 - 180.0;
        Point::new(longitude, (self.unit() * 2.0 - 1.0).asin().to_degrees())
    }

    /// A point in a box of degrees.
    pub fn within(&mut self, [west, south, east, north]: [f64; 4]) -> Point<f64> {
        let longitude = west + self.unit() * (east - west);
        Point::new(longitude, south + self.unit() * (north - south))
    }
}

/// A csv of made-up sites with the columns that `benches/peers.sh` uses.
pub fn points_csv(rows: usize) -> String {
    const STATUS: [&str; 4] = ["Active", "Past producer", "Prospect", "Unknown"];
    let mut random = Seeded::new(1);
    let mut text = String::from("id,name,longitude,latitude,status,grade\n");
    for id in 1..=rows {
        let (x, y) = random.on_globe().x_y();
        let status = STATUS[(random.unit() * 4.0) as usize];
        let grade = random.unit();
        let _ = writeln!(text, "{id},Site {id},{x:.6},{y:.6},{status},{grade:.4}");
    }
    text
}

/// A folder with that csv in it, as `points.csv`.
pub fn points_file(rows: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("points.csv"), points_csv(rows)).unwrap();
    folder
}

/// The sites and ports of the embedded catalogue, as its tables state them.
pub fn stated() -> Collection {
    dataset::embedded(|_| true).unwrap()
}

/// The same, classified and located.
pub fn catalogue() -> Collection {
    let mut collection = stated();
    let (rules, gazetteer) = (Rules::embedded().unwrap(), Gazetteer::embedded().unwrap());
    collection.sites.iter_mut().for_each(|site| rules.classify(site));
    gazetteer.locate(&mut collection.sites);
    gazetteer.locate_ports(&mut collection.ports);
    collection
}
