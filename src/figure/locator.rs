//! The locator: a small map in a corner that shows where the main map lies.

use geo::Rect;

use super::base;
use super::frame::Frame;
use super::graticule;
use super::page;
use super::projection::Projection;
use super::region::{self, Bodies, Box4};
use super::scene::{Bounds, Node, Paint, PathData};
use super::spec::{Corner, FrameSpec, Locator};
use super::style::{FRAME, INK, PAPER};
use crate::basemap::{self, Scale};
use crate::error::Result;

/// The least width in points, and the greatest share of the main map's width for it.
const NARROWEST: (f64, f64) = (46.0, 0.4);
/// A country that extends over more degrees than this is known by its shape.
const KNOWN: f64 = 18.0;
/// Degrees that the surroundings of a country are shown to on each side, at least, and as many
/// times its own extent.
const SURROUNDINGS: (f64, f64) = (32.0, 1.6);
/// A main map that takes more of the locator than this, in width or height, needs none.
const MOST: f64 = 0.6;
/// An extent smaller than this, in points, is marked by a square of this size.
const LEAST: f64 = 4.0;
/// The greatest height, as a share of the width.
const TALLEST: f64 = 1.2;

/// A locator and where it stands.
pub struct Located {
    /// Its rectangle.
    pub bounds: Bounds,
    /// What is drawn.
    pub nodes: Vec<Node>,
}

/// The locator of a frame in a corner of the main map where it hides none of the symbols `at`
/// those points, `size` large, and nothing `covered`.
pub fn draw(
    spec: &Locator,
    framed: &FrameSpec,
    focus: &[String],
    main: &Frame,
    covered: &[Bounds],
    at: &[(f64, f64)],
    size: f64,
) -> Result<Option<Located>> {
    let Some(around) = framed.bbox.map(|bbox| around(bbox, framed, focus)).transpose()?.flatten()
    else {
        return Ok(None);
    };
    let projection = Projection::new(&region::projection_for(around))?;
    let width = (main.panel.width() * spec.width).max(NARROWEST.0);
    if width > main.panel.width() * NARROWEST.1 {
        return Ok(None);
    }
    let height = Frame::height_for(&projection, around, width)?;
    let (width, height) = match height > width * TALLEST {
        true => (width * width * TALLEST / height, width * TALLEST),
        false => (width, height),
    };
    let corners = [Corner::LowerRight, Corner::UpperRight, Corner::UpperLeft, Corner::LowerLeft];
    // The scale bar stands in the lower left.
    let corners = if framed.scale_bar { &corners[..3] } else { &corners[..] };
    let free = |bounds: &Bounds| {
        let grown = bounds.grown(size);
        !at.iter().any(|(x, y)| grown.holds(*x, *y)) && !covered.iter().any(|c| c.overlaps(bounds))
    };
    let mut places = corners.iter().map(|c| page::corner_of(main.panel, *c, width, height));
    let Some(bounds) = places.find(free) else { return Ok(None) };

    let frame = Frame::region(projection, around, bounds)?;
    let ring = page::extent(main, &frame);
    let mark = Bounds::around(ring.iter().copied());
    if ring.is_empty()
        || mark.width() > MOST * bounds.width()
        || mark.height() > MOST * bounds.height()
    {
        return Ok(None);
    }
    let about = base::About { countries: focus, provinces: &framed.province };
    let step = graticule::step(&frame);
    let mut nodes = base::draw(&frame, "locator", about, step, Vec::new())?;
    let mut path = PathData::default();
    if mark.width() < LEAST && mark.height() < LEAST {
        let (x, y) = ((mark.left + mark.right) / 2.0, (mark.top + mark.bottom) / 2.0);
        let half = LEAST / 2.0;
        let square = Bounds { left: x - half, top: y - half, right: x + half, bottom: y + half };
        path.data = square.path();
    } else {
        path.ring(&ring);
    }
    nodes.extend([
        Node::Path { data: path.data.clone(), paint: Paint::line(PAPER, 1.6) },
        Node::Path { data: path.data, paint: Paint::line(INK, 0.7) },
        Node::Path { data: frame.outline(), paint: Paint::line(FRAME, 0.5) },
    ]);
    Ok(Some(Located { bounds, nodes }))
}

/// What the locator shows: the country of the provinces framed, else the surroundings of what is
/// small.
fn around(bbox: Box4, framed: &FrameSpec, focus: &[String]) -> Result<Option<Box4>> {
    if let ([_, ..], Some(country)) = (framed.province.as_slice(), focus.first()) {
        let countries = basemap::countries(Scale::Medium)?;
        let areas: Vec<_> = countries.iter().filter(|a| a.unit.code == *country).collect();
        if let Some(body) = Bodies::of(&areas, &[]).bbox() {
            return Ok(Some(body));
        }
    }
    let [west, south, east, north] = bbox;
    let east = if east > west { east } else { east + 360.0 };
    let stretch = ((south + north) / 2.0).to_radians().cos().max(0.2);
    let extent = ((east - west) * stretch).max(north - south);
    if extent > KNOWN {
        return Ok(None);
    }
    let reach = SURROUNDINGS.0.max(extent * SURROUNDINGS.1);
    let middle = Rect::new((west, south), (east, north)).center();
    let (wide, tall) = ((reach / stretch).min(170.0), reach);
    Ok(Some([
        middle.x - wide,
        (middle.y - tall).max(-90.0),
        middle.x + wide,
        (middle.y + tall).min(90.0),
    ]))
}
