//! What lies below the sites: sea, land, borders.

use super::frame::{self, Frame};
use super::graticule;
use super::scene::{Node, Paint, PathData};
use super::style;
use crate::basemap::{self, LineClass, Scale};
use crate::error::Result;

/// Everything below the sites of one map. `map` is the id of the map, `focus`
/// the alpha-3 codes of the countries that the figure is about; `areas` lie on the land.
pub fn draw(
    frame: &Frame,
    map: &str,
    focus: &[String],
    step: f64,
    areas: Vec<Node>,
) -> Result<Vec<Node>> {
    let scale = scale(frame);
    let outline = frame.outline();
    let (mut land, mut about) = (PathData::default(), PathData::default());
    // Polygons that the data cuts in two are filled so and get their coasts apart.
    let (mut halves, mut coasts) = (PathData::default(), PathData::default());
    for country in basemap::countries(scale)?.iter().filter(|area| frame.sees(&area.bounds)) {
        let path = if focus.contains(&country.unit.code) { &mut about } else { &mut land };
        for polygon in &country.shape() {
            if frame::is_cut_polygon(polygon) {
                frame.polygon(polygon, &mut halves);
                frame.coast(polygon, &mut coasts);
            } else {
                frame.polygon(polygon, path);
            }
        }
    }
    let mut lakes = PathData::default();
    basemap::lakes(scale)?.iter().for_each(|lake| frame.polygon(lake, &mut lakes));
    let mut provinces = PathData::default();
    let countries: Vec<&str> = focus.iter().map(String::as_str).collect();
    basemap::province_lines(&countries, 0.0)?
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
        layer(graticule::lines(frame, step), graticule::paint()),
        layer(halves, Paint::fill(style::LAND).outlined(style::LAND, 0.25)),
        layer(coasts, Paint::line(style::COAST, 0.25)),
        layer(land, coast(style::LAND)),
        layer(about, coast(style::FOCUS)),
    ];
    nodes.extend(areas);
    nodes.extend([
        layer(lakes, coast(style::SEA)),
        layer(provinces, province_paint()),
        layer(borders, thinner(border_paint(), frame)),
        // Below its dashes, so that no coastline shows between them.
        Node::Path {
            data: disputed.data.clone(),
            paint: thinner(Paint::line(style::LAND, 0.6), frame),
        },
        layer(disputed, thinner(disputed_paint(), frame)),
    ]);
    Ok(vec![
        Node::Path { data: outline, paint: Paint::fill(style::SEA) },
        Node::Group { id: format!("{map}-base"), nodes },
    ])
}

/// Borders between provinces.
pub fn province_paint() -> Paint {
    Paint::line(style::PROVINCE, 0.3)
}

/// Borders between countries.
pub fn border_paint() -> Paint {
    Paint::line(style::BORDER, 0.5)
}

/// Disputed borders.
pub fn disputed_paint() -> Paint {
    Paint::line(style::BORDER, 0.5).dashed("1.6 1.2")
}

/// A line as the world map draws it: a world has many borders and little room.
fn thinner(paint: Paint, frame: &Frame) -> Paint {
    let share = if frame.world { 0.6 } else { 1.0 };
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
