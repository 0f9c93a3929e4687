//! Figures: that what they say is what they show, and that they are fit to print.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::catalogue;
use reemap::figure::classes::Classes;
use reemap::figure::language::{Language, Phrase, Words};
use reemap::figure::projection::Projection;
use reemap::figure::scene::Text;
use reemap::figure::spec::{Attribute, BUILT_IN, Chart, Figure};
use reemap::figure::style::PT_PER_MM;
use reemap::figure::{self, Picture, chart, png};
use reemap::place::Gazetteer;
use reemap::site::{Dataset, ReeType, Site, Status};
use resvg::tiny_skia::{PathSegment, Point};
use resvg::usvg::{Color, Group, Node, Paint};

fn draw_of(figure: &Figure, sites: &[Site], width: f64) -> reemap::Result<Picture> {
    let material = common::material(sites);
    let mut figure = figure.clone();
    figure.page.width = width;
    figure::draw(&figure, &material)
}

fn draw(name: &str) -> Picture {
    draw_of(&Figure::open(name).unwrap(), &catalogue().sites, 183.0).unwrap()
}

fn words(picture: &Picture) -> Vec<String> {
    picture.scene.texts().iter().map(|text| text.text.clone()).collect()
}

/// The count in brackets at the end of the key's entry that begins so.
fn count_in_key(picture: &Picture, entry: &str) -> usize {
    let words = words(picture);
    let entry = words.iter().find(|text| text.starts_with(entry)).unwrap();
    let (_, count) = entry.rsplit_once('(').unwrap();
    count.trim_end_matches(')').replace(',', "").parse().unwrap()
}

#[test]
fn each_figure_shows_the_sites_it_counts() {
    for (name, sites) in [("1", 3114), ("2", 59), ("7", 131)] {
        let picture = draw(name);
        assert_eq!(picture.counts.drawn, sites, "figure {name}");
        assert_eq!(picture.counts.selected, sites, "figure {name}");
        let stated = picture.scene.svg().matches("<use ").count();
        let by_type: usize = ["light:", "mixed:", "heavy:", "unknown:"]
            .map(|entry| count_in_key(&picture, entry))
            .iter()
            .sum();
        assert_eq!(by_type, sites, "figure {name}: the key adds up");
        assert!(stated >= sites, "figure {name}: each site has a symbol");
        let subtitle = words(&picture).into_iter().nth(1).unwrap();
        let number = figure::legend::grouped(sites);
        assert!(subtitle.starts_with(&number), "figure {name}: {subtitle}");
    }
}

#[test]
fn the_mines_of_china_are_told_apart_by_product_and_certainty() {
    let picture = draw("2");
    let key = |entry| count_in_key(&picture, entry);
    assert_eq!(key("producer") + key("byproduct producer"), 59);
    assert_eq!(key("stated") + key("uncertain"), 59);
    let certain = catalogue().sites.iter().filter(|site| {
        site.dataset == Dataset::GlobalRee
            && site.status.activity() == reemap::site::Activity::Active
            && site.stated_country.as_deref() == Some("China")
            && site.status_certain
    });
    assert_eq!(key("stated"), certain.count());
    // The lens names its mines; where they are named decides which evidence a reader can check.
    let words = words(&picture);
    for mine in ["Longnan", "Xunwu", "Xinfeng", "Zudong"] {
        assert!(words.iter().any(|text| text == mine), "{mine} is labelled");
    }
}

#[test]
fn midstream_plants_without_a_location_are_counted_at_the_foot() {
    let picture = draw("3");
    let midstream = catalogue().sites.iter().filter(|site| {
        site.dataset == Dataset::Curated && site.segments.has(reemap::site::Segment::Midstream)
    });
    assert_eq!(picture.counts.selected, midstream.count());
    assert_eq!(picture.counts.drawn + picture.counts.without_location, picture.counts.selected);
    assert!(picture.counts.without_location > 0);
    assert_eq!((picture.counts.ports, picture.counts.ports_not_drawn), (13, 2));
    let foot = words(&picture).join(" ");
    let expected = format!("{} sites without a location", picture.counts.without_location);
    assert!(foot.contains(&expected), "{foot}");
    assert!(foot.contains("© OpenStreetMap contributors"), "{foot}");
}

#[test]
fn every_figure_names_its_sources_and_its_policy_on_boundaries() {
    for (name, _) in BUILT_IN {
        let foot = words(&draw(name)).join(" ");
        for part in [
            "Natural Earth 5.1",
            "no position on sovereignty is implied",
            "Projection: ",
            "rules 0",
        ] {
            assert!(foot.contains(part), "figure {name} says {part}");
        }
        if *name != "3" {
            assert!(foot.contains("10.5066/F7DR2TN4"), "figure {name} has the DOI");
            let nonspatial = [("1", "820"), ("2", "78"), ("7", "87")];
            let (_, count) = nonspatial.into_iter().find(|(figure, _)| figure == name).unwrap();
            let stated = format!("{count} more in the database, which have no location");
            assert!(foot.contains(&stated), "figure {name}: {foot}");
        }
    }
}

#[test]
fn figures_are_fit_to_print() {
    for (name, _) in BUILT_IN {
        let picture = draw(name);
        let scene = &picture.scene;
        assert!((scene.width / PT_PER_MM - 183.0).abs() < 0.01);
        let height = scene.height / PT_PER_MM;
        assert!(height <= 170.0, "figure {name} is {height} mm high");
        let mut sizes: Vec<_> = scene.texts().iter().map(|text| text.size).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        assert!(sizes.len() <= 3 && sizes[0] >= 5.0 && sizes[sizes.len() - 1] <= 8.0, "{sizes:?}");
        let svg = scene.svg();
        assert!(svg.len() < 1_000_000, "figure {name}: {} bytes", svg.len());
        for part in ["role=\"img\"", "<title id=\"title\">", "<desc id=\"desc\">"] {
            assert!(svg.contains(part), "figure {name} has {part}");
        }
    }
}

#[test]
fn no_text_lies_over_text_or_leaves_the_page() {
    for (name, _) in BUILT_IN {
        for width in [89.0, 120.0, 183.0] {
            let figure = Figure::open(name).unwrap();
            let picture = draw_of(&figure, &catalogue().sites, width).unwrap();
            let scene = &picture.scene;
            let texts: Vec<&Text> = scene.texts();
            for (index, text) in texts.iter().enumerate() {
                // Half a point of ascent and descent is air in any font.
                let bounds = text.bounds().grown(-0.4);
                assert!(
                    bounds.left > 0.0
                        && bounds.right < scene.width
                        && bounds.top > 0.0
                        && bounds.bottom < scene.height,
                    "figure {name} at {width} mm: {:?} leaves the page",
                    text.text
                );
                for other in &texts[index + 1..] {
                    assert!(
                        !bounds.overlaps(&other.bounds().grown(-0.4)),
                        "figure {name} at {width} mm: {:?} lies over {:?}",
                        text.text,
                        other.text
                    );
                }
            }
        }
    }
}

#[test]
fn the_same_input_gives_the_same_picture() {
    let (first, second) = (draw("2").scene, draw("2").scene);
    assert!(first.svg() == second.svg());
    assert!(png::draw(&first, 100.0).unwrap() == png::draw(&second, 100.0).unwrap());
}

#[test]
fn a_png_has_the_size_and_the_resolution_asked_for() {
    let picture = png::draw(&draw("2").scene, 300.0).unwrap();
    let reader = png_reader(&picture);
    // 183 mm at 300 dots per inch.
    assert_eq!(reader.0, 2161);
    assert_eq!(reader.1, Some(11811));
}

/// Width in pixels, and pixels per metre, of a PNG.
fn png_reader(bytes: &[u8]) -> (u32, Option<u32>) {
    let decoder = ::png::Decoder::new(std::io::Cursor::new(bytes));
    let reader = decoder.read_info().unwrap();
    let info = reader.info();
    (info.width, info.pixel_dims.map(|dims| dims.xppu))
}

/// Values of PROJ 9.
#[test]
fn projections_agree_with_proj() {
    for (name, degrees, metres) in PROJ {
        let projection = Projection::new(name).unwrap();
        let (x, y) = projection.project(degrees.0, degrees.1).unwrap();
        assert!(
            (x - metres.0).abs() < 1e-3 && (y - metres.1).abs() < 1e-3,
            "{name} {degrees:?}: {x} {y}"
        );
        let (longitude, latitude) = projection.unproject(x, y).unwrap();
        assert!((longitude - degrees.0).abs() < 1e-7 && (latitude - degrees.1).abs() < 1e-7);
    }
}

#[test]
fn a_seam_elsewhere_draws_no_streaks() {
    // Around 150° E the seam runs through the Atlantic, and Chukotka and Fiji must be whole.
    for projection in ["+proj=eqearth +lon_0=150 +datum=WGS84", "+proj=robin +lon_0=-100"] {
        let text = format!("title = \"World\"\n[frame]\nprojection = \"{projection}\"");
        let figure = Figure::parse(&text, "test").unwrap();
        let picture = draw_of(&figure, &catalogue().sites, 183.0).unwrap();
        assert_eq!(picture.counts.drawn, 3114);
        let tree =
            resvg::usvg::Tree::from_str(&picture.scene.svg(), &resvg::usvg::Options::default())
                .unwrap();
        let mut lines = Vec::new();
        land_lines(tree.root(), &mut lines);
        let south = lines.iter().map(|(from, to)| from.y.max(to.y)).fold(0.0, f32::max);
        // Antarctica's southern edge, the pole, is a long straight line; a streak is another.
        let streak = lines
            .iter()
            .filter(|(from, to)| from.y.min(to.y) < south - 1.0)
            .map(|(from, to)| (to.x - from.x).hypot(to.y - from.y))
            .fold(0.0, f32::max);
        assert!(streak < 100.0, "{projection}: a line of {streak} pixels across the land");
    }
}

/// The straight pieces of all paths that are filled as land.
fn land_lines(group: &Group, lines: &mut Vec<(Point, Point)>) {
    let land = Paint::Color(Color::new_rgb(0xe9, 0xe6, 0xdf));
    for node in group.children() {
        match node {
            Node::Group(group) => land_lines(group, lines),
            Node::Path(path) if path.fill().is_some_and(|fill| *fill.paint() == land) => {
                let mut last = None;
                for segment in path.data().segments() {
                    if let (PathSegment::LineTo(to), Some(from)) = (segment, last) {
                        lines.push((from, to));
                    }
                    last = match segment {
                        PathSegment::MoveTo(to) | PathSegment::LineTo(to) => Some(to),
                        _ => None,
                    };
                }
            }
            _ => {}
        }
    }
}

#[test]
fn a_box_across_the_antimeridian_is_one_map() {
    let sites = &catalogue().sites;
    let inside = |site: &&Site| {
        let point = site.point.unwrap_or(geo::Point::new(0.0, 0.0));
        (point.x() >= 165.0 || point.x() <= -175.0) && (-48.0..=-10.0).contains(&point.y())
    };
    let expected = sites.iter().filter(|s| s.dataset == Dataset::GlobalRee).filter(inside).count();
    for projection in ["mercator", "equal-earth", "+proj=merc +lon_0=175 +datum=WGS84"] {
        let text = format!(
            "title = \"x\"\n[sites]\ndataset = [\"global-ree\"]\n[frame]\n\
             projection = \"{projection}\"\nbbox = [165, -48, -175, -10]"
        );
        let figure = Figure::parse(&text, "test").unwrap();
        let drawn = draw_of(&figure, sites, 120.0).unwrap().counts.drawn;
        // The frame is a rectangle on the page, which may hold a little more than the box.
        assert!((expected..expected + 3).contains(&drawn), "{projection}: {drawn} of {expected}");
    }
    let text = "title = \"x\"\n[frame]\nprojection = \"albers-china\"\nbbox = [165, 20, -20, 60]";
    let error = draw_of(&Figure::parse(text, "test").unwrap(), sites, 120.0).err().unwrap();
    assert!(error.to_string().contains("seam"), "{error}");
    assert!(error.hint().unwrap().contains("+lon_0="));
}

#[test]
fn names_with_markup_are_harmless() {
    let mut site = Site::new(Dataset::Points, "1", "</text><script>alert(1)</script> & \u{1b}[31m");
    site.point = Some(geo::Point::new(114.8, 24.9));
    site.ree_type.value = ReeType::Heavy;
    let text = "title = \"A & <b>\"\n[sites]\ndataset = [\"points\"]\n[symbols]\nlabels = true";
    let figure = Figure::parse(text, "test").unwrap();
    let svg = draw_of(&figure, &[site], 183.0).unwrap().scene.svg();
    assert!(!svg.contains("<script") && !svg.contains('\u{1b}'));
    assert!(resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default()).is_ok());
}

#[test]
fn a_figure_without_sites_is_still_a_map() {
    let text = "title = \"None\"\nsubtitle = \"{n} sites\"\n[frame]\nbbox = [110, 20, 120, 30]";
    let figure = Figure::parse(text, "test").unwrap();
    let picture = draw_of(&figure, &[], 89.0).unwrap();
    assert_eq!(picture.counts.drawn, 0);
    assert!(words(&picture).contains(&"0 sites".to_string()));
    assert!(png::draw(&picture.scene, 72.0).is_ok());
}

#[test]
fn any_frame_gives_a_picture_or_a_refusal() {
    use proptest::prelude::*;
    let bbox = (-180.0..180.0, -90.0..89.0, 0.1..300.0, 0.1..100.0);
    let projections = prop::sample::select(vec![
        "equal-earth",
        "albers-china",
        "mercator",
        "+proj=laea +lat_0=90 +datum=WGS84",
        "+proj=ortho +lat_0=-60 +lon_0=179 +datum=WGS84",
    ]);
    let sites = &catalogue().sites;
    proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) }, |((west, south, wide, high) in bbox,
        projection in projections, width in 60.0..250.0)| {
        let (west, south, wide, high): (f64, f64, f64, f64) = (west, south, wide, high);
        let (east, north) = ((west + wide).min(360.0), (south + high).min(90.0));
        let text = format!(
            "title = \"x\"\n[frame]\nprojection = \"{projection}\"\n\
             bbox = [{west:.3}, {south:.3}, {east:.3}, {north:.3}]"
        );
        if let Ok(figure) = Figure::parse(&text, "test")
            && let Ok(picture) = draw_of(&figure, sites, width)
        {
            let counts = &picture.counts;
            prop_assert_eq!(counts.drawn + counts.outside_frame + counts.without_location,
                counts.selected);
            for text in picture.scene.texts() {
                prop_assert!(text.x.is_finite() && text.y.is_finite(), "{:?}", text.text);
            }
        }
    });
}

/// A projection's name, degrees, and the metres that PROJ 9.5.1 gives.
type Projected = (&'static str, (f64, f64), (f64, f64));

const PROJ: [Projected; 11] = [
    ("equal-earth", (115.0, 25.0), (10524346.2227, 3160341.9396)),
    ("equal-earth", (73.5, 39.5), (6265006.8962, 4865115.5584)),
    ("equal-earth", (-70.25, -33.5), (-6193110.4000, -4177782.4461)),
    ("equal-earth", (179.9, 65.0), (12346232.8283, 7331409.0927)),
    ("robinson", (115.0, 25.0), (10571487.2274, 2673797.9667)),
    ("robinson", (-70.25, -33.5), (-6293794.8491, -3582965.9737)),
    ("albers-china", (115.0, 25.0), (1007794.7985, 2664771.4388)),
    ("albers-china", (73.5, 39.5), (-2618488.7184, 4662309.3643)),
    ("mercator", (-70.25, -33.5), (-7820194.2282, -3938277.7531)),
    ("mercator", (179.9, 65.0), (20026376.3937, 9569603.1133)),
    ("+proj=laea +lat_0=25 +lon_0=115 +datum=WGS84", (73.5, 39.5), (-3450474.8614, 2229825.4666)),
];

#[test]
fn a_chart_by_segment_has_a_site_of_two_in_both_bars() {
    let chart =
        Chart { title: Phrase::from("Segments".to_string()), by: Attribute::Segment, most: 12 };
    let sites: Vec<&Site> =
        catalogue().sites.iter().filter(|site| site.dataset == Dataset::Curated).collect();
    let (gazetteer, words) = (Gazetteer::embedded().unwrap(), Words::of(Language::En).unwrap());
    let classes = Classes::of(Attribute::ReeType, &sites, gazetteer, words);
    let bars = chart::bars(&chart, &sites, &classes, gazetteer, words, 12);
    let bars: Vec<_> = bars.iter().map(|bar| (bar.name.as_str(), bar.total())).collect();
    assert_eq!((sites.len(), bars), (21, vec![("downstream", 12), ("midstream", 10)]));
}

#[test]
fn the_world_map_names_producers_and_leaves_the_rest_to_lenses() {
    let picture = draw("7");
    let words = words(&picture);
    let named = |name: &str| words.iter().any(|word| word == name);
    assert!(named("Mount Weld") && named("Bayan Obo") && named("Lovozero"), "{words:?}");
    let byproduct = catalogue()
        .sites
        .iter()
        .filter(|site| site.dataset == Dataset::GlobalRee && site.status == Status::Byproduct);
    let byproduct: Vec<&str> = byproduct.map(|site| site.name.as_str()).collect();
    assert!(byproduct.len() > 40 && !byproduct.iter().any(|name| named(name)));
    // Named in the lens of figure 2, of which this map has the same.
    assert!(!named("Zudong"));
}

#[test]
fn the_bars_of_what_is_not_known_are_told_without_colours() {
    let figure = Figure::open("2").unwrap();
    let gazetteer = Gazetteer::embedded().unwrap();
    let words = Words::of(Language::En).unwrap();
    let unknown: Vec<bool> = Classes::of(figure.symbols.color_by, &[], gazetteer, words)
        .fills()
        .iter()
        .map(|f| f.striped)
        .collect();
    assert_eq!(unknown, [false, false, false, true]);
    let svg = draw("2").scene.svg();
    let chart = &svg[svg.find("id=\"chart\"").unwrap()..];
    let chart = &chart[..chart.find("id=\"key\"").unwrap()];
    // Three stripes on each of the eight bars with such mines, four rules between pieces.
    let lines = chart.matches("stroke=\"#ffffff\"").count();
    assert!(lines >= 3 * 8, "{lines}");
}

#[test]
fn sites_under_a_map_in_a_corner_are_told() {
    let text = "title = \"x\"\n[frame]\ncountry = [\"Brazil\"]\n\
                [[inset]]\ntitle = \"a\"\nbbox = [0, 0, 40, 40]\nwidth = 0.5\ncorner = \"lower-right\"\n\
                [[inset]]\ntitle = \"b\"\nbbox = [0, 0, 40, 40]\nwidth = 0.5\ncorner = \"upper-right\"\n";
    let figure = Figure::parse(text, "test").unwrap();
    let picture = draw_of(&figure, &catalogue().sites, 120.0).unwrap();
    let hidden = picture.counts.under_insets;
    assert!(hidden > 50, "{hidden}");
    let told = words(&picture).join(" ");
    assert!(told.contains(&format!("{hidden} symbols of the main map lie under a map")), "{told}");
    assert_eq!(draw("2").counts.under_insets, 0);
}
