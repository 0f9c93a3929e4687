//! The part of the globe that a frame's words ask for, and the projection that suits it.
//!
//! A place's box is that of its main body ([`Bodies`]); longitudes are one run, also across the
//! antimeridian: all but the widest gap between what is to be seen.

use std::borrow::Cow;

use geo::{Area as _, Contains, CoordsIter, Point, Polygon, Rect};

use super::conventions::{self, Convention};
use super::projection::Projection;
use super::scene::Bounds;
use super::spec::{Figure, FrameSpec, PROJECTION_BY_FRAME};
use super::style::PT_PER_MM;
use super::symbols;
use crate::basemap::{self, Area, Scale};
use crate::error::Result;
use crate::place::Gazetteer;
use crate::select::{self, Bbox};
use crate::site::{Port, Site};

/// A part of at least this share of a place's largest one belongs to its main body.
const LARGE: f64 = 0.2;
/// So does what lies within this many degrees of a part of the body that is no islet: one of at
/// least [`SIZEABLE`] of the largest.
const NEAR: f64 = 3.0;
/// See [`NEAR`].
const SIZEABLE: f64 = 0.01;
/// The margin around what is framed, as a share of its extent.
const MARGIN: f64 = 0.04;
/// The least extent of a frame in degrees of latitude.
const LEAST: f64 = 0.25;
/// The least extent around sites, whose surroundings are to be recognised.
const LEAST_AROUND_SITES: f64 = 2.0;
/// A box narrower than this, in degrees, is drawn as it is: its corners are not far off.
const NARROW: f64 = 20.0;
/// Degrees of longitude from which a region is taken to go all around the globe.
const ROUND: f64 = 300.0;
/// Degrees of latitude from which it is taken to be the whole world.
const WHOLE: f64 = 160.0;
/// The most countries that a map of where the data are tells apart from the rest.
const FEW: usize = 3;

/// West, south, east and north in degrees; east may run on past 180.
pub type Box4 = [f64; 4];

/// The figure with its frame's words made a box, a projection and the countries it is about.
///
/// # Errors
/// A name that no country or province goes by.
pub fn resolved<'a>(
    figure: &'a Figure,
    sites: &[&Site],
    ports: &[&Port],
    gazetteer: &Gazetteer,
) -> Result<Cow<'a, Figure>> {
    let mut figure = Cow::Borrowed(figure);
    let points = sites.iter().map(|site| site.point).chain(ports.iter().map(|port| port.point));
    let points: Vec<Point<f64>> = points.flatten().collect();
    let framed = framed(&figure.frame, &points, gazetteer)?;
    let located = sites.iter().filter_map(|site| site.point);
    let within = located.filter(|point| framed.as_ref().is_none_or(|f| f.may_hold(*point))).count();
    if figure.symbols.label_up_to.is_some_and(|most| within <= most) {
        figure.to_mut().symbols.labels = true;
    }
    if figure.symbols.size.is_none() && within < sites.len() {
        let width = figure.page.width * PT_PER_MM;
        let size = symbols::fitting_size(within + ports.len(), width);
        figure.to_mut().symbols.size = Some(size);
    }
    let Some(framed) = framed else {
        if figure.frame.projection == PROJECTION_BY_FRAME {
            figure.to_mut().frame.projection = WORLD.into();
        }
        return Ok(figure);
    };
    let Framed { bbox, mut countries, provinces, convention, parts } = framed;
    let by_frame = figure.frame.projection == PROJECTION_BY_FRAME;
    let own_insets = !figure.inset.is_empty();
    let figure_mut = figure.to_mut();
    let frame = &mut figure_mut.frame;
    if by_frame {
        let by_convention = convention.map(|convention| convention.projection.clone());
        frame.projection = by_convention.unwrap_or_else(|| projection_for(bbox));
    }
    if let Some(convention) = convention {
        if !own_insets {
            figure_mut.inset = convention.inset.clone();
        }
        if frame.focus.is_empty() {
            frame.focus = convention.focus.clone();
        }
    }
    if frame.data {
        countries = countries_of(sites, gazetteer);
    }
    if frame.focus.is_empty() {
        frame.focus = countries;
    }
    frame.province = provinces;
    let world =
        frame.projection == WORLD && bbox[2] - bbox[0] >= ROUND && bbox[3] - bbox[1] >= WHOLE;
    frame.bbox = (!world).then_some(bbox);
    if !world && bbox[2] - bbox[0] > NARROW {
        frame.fit = fit(&Projection::for_box(&frame.projection, bbox)?, &parts);
    }
    Ok(figure)
}

/// The countries that a map of where the data are is about: those of the sites, if they are few.
fn countries_of(sites: &[&Site], gazetteer: &Gazetteer) -> Vec<String> {
    let located = sites.iter().filter(|site| site.point.is_some());
    let mut codes: Vec<String> =
        located.filter_map(|site| select::country_of(site, gazetteer)).map(|u| u.code).collect();
    codes.sort();
    codes.dedup();
    if codes.len() > FEW { Vec::new() } else { codes }
}

/// The rectangle of the projected plane around what is framed, with a margin; none around nothing.
fn fit(projection: &Projection, parts: &[Vec<Point<f64>>]) -> Option<Bounds> {
    let points = parts.iter().flatten();
    let plane = points.filter_map(|point| projection.project(point.x(), point.y()));
    let around = Bounds::around(plane);
    let margin = around.width().max(around.height()) * MARGIN;
    (margin > 0.0).then(|| around.grown(margin))
}

/// The projection of the whole world. Its seam lies in the Bering Strait, so that Chukotka is whole.
const WORLD: &str = "+proj=eqearth +lon_0=11 +datum=WGS84";

/// What a frame's words come to.
struct Framed {
    bbox: Box4,
    /// The codes of the countries that it is about.
    countries: Vec<String>,
    /// The codes of the provinces that it is about.
    provinces: Vec<String>,
    convention: Option<&'static Convention>,
    /// Points along the outlines of all that is to be seen; none where the box is.
    parts: Vec<Vec<Point<f64>>>,
}

impl Framed {
    fn of(bbox: Box4) -> Self {
        Framed {
            bbox,
            countries: Vec::new(),
            provinces: Vec::new(),
            convention: None,
            parts: Vec::new(),
        }
    }

    /// Whether a point lies in the box.
    fn may_hold(&self, point: Point<f64>) -> bool {
        let [west, south, east, north] = self.bbox;
        let span = if east > west { east - west } else { east - west + 360.0 };
        (point.x() - west).rem_euclid(360.0) <= span && (south..=north).contains(&point.y())
    }
}

/// What a frame's words come to; none for the whole world.
fn framed(
    spec: &FrameSpec,
    points: &[Point<f64>],
    gazetteer: &Gazetteer,
) -> Result<Option<Framed>> {
    if let Some(bbox) = spec.bbox {
        return Ok(Some(Framed::of(bbox)));
    }
    let in_frame = |error: crate::Error| error.within("frame");
    let (countries, provinces) =
        select::places(&spec.country, &spec.province, gazetteer).map_err(in_frame)?;
    let codes = |units: &[crate::site::Unit]| -> Vec<String> {
        units.iter().map(|unit| unit.code.clone()).collect()
    };
    let (mut countries, provinces) = (codes(&countries), codes(&provinces));
    if !provinces.is_empty() {
        let all = basemap::provinces()?;
        let areas: Vec<&Area> =
            all.into_iter().filter(|area| provinces.contains(&area.unit.code)).collect();
        let mut of: Vec<String> = areas.iter().map(|area| area.country.clone()).collect();
        of.dedup();
        let bodies = Bodies::of(&areas, points);
        return Ok(bodies.bbox().map(|bbox| Framed {
            provinces,
            countries: of,
            parts: bodies.outlines,
            ..Framed::of(bbox)
        }));
    }
    if !countries.is_empty() {
        let convention = match countries.as_slice() {
            [one] => conventions::of(one)?,
            _ => None,
        };
        let all = basemap::countries(Scale::Fine)?;
        let areas: Vec<&Area> =
            all.iter().filter(|area| countries.contains(&area.unit.code)).collect();
        countries.dedup();
        if let Some(convention) = convention {
            let shown = |area: &&Area| convention.shows.contains(&area.unit.code);
            let areas: Vec<&Area> = all.iter().filter(shown).collect();
            let parts = Bodies::of(&areas, points).outlines;
            let framed = Framed { parts, ..Framed::of(convention.bbox) };
            return Ok(Some(Framed { countries, convention: Some(convention), ..framed }));
        }
        let bodies = Bodies::of(&areas, points);
        let parts = bodies.outlines.clone();
        return Ok(bodies.bbox().map(|bbox| Framed { countries, parts, ..Framed::of(bbox) }));
    }
    if spec.data {
        let parts = vec![points.to_vec()];
        return Ok(around(points).map(|bbox| Framed { parts, ..Framed::of(bbox) }));
    }
    Ok(None)
}

/// The main bodies of places: of each its largest part, every part of at least a fifth of that
/// one's area, what lies within three degrees of a part of the body that is no islet, and every
/// part that holds a selected site. So France is without Guiana, and the United States are
/// without Hawaii and Guam.
pub struct Bodies {
    /// The boxes of the parts, in degrees.
    pub boxes: Vec<Rect<f64>>,
    /// Points along the outline of each.
    pub outlines: Vec<Vec<Point<f64>>>,
}

impl Bodies {
    /// The main bodies of some areas. `points` are the selected sites.
    pub fn of(areas: &[&Area], points: &[Point<f64>]) -> Self {
        let parts = areas.iter().flat_map(|area| main_body(area, points));
        let (boxes, outlines) = parts.map(|part| (part.bounds, part.coarse())).unzip();
        Bodies { boxes, outlines }
    }

    /// The box around them with a margin; none around nothing.
    pub fn bbox(&self) -> Option<Box4> {
        framing(&self.boxes, LEAST)
    }
}

/// One polygon of an area.
struct Part {
    polygon: Polygon<f64>,
    bounds: Rect<f64>,
    size: f64,
    /// Points of its outline as unit vectors.
    outline: Vec<[f64; 3]>,
}

fn main_body(area: &Area, points: &[Point<f64>]) -> Vec<Part> {
    let mut parts: Vec<Part> = area.shape().into_iter().filter_map(Part::of).collect();
    parts.sort_by(|a, b| b.size.total_cmp(&a.size));
    let Some(largest) = parts.first().map(|part| part.size) else { return Vec::new() };
    let holds = |part: &Part| {
        let near = points.iter().filter(|point| touches(&part.bounds, **point));
        near.copied().any(|point| part.polygon.contains(&point))
    };
    let (mut body, mut rest): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.size >= largest * LARGE || holds(part));
    let near = NEAR.to_radians().cos();
    let mut reached: usize = 0;
    while reached < body.len() {
        let from = &body[reached..];
        let from: Vec<&[f64; 3]> = (from.iter().filter(|part| part.size >= largest * SIZEABLE))
            .flat_map(|part| &part.outline)
            .collect();
        reached = body.len();
        let is_near =
            |part: &Part| part.outline.iter().any(|a| from.iter().any(|b| dot(a, b) >= near));
        let (more, others): (Vec<Part>, Vec<Part>) = rest.into_iter().partition(is_near);
        rest = others;
        body.extend(more);
    }
    body
}

impl Part {
    /// Points of an outline that are looked at, at most: enough to tell degrees.
    const MOST: usize = 240;

    /// Points of the outline, near enough to each other that none between them lies far out.
    fn coarse(&self) -> Vec<Point<f64>> {
        let every = (self.polygon.exterior().0.len() / (4 * Self::MOST)).max(1);
        self.polygon.exterior().points().step_by(every).collect()
    }

    fn of(polygon: Polygon<f64>) -> Option<Self> {
        let bounds = geo::BoundingRect::bounding_rect(&polygon)?;
        let stretch = bounds.center().y.to_radians().cos();
        let size = polygon.unsigned_area() * stretch;
        let every = (polygon.exterior().0.len() / Self::MOST).max(1);
        let outline = polygon.exterior_coords_iter().step_by(every);
        let outline = outline.map(|c| on_sphere(c.x, c.y)).collect();
        Some(Part { polygon, bounds, size, outline })
    }
}

fn on_sphere(longitude: f64, latitude: f64) -> [f64; 3] {
    let (sin, cos) = latitude.to_radians().sin_cos();
    let (y, x) = longitude.to_radians().sin_cos();
    [cos * x, cos * y, sin]
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn touches(bounds: &Rect<f64>, point: Point<f64>) -> bool {
    (bounds.min().x..=bounds.max().x).contains(&point.x())
        && (bounds.min().y..=bounds.max().y).contains(&point.y())
}

/// The box around points with a margin, and of a size that shows where they are.
pub fn around(points: &[Point<f64>]) -> Option<Box4> {
    let spots: Vec<_> = points.iter().map(|point| Rect::new(point.0, point.0)).collect();
    framing(&spots, LEAST_AROUND_SITES)
}

/// The box around the boxes of filters, without a margin: what was asked for.
pub fn around_boxes(boxes: &[Bbox]) -> Option<Box4> {
    let whole = |b: &Bbox| match b.west <= b.east {
        true => vec![Rect::new((b.west, b.south), (b.east, b.north))],
        false => vec![
            Rect::new((b.west, b.south), (180.0, b.north)),
            Rect::new((-180.0, b.south), (b.east, b.north)),
        ],
    };
    let parts: Vec<_> = boxes.iter().flat_map(whole).collect();
    let (west, east) = run(&parts)?;
    let south = parts.iter().map(|part| part.min().y).reduce(f64::min)?;
    let north = parts.iter().map(|part| part.max().y).reduce(f64::max)?;
    if west < east && south < north {
        return Some([west, south, east, north]);
    }
    // A box that is a line or a point still has surroundings.
    framing(&parts, LEAST)
}

/// The box around boxes, with a margin and of a least extent.
fn framing(parts: &[Rect<f64>], least: f64) -> Option<Box4> {
    let south = parts.iter().map(|part| part.min().y).reduce(f64::min)?;
    let north = parts.iter().map(|part| part.max().y).reduce(f64::max)?;
    let (west, east) = run(parts)?;
    let stretch = ((south + north) / 2.0).to_radians().cos().max(0.05);
    let margin = ((east - west) * stretch).max(north - south) * MARGIN;
    let grow = |span: f64| margin.max((least - span) / 2.0);
    let (tall, wide) = (grow(north - south), grow((east - west) * stretch) / stretch);
    let (west, east) = match east - west + 2.0 * wide < ROUND {
        true => (west - wide, east + wide),
        false => (-180.0, 180.0),
    };
    Some([west, (south - tall).max(-90.0), east, (north + tall).min(90.0)])
}

/// The run of longitudes that holds all boxes: all but the widest gap. It begins within ±180.
fn run(parts: &[Rect<f64>]) -> Option<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> =
        parts.iter().map(|part| (part.min().x, part.max().x)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let &(first, mut reach) = spans.first()?;
    let (mut gap, mut run) = (f64::NEG_INFINITY, (first, reach));
    for &(west, east) in spans.iter().skip(1) {
        if west - reach > gap {
            (gap, run) = (west - reach, (west, reach + 360.0));
        }
        reach = reach.max(east);
    }
    // The gap across the antimeridian, which is as good where none is wider.
    if first + 360.0 - reach >= gap {
        run = (first, reach)
    }
    Some(run)
}

/// The equal-area projection that suits a box, as a PROJ string of few digits.
///
/// Equal Earth for the world; the azimuthal one around a pole, along the equator, and for what is
/// small or taller than wide; a conic with its standard parallels a sixth from south and north
/// for what is wide in middle latitudes.
pub fn projection_for([west, south, east, north]: Box4) -> String {
    let east = if east > west { east } else { east + 360.0 };
    let (wide, tall) = (east - west, north - south);
    let (longitude, latitude) = (west + wide / 2.0, (south + north) / 2.0);
    let rounded = |degrees: f64, extent: f64| {
        let steps = match extent {
            _ if extent > 12.0 => 1.0,
            _ if extent > 2.0 => 2.0,
            _ => 20.0,
        };
        (degrees * steps).round() / steps
    };
    let central = (rounded(longitude, wide) + 180.0).rem_euclid(360.0) - 180.0;
    let polar = latitude.abs() > 70.0
        || (wide > 180.0 && (south > 45.0 || north < -45.0))
        || (wide >= ROUND && (north < -20.0 || south > 20.0));
    if polar {
        let pole = if latitude < 0.0 { -90 } else { 90 };
        let central = if wide >= ROUND { 0.0 } else { central };
        return format!("+proj=laea +lat_0={pole} +lon_0={central} +datum=WGS84");
    }
    if wide >= 360.0 && tall >= WHOLE {
        return WORLD.into();
    }
    if wide >= ROUND || (wide > 120.0 && south < 25.0 && north > -25.0) {
        return format!("+proj=eqearth +lon_0={central} +datum=WGS84");
    }
    let stretch = latitude.to_radians().cos();
    let tropical = latitude.abs() < 15.0 || (south < 0.0 && north > 0.0);
    if tropical || wide < 6.0 || wide * stretch < tall {
        let latitude = rounded(latitude, tall);
        return format!("+proj=laea +lat_0={latitude} +lon_0={central} +datum=WGS84");
    }
    let first = rounded(south + tall / 6.0, tall);
    let second = rounded(north - tall / 6.0, tall);
    format!("+proj=aea +lat_1={first} +lat_2={second} +lat_0=0 +lon_0={central} +datum=WGS84")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(spans: &[(f64, f64)]) -> Vec<Rect<f64>> {
        spans.iter().map(|&(west, east)| Rect::new((west, 0.0), (east, 1.0))).collect()
    }

    #[test]
    fn longitudes_are_one_run() {
        assert_eq!(run(&spans(&[(10.0, 20.0), (15.0, 30.0)])), Some((10.0, 30.0)));
        assert_eq!(run(&spans(&[(170.0, 180.0), (-180.0, -175.0)])), Some((170.0, 185.0)));
        let russia = [(19.0, 22.0), (27.0, 180.0), (-180.0, -169.0)];
        assert_eq!(run(&spans(&russia)), Some((19.0, 191.0)));
        assert_eq!(run(&spans(&[(-180.0, 180.0)])), Some((-180.0, 180.0)));
        assert_eq!(run(&[]), None);
    }

    #[test]
    fn a_projection_suits_its_box() {
        let of = |bbox| projection_for(bbox);
        assert_eq!(of([-180.0, -90.0, 180.0, 90.0]), WORLD);
        let australia = of([112.0, -45.0, 155.0, -9.0]);
        assert_eq!(australia, "+proj=aea +lat_1=-39 +lat_2=-15 +lat_0=0 +lon_0=134 +datum=WGS84");
        assert!(of([-180.0, -90.0, 180.0, -60.0]).starts_with("+proj=laea +lat_0=-90 +lon_0=0"));
        assert!(of([177.0, -20.0, 182.0, -15.0]).starts_with("+proj=laea"), "Fiji is small");
        assert!(of([94.0, -12.0, 142.0, 7.0]).starts_with("+proj=laea"), "Indonesia");
        assert!(of([-76.0, -56.0, -66.0, -17.0]).starts_with("+proj=laea"), "Chile is tall");
    }
}
