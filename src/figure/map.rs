//! One map: the base, the sites and ports upon it, their labels, its scale.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use geo::Point;
use geo::algorithm::{Contains, Distance, Haversine, Intersects};

use super::base;
use super::choropleth::Choropleth;
use super::classes::Classes;
use super::context::Context;
use super::crowding;
use super::frame::Frame;
use super::graticule;
use super::labels::{self, Labels};
use super::language::Words;
use super::scene::{Bounds, Node, Paint, PathData, Text};
use super::spec::Symbols;
use super::style::{FRAME, INK, LENS, PAPER, SMALL};
use super::symbols::{self, Look, PORT_SHARE};
use super::text::{self, Weight};
use crate::basemap;
use crate::error::Result;
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
    /// Degrees between two lines of the graticule.
    pub graticule: f64,
    /// Whether provinces are named.
    pub name_provinces: bool,
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

/// A point of the page.
pub type Spot = (f64, f64);

/// The extent of another map, marked on this one.
pub struct Mark {
    /// The extent's outline on the page.
    pub ring: Vec<(f64, f64)>,
    /// Whether that map labels its sites, so that this one need not.
    pub labelled: bool,
    /// The letter that it goes by, where no line joins the two.
    pub letter: Option<char>,
}

impl Mark {
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

    /// The window in which a lens of `size` in points would part the most symbols, beside those
    /// found `before`.
    pub fn crowded(&self, size: (f64, f64), before: &[Bounds]) -> Option<Bounds> {
        let (ports, sites) = self.lie();
        let lie: Vec<Spot> =
            ports.iter().map(|(_, at)| *at).chain(sites.iter().map(|(_, at, _)| *at)).collect();
        crowding::window(&lie, self.size / 2.0, size, self.frame.panel, before)
    }

    /// Draws the map, on it the areas of a choropleth; `table` collects the symbols it uses.
    pub fn draw(
        &self,
        covered: &[Bounds],
        choropleth: Option<&Choropleth>,
        table: &mut SymbolTable,
    ) -> Result<Vec<Node>> {
        let counted = choropleth.map(|one| one.draw(&self.frame, &self.id)).transpose()?;
        let context = self.context.iter().filter_map(|one| one.draw_areas(&self.frame, &self.id));
        let areas = counted.into_iter().chain(context).collect();
        let mut nodes = base::draw(&self.frame, &self.id, self.focus, self.graticule, areas)?;
        let context = self.context.iter().map(|one| one.draw(&self.frame, &self.id, table));
        nodes.extend(context.flatten());
        let port_size = self.size * PORT_SHARE;
        let Placed { ports, sites, .. } = self.placed();

        let mut taken: Vec<Bounds> = covered.to_vec();
        let mut drawn = Vec::new();
        for &(port, (x, y)) in ports {
            let rare_earths = port.exports_rare_earths == Some(true);
            let id = symbols::port_id(port_size, rare_earths);
            table.entry(id.clone()).or_insert_with(|| symbols::port(port_size, rare_earths));
            taken.push(around(x, y, port_size * 0.5));
            drawn.push(Node::Use { symbol: id, x, y, title: port_title(port) });
        }
        nodes.push(Node::Group {
            id: format!("{}-ports", self.id),
            nodes: std::mem::take(&mut drawn),
        });
        for &(site, (x, y), look) in sites {
            let id = look.id(self.size);
            table.entry(id.clone()).or_insert_with(|| look.draw(self.size));
            taken.push(around(x, y, self.size * 0.5));
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
                let left = mark.ring.iter().map(|at| at.0).fold(f64::INFINITY, f64::min);
                let top = mark.ring.iter().map(|at| at.1).fold(f64::INFINITY, f64::min);
                let letter = Text::new(left, top - 1.5, SMALL, letter).bold().halo();
                taken.push(letter.bounds());
                marks.push(Node::Text(letter));
            }
        }
        nodes.push(Node::Group { id: format!("{}-extents", self.id), nodes: marks });

        if self.scale_bar
            && let Some(bar) = scale_bar(&self.frame, self.words, &taken)
        {
            taken.push(bar.bounds);
            nodes.push(Node::Group { id: format!("{}-scale", self.id), nodes: bar.nodes });
        }
        let context = self.context.iter().flat_map(|one| one.points(&self.frame));
        let context = context.map(|(x, y, reach)| around(x, y, reach)).collect();
        let mut labels = Labels::new(self.frame.panel, taken).over(context);
        if self.label_ports {
            for (port, (x, y)) in ports.iter().filter(|(_, at)| !self.labelled_elsewhere(*at)) {
                labels.symbol(*x, *y, port_size / 2.0, labels::short(self.words.term(&port.name)));
            }
        }
        if self.label_sites {
            // From the top down, so that leaders seldom cross.
            let mut named: Vec<_> =
                sites.iter().filter(|(_, at, _)| !self.labelled_elsewhere(*at)).collect();
            named.sort_by(|a, b| a.1.1.total_cmp(&b.1.1));
            for (site, (x, y), _) in named {
                labels.symbol(*x, *y, self.size / 2.0, labels::short(self.words.term(&site.name)));
            }
        }
        if self.name_provinces {
            self.name_provinces(&mut labels)?;
        }
        let mut labels = labels.into_nodes();
        if choropleth.is_some() {
            labels.iter_mut().for_each(stand_out);
        }
        nodes.push(Node::Group { id: format!("{}-labels", self.id), nodes: labels });
        let frame = if self.frame.world { 0.5 } else { 0.6 };
        nodes.push(Node::Path { data: self.frame.outline(), paint: Paint::line(FRAME, frame) });
        if self.degrees {
            let nodes_at_edge = graticule::degrees(&self.frame, self.graticule);
            nodes.push(Node::Group { id: format!("{}-degrees", self.id), nodes: nodes_at_edge });
        }
        Ok(nodes)
    }

    /// Whether a lens names what stands at a point of the page.
    fn labelled_elsewhere(&self, (x, y): (f64, f64)) -> bool {
        self.marks.iter().any(|mark| mark.labelled && mark.holds(x, y))
    }

    /// Names each province at the point nearest to the middle of what the map shows of it where
    /// the name finds room: if possible such that it lies wholly inside.
    fn name_provinces(&self, labels: &mut Labels) -> Result<()> {
        let panel = self.frame.panel;
        let (columns, rows) = ((panel.width() / 5.0) as u32, (panel.height() / 5.0) as u32);
        let grid: Vec<_> = (0..=columns)
            .flat_map(|column| (0..=rows).map(move |row| (column, row)))
            .map(|(column, row)| {
                (panel.left + f64::from(column) * 5.0, panel.top + f64::from(row) * 5.0)
            })
            .filter_map(|(x, y)| Some((x, y, Point::from(self.frame.degrees(x, y)?))))
            .collect();
        let countries: Vec<&str> = self.focus.iter().map(String::as_str).collect();
        for province in basemap::provinces_simplified(&countries, 0.05)? {
            let shape = province.shape();
            let inside: Vec<_> = grid
                .iter()
                .filter(|(_, _, point)| province.bounds.intersects(point))
                .filter(|(_, _, point)| shape.contains(point))
                .collect();
            let count = inside.len() as f64;
            let middle_x = inside.iter().map(|(x, ..)| x).sum::<f64>() / count;
            let middle_y = inside.iter().map(|(_, y, _)| y).sum::<f64>() / count;
            let name = &self.words.place(&province.unit);
            let half = text::width(name, SMALL, Weight::Regular) / 2.0;
            let holds = |x: f64, y: f64| {
                self.frame.degrees(x, y).is_some_and(|at| shape.contains(&Point::from(at)))
            };
            let mut places: Vec<_> = inside
                .iter()
                .map(|(x, y, _)| {
                    let sticks_out = !(holds(x - half, *y) && holds(x + half, *y));
                    (sticks_out, (x - middle_x).hypot(y - middle_y), *x, *y)
                })
                .collect();
            places.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            labels.area(places.iter().map(|(_, _, x, y)| (*x, *y)), name);
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

fn around(x: f64, y: f64, radius: f64) -> Bounds {
    Bounds { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
}

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

/// A scale bar with the rectangle that it covers.
struct ScaleBar {
    bounds: Bounds,
    nodes: Vec<Node>,
}

/// A bar of a round number of kilometres in a corner where it hides nothing that is `taken`, true
/// at the latitude it names.
fn scale_bar(frame: &Frame, words: &Words, taken: &[Bounds]) -> Option<ScaleBar> {
    let panel = frame.panel;
    let (x, y) = ((panel.left + panel.right) / 2.0, (panel.top + panel.bottom) / 2.0);
    let reach = panel.width() * 0.1;
    let west = frame.degrees(x - reach, y)?;
    let east = frame.degrees(x + reach, y)?;
    let kilometres = Haversine.distance(Point::from(west), Point::from(east)) / 1000.0;
    let per_kilometre = 2.0 * reach / kilometres;
    let share = if panel.width() > 120.0 { 0.2 } else { 0.35 };
    let wanted = panel.width() * share / per_kilometre;
    let step = 10f64.powf(wanted.log10().floor());
    let length = [5.0, 2.0, 1.0].into_iter().map(|m| m * step).find(|l| *l <= wanted)?;

    let width = length * per_kilometre;
    let latitude = frame.degrees(x, y)?.1;
    let side = if latitude < 0.0 { 'S' } else { 'N' };
    let latitude = format!("{:.0}° {side}", latitude.abs());
    let at = panel.width() > 120.0;
    let template = if at { &words.map.kilometres_at } else { &words.map.kilometres };
    let template = template.replace("{n}", &super::legend::grouped(length as usize));
    let label = Text::new(0.0, 0.0, SMALL, template.replace("{latitude}", &latitude)).halo();
    let breadth = label.bounds().width().max(width);

    // The lower left is where readers look for it.
    let (low, high) = (panel.bottom - 6.0, panel.top + 6.0 + SMALL + 3.0);
    let (west, east) = (panel.left + 6.0, panel.right - 6.0 - breadth);
    let bounds = |(left, base): (f64, f64)| {
        let top = Text { y: base - 3.0, ..label.clone() }.bounds().top;
        Bounds { left, top, right: left + breadth, bottom: base + 1.0 }.grown(1.0)
    };
    let corners = [(west, low), (east, low), (west, high), (east, high)];
    let free = |corner: &(f64, f64)| !taken.iter().any(|other| other.overlaps(&bounds(*corner)));
    let (left, base) = corners.into_iter().find(free).unwrap_or(corners[0]);
    let bounds = bounds((left, base));
    let label = Text { x: left, y: base - 3.0, ..label };
    let mut path = PathData::default();
    path.line(&[
        (left, base - 1.8),
        (left, base),
        (left + width, base),
        (left + width, base - 1.8),
    ]);
    let line = path.data;
    let nodes = vec![
        Node::Path { data: line.clone(), paint: Paint::line(PAPER, 1.6) },
        Node::Path { data: line, paint: Paint::line(INK, 0.6) },
        Node::Text(label),
    ];
    Some(ScaleBar { bounds, nodes })
}
