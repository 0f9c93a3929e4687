//! What lies below the sites: sea, land, borders.

use super::frame::{self, Frame};
use super::graticule;
use super::scene::{Bounds, Node, Paint, PathData};
use super::style;
use crate::basemap::{self, Area, LineClass, Scale};
use crate::error::Result;

/// A polygon smaller than this on the page, in square points, has no coastline, which would be
/// wider than the land.
const SPECK: f64 = 1.2;

/// What a map is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The alpha-3 codes of countries, which are shown with their provinces.
    pub countries: &'a [String],
    /// The codes of provinces of theirs; where there are any, the rest recedes.
    pub provinces: &'a [String],
}

/// Everything below the sites of one map. `map` is the id of the map; `areas` lie on the land.
pub fn draw(
    frame: &Frame,
    map: &str,
    about: About,
    step: f64,
    areas: Vec<Node>,
) -> Result<Vec<Node>> {
    let scale = scale(frame);
    // What can't be seen is left out before it is projected. Islets are to be seen, all of them.
    let tolerance = if frame.islets { 0.0 } else { frame.degrees_long(frame::TOLERANCE / 2.0) };
    let shape = |area: &Area| area.shape_seen(tolerance, |bounds| frame.sees(bounds));
    let outline = frame.outline();
    let (mut land, mut lit) = (PathData::default(), PathData::default());
    // Polygons that the data cuts in two are filled so and get their coasts apart.
    let (mut halves, mut coasts) = (PathData::default(), PathData::default());
    let mut halves_lit = PathData::default();
    let mut specks = PathData::default();
    let whole = about.provinces.is_empty();
    for country in basemap::countries(scale)?.iter().filter(|area| frame.sees(&area.bounds)) {
        let is_lit = whole && about.countries.contains(&country.unit.code);
        for polygon in &shape(country) {
            if frame::is_cut_polygon(polygon) {
                frame.polygon(polygon, if is_lit { &mut halves_lit } else { &mut halves });
                frame.coast(polygon, &mut coasts);
                continue;
            }
            let rings = frame.rings(polygon);
            let is_speck = rings.iter().map(|ring| frame::area(ring)).sum::<f64>() < SPECK;
            let path = match (is_speck && !frame.islets, is_lit) {
                (true, _) => &mut specks,
                (false, true) => &mut lit,
                (false, false) => &mut land,
            };
            rings.iter().for_each(|ring| path.ring(ring));
        }
    }
    let mut provinces_lit = PathData::default();
    if !whole {
        let codes: Vec<&str> = about.countries.iter().map(String::as_str).collect();
        for area in basemap::provinces_simplified(&codes, 0.0)? {
            if about.provinces.contains(&area.unit.code) {
                shape(&area).iter().for_each(|polygon| frame.polygon(polygon, &mut provinces_lit));
            }
        }
    }
    let mut lakes = PathData::default();
    basemap::lakes(scale)?.iter().for_each(|lake| frame.polygon(lake, &mut lakes));
    let mut provinces = PathData::default();
    let countries: Vec<&str> = about.countries.iter().map(String::as_str).collect();
    basemap::province_lines(&countries, tolerance)?
        .iter()
        .for_each(|line| frame.line(line, &mut provinces));
    let (mut borders, mut disputed) = (PathData::default(), PathData::default());
    for line in basemap::boundaries(scale)? {
        let path =
            if line.class == LineClass::International { &mut borders } else { &mut disputed };
        frame.line(&line.shape, path);
    }

    let coast = |fill| Paint::fill(fill).outlined(style::COAST, 0.25);
    let layer = |path: PathData, paint| Node::Path { data: path.data, paint };
    let mut nodes = vec![
        layer(specks, Paint::fill(style::COAST)),
        layer(halves, Paint::fill(style::LAND).outlined(style::LAND, 0.25)),
        layer(halves_lit, Paint::fill(style::FOCUS).outlined(style::FOCUS, 0.25)),
        layer(land, coast(style::LAND)),
        layer(lit, coast(style::FOCUS)),
        layer(provinces_lit, Paint::fill(style::FOCUS)),
        layer(coasts, Paint::line(style::COAST, 0.25)),
    ];
    nodes.extend(areas);
    nodes.extend([
        layer(lakes, coast(style::SEA)),
        layer(graticule::lines(frame, step), graticule::paint()),
        layer(provinces, province_paint()),
        layer(borders, thinner(border_paint(), frame.world)),
        // Below its dashes, so that no coastline shows between them.
        Node::Path {
            data: disputed.data.clone(),
            paint: thinner(Paint::line(style::LAND, 0.6), frame.world),
        },
        layer(disputed, thinner(disputed_paint(), frame.world)),
    ]);
    nodes.retain(|node| !matches!(node, Node::Path { data, .. } if data.is_empty()));
    Ok(vec![
        Node::Path { data: outline, paint: Paint::fill(style::SEA) },
        Node::Group { id: format!("{map}-base"), nodes },
    ])
}

/// Points along the coasts of the islands that a map shows whole, but for the smallest.
pub fn islands(frame: &Frame) -> Result<Vec<(f64, f64)>> {
    const LEAST: f64 = 3.0;
    let inside = frame.panel.grown(-0.5);
    let mut coasts = Vec::new();
    for country in basemap::countries(Scale::Medium)?.iter().filter(|c| frame.sees(&c.bounds)) {
        for polygon in &country.shape() {
            let rings = frame.rings(polygon);
            let whole = |ring: &&Vec<(f64, f64)>| ring.iter().all(|&(x, y)| inside.holds(x, y));
            for ring in rings.iter().filter(whole) {
                let around = Bounds::around(ring.iter().copied());
                if around.width().max(around.height()) > LEAST {
                    coasts.extend(ring);
                }
            }
        }
    }
    Ok(coasts)
}

/// Borders between provinces.
pub fn province_paint() -> Paint {
    Paint::line(style::PROVINCE, 0.3)
}

/// Borders between countries.
pub fn border_paint() -> Paint {
    Paint::line(style::BORDER, 0.4)
}

/// Disputed borders.
pub fn disputed_paint() -> Paint {
    Paint::line(style::BORDER, 0.4).dashed("1.6 1.2")
}

/// A line as the world map draws it: a world has many borders and little room.
pub fn thinner(paint: Paint, world: bool) -> Paint {
    let share = if world { 0.75 } else { 1.0 };
    Paint { stroke: paint.stroke.map(|(colour, width)| (colour, width * share)), ..paint }
}

/// The basemap whose detail the map's scale can show.
pub fn scale(frame: &Frame) -> Scale {
    let denominator = 1.0 / (frame.scale / style::PT_PER_MM / 1000.0);
    match denominator {
        _ if frame.islets => Scale::Fine,
        d if d > 250e6 => Scale::Coarse,
        d if d > 60e6 => Scale::Medium,
        _ => Scale::Fine,
    }
}
