//! One map: the base, the sites and ports upon it, their labels, its scale.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use geo::Point;

use super::base;
use super::choropleth::Choropleth;
use super::classes::Classes;
use super::context::Context;
use super::crowding;
use super::frame::Frame;
use super::graticule;
use super::labels::{self, Labels};
use super::language::Words;
use super::scale_bar;
use super::scene::{Anchor, Bounds, Node, Paint, PathData, Text};
use super::spec::Symbols;
use super::style::{FRAME, INK, LEADER, LENS, PAPER, SMALL};
use super::symbols::{self, Look, PORT_SHARE};
use crate::basemap::{self, Area, Scale};
use crate::error::Result;
use crate::select::Selector;
use crate::site::{Port, Site, Status};

/// The symbols that a picture uses, by id.
pub type SymbolTable = BTreeMap<String, Vec<Node>>;

/// What one map is drawn from.
pub struct Map<'a> {
    /// The id of the map's layers.
    pub id: String,
    /// Where it stands and how it is projected.
    pub frame: Frame,
    /// The sites to draw.
    pub sites: Vec<&'a Site>,
    /// The ports to draw.
    pub ports: Vec<&'a Port>,
    /// What is drawn around them.
    pub context: &'a [Context<'a>],
    /// The classes of sites.
    pub classes: &'a Classes<'a>,
    /// How sites are drawn.
    pub symbols: &'a Symbols,
    /// Size of the symbols in points.
    pub size: f64,
    /// Alpha-3 codes of the countries that the figure is about.
    pub focus: &'a [String],
    /// Codes of the provinces that it is about, where it is not about all of their country.
    pub lit: &'a [String],
    /// Degrees between two lines of the graticule; none for what suits the map.
    pub graticule: Option<f64>,
    /// Whether provinces are named.
    pub name_provinces: bool,
    /// Which sites are labelled; all where there is none.
    pub named: Option<&'a Selector<'a>>,
    /// Whether sites are labelled.
    pub label_sites: bool,
    /// Whether ports are labelled.
    pub label_ports: bool,
    /// Whether there is a scale bar.
    pub scale_bar: bool,
    /// Whether degrees stand at its edge.
    pub degrees: bool,
    /// The words.
    pub words: &'a Words,
    /// Extents of other maps to mark on this one.
    pub marks: Vec<Mark>,
    /// Lines that join extents to the maps beside this one that show them.
    pub joins: Vec<(Spot, Spot)>,
    /// Where its symbols stand, once that was asked for.
    pub placed: OnceCell<Placed<'a>>,
}

/// Where a map's symbols stand on the page, in the order in which they are drawn.
pub struct Placed<'a> {
    /// The ports.
    pub ports: Vec<(&'a Port, Spot)>,
    /// The sites above them: rare classes on top, then closed symbols over open ones.
    pub sites: Vec<(&'a Site, Spot, Look<'a>)>,
    /// How many stand beside their places, so that they are seen.
    pub moved: usize,
    /// How far beside the farthest of them stands, in points.
    pub farthest: f64,
    /// How many sites lie wholly under others.
    pub covered: usize,
}

/// A map as drawn.
pub struct Drawn {
    /// Its pieces.
    pub nodes: Vec<Node>,
    /// How many sites and ports were to be named and found no room.
    pub left_out: usize,
}

/// A point of the page.
pub type Spot = (f64, f64);

/// The extent of another map, marked on this one.
pub struct Mark {
    /// The extent's outline on the page.
    pub ring: Vec<(f64, f64)>,
    /// The letter that it goes by, where no line joins the two.
    pub letter: Option<char>,
}

impl Mark {
    /// The outline, closed.
    fn outline(&self) -> Vec<(f64, f64)> {
        self.ring.iter().chain(self.ring.first()).copied().collect()
    }

    /// Its letter at a corner, where it hides nothing that is `taken` if that can be.
    fn lettered(&self, letter: char, taken: &[Bounds]) -> Text {
        let Bounds { left, top, right, bottom } = Bounds::around(self.ring.iter().copied());
        let capital = SMALL * super::text::ASCENT;
        let at =
            |x: f64, y: f64, anchor| Text::new(x, y, SMALL, letter).bold().halo().anchor(anchor);
        let places = (0..6).map(|step| 1.5 + 2.5 * f64::from(step)).flat_map(|off| {
            [
                at(left, top - off, Anchor::Start),
                at(right, top - off, Anchor::End),
                at(left, bottom + off + capital, Anchor::Start),
                at(right, bottom + off + capital, Anchor::End),
                at(left - off, top + capital, Anchor::End),
                at(right + off, top + capital, Anchor::Start),
            ]
        });
        let free = |label: &Text| {
            let bounds = label.bounds();
            !taken.iter().any(|other| other.overlaps(&bounds))
        };
        let first = at(left, top - 1.5, Anchor::Start);
        places.into_iter().find(free).unwrap_or(first)
    }

    /// Whether a point of the page lies within the extent.
    fn holds(&self, x: f64, y: f64) -> bool {
        // Even-odd: how often a ray to the right crosses the outline.
        let next = self.ring.iter().cycle().skip(1);
        self.ring.iter().zip(next).fold(false, |inside, (a, b)| {
            let crosses = (a.1 > y) != (b.1 > y) && x < a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1);
            inside != crosses
        })
    }
}

impl<'a> Map<'a> {
    /// Whether a point lies on the map.
    pub fn shows(&self, point: Option<Point<f64>>) -> bool {
        point.and_then(|point| self.frame.place(point)).is_some()
    }

    /// Where its symbols stand.
    pub fn placed(&self) -> &Placed<'a> {
        self.placed.get_or_init(|| self.place())
    }

    /// Where ports and sites lie on the page, in the order in which they are drawn.
    #[allow(clippy::type_complexity, reason = "both are named in Placed")]
    fn lie(&self) -> (Vec<(&'a Port, Spot)>, Vec<(&'a Site, Spot, Look<'a>)>) {
        let place = |point: Option<Point<f64>>| self.frame.place(point?);
        let ports = self.ports.iter().filter_map(|port| Some((*port, place(port.point)?)));
        let mut ports: Vec<_> = ports.collect();
        ports.sort_by_key(|(port, _)| port.exports_rare_earths == Some(true));
        let sites = self.sites.iter().filter_map(|site| {
            let look = Look::of(site, self.classes.class(site)?, self.symbols);
            Some((*site, place(site.point)?, look))
        });
        let mut sites: Vec<_> = sites.collect();
        sites.sort_by_key(|(_, _, look)| (look.class.rank, !look.open));
        (ports, sites)
    }

    fn place(&self) -> Placed<'a> {
        let (mut ports, mut sites) = self.lie();
        let lie: Vec<Spot> =
            ports.iter().map(|(_, at)| *at).chain(sites.iter().map(|(_, at, _)| *at)).collect();
        let radius = self.size / 2.0;
        let stand = match self.symbols.stay {
            true => lie.clone(),
            false => crowding::parted(&lie, radius, symbols::halo(self.size)),
        };
        // None is cut by the edge of a panel.
        let inside = self.frame.panel.grown(-radius * 1.2);
        let clear = |(x, y): Spot| match self.frame.world {
            true => (x, y),
            false => (
                x.clamp(inside.left, inside.right.max(inside.left)),
                y.clamp(inside.top, inside.bottom.max(inside.top)),
            ),
        };
        let stand: Vec<Spot> = stand.into_iter().map(clear).collect();
        let spots = ports.iter_mut().map(|(_, at)| at).chain(sites.iter_mut().map(|s| &mut s.1));
        spots.zip(&stand).for_each(|(at, stands)| *at = *stands);
        let aside = lie.iter().zip(&stand).map(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1));
        let aside: Vec<f64> = aside.filter(|distance| *distance > 0.0).collect();
        Placed {
            covered: crowding::covered(&stand[ports.len()..], radius),
            ports,
            sites,
            moved: aside.len(),
            farthest: aside.into_iter().fold(0.0, f64::max),
        }
    }

    /// The window in which a lens of `size` in points would part the most symbols, with room for
    /// their names where they are `named`, beside those found `before`.
    pub fn crowded(&self, size: (f64, f64), named: bool, before: &[Bounds]) -> Option<Bounds> {
        let (ports, sites) = self.lie();
        let lie: Vec<Spot> =
            ports.iter().map(|(_, at)| *at).chain(sites.iter().map(|(_, at, _)| *at)).collect();
        crowding::window(&lie, self.size / 2.0, named, size, self.frame.panel, before)
    }

    /// Draws the map, on it the areas of a choropleth; `table` collects the symbols it uses.
    pub fn draw(
        &self,
        covered: &[Bounds],
        choropleth: Option<&Choropleth>,
        table: &mut SymbolTable,
    ) -> Result<Drawn> {
        let counted = choropleth.map(|one| one.draw(&self.frame, &self.id)).transpose()?;
        let context = self.context.iter().filter_map(|one| one.draw_areas(&self.frame, &self.id));
        let areas = counted.into_iter().chain(context).collect();
        let step = self.graticule.unwrap_or_else(|| graticule::step(&self.frame));
        let about = base::About { countries: self.focus, provinces: self.lit };
        let mut nodes = base::draw(&self.frame, &self.id, about, step, areas)?;
        let context = self.context.iter().map(|one| one.draw(&self.frame, &self.id, table));
        nodes.extend(context.flatten());
        let port_size = self.size * PORT_SHARE;
        let Placed { ports, sites, .. } = self.placed();

        let mut joins = PathData::default();
        self.joins.iter().for_each(|(from, to)| joins.line(&[*from, *to]));
        nodes.push(Node::Path { data: joins.data, paint: Paint::line(LEADER, 0.4) });

        let mut taken = covered.to_vec();
        let arrow = self.degrees.then(|| graticule::north(&self.frame, covered)).flatten();
        taken.extend(arrow.iter().map(|(bounds, _)| *bounds));
        let mut drawn = Vec::new();
        for &(port, (x, y)) in ports {
            let rare_earths = port.exports_rare_earths == Some(true);
            let id = symbols::port_id(port_size, rare_earths);
            table.entry(id.clone()).or_insert_with(|| symbols::port(port_size, rare_earths));
            taken.push(symbols::port_extent(port_size).moved(x, y));
            drawn.push(Node::Use { symbol: id, x, y, title: port_title(port) });
        }
        nodes.push(Node::Group {
            id: format!("{}-ports", self.id),
            nodes: std::mem::take(&mut drawn),
        });
        for &(site, (x, y), look) in sites {
            let id = look.id(self.size);
            table.entry(id.clone()).or_insert_with(|| look.draw(self.size));
            taken.push(look.extent(self.size).moved(x, y));
            drawn.push(Node::Use { symbol: id, x, y, title: site_title(site) });
        }
        nodes.push(Node::Group { id: format!("{}-sites", self.id), nodes: drawn });

        // Above the symbols, which would hide it where a lens is needed most.
        let mut marks = Vec::new();
        for mark in &self.marks {
            let mut path = PathData::default();
            path.ring(&mark.ring);
            let halo = Node::Path { data: path.data.clone(), paint: Paint::line(PAPER, 1.4) };
            marks.extend([halo, Node::Path { data: path.data, paint: Paint::line(LENS, 0.6) }]);
            if let Some(letter) = mark.letter {
                let letter = mark.lettered(letter, &taken);
                taken.push(letter.bounds());
                marks.push(Node::Text(letter));
            }
        }
        nodes.push(Node::Group { id: format!("{}-extents", self.id), nodes: marks });

        if self.scale_bar
            && let Some(bar) = scale_bar::draw(&self.frame, self.words, &taken)
        {
            taken.push(bar.bounds);
            nodes.push(Node::Group { id: format!("{}-scale", self.id), nodes: bar.nodes });
        }
        let mut degrees = Vec::new();
        if self.degrees {
            degrees = graticule::degrees(&self.frame, step, &taken);
            taken.extend(degrees.iter().map(Text::bounds));
        }
        let placed = self.labels(taken)?;
        let left_out = placed.symbols_left_out();
        let mut labels = placed.into_nodes();
        if choropleth.is_some() {
            labels.iter_mut().for_each(stand_out);
        }
        nodes.push(Node::Group { id: format!("{}-labels", self.id), nodes: labels });
        let frame = if self.frame.world { 0.5 } else { 0.6 };
        nodes.push(Node::Path { data: self.frame.outline(), paint: Paint::line(FRAME, frame) });
        if let Some((_, arrow)) = arrow {
            nodes.push(Node::Group { id: format!("{}-north", self.id), nodes: arrow });
        }
        if self.degrees {
            let degrees = degrees.into_iter().map(Node::Text).collect();
            nodes.push(Node::Group { id: format!("{}-degrees", self.id), nodes: degrees });
        }
        Ok(Drawn { nodes, left_out })
    }

    /// Whether a lens shows what stands at a point of the page: there it has room for its name.
    fn shown_elsewhere(&self, (x, y): (f64, f64)) -> bool {
        self.marks.iter().any(|mark| mark.holds(x, y))
    }

    /// The map's labels in their places, clear of the rectangles that are `taken` and of the
    /// marked extents; and the names that found no room.
    fn labels(&self, taken: Vec<Bounds>) -> Result<labels::Placed> {
        let mut labels = Labels::new(self.frame.panel);
        taken.into_iter().for_each(|bounds| labels.keep_off(bounds));
        self.marks.iter().for_each(|mark| labels.keep_off_line(&mark.outline()));
        if self.frame.world {
            // The curve that bounds the world.
            for side in [-180.0, 180.0] {
                let meridian = self.frame.projection.central + side;
                labels.keep_off_line(&self.frame.trace(&[(meridian, -89.9), (meridian, 89.9)]));
            }
        }
        for (x, y, reach) in self.context.iter().flat_map(|one| one.points(&self.frame)) {
            let extent = Bounds { left: -reach, top: -reach, right: reach, bottom: reach };
            labels.avoid(extent.moved(x, y));
        }
        let Placed { ports, sites, .. } = self.placed();
        let named = |site: &Site| self.named.is_none_or(|named| named.matches(site));
        for (site, at, look) in sites.iter().filter(|(site, ..)| self.label_sites && named(site)) {
            if !self.shown_elsewhere(*at) {
                let priority = if site.status_certain { SITE } else { UNCERTAIN_SITE };
                let extent = look.extent(self.size).moved(at.0, at.1);
                labels.symbol(*at, extent, labels::short(self.words.site(site)), priority);
            }
        }
        for (port, at) in ports.iter().filter(|_| self.label_ports) {
            if !self.shown_elsewhere(*at) {
                let rare_earths = port.exports_rare_earths == Some(true);
                let priority = if rare_earths { RARE_EARTH_PORT } else { OTHER_PORT };
                let extent = symbols::port_extent(self.size * PORT_SHARE).moved(at.0, at.1);
                labels.symbol(*at, extent, labels::short(self.words.term(&port.name)), priority);
            }
        }
        if self.name_provinces {
            self.name_provinces(&mut labels)?;
        }
        Ok(labels.place())
    }

    /// Asks for the names of the provinces, in what the map shows of each, or on the sea beside
    /// one that is too small.
    fn name_provinces(&self, labels: &mut Labels) -> Result<()> {
        let rings = |area: &Area| -> Vec<Vec<(f64, f64)>> {
            area.shape().iter().flat_map(|polygon| self.frame.rings(polygon)).collect()
        };
        let countries: Vec<&str> = self.focus.iter().map(String::as_str).collect();
        // As coarse as nobody can see.
        let tolerance = (0.3 / self.frame.scale / METRES_PER_DEGREE).min(0.05);
        let provinces = basemap::provinces_simplified(&countries, tolerance)?;
        for province in provinces.iter().filter(|one| self.frame.sees(&one.bounds)) {
            labels.area(&rings(province), &self.words.place(&province.unit), PROVINCE);
        }
        if !provinces.is_empty() {
            let land = basemap::countries(Scale::Medium)?.iter();
            for country in land.filter(|one| self.frame.sees(&one.bounds)) {
                for polygon in &country.shape() {
                    labels.land(&self.frame.rings(polygon));
                }
            }
        }
        Ok(())
    }
}

/// Makes a name legible upon areas of any colour.
fn stand_out(label: &mut Node) {
    if let Node::Text(text) = label {
        (text.colour, text.halo) = (INK, true);
    }
}

/// Which names choose their places first.
const SITE: i32 = 4;
const UNCERTAIN_SITE: i32 = 3;
const RARE_EARTH_PORT: i32 = 2;
const OTHER_PORT: i32 = 1;
const PROVINCE: i32 = 0;

/// Metres in a degree of latitude.
const METRES_PER_DEGREE: f64 = 111_000.0;

/// What a pointer that rests on a site is told.
fn site_title(site: &Site) -> String {
    let mut title = format!("{}: {}", site.name, site.ree_type.value);
    if site.status != Status::Unknown {
        title.push_str(", ");
        title.push_str(site.status.label());
        if !site.status_certain && site.status != Status::AssumedActive {
            title.push_str(" (?)");
        }
    }
    title
}

fn port_title(port: &Port) -> String {
    let what = match port.exports_rare_earths {
        Some(true) => "exports rare earths",
        _ if port.exports_assumed => "taken to export metals",
        _ if port.exports_metals => "exports metals",
        _ => "port",
    };
    format!("{}: {what}", port.name)
}
