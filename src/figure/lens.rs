//! Lenses: which part of the main map each shows, and what it is called.

use std::collections::BTreeMap;

use super::frame::Frame;
use super::language::Words;
use super::map::Map;
use super::projection::Projection;
use super::scene::Bounds;
use super::spec::Figure;
use crate::error::Result;
use crate::place::Gazetteer;
use crate::select;
use crate::site::{Place, Site, Unit};

/// A lens that is to be drawn.
pub struct View {
    /// Its title.
    pub title: String,
    /// How many sites and ports it shows, but for some at its edges.
    pub count: usize,
    /// Whether its sites and ports are labelled.
    pub labels: bool,
    part: Part,
}

/// The part of the world that a lens shows.
enum Part {
    /// A box in degrees.
    Box([f64; 4]),
    /// A window of the main map, on the page.
    Window(Bounds),
}

/// As many names as find room in a lens, more or less.
const NAMES: usize = 40;
/// A second place has to hold such a share of a lens's symbols to be in its title.
const NAMED: f64 = 0.1;
/// Two provinces have to hold such a share of them to be named instead of their country.
const MOST: f64 = 0.6;
/// A country that holds such a share of them is told by its provinces.
const NEARLY: f64 = 0.97;

/// The lenses of a figure: those that state a box, and at `most` so many that are found where the
/// main map's symbols crowd, with room for `size` (width and height in points) each.
pub fn views(
    figure: &Figure,
    main: &Map,
    most: usize,
    size: (f64, f64),
    gazetteer: &Gazetteer,
    words: &Words,
) -> Vec<View> {
    let mut before = Vec::new();
    let mut views: Vec<View> = Vec::new();
    for lens in &figure.lens {
        let part = match lens.bbox {
            Some(bbox) => Part::Box(bbox),
            None if before.len() == most => continue,
            None => match main.crowded(size, lens.labels != Some(false), &before) {
                Some(window) => {
                    before.push(window);
                    Part::Window(window)
                }
                None => continue,
            },
        };
        let inside = Inside::of(&part, main);
        let title = match lens.title.of(words.language()) {
            "" => inside.places(main, gazetteer, words),
            title => title.to_string(),
        };
        let labels = lens.labels.unwrap_or(inside.count() <= NAMES);
        views.push(View { title, count: inside.count(), labels, part });
    }
    // From the top down, so that the lines to them do not cross.
    views.sort_by(|a, b| a.top(main).total_cmp(&b.top(main)));
    views
}

impl View {
    /// Where the part begins on the page; infinitely far down where it can't be seen.
    fn top(&self, main: &Map) -> f64 {
        match &self.part {
            Part::Window(window) => window.top,
            Part::Box([west, south, east, north]) => {
                let east = if east > west { *east } else { east + 360.0 };
                let middle = geo::Point::new((west + east) / 2.0, (south + north) / 2.0);
                main.frame.place(middle).map_or(f64::INFINITY, |(_, y)| y)
            }
        }
    }

    /// The height of a panel of some width that shows the part and no more.
    ///
    /// # Errors
    /// A box outside the projection.
    pub fn height(&self, figure: &Figure, width: f64) -> Result<f64> {
        match &self.part {
            Part::Box(bbox) => Frame::height_for(&projection(figure, *bbox)?, *bbox, width),
            Part::Window(window) => Ok(width * window.height() / window.width()),
        }
    }

    /// The map of the part in a panel; `main` is the map that a window was found on.
    ///
    /// # Errors
    /// A box outside the projection.
    pub fn frame(&self, figure: &Figure, main: &Frame, panel: Bounds) -> Result<Frame> {
        match &self.part {
            Part::Box(bbox) => Frame::region(projection(figure, *bbox)?, *bbox, panel),
            Part::Window(window) => {
                let middle =
                    ((window.left + window.right) / 2.0, (window.top + window.bottom) / 2.0);
                // A window lies on the globe: symbols stand in it.
                let (x, y) =
                    main.degrees(middle.0, middle.1).unwrap_or((main.projection.central, 0.0));
                let (south, north) = ((y - 1.0).max(-90.0), (y + 1.0).min(90.0));
                let projection = projection(figure, [x - 1.0, south, x + 1.0, north])?;
                let times = (panel.width() / window.width()).min(panel.height() / window.height());
                Frame::around(projection, (x, y), panel, main.scale * times)
            }
        }
    }
}

/// The projection of a lens: one of its own, or the figure's where that is a system that others
/// share.
fn projection(figure: &Figure, bbox: [f64; 4]) -> Result<Projection> {
    let main = &figure.frame.projection;
    match Projection::is_for_one_map(main) {
        true => Projection::local(bbox),
        false => Projection::for_box(main, bbox),
    }
}

/// What lies in a lens: the numbers of its sites and ports.
struct Inside {
    sites: Vec<usize>,
    ports: Vec<usize>,
}

impl Inside {
    fn of(part: &Part, main: &Map) -> Self {
        let holds = |point: Option<geo::Point<f64>>| {
            let Some(point) = point else { return false };
            match part {
                Part::Box([west, south, east, north]) => {
                    let (x, y) = point.x_y();
                    let east = if east > west { *east } else { east + 360.0 };
                    (*south..=*north).contains(&y) && (x - west).rem_euclid(360.0) <= east - west
                }
                Part::Window(window) => {
                    main.frame.place(point).is_some_and(|(x, y)| window.holds(x, y))
                }
            }
        };
        let sites = (0..main.sites.len()).filter(|&index| holds(main.sites[index].point));
        let ports = (0..main.ports.len()).filter(|&index| holds(main.ports[index].point));
        Inside { sites: sites.collect(), ports: ports.collect() }
    }

    fn count(&self) -> usize {
        self.sites.len() + self.ports.len()
    }

    /// The one or two places that most of it lies in: countries, or provinces where the main map
    /// shows them or one country holds nearly all.
    fn places(&self, main: &Map, gazetteer: &Gazetteer, words: &Words) -> String {
        let country =
            self.most(|site| select::country_of(site, gazetteer), |place| &place.country, main);
        let within =
            country.first().filter(|(count, _)| *count as f64 >= NEARLY * self.count() as f64);
        if main.focus.is_empty() && within.is_none() {
            return self.named(&country, words);
        }
        let provinces =
            self.most(|site| select::province_of(site, gazetteer), |place| &place.province, main);
        let held: usize = provinces.iter().take(2).map(|(count, _)| count).sum();
        let most = held as f64 >= MOST * self.count() as f64;
        let provinces = self.named(&provinces, words);
        match within {
            Some((_, country)) if main.focus.is_empty() && !most => words.place(country),
            Some((_, country)) if main.focus.is_empty() && !provinces.is_empty() => words
                .lists
                .within
                .replace("{place}", &provinces)
                .replace("{country}", &words.place(country)),
            _ => provinces,
        }
    }

    /// The units that its sites and ports lie in, those with the most first.
    fn most(
        &self,
        of_site: impl Fn(&Site) -> Option<Unit>,
        of_place: impl Fn(&Place) -> &Option<Unit>,
        main: &Map,
    ) -> Vec<(usize, Unit)> {
        let sites = self.sites.iter().filter_map(|&index| of_site(main.sites[index]));
        let ports =
            self.ports.iter().filter_map(|&index| of_place(&main.ports[index].place).clone());
        let mut counts: BTreeMap<String, (usize, Unit)> = BTreeMap::new();
        for unit in sites.chain(ports) {
            counts.entry(unit.code.clone()).or_insert((0, unit)).0 += 1;
        }
        let mut counts: Vec<(usize, Unit)> = counts.into_values().collect();
        counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        counts
    }

    /// The first unit, and the second where it holds enough to be named.
    fn named(&self, units: &[(usize, Unit)], words: &Words) -> String {
        let enough = (self.count() as f64 * NAMED).ceil() as usize;
        let named = units.iter().take(2).enumerate();
        let named = named.filter(|(rank, (count, _))| *rank == 0 || *count >= enough);
        let names: Vec<String> = named.map(|(_, (_, unit))| words.place(unit)).collect();
        names.join(&words.lists.and)
    }
}
