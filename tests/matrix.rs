//! Every built-in figure at the widths of journals, in every language and theme: nothing overlaps,
//! nothing is cut, nothing is too high or too heavy. And crowds, single sites and none.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::catalogue;
use geo::Point;
use reemap::figure::boxes::Kind;
use reemap::figure::language::Language;
use reemap::figure::spec::{BUILT_IN, Figure};
use reemap::figure::style::PT_PER_MM;
use reemap::figure::{self, Picture, png};
use reemap::site::{Dataset, ReeType, Site};

const TYPES: [ReeType; 4] = [ReeType::Light, ReeType::Mixed, ReeType::Heavy, ReeType::Unknown];

fn draw(figure: &Figure, sites: &[Site]) -> Picture {
    let material = common::material(sites);
    figure::draw(figure, &material).unwrap()
}

fn assert_sound(picture: &Picture, what: &str) {
    let scene = &picture.scene;
    let overlaps = scene.overlaps();
    assert!(overlaps.is_empty(), "{what}: {}", overlaps[0]);
    let height = scene.height / PT_PER_MM;
    assert!(height <= 170.05, "{what} is {height:.1} mm high");
    let mut sizes: Vec<f64> = scene.texts().iter().map(|text| text.size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    assert!(sizes.len() <= 3 && sizes[0] >= 5.0 && sizes[sizes.len() - 1] <= 8.0, "{sizes:?}");
}

#[test]
fn figures_hold_at_every_width_in_every_language_and_theme() {
    for (name, _) in BUILT_IN {
        for width in [89.0, 120.0, 183.0] {
            for language in [Language::En, Language::Zh] {
                for theme in ["print", "grey", "dark"] {
                    let mut figure = Figure::open(name).unwrap();
                    figure.page.width = width;
                    figure.page.language = language;
                    figure.page.theme = theme.into();
                    let picture = draw(&figure, &catalogue().sites);
                    let what = format!("figure {name}, {width} mm, {language:?}, {theme}");
                    assert_sound(&picture, &what);
                    let svg = picture.scene.svg();
                    assert!(svg.len() < 1_000_000, "{what}: {} bytes", svg.len());
                    let counts = &picture.counts;
                    // Nineteen of twenty symbols can be seen, or the figure says how many can't.
                    let told = svg.contains(&figure::legend::grouped(counts.covered));
                    assert!(counts.covered * 20 <= counts.drawn || told, "{what}: {counts:?}");
                }
            }
        }
    }
}

#[test]
fn lenses_never_take_the_main_map() {
    for (name, _) in BUILT_IN {
        for width in [89.0, 120.0, 183.0] {
            let mut figure = Figure::open(name).unwrap();
            figure.page.width = width;
            let scene = draw(&figure, &catalogue().sites).scene;
            let pieces = scene.boxes();
            let main = pieces.iter().filter(|p| p.kind == Kind::Frame && p.layer == "main-map");
            let main = main.map(|p| p.bounds.width()).fold(0.0, f64::max);
            assert!(
                main > scene.width * 0.5,
                "figure {name}, {width} mm: {main} of {}",
                scene.width
            );
        }
    }
}

#[test]
fn a_lower_page_holds_less() {
    for (name, height) in [("1", 110.0), ("2", 130.0), ("3", 110.0), ("7", 130.0)] {
        let mut figure = Figure::open(name).unwrap();
        figure.page.height = height;
        let picture = draw(&figure, &catalogue().sites);
        let high = picture.scene.height / PT_PER_MM;
        assert!(high <= height + 0.05, "figure {name}: {high} mm");
        let overlaps = picture.scene.overlaps();
        assert!(overlaps.is_empty(), "figure {name}: {}", overlaps[0]);
        assert_eq!(picture.too_high, None);
        figure.page.height = 60.0;
        let told = draw(&figure, &catalogue().sites).too_high;
        assert!(told.is_some_and(|millimetres| millimetres > 60.0), "figure {name}: {told:?}");
    }
}

/// Sites at points of a sequence that fills a box evenly.
fn strewn(count: usize, [west, south, east, north]: [f64; 4]) -> Vec<Site> {
    // The steps are the golden ratio's and its like for two dimensions (Roberts 2018).
    let (a, b) = (0.754_877_666_246_693, 0.569_840_290_998_053);
    let site = |index: usize| {
        let share = |step: f64| (0.5 + step * index as f64).fract();
        let mut site = Site::new(Dataset::GlobalRee, index.to_string(), format!("Site {index}"));
        site.ree_type.value = TYPES[index % 4];
        let (x, y) = (west + (east - west) * share(a), south + (north - south) * share(b));
        site.point = Some(Point::new(x, y));
        site
    };
    (0..count).map(site).collect()
}

#[test]
fn a_hundred_thousand_sites_make_a_sound_map() {
    let sites = strewn(100_000, [-179.0, -55.0, 179.0, 75.0]);
    let picture = draw(&Figure::open("1").unwrap(), &sites);
    assert_eq!(picture.counts.drawn, 100_000);
    assert_sound(&picture, "100,000 sites");
}

#[test]
fn crowds_of_any_size_are_parted_or_told() {
    for count in [0, 1, 2, 7, 60, 700] {
        let sites = strewn(count, [113.0, 23.0, 117.0, 27.0]);
        let mut figure = Figure::open("2").unwrap();
        figure.sites = Default::default();
        let picture = draw(&figure, &sites);
        assert_eq!(picture.counts.drawn, count);
        assert_sound(&picture, &format!("{count} sites"));
        assert!(png::draw(&picture.scene, 72.0).is_ok());
    }
}

#[test]
fn all_at_one_place_are_one_symbol_and_said_to_be_more() {
    let mut sites = strewn(500, [113.0, 23.0, 117.0, 27.0]);
    sites.iter_mut().for_each(|site| site.point = Some(Point::new(114.8, 24.9)));
    let mut figure = Figure::open("2").unwrap();
    figure.sites = Default::default();
    let picture = draw(&figure, &sites);
    assert_sound(&picture, "one place");
    assert!(picture.counts.moved > 10 && picture.counts.covered > 100, "{:?}", picture.counts);
}
