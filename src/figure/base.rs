//! What lies below the sites: sea, land, borders, the graticule.

use super::frame::Frame;
use super::scene::{Anchor, Node, Paint, PathData, Text};
use super::style::{self, INK_SOFT, SMALL};
use crate::basemap::{self, LineClass, Scale};
use crate::error::Result;

/// Everything below the sites of one map. `clip` is the id of the clip path to be made, `focus`
/// the alpha-3 codes of the countries that the figure is about.
pub fn draw(frame: &Frame, clip: &str, focus: &[String], step: f64) -> Result<Vec<Node>> {
    let scale = scale(frame);
    let outline = frame.outline();
    let (mut land, mut about) = (PathData::default(), PathData::default());
    for country in basemap::countries(scale)?.iter().filter(|area| frame.sees(&area.bounds)) {
        let path = if focus.contains(&country.unit.code) { &mut about } else { &mut land };
        country.shape().iter().for_each(|polygon| frame.polygon(polygon, path));
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
    Ok(vec![
        Node::Clip { id: clip.into(), data: outline.clone() },
        Node::Path { data: outline, paint: Paint::fill(style::SEA) },
        Node::Group {
            id: format!("{clip}-base"),
            clip: Some(clip.into()),
            nodes: vec![
                layer(graticule(frame, step), graticule_paint()),
                layer(land, coast(style::LAND)),
                layer(about, coast(style::FOCUS)),
                layer(lakes, coast(style::SEA)),
                layer(provinces, province_paint()),
                layer(borders, thinner(border_paint(), frame)),
                // Below its dashes, so that no coastline shows between them.
                Node::Path {
                    data: disputed.data.clone(),
                    paint: thinner(Paint::line(style::LAND, 0.6), frame),
                },
                layer(disputed, thinner(disputed_paint(), frame)),
            ],
        },
    ])
}

fn graticule_paint() -> Paint {
    Paint::line(style::GRATICULE, 0.3)
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
fn scale(frame: &Frame) -> Scale {
    let denominator = 1.0 / (frame.scale / style::PT_PER_MM / 1000.0);
    match denominator {
        _ if frame.islets => Scale::Fine,
        d if d > 250e6 => Scale::Coarse,
        d if d > 60e6 => Scale::Medium,
        _ => Scale::Fine,
    }
}

fn graticule(frame: &Frame, step: f64) -> PathData {
    let mut path = PathData::default();
    let polar = 90.0 - if 90.0 % step == 0.0 { step } else { 90.0 % step };
    for meridian in multiples(step, 180.0) {
        let line = geo::LineString::from(vec![(meridian, -polar), (meridian, polar)]);
        frame.line(&line, &mut path);
    }
    for parallel in multiples(step, 90.0).filter(|parallel| parallel.abs() < 90.0) {
        let line = geo::LineString::from(vec![(-180.0, parallel), (180.0, parallel)]);
        frame.line(&line, &mut path);
    }
    path
}

/// All multiples of a step up to a limit, on both sides of zero.
fn multiples(step: f64, limit: f64) -> impl Iterator<Item = f64> {
    let most = (limit / step).floor() as i32;
    (-most..=most).map(move |count| f64::from(count) * step)
}

/// Degrees at the map's edge: parallels at the left, meridians below.
pub fn degrees(frame: &Frame, step: f64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut put = |x: f64, y: f64, text: String, anchor| {
        nodes.push(Node::Text(Text::new(x, y, SMALL, text).anchor(anchor).colour(INK_SOFT)));
    };
    let panel = frame.panel;
    let central = frame.projection.central;
    for parallel in multiples(step, 89.0) {
        let line: Vec<_> = multiples(1.0, 180.0).map(|l| (central + l, parallel)).collect();
        let crossing = if frame.world {
            frame.trace(&line).first().copied()
        } else {
            crossing(&frame.trace(&line), |(x, _)| x - panel.left)
                .filter(|(_, y)| (panel.top + 3.0..panel.bottom - 1.0).contains(y))
        };
        if let Some((x, y)) = crossing {
            put(x - 2.5, y + SMALL * 0.36, latitude(parallel), Anchor::End);
        }
    }
    for meridian in multiples(step, 180.0) {
        let line: Vec<_> = multiples(1.0, 89.0).map(|latitude| (meridian, latitude)).collect();
        let crossing = if frame.world {
            (meridian.abs() < 179.0).then(|| frame.trace(&[(meridian, -90.0)])).and_then(|p| p.first().copied())
        } else {
            crossing(&frame.trace(&line), |(_, y)| panel.bottom - y)
                .filter(|(x, _)| (panel.left + 5.0..panel.right - 5.0).contains(x))
        };
        if let Some((x, _)) = crossing {
            put(x, panel.bottom + SMALL * 1.15, longitude(meridian), Anchor::Middle);
        }
    }
    nodes
}

/// Where a line first passes from below zero to above, by the measure given.
fn crossing(line: &[(f64, f64)], measure: impl Fn((f64, f64)) -> f64) -> Option<(f64, f64)> {
    line.windows(2).find_map(|pair| {
        let (a, b) = (measure(pair[0]), measure(pair[1]));
        (a <= 0.0 && b > 0.0).then(|| {
            let share = a / (a - b);
            (
                pair[0].0 + (pair[1].0 - pair[0].0) * share,
                pair[0].1 + (pair[1].1 - pair[0].1) * share,
            )
        })
    })
}

fn latitude(degrees: f64) -> String {
    match degrees {
        0.0 => "0°".into(),
        d if d > 0.0 => format!("{d}° N"),
        d => format!("{}° S", -d),
    }
}

fn longitude(degrees: f64) -> String {
    match degrees {
        0.0 => "0°".into(),
        d if d > 0.0 => format!("{d}° E"),
        d => format!("{}° W", -d),
    }
}
