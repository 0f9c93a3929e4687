//! What a figure draws around its sites: dams, power lines, resource tracts, a user's own layers.
//!
//! Context recedes. Areas are a tint and a hatch below the borders, which tell classes apart
//! without colour and hide neither each other nor the land; lines are thin; points are strokes
//! without a body, which no symbol of a site is.

use std::collections::BTreeMap;

use geo::algorithm::orient::{Direction, Orient};
use geo::{BoundingRect, LineString, Point, Polygon};

use super::frame::Frame;
use super::legend::{Entry, Sample};
use super::map::SymbolTable;
use super::scene::{Node, Paint, PathData};
use super::spec;
use super::style::Colour;
use crate::dataset::context::{self, ContextLayer, Feature, Kind, Origin};
use crate::error::Result;

/// One entry of the key: layers that are drawn alike.
pub struct Context<'a> {
    /// What the key calls it.
    pub label: String,
    /// The layers.
    pub origins: Vec<&'a Origin>,
    /// The name in the ids of its groups and symbol.
    id: String,
    look: Look,
    shapes: Vec<Shape<'a>>,
}

/// A feature by its parts.
#[derive(Default)]
struct Shape<'a> {
    name: Option<&'a str>,
    points: Vec<Point<f64>>,
    lines: Vec<LineString<f64>>,
    areas: Vec<Polygon<f64>>,
}

/// How context is drawn.
#[derive(Debug, Clone, Copy)]
struct Look {
    colour: Colour,
    glyph: Glyph,
    /// Width of lines in points, and their dashes.
    line: (f64, Option<&'static str>),
    hatch: Option<Hatch>,
}

/// The strokes that stand for a point.
#[derive(Debug, Clone, Copy)]
enum Glyph {
    Plus,
    Cross,
    Bar,
    Star,
    Tee,
    Equals,
}

/// Parallel lines that fill an area.
#[derive(Debug, Clone, Copy)]
struct Hatch {
    /// Degrees from the horizontal, upwards to the right.
    angle: f64,
    /// Points between two lines.
    gap: f64,
}

/// The width of the strokes of points and of hatches, and of the outlines of areas.
const STROKE: f64 = 0.55;
const HATCH_LINE: f64 = 0.25;
const OUTLINE: f64 = 0.4;
/// Half the size of a point's strokes.
const REACH: f64 = 1.5;
/// How much of what is below an area's tint hides.
const TINT: f64 = 0.12;

impl Look {
    /// The look of a kind; a user's own layers differ by their number among them.
    fn of(origin: &Origin, number: usize) -> Self {
        let look = |colour, glyph, line, hatch: Option<(f64, f64)>| Look {
            colour: Colour::Rgb(colour),
            glyph,
            line,
            hatch: hatch.map(|(angle, gap)| Hatch { angle, gap }),
        };
        let of = origin.of.as_deref();
        match origin.kind {
            Kind::TransmissionLines => look(0x8a76ad, Glyph::Plus, (0.4, None), None),
            Kind::Dams => look(0x6a86a0, Glyph::Tee, (0.4, None), None),
            Kind::PowerStations => look(0x9485ab, Glyph::Cross, (0.4, None), None),
            Kind::LngTerminals => look(0x8a7a5c, Glyph::Star, (0.4, None), None),
            Kind::Ports => look(0x4f7f7c, Glyph::Equals, (0.4, None), None),
            Kind::ResourceTracts => {
                let (colour, angle, gap) = match of {
                    Some("coal") => (0x6e6a66, 45.0, 2.6),
                    Some("copper") => (0x9a6a48, 135.0, 2.6),
                    Some("phosphate") => (0x6d8455, 0.0, 2.6),
                    Some("potash") => (0x93688a, 90.0, 2.6),
                    Some("antimony") => (0x5c7f98, 22.5, 3.4),
                    _ => (0x7b7f6c, 157.5, 3.4),
                };
                look(colour, Glyph::Plus, (0.4, None), Some((angle, gap)))
            }
            Kind::OilGasProvinces => {
                let (dash, hatch) = match of {
                    Some("continuous") => (Some("2.4 1"), Some((67.5, 4.6))),
                    Some("groups") => (Some("4 1.2"), None),
                    Some("recoverable") => (Some("0.8 1"), Some((0.0, 4.6))),
                    _ => (None, Some((112.5, 4.6))),
                };
                look(0x8a7650, Glyph::Plus, (0.4, dash), hatch)
            }
            Kind::Own => {
                const OWN: [(u32, Glyph, Option<&str>, f64); 4] = [
                    (0x9a6a5c, Glyph::Plus, None, 45.0),
                    (0x6d8455, Glyph::Cross, Some("4 1 0.8 1"), 135.0),
                    (0x7a72a0, Glyph::Star, Some("0.8 1"), 0.0),
                    (0x5c86a0, Glyph::Bar, Some("5 1.4"), 90.0),
                ];
                let (colour, glyph, dash, angle) = OWN[number % OWN.len()];
                look(colour, glyph, (0.5, dash), Some((angle, 2.6)))
            }
        }
    }

    fn stroke(&self) -> Paint {
        let (width, dash) = self.line;
        Paint { dash, ..Paint::line(self.colour, width) }
    }

    /// A point's strokes around the origin.
    fn draw_point(&self) -> Vec<Node> {
        let r = REACH;
        let d = r * 0.8;
        let lines: &[[(f64, f64); 2]] = match self.glyph {
            Glyph::Plus => &[[(-r, 0.0), (r, 0.0)], [(0.0, -r), (0.0, r)]],
            Glyph::Cross => &[[(-d, -d), (d, d)], [(-d, d), (d, -d)]],
            Glyph::Bar => &[[(-r, 0.0), (r, 0.0)]],
            Glyph::Star => &[
                [(0.0, -r), (0.0, r)],
                [(-r * 0.87, -r * 0.5), (r * 0.87, r * 0.5)],
                [(-r * 0.87, r * 0.5), (r * 0.87, -r * 0.5)],
            ],
            Glyph::Tee => &[[(-r, -d), (r, -d)], [(0.0, -d), (0.0, r)]],
            Glyph::Equals => &[[(-r, -d * 0.5), (r, -d * 0.5)], [(-r, d * 0.5), (r, d * 0.5)]],
        };
        let mut path = PathData::default();
        lines.iter().for_each(|line| path.line(line));
        vec![Node::Path { data: path.data, paint: Paint::line(self.colour, STROKE) }]
    }

    /// An area of these rings, its outline given apart.
    fn draw_area(&self, areas: &[Vec<Vec<(f64, f64)>>], outline: PathData) -> Vec<Node> {
        let (mut body, mut hatched) = (PathData::default(), PathData::default());
        for rings in areas {
            rings.iter().for_each(|ring| body.ring(ring));
            if let Some(hatch) = &self.hatch {
                hatch.fill(rings, &mut hatched);
            }
        }
        let tint = Paint { opacity: Some(TINT), ..Paint::fill(self.colour) };
        let edge = Paint { dash: self.line.1, ..Paint::line(self.colour, OUTLINE) };
        vec![
            Node::Path { data: body.data, paint: tint },
            Node::Path { data: hatched.data, paint: Paint::line(self.colour, HATCH_LINE) },
            Node::Path { data: outline.data, paint: edge },
        ]
    }
}

impl Hatch {
    /// Adds the parts of the lines that lie within the rings, by the even-odd rule. Lines of one
    /// hatch stand at the same places all over the page, so that areas that meet join.
    fn fill(&self, rings: &[Vec<(f64, f64)>], path: &mut PathData) {
        let (sin, cos) = self.angle.to_radians().sin_cos();
        // Along the lines, and across them in gaps; y runs down the page.
        let along = |(x, y): (f64, f64)| (x * cos - y * sin, (x * sin + y * cos) / self.gap);
        let mut crossings: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for ring in rings {
            let next = ring.iter().cycle().skip(1);
            for (a, b) in ring.iter().map(|&p| along(p)).zip(next.map(|&p| along(p))) {
                let (low, high) = if a.1 <= b.1 { (a, b) } else { (b, a) };
                for line in (low.1.floor() as i64 + 1)..=(high.1.floor() as i64) {
                    let share = (line as f64 - low.1) / (high.1 - low.1);
                    crossings.entry(line).or_default().push(low.0 + (high.0 - low.0) * share);
                }
            }
        }
        for (line, mut crossings) in crossings {
            crossings.sort_by(f64::total_cmp);
            let across = line as f64 * self.gap;
            let place = |along: f64| (along * cos + across * sin, across * cos - along * sin);
            for pair in crossings.chunks_exact(2).filter(|pair| pair[1] - pair[0] > 0.1) {
                path.line(&[place(pair[0]), place(pair[1])]);
            }
        }
    }
}

/// The context that a figure names, in its order, from the layers read.
///
/// # Errors
/// A name that means none of them.
pub fn of<'a>(named: &[spec::Context], layers: &'a [ContextLayer]) -> Result<Vec<Context<'a>>> {
    let mut contexts: Vec<Context> = Vec::new();
    let mut taken = vec![false; layers.len()];
    for one in named {
        let mut found = false;
        for (layer, taken) in layers.iter().zip(&mut taken) {
            if !layer.origin.answers(&one.layer) {
                continue;
            }
            found = true;
            if !std::mem::replace(taken, true) {
                add(&mut contexts, one, layer);
            }
        }
        if !found {
            return Err(context::unknown(&one.layer, layers.iter().map(|layer| &layer.origin)));
        }
    }
    Ok(contexts)
}

/// Adds a layer to the context of its label.
fn add<'a>(contexts: &mut Vec<Context<'a>>, named: &spec::Context, layer: &'a ContextLayer) {
    let label = named.label.clone().filter(|label| !label.trim().is_empty());
    let label = label.unwrap_or_else(|| layer.origin.label());
    let shapes = layer.features.iter().map(Shape::of);
    if let Some(context) = contexts.iter_mut().find(|context| context.label == label) {
        context.origins.push(&layer.origin);
        context.shapes.extend(shapes);
        return;
    }
    let own = |context: &&Context| context.origins.iter().any(|origin| origin.kind == Kind::Own);
    let mut look = Look::of(&layer.origin, contexts.iter().filter(own).count());
    look.colour = named.color.unwrap_or(look.colour);
    let mut id = slug(&label);
    if contexts.iter().any(|context| context.id == id) {
        id = format!("{id}-{}", contexts.len() + 1);
    }
    let origins = vec![&layer.origin];
    contexts.push(Context { label, origins, id, look, shapes: shapes.collect() });
}

/// A label as part of an id.
fn slug(label: &str) -> String {
    let words = label.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-").to_lowercase()
}

impl Context<'_> {
    /// How many features have a part on one of the maps.
    pub fn shown(&self, frames: &[&Frame]) -> usize {
        let shown = |shape: &&Shape| frames.iter().any(|frame| shape.is_on(frame));
        self.shapes.iter().filter(shown).count()
    }

    /// The areas on a map, below its borders.
    pub fn draw_areas(&self, frame: &Frame, map: &str) -> Option<Node> {
        let (mut areas, mut outline) = (Vec::new(), PathData::default());
        for area in self.shapes.iter().flat_map(|shape| &shape.areas) {
            let rings = frame.rings(area);
            if !rings.is_empty() {
                areas.push(rings);
                edge(frame, area, &mut outline);
            }
        }
        let id = format!("context-{}-areas-{map}", self.id);
        (!areas.is_empty()).then(|| Node::Group { id, nodes: self.look.draw_area(&areas, outline) })
    }

    /// The lines and points on a map, above its borders and below its sites; `table` collects the
    /// symbols.
    pub fn draw(&self, frame: &Frame, map: &str, table: &mut SymbolTable) -> Vec<Node> {
        let mut path = PathData::default();
        let lines = self.shapes.iter().flat_map(|shape| &shape.lines);
        lines.for_each(|line| frame.line(line, &mut path));
        let mut points = Vec::new();
        for shape in &self.shapes {
            for (x, y) in shape.points.iter().filter_map(|point| frame.place(*point)) {
                let title = match shape.name {
                    Some(name) => format!("{name}: {}", self.label),
                    None => self.label.clone(),
                };
                points.push(Node::Use { symbol: self.symbol(table), x, y, title });
            }
        }
        let group = |what: &str, nodes: Vec<Node>| Node::Group {
            id: format!("context-{}-{what}-{map}", self.id),
            nodes,
        };
        let lines = (!path.data.is_empty()).then(|| {
            group("lines", vec![Node::Path { data: path.data, paint: self.look.stroke() }])
        });
        let points = (!points.is_empty()).then(|| group("points", points));
        lines.into_iter().chain(points).collect()
    }

    /// Where its points stand on a map, and how far their strokes reach.
    pub fn points(&self, frame: &Frame) -> impl Iterator<Item = (f64, f64, f64)> {
        let points = self.shapes.iter().flat_map(|shape| &shape.points);
        points.filter_map(|point| frame.place(*point)).map(|(x, y)| (x, y, REACH))
    }

    /// Whether it has areas, which the key tells apart from lines and points.
    pub fn has_areas(&self) -> bool {
        self.shapes.iter().any(|shape| !shape.areas.is_empty())
    }

    /// The entries of the key, one for each kind of geometry; `count` features are shown.
    pub fn entries(&self, count: usize, table: &mut SymbolTable) -> Vec<Entry> {
        let any = |holds: fn(&Shape) -> bool| self.shapes.iter().any(holds);
        let (areas, lines) = (any(|s| !s.areas.is_empty()), any(|s| !s.lines.is_empty()));
        let points = any(|s| !s.points.is_empty()) || !(areas || lines);
        let mut samples = Vec::new();
        if areas {
            let (left, right, top, bottom) = (0.0, 9.0, -2.7, 2.7);
            let ring = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
            let mut outline = PathData::default();
            outline.ring(&ring);
            let id = format!("context-{}-area", self.id);
            let nodes = self.look.draw_area(&[vec![ring]], outline);
            table.entry(id.clone()).or_insert(nodes);
            samples.push(Sample::Area(id));
        }
        if lines {
            samples.push(Sample::Line(self.look.stroke()));
        }
        if points {
            samples.push(Sample::Symbol(self.symbol(table)));
        }
        // Lines are cut into features at will: their number says nothing.
        let count = Some(count).filter(|_| !lines);
        let alone = samples.len() == 1;
        let entry = |sample| {
            let what = match sample {
                _ if alone => "",
                Sample::Area(_) => ", areas",
                Sample::Line(_) => ", lines",
                Sample::Symbol(_) | Sample::None => ", points",
            };
            let count = count.filter(|_| alone);
            Entry { sample, label: format!("{}{what}", self.label), count }
        };
        samples.into_iter().map(entry).collect()
    }

    /// The id of the points' symbol.
    fn symbol(&self, table: &mut SymbolTable) -> String {
        let id = format!("context-{}-point", self.id);
        table.entry(id.clone()).or_insert_with(|| self.look.draw_point());
        id
    }
}

impl<'a> Shape<'a> {
    fn of(feature: &'a Feature) -> Self {
        let mut shape = Shape { name: feature.name.as_deref(), ..Shape::default() };
        shape.take(&feature.geometry);
        shape
    }

    fn take(&mut self, geometry: &geo::Geometry<f64>) {
        use geo::Geometry;
        match geometry {
            Geometry::Point(point) => self.points.push(*point),
            Geometry::MultiPoint(points) => self.points.extend(&points.0),
            Geometry::Line(line) => self.lines.push(unwound(&LineString::from(line))),
            Geometry::LineString(line) => self.lines.push(unwound(line)),
            Geometry::MultiLineString(lines) => self.lines.extend(lines.iter().map(unwound)),
            Geometry::Polygon(area) => self.areas.push(unwound_area(area)),
            Geometry::MultiPolygon(areas) => self.areas.extend(areas.iter().map(unwound_area)),
            Geometry::Rect(rect) => self.areas.push(unwound_area(&rect.to_polygon())),
            Geometry::Triangle(part) => self.areas.push(unwound_area(&part.to_polygon())),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.take(part)),
        }
    }

    /// Whether a map shows any part of it.
    fn is_on(&self, frame: &Frame) -> bool {
        let line = |line: &LineString<f64>| {
            let mut path = PathData::default();
            frame.line(line, &mut path);
            !path.data.is_empty()
        };
        self.points.iter().any(|point| frame.place(*point).is_some())
            || self.lines.iter().any(line)
            || self.areas.iter().any(|area| !frame.rings(area).is_empty())
    }
}

/// A line across the antimeridian whose longitudes run on past ±180 instead of leaping to the
/// other side. A step of a whole turn is none: it is the edge of a map of the world.
fn unwound(line: &LineString<f64>) -> LineString<f64> {
    let mut shift = 0.0;
    let mut last: Option<f64> = None;
    line.coords()
        .map(|&place| {
            let step = last.map_or(0.0, |last| place.x - last);
            if step.abs() > 180.0 && step.abs() < 359.9 {
                shift -= 360.0_f64.copysign(step);
            }
            last = Some(place.x);
            geo::coord! { x: place.x + shift, y: place.y }
        })
        .collect()
}

/// The same of an area, its shell wound one way and its holes the other. One that then does not
/// close goes around a pole and stays as it is.
fn unwound_area(area: &Polygon<f64>) -> Polygon<f64> {
    let exterior = unwound(area.exterior());
    if exterior.0.first() != exterior.0.last() {
        return area.orient(Direction::Default);
    }
    let middle = |ring: &LineString<f64>| ring.bounding_rect().map_or(0.0, |b| b.center().x);
    let home = middle(&exterior);
    let interiors = area.interiors().iter().map(|ring| {
        let ring = unwound(ring);
        // A hole lies on the side of the antimeridian that its shell was unwound to.
        let turns = ((home - middle(&ring)) / 360.0).round() * 360.0;
        ring.coords().map(|&c| geo::coord! { x: c.x + turns, y: c.y }).collect()
    });
    Polygon::new(exterior.clone(), interiors.collect()).orient(Direction::Default)
}

/// Adds an area's edge to path data: not the map's frame, nor the line along the antimeridian by
/// which data is cut.
fn edge(frame: &Frame, area: &Polygon<f64>, path: &mut PathData) {
    let within = area.bounding_rect().is_some_and(|b| b.min().x >= -180.0 && b.max().x <= 180.0);
    if within {
        return frame.coast(area, path);
    }
    std::iter::once(area.exterior())
        .chain(area.interiors())
        .for_each(|ring| frame.line(ring, path));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hatch_leaves_holes_open() {
        let square = |from: f64, to: f64| vec![(from, from), (to, from), (to, to), (from, to)];
        let hatch = Hatch { angle: 0.0, gap: 1.0 };
        let mut path = PathData::default();
        hatch.fill(&[square(0.5, 9.5), square(3.5, 6.5)], &mut path);
        // Nine lines, of which those at 4, 5 and 6 fall apart at the hole.
        assert_eq!(path.data.matches('M').count(), 12, "{}", path.data);
    }

    #[test]
    fn shapes_across_the_antimeridian_run_on() {
        let line = LineString::from(vec![(170.0, 0.0), (179.0, 1.0), (-179.0, 2.0), (-170.0, 3.0)]);
        let xs: Vec<f64> = unwound(&line).coords().map(|c| c.x).collect();
        assert_eq!(xs, [170.0, 179.0, 181.0, 190.0]);
        let world = LineString::from(vec![(-180.0, 0.0), (180.0, 0.0)]);
        assert_eq!(unwound(&world), world);
        let shell = vec![(175.0, 0.0), (-175.0, 0.0), (-175.0, 9.0), (175.0, 9.0), (175.0, 0.0)];
        let hole = vec![(-178.0, 2.0), (-176.0, 2.0), (-176.0, 4.0), (-178.0, 2.0)];
        let area = unwound_area(&Polygon::new(shell.into(), vec![hole.into()]));
        assert_eq!(area.bounding_rect().unwrap().max().x, 185.0);
        assert_eq!(area.interiors()[0].bounding_rect().unwrap().min().x, 182.0);
        // However the rings were wound: overlapping areas share one fill.
        use geo::algorithm::winding_order::Winding;
        assert!(area.exterior().is_ccw() && area.interiors()[0].is_cw());
    }
}
