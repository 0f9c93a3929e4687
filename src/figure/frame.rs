//! The frame of one map: from degrees to points on the page.
//!
//! Shapes are cut at the window (the meridian opposite the central one, or the surroundings of a
//! regional map) before they are projected, given extra points where a straight line on the globe
//! is a curve on the map, and thinned to what the eye can see.

use geo::{BoundingRect, Coord, LineString, Point, Polygon, Rect};

use super::cut::{self, Side};
use super::projection::Projection;
use super::scene::{Bounds, PathData};
use crate::error::{Error, Result};
use crate::simplify;

/// Points that stand closer to a line than this, in points at print size, are left out of it.
pub const TOLERANCE: f64 = 0.1;
/// Islands smaller than this on the page, in square points, are left out.
const LEAST_AREA: f64 = 0.03;
/// The size of the dot for such an island where all are to be seen.
const ISLET: f64 = 0.45;
/// How near to ±180° E or 90° S an edge lies by which the data is cut, in degrees.
const SEAM: f64 = 1e-3;
/// Metres of a degree of a great circle.
const METRES_PER_DEGREE: f64 = 111_195.0;
/// Degrees that a straight line may span before it is given points in between.
const LONGEST: f64 = 1.5;

/// A range of degrees. Longitudes run on past ±180 from the central meridian.
#[derive(Debug, Clone, Copy)]
struct Window {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    /// Whether it goes all around a globe that the projection does not cut: longitudes bound
    /// nothing.
    around: bool,
}

/// What a regional map is to hold.
#[derive(Debug, Clone, Copy)]
pub enum Extent {
    /// West, south, east and north in degrees.
    Degrees([f64; 4]),
    /// A rectangle of the projected plane in metres, `top` its least y.
    Plane(Bounds),
}

impl From<[f64; 4]> for Extent {
    fn from(bbox: [f64; 4]) -> Self {
        Extent::Degrees(bbox)
    }
}

impl Extent {
    /// The rectangle of the projected plane.
    fn on(self, projection: &Projection) -> Result<Bounds> {
        match self {
            Extent::Degrees(bbox) => {
                plane_bounds(projection, &Window::of(bbox, projection.central))
            }
            Extent::Plane(bounds) => Ok(bounds),
        }
    }
}

/// One map on the page.
pub struct Frame {
    /// The projection.
    pub projection: Projection,
    /// The map's rectangle on the page.
    pub panel: Bounds,
    /// Whether the map shows the whole world and so is bounded by a curve of its own.
    pub world: bool,
    /// Points per metre of the projected plane.
    pub scale: f64,
    /// Whether islands too small to see are drawn as dots, not left out.
    pub islets: bool,
    window: Window,
    /// The projected coordinates of the panel's upper left corner.
    corner: (f64, f64),
}

impl Frame {
    /// The whole world, `width` points wide, with its upper left corner at a point. Where a
    /// projection has no poles, or draws them out, they are left out.
    pub fn world(projection: Projection, left: f64, top: f64, width: f64) -> Result<Self> {
        let around = projection.is_seamless();
        let window = |pole: f64| Window {
            south: -pole,
            north: pole,
            around,
            ..Window::globe(projection.central)
        };
        let (window, plane) = [90.0, 85.0, 80.0, 75.0, 70.0]
            .into_iter()
            .map(window)
            .filter(|window| window.is_whole(&projection))
            .find_map(|window| {
                let plane = plane_bounds(&projection, &window).ok()?;
                (plane.height() <= plane.width()).then_some((window, plane))
            })
            .ok_or_else(|| {
                let title = &projection.title;
                Error::usage(format!("{title} does not show the whole world"))
                    .with_hint("give the frame a bbox: west, south, east, north in degrees")
            })?;
        let scale = width / plane.width();
        let panel = Bounds { left, top, right: left + width, bottom: top + plane.height() * scale };
        let corner = (plane.left, plane.bottom);
        Ok(Frame { projection, panel, world: true, scale, islets: false, window, corner })
    }

    /// The smallest map in `panel` that holds all of an extent.
    pub fn region(
        projection: Projection,
        extent: impl Into<Extent>,
        panel: Bounds,
    ) -> Result<Self> {
        let plane = extent.into().on(&projection)?;
        let scale = (panel.width() / plane.width()).min(panel.height() / plane.height());
        let (middle_x, middle_y) =
            ((plane.left + plane.right) / 2.0, (plane.top + plane.bottom) / 2.0);
        let corner =
            (middle_x - panel.width() / 2.0 / scale, middle_y + panel.height() / 2.0 / scale);
        let window = Window::globe(projection.central);
        let mut frame =
            Frame { projection, panel, world: false, scale, islets: false, window, corner };
        frame.window = frame.surroundings();
        Ok(frame)
    }

    /// The map in `panel` around a point in degrees at a scale in points per metre.
    pub fn around(
        projection: Projection,
        middle: (f64, f64),
        panel: Bounds,
        scale: f64,
    ) -> Result<Self> {
        let (x, y) = projection.project(middle.0, middle.1).ok_or_else(|| outside(&projection))?;
        let corner = (x - panel.width() / 2.0 / scale, y + panel.height() / 2.0 / scale);
        let window = Window::globe(projection.central);
        let mut frame =
            Frame { projection, panel, world: false, scale, islets: false, window, corner };
        frame.window = frame.surroundings();
        Ok(frame)
    }

    /// The height of a map of an extent that is `width` points wide.
    pub fn height_for(
        projection: &Projection,
        extent: impl Into<Extent>,
        width: f64,
    ) -> Result<f64> {
        let plane = extent.into().on(projection)?;
        Ok(width * plane.height() / plane.width())
    }

    /// The range of degrees that the panel shows, with a margin.
    fn surroundings(&self) -> Window {
        let central = self.projection.central;
        let globe = Window { around: self.projection.is_seamless(), ..Window::globe(central) };
        let (most, least) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut window =
            Window { west: most, south: most, east: least, north: least, around: false };
        let steps = 16;
        for i in 0..=steps {
            for j in 0..=steps {
                let x = self.corner.0
                    + f64::from(i) / f64::from(steps) * self.panel.width() / self.scale;
                let y = self.corner.1
                    - f64::from(j) / f64::from(steps) * self.panel.height() / self.scale;
                let Some((longitude, latitude)) = self.projection.unproject(x, y) else {
                    // The panel reaches beyond the globe: take all of it.
                    return globe;
                };
                let longitude = near(longitude, central);
                window.west = window.west.min(longitude);
                window.east = window.east.max(longitude);
                window.south = window.south.min(latitude);
                window.north = window.north.max(latitude);
            }
        }
        let margin = 1.0 + 0.05 * (window.east - window.west);
        window = Window {
            west: (window.west - margin).max(globe.west),
            east: (window.east + margin).min(globe.east),
            south: (window.south - margin).max(-90.0),
            north: (window.north + margin).min(90.0),
            around: false,
        };
        // Around a pole the panel holds every longitude.
        match self.pole() {
            Some((pole, _)) if pole > 0.0 => Window { south: window.south, ..globe },
            Some(_) => Window { north: window.north, ..globe },
            None => window,
        }
    }

    /// The pole, by its latitude, that the map shows as a point, and where it stands on the page.
    pub fn pole(&self) -> Option<(f64, (f64, f64))> {
        let at = |pole: f64| {
            let here = self.on_page(self.projection.central, pole)?;
            let there = self.on_page(self.projection.central + 90.0, pole)?;
            let is_point = (here.0 - there.0).hypot(here.1 - there.1) < 0.1;
            (is_point && self.panel.holds(here.0, here.1)).then_some((pole, here))
        };
        let middle = self.projection.project(self.projection.central, 0.0).map_or(0.0, |m| m.1);
        // The one in the middle, of a map with both.
        let poles = if middle > 0.0 { [-90.0, 90.0] } else { [90.0, -90.0] };
        poles.into_iter().find_map(at)
    }

    /// How many degrees of a great circle a length on the page is, about.
    pub fn degrees_long(&self, points: f64) -> f64 {
        points / self.scale / METRES_PER_DEGREE
    }

    /// Where a point of the globe stands on the page, inside the panel or not.
    fn on_page(&self, longitude: f64, latitude: f64) -> Option<(f64, f64)> {
        let (x, y) = self.projection.project(longitude, latitude)?;
        Some((
            self.panel.left + (x - self.corner.0) * self.scale,
            self.panel.top + (self.corner.1 - y) * self.scale,
        ))
    }

    /// Where a point of the globe stands on the map; none outside it.
    pub fn place(&self, point: Point<f64>) -> Option<(f64, f64)> {
        let longitude = near(point.x(), self.projection.central);
        let window = &self.window;
        let inside = (window.around || (window.west..=window.east).contains(&longitude))
            && (window.south..=window.north).contains(&point.y());
        let (x, y) = inside.then(|| self.on_page(longitude, point.y())).flatten()?;
        (self.world || self.panel.holds(x, y)).then_some((x, y))
    }

    /// Where a point of the page stands on the globe, in degrees.
    pub fn degrees(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        self.projection.unproject(
            self.corner.0 + (x - self.panel.left) / self.scale,
            self.corner.1 - (y - self.panel.top) / self.scale,
        )
    }

    /// The outline of the map as path data: the globe's edge, or the panel's.
    pub fn outline(&self) -> String {
        if !self.world {
            return self.panel.path();
        }
        if self.window.around {
            return circle(self.panel);
        }
        let Window { west, south, east, north, .. } = self.window;
        let ring = densified(&[(west, south), (west, north), (east, north), (east, south)], true);
        let mut path = PathData::default();
        path.ring(&self.projected(&ring));
        path.data
    }

    /// Adds a polygon to path data, as far as the map shows it.
    pub fn polygon(&self, polygon: &Polygon<f64>, path: &mut PathData) {
        self.rings(polygon).iter().for_each(|ring| path.ring(ring));
    }

    /// A polygon's rings on the page, as far as the map shows them.
    pub fn rings(&self, polygon: &Polygon<f64>) -> Vec<Vec<(f64, f64)>> {
        let mut rings = Vec::new();
        let bounds = polygon.bounding_rect();
        for shift in bounds.iter().flat_map(|bounds| self.shifts(bounds)) {
            let exterior = self.ring(polygon.exterior(), shift);
            if area(&exterior) >= LEAST_AREA {
                rings.push(thinned(exterior));
            } else if self.islets
                && let Some(&(x, y)) = exterior.first()
            {
                let half = ISLET / 2.0;
                rings.push(vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y)]);
            }
            for interior in polygon.interiors() {
                let interior = self.ring(interior, shift);
                if area(&interior) >= LEAST_AREA {
                    rings.push(thinned(interior));
                }
            }
        }
        rings
    }

    /// Adds a polygon's coast to path data: its rings without the edges by which the data is cut
    /// at the antimeridian and closed around the south pole.
    pub fn coast(&self, polygon: &Polygon<f64>, path: &mut PathData) {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for piece in ring.0.chunk_by(|a, b| !is_cut(*a, *b)) {
                self.line(&LineString(piece.to_vec()), path);
            }
        }
    }

    /// Adds a line to path data, as far as the map shows it.
    pub fn line(&self, line: &LineString<f64>, path: &mut PathData) {
        let bounds = line.bounding_rect();
        for shift in bounds.iter().flat_map(|bounds| self.shifts(bounds)) {
            let points = line.coords().map(|c| (c.x + shift, c.y)).collect();
            for piece in cut::line(points, &self.window.sides()) {
                let page = self.projected(&densified(&piece, false));
                let pieces =
                    if self.world { vec![page] } else { cut::line(page, &self.panel_sides()) };
                pieces.into_iter().for_each(|piece| path.line(&thinned(piece)));
            }
        }
    }

    /// The part of a ring of the globe that the panel shows, on the page.
    pub fn trace_ring(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        // From one point to the next it goes the short way, also across the antimeridian.
        let mut unwrapped: Vec<(f64, f64)> = Vec::with_capacity(points.len());
        for &(longitude, latitude) in points {
            let beside = unwrapped.last().map_or(self.projection.central, |last| last.0);
            unwrapped.push((near(longitude, beside), latitude));
        }
        let page = self.trace(&unwrapped);
        if self.world { page } else { cut::ring(page, &self.panel_sides()) }
    }

    /// The points of a line of the globe on the page, piece by piece, inside the panel or not.
    pub fn trace(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        self.projected(&densified(points, false))
    }

    /// Whether something within these bounds, in degrees, may come into the window.
    pub fn sees(&self, bounds: &Rect<f64>) -> bool {
        !self.shifts(bounds).is_empty()
    }

    /// By how many degrees a shape with these bounds has to be moved east to come into the
    /// window: none, one or more whole turns.
    fn shifts(&self, bounds: &Rect<f64>) -> Vec<f64> {
        let (min, max) = (bounds.min(), bounds.max());
        let window = &self.window;
        if max.y < window.south || min.y > window.north {
            return Vec::new();
        }
        if window.around {
            return vec![0.0];
        }
        [-360.0, 0.0, 360.0]
            .into_iter()
            .filter(|shift| max.x + shift > window.west && min.x + shift < window.east)
            .collect()
    }

    /// A ring on the page, as far as the panel shows it.
    fn ring(&self, ring: &LineString<f64>, shift: f64) -> Vec<(f64, f64)> {
        let mut points: Vec<_> = ring.coords().map(|c| (c.x + shift, c.y)).collect();
        points.pop();
        let window = cut::ring(points, &self.window.sides());
        let page = self.projected(&densified(&window, true));
        if self.world { page } else { cut::ring(page, &self.panel_sides()) }
    }

    /// The sides of the panel on the page. The world is bounded by a curve, at which the window
    /// has cut already.
    fn panel_sides(&self) -> [Side; 4] {
        let Bounds { left, top, right, bottom } = self.panel;
        cut::sides(left, top, right, bottom)
    }

    fn projected(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        points
            .iter()
            .filter_map(|&(longitude, latitude)| self.on_page(longitude, latitude))
            .collect()
    }
}

impl Window {
    /// All of the globe, cut opposite the central meridian.
    fn globe(central: f64) -> Self {
        let (west, east) = (central - 180.0, central + 180.0);
        Window { west, south: -90.0, east, north: 90.0, around: false }
    }

    /// The window of a bounding box, its longitudes running on east from its western side.
    fn of([west, south, east, north]: [f64; 4], central: f64) -> Self {
        let span = if east > west { east - west } else { east - west + 360.0 };
        let middle = near(west + span / 2.0, central);
        let (west, east) = (middle - span / 2.0, middle + span / 2.0);
        Window { west, south, east, north, around: false }
    }

    /// Whether a projection has an answer all along the window's edge.
    fn is_whole(&self, projection: &Projection) -> bool {
        let along =
            |from: f64, to: f64| (0..=8).map(move |i| from + (to - from) * f64::from(i) / 8.0);
        let sides = along(self.south, self.north)
            .flat_map(|latitude| [(self.west, latitude), (self.east, latitude)]);
        let ends = along(self.west, self.east)
            .flat_map(|longitude| [(longitude, self.south), (longitude, self.north)]);
        sides.chain(ends).all(|(x, y)| projection.project(x, y).is_some())
    }

    fn sides(&self) -> [Side; 4] {
        let (west, east) = match self.around {
            true => (f64::NEG_INFINITY, f64::INFINITY),
            false => (self.west, self.east),
        };
        cut::sides(west, self.south, east, self.north)
    }
}

/// Whether the edge between two points is one by which the data is cut, and no coast.
fn is_cut(a: Coord<f64>, b: Coord<f64>) -> bool {
    let at_seam = |c: Coord<f64>| c.x.abs() > 180.0 - SEAM;
    let at_pole = |c: Coord<f64>| c.y < SEAM - 90.0;
    (at_seam(a) && at_seam(b)) || (at_pole(a) && at_pole(b))
}

/// Whether a polygon has such an edge.
pub fn is_cut_polygon(polygon: &Polygon<f64>) -> bool {
    polygon.exterior().0.windows(2).any(|pair| is_cut(pair[0], pair[1]))
}

/// The longitude within half a turn of the central meridian. A longitude on the seam stays on
/// the side it is given.
fn near(longitude: f64, central: f64) -> f64 {
    let offset = longitude - central;
    if (-180.0..=180.0).contains(&offset) {
        longitude
    } else {
        central + (offset + 180.0).rem_euclid(360.0) - 180.0
    }
}

/// The rectangle of the projected plane that holds a window.
fn plane_bounds(projection: &Projection, window: &Window) -> Result<Bounds> {
    const STEPS: u32 = 64;
    let along =
        |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
    let points = (0..=STEPS).flat_map(|i| (0..=STEPS).map(move |j| (i, j))).filter_map(|(i, j)| {
        let longitude = along(window.west, window.east, i);
        projection.project(longitude, along(window.south, window.north, j))
    });
    let plane = Bounds::around(points);
    if plane.width() > 0.0 && plane.height() > 0.0 && plane.width().is_finite() {
        Ok(plane)
    } else {
        Err(outside(projection))
    }
}

fn outside(projection: &Projection) -> Error {
    let title = &projection.title;
    Error::usage(format!("the frame lies outside the projection {title}"))
        .with_hint("choose another bbox or projection")
}

/// The circle in a square panel, as path data.
fn circle(panel: Bounds) -> String {
    let (x, y) = ((panel.left + panel.right) / 2.0, (panel.top + panel.bottom) / 2.0);
    let (wide, tall) = (panel.width() / 2.0, panel.height() / 2.0);
    let ring = (0..240).map(|step| {
        let (sin, cos) = (std::f64::consts::TAU * f64::from(step) / 240.0).sin_cos();
        (x + wide * cos, y + tall * sin)
    });
    let mut path = PathData::default();
    path.ring(&ring.collect::<Vec<_>>());
    path.data
}

/// A line with points added where it spans many degrees.
fn densified(points: &[(f64, f64)], closed: bool) -> Vec<(f64, f64)> {
    let mut out = Vec::with_capacity(points.len());
    for (index, &(x, y)) in points.iter().enumerate() {
        out.push((x, y));
        let next = match points.get(index + 1) {
            Some(&next) => next,
            None if closed && !points.is_empty() => points[0],
            None => continue,
        };
        let span = (next.0 - x).abs().max((next.1 - y).abs());
        let parts = (span / LONGEST).ceil() as usize;
        out.extend((1..parts).map(|part| {
            let share = part as f64 / parts as f64;
            (x + (next.0 - x) * share, y + (next.1 - y) * share)
        }));
    }
    out
}

/// A line without the points that can't be seen.
fn thinned(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    simplify::thin(&mut points, 0, TOLERANCE);
    points
}

/// The area of a ring, by the shoelace formula.
pub fn area(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>().abs() / 2.0
}
