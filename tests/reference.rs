//! The figures as they were approved: each is drawn small and held against `tests/reference/`.
//!
//! A change that is meant is approved with `REEMAP_BLESS=1 cargo test --test reference`, after
//! looking at it. Where a picture differs, `target/tmp/reference/` gets the approved one, the new one
//! and their difference side by side.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use reemap::classify::Rules;
use reemap::dataset;
use reemap::figure::spec::{BUILT_IN, Figure};
use reemap::figure::{self, Material, png};
use reemap::place::Gazetteer;

/// Small, but the eye still finds every symbol.
const DPI: f64 = 72.0;
/// How far a channel may be off before its pixel counts as different.
const TOLERANCE: u8 = 2;

#[test]
fn figures_look_as_approved() {
    let mut collection = dataset::embedded(|_| true).unwrap();
    let (rules, gazetteer) = (Rules::embedded().unwrap(), Gazetteer::embedded().unwrap());
    collection.sites.iter_mut().for_each(|site| rules.classify(site));
    gazetteer.locate(&mut collection.sites);
    let material = Material {
        sites: &collection.sites,
        ports: &collection.ports,
        context: &[],
        gazetteer,
        rules_version: rules.version(),
    };
    let mut differing = Vec::new();
    for (name, _) in BUILT_IN {
        let figure = Figure::open(name).unwrap();
        let picture = figure::draw(&figure, &material).unwrap();
        let drawn = png::draw(&picture.scene, DPI).unwrap();
        let approved =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/reference/figure{name}.png"));
        if std::env::var_os("REEMAP_BLESS").is_some() {
            fs::write(&approved, &drawn).unwrap();
            continue;
        }
        let bytes = fs::read(&approved)
            .unwrap_or_else(|cause| panic!("{}: {cause}; bless it", approved.display()));
        if let Some(told) = difference(&Image::of(&bytes), &Image::of(&drawn), name) {
            differing.push(told);
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// An 8-bit RGB picture.
struct Image {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Image {
    fn of(bytes: &[u8]) -> Self {
        let mut reader = ::png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        Image { width: info.width as usize, height: info.height as usize, pixels }
    }

    /// A row of the picture; white beyond its end.
    fn row(&self, y: usize, width: usize) -> Vec<u8> {
        let start = y * self.width * 3;
        let mut row = self.pixels.get(start..start + self.width * 3).unwrap_or_default().to_vec();
        row.resize(width * 3, 255);
        row
    }
}

/// What differs between two pictures, in words; none where nothing does.
fn difference(approved: &Image, drawn: &Image, name: &str) -> Option<String> {
    let width = approved.width.max(drawn.width);
    let height = approved.height.max(drawn.height);
    let (mut panels, mut count) = (Vec::new(), 0);
    for y in 0..height {
        let (old, new) = (approved.row(y, width), drawn.row(y, width));
        let mut changed = Vec::with_capacity(width * 3);
        for (old, new) in old.chunks(3).zip(new.chunks(3)) {
            let differs = old.iter().zip(new).any(|(a, b)| a.abs_diff(*b) > TOLERANCE);
            count += usize::from(differs);
            changed.extend(if differs { [200, 0, 0] } else { [255; 3] });
        }
        panels.extend([old, new, changed].concat());
    }
    let same_size = approved.width == drawn.width && approved.height == drawn.height;
    if count == 0 && same_size {
        return None;
    }
    let path = side_by_side(&panels, width * 3, height, name);
    Some(format!("figure {name}: {count} pixels differ; see {}", path.display()))
}

fn side_by_side(pixels: &[u8], width: usize, height: usize, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reference");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("figure{name}.png"));
    let file = fs::File::create(&path).unwrap();
    let mut encoder = ::png::Encoder::new(file, width as u32, height as u32);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    path
}
