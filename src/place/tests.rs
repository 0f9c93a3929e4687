//! The embedded grids against the basemap, and a plain even-odd test against both.

use std::fs;
use std::path::Path;

use geo::Coord;

use super::grid::Division;
use super::grid::build::{Lines, Runs};
use super::grid::packed;
use super::*;

/// The lines of some layers of the basemap, areas numbered through.
fn lines(layers: &[&basemap::Layer]) -> Lines {
    let mut lines = Lines::default();
    let mut before = 0;
    for layer in layers {
        for (points, areas) in layer.topology.arcs_between() {
            let areas: Vec<u32> = areas.into_iter().map(|area| before + area as u32).collect();
            // Where areas overlap, more than two may share a line: it is told again for the rest.
            for pair in areas.chunks(2) {
                lines.add(points.iter().copied(), [Some(pair[0]), pair.get(1).copied()]);
            }
        }
        before += layer.areas.len() as u32;
    }
    lines
}

fn grids() -> [(Vec<u32>, Runs); 2] {
    let [countries, china, world] = basemap::place_layers().unwrap();
    [
        lines(&[countries]).into_runs(Division::GLOBE, Some(TOLERANCE_KM)),
        lines(&[china, world]).into_runs(Division::GLOBE, None),
    ]
}

fn table_of_units() -> String {
    let countries = basemap::countries(Scale::Fine).unwrap().iter();
    let countries = countries.map(|area| format!("{}\t\t{}\n", area.unit.code, area.unit.name));
    let provinces = basemap::provinces().unwrap().into_iter();
    let provinces = provinces.map(|a| format!("{}\t{}\t{}\n", a.country, a.unit.code, a.unit.name));
    countries.chain(provinces).collect()
}

/// The embedded files of places are what the basemap gives. After a change of the basemap write
/// them anew: `REEMAP_WRITE_PLACES=1 cargo test --release --lib embedded_places`.
#[test]
fn embedded_places_are_those_of_the_basemap() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/places");
    let grids = packed::write::grids(grids());
    let units = table_of_units();
    if std::env::var_os("REEMAP_WRITE_PLACES").is_some() {
        fs::write(folder.join("grids.bin"), &grids).unwrap();
        fs::write(folder.join("units.tsv"), &units).unwrap();
    }
    assert!(fs::read(folder.join("grids.bin")).unwrap() == grids, "the grids differ");
    assert!(fs::read_to_string(folder.join("units.tsv")).unwrap() == units, "the units differ");
}

/// Even-odd over all rings of a layer, as plainly as can be: every edge by the same exact
/// question, all areas at once, edges sorted by latitude only to save time.
struct Plain {
    /// For each tenth of a degree of latitude the edges that reach it, and their area.
    bands: Vec<Vec<(edge::Edge, u32)>>,
}

impl Plain {
    fn new(areas: &[&basemap::Area]) -> Self {
        let mut bands = vec![Vec::new(); 1801];
        for (number, area) in (0..).zip(areas) {
            for polygon in &area.shape() {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    for line in ring.lines() {
                        let edge = edge::Edge::new(line.start, line.end);
                        let (from, to) = (Self::band(edge.south.y), Self::band(edge.north.y));
                        bands[from..=to].iter_mut().for_each(|band| band.push((edge, number)));
                    }
                }
            }
        }
        Plain { bands }
    }

    fn band(y: f64) -> usize {
        ((y + 90.0) * 10.0) as usize
    }

    /// All areas that hold the point, ascending.
    fn holders(&self, point: Coord<f64>) -> Vec<u32> {
        let mut holders: Vec<u32> = Vec::new();
        for (edge, area) in &self.bands[Self::band(point.y)] {
            if edge.is_crossed_from(point) {
                match holders.iter().position(|holder| holder == area) {
                    Some(at) => drop(holders.swap_remove(at)),
                    None => holders.push(*area),
                }
            }
        }
        holders.sort_unstable();
        holders
    }
}

/// Random numbers that are the same each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (self.next() >> 11) as f64 / (1_u64 << 53) as f64 * (high - low)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}

/// Compares the grids with the plain test at so many points: a third anywhere, a third on or
/// beside edges, a third on or beside the sides of squares.
fn compare(count: usize, seed: u64) {
    let gazetteer = Gazetteer::embedded().unwrap();
    let countries: Vec<_> = basemap::countries(Scale::Fine).unwrap().iter().collect();
    let provinces = basemap::provinces().unwrap();
    let layers = [
        (Plain::new(&countries), &gazetteer.countries),
        (Plain::new(&provinces), &gazetteer.provinces),
    ];
    let edges: Vec<edge::Edge> = layers
        .iter()
        .flat_map(|(plain, _)| plain.bands.iter().flatten().map(|(e, _)| *e))
        .collect();
    let mut random = Random(seed);
    let mut inside = 0;
    for at in 0..count {
        let mut point = match at % 3 {
            0 => Coord { x: random.between(-180.0, 180.0), y: random.between(-90.0, 90.0) },
            1 => {
                let edge::Edge { south, north } = edges[random.below(edges.len())];
                match random.below(4) {
                    0 => south,
                    1 => (south + north) / 2.0,
                    2 => {
                        let part = random.between(0.0, 1.0);
                        south + (north - south) * part
                    }
                    // Level with an end.
                    _ => Coord { x: random.between(-180.0, 180.0), y: north.y },
                }
            }
            _ => {
                let [x, y] = [random.between(-180.0, 180.0), random.between(-90.0, 90.0)];
                match random.below(3) {
                    0 => Coord { x: x.round(), y: y.round() },
                    1 => Coord { x: x.round(), y },
                    _ => Coord { x, y: y.round() },
                }
            }
        };
        // A hair's breadth aside.
        match random.below(6) {
            0 => point.x = point.x.next_up(),
            1 => point.x = point.x.next_down(),
            2 => point.y = point.y.next_up(),
            3 => point.y = point.y.next_down(),
            _ => {}
        }
        let point = Coord { x: point.x.clamp(-180.0, 180.0), y: point.y.clamp(-90.0, 90.0) };
        for (plain, grid) in &layers {
            let holders = plain.holders(point);
            assert_eq!(grid.find(point, |_| true).area, holders.first().copied(), "{point:?}");
            // Each that holds it is found where it alone is asked for.
            for holder in holders {
                assert_eq!(grid.find(point, |area| area == holder).area, Some(holder), "{point:?}");
                inside += 1;
            }
        }
    }
    assert!(inside > count / 4, "{inside}");
}

#[test]
fn answers_are_those_of_a_plain_even_odd_test() {
    compare(100_000, 1);
}

/// The long form: `cargo test --release --lib ten_million -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn answers_are_those_of_a_plain_even_odd_test_at_ten_million_points() {
    let halves = [2, 3].map(|seed| std::thread::spawn(move || compare(5_000_000, seed)));
    halves.into_iter().for_each(|half| half.join().unwrap());
}

#[test]
fn the_corners_of_the_world_are_in_the_grid() {
    let gazetteer = Gazetteer::embedded().unwrap();
    for x in [-180.0, -179.999_999, 0.0, 179.999_999, 180.0] {
        for y in [-90.0, -89.999_999, 0.0, 89.999_999, 90.0] {
            let located = gazetteer.locate_point(Point::new(x, y), Depth::Province, TOLERANCE_KM);
            let place = gazetteer.find(Point::new(x, y));
            assert_eq!(located.country.map(|c| gazetteer.unit(c)), place.country.as_ref());
            assert_eq!(located.province.map(|p| gazetteer.unit(p)), place.province.as_ref());
            assert_eq!(place.country.is_some(), y < -60.0, "{x}, {y}");
        }
    }
}

#[test]
fn each_point_of_a_border_between_provinces_belongs_to_one() {
    use geo::LinesIter;
    let gazetteer = Gazetteer::embedded().unwrap();
    let china = gazetteer.units.position("CHN").unwrap().1;
    let provinces = gazetteer.units.provinces_of(china);
    let claims = |point: Point<f64>| {
        let holds = |one: u32| gazetteer.provinces.find(point.0, |other| other == one).area;
        provinces.clone().filter_map(holds).count()
    };
    let mut points = 0;
    for line in basemap::province_lines(&["CHN"], 0.0).unwrap() {
        for edge in line.lines_iter() {
            for point in [Point(edge.start), (Point(edge.start) + Point(edge.end)) / 2.0] {
                // A border may end at the coast or at another country.
                let inner = point != line.points().next().unwrap();
                let count = claims(point);
                assert!(count == 1 || (!inner && count == 0), "{point:?}: {count}");
                points += 1;
            }
        }
    }
    assert!(points > 20_000, "{points}");
}

#[test]
fn the_nearest_country_is_that_of_trying_every_edge() {
    use std::collections::BTreeMap;

    use geo::{Distance, Geodesic};
    let gazetteer = Gazetteer::embedded().unwrap();
    let countries: Vec<_> = basemap::countries(Scale::Fine).unwrap().iter().collect();
    let plain = Plain::new(&countries);
    let mut random = Random(5);
    let (mut near, mut far) = (0, 0);
    while near < 2000 {
        // Beside an edge, both sides of the antimeridian too.
        let band = &plain.bands[random.below(plain.bands.len())];
        if band.is_empty() {
            continue;
        }
        let (edge, _) = band[random.below(band.len())];
        let aside = |random: &mut Random| random.between(-0.3, 0.3);
        let (x, y) = (edge.south.x + 3.0 * aside(&mut random), edge.south.y + aside(&mut random));
        let point = Coord { x: (x + 540.0) % 360.0 - 180.0, y: y.clamp(-90.0, 90.0) };
        if !plain.holders(point).is_empty() {
            continue;
        }
        let mut best: BTreeMap<u32, (f64, Point<f64>)> = BTreeMap::new();
        let (from, to) =
            (Plain::band((point.y - 0.25).max(-90.0)), Plain::band((point.y + 0.25).min(90.0)));
        for turn in [-360.0, 0.0, 360.0] {
            let plane = edge::Plane::touching(point).turned(turn);
            let reach = plane.reach(40.0);
            for (edge, area) in plain.bands[from..=to].iter().flatten() {
                let Some(found) = plane.nearest([edge.south, edge.north], &reach) else { continue };
                let known = best.entry(*area).or_insert(found);
                if found.0 < known.0 {
                    *known = found;
                }
            }
        }
        let distances = best
            .iter()
            .map(|(&area, (_, spot))| (Geodesic.distance(Point(point), *spot) / 1000.0, area));
        let expected = distances
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .filter(|(km, _)| *km <= TOLERANCE_KM);
        let place = gazetteer.find(point.into());
        let located = gazetteer.locate_point(point.into(), Depth::Country, TOLERANCE_KM);
        let expected_unit =
            expected.map(|(_, area)| gazetteer.unit(gazetteer.units.country(area)).code.as_str());
        assert_eq!(
            place.country.as_ref().map(|unit| unit.code.as_str()),
            expected_unit,
            "{point:?}"
        );
        assert_eq!(located.country.map(|at| gazetteer.unit(at)), place.country.as_ref());
        if let (Some((expected, _)), Some(km)) = (expected, place.distance_km) {
            assert!((km - expected).abs() < 1e-6, "{point:?}: {km}, {expected}");
        }
        if expected.is_some() {
            near += 1
        } else {
            far += 1
        }
        assert!(gazetteer.find_within(point.into(), 0.0).country.is_none());
    }
    assert!(far > 100, "{far}");
}
