//! An index on one area's edges: its polygons, and for each that a point comes near, bands of
//! latitude with the edges that cross them.

use std::sync::OnceLock;

use geo::{Coord, Distance, Geodesic, Line, Point, Rect};

use crate::basemap::{Area, Edges};

/// Edges to a band, about: few enough to try all, enough not to repeat long ones too often.
const EDGES_PER_BAND: usize = 24;
const MOST_BANDS: usize = 4096;

/// A degree of latitude is nowhere shorter than this, in kilometres; used to look far enough.
const SHORTEST_DEGREE_KM: f64 = 110.5;

/// WGS 84: the equatorial radius in kilometres and the first eccentricity squared.
const RADIUS_KM: f64 = 6378.137;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_14;

/// An area and its polygons, indexed as far as points have asked for it.
pub struct Index {
    /// The area.
    pub area: &'static Area,
    parts: OnceLock<Vec<Part>>,
}

/// One polygon of an area.
struct Part {
    bounds: Rect<f64>,
    edges: Edges,
    sorted: OnceLock<Sorted>,
}

/// The edges of a polygon by latitude.
struct Sorted {
    bands: Bands,
    /// Where each band starts in `edges`; one more than there are bands.
    starts: Vec<usize>,
    /// The edges of each band, by the numbers that the area gives them.
    edges: Vec<u32>,
}

/// Bands of equal height from the south of a polygon to its north.
struct Bands {
    south: f64,
    per_degree: f64,
    count: usize,
}

impl Bands {
    /// The band of a latitude; the outermost one for a latitude beyond.
    fn at(&self, y: f64) -> usize {
        let band = (y - self.south) * self.per_degree;
        (band.max(0.0) as usize).min(self.count - 1)
    }
}

/// An edge from its southern to its northern end, so that both areas beside a border compute
/// the very same crossing.
#[derive(Clone, Copy)]
struct Edge {
    south: Coord<f64>,
    north: Coord<f64>,
}

impl Edge {
    fn new(line: Line<f64>) -> Self {
        let (a, b) = (line.start, line.end);
        let upward = (a.y, a.x) <= (b.y, b.x);
        if upward { Edge { south: a, north: b } } else { Edge { south: b, north: a } }
    }

    /// Whether a ray from the point due east crosses the edge.
    fn is_east_of(&self, x: f64, y: f64) -> bool {
        self.south.y <= y
            && y < self.north.y
            && x < self.south.x
                + (y - self.south.y) * (self.north.x - self.south.x) / (self.north.y - self.south.y)
    }
}

impl Index {
    /// Starts the index of an area.
    pub fn new(area: &'static Area) -> Self {
        Index { area, parts: OnceLock::new() }
    }

    /// Whether the point is inside by the even-odd rule.
    pub fn contains(&self, point: Point<f64>) -> bool {
        if !holds(&self.area.bounds, point) {
            return false;
        }
        let (x, y) = point.x_y();
        let around = self.parts().iter().filter(|part| holds(&part.bounds, point));
        let edges = around.flat_map(|part| {
            let sorted = part.sorted(self.area);
            let band = sorted.bands.at(y);
            sorted.edges(self.area, band, band)
        });
        edges.filter(|edge| edge.is_east_of(x, y)).count() % 2 == 1
    }

    /// The geodesic distance to the nearest edge, if that is `within` kilometres.
    ///
    /// The nearest spot is found on a plane that touches the globe at the point, where distances
    /// are right to about a thousandth (less near the poles); the distance to it is then the
    /// geodesic one.
    pub fn distance_km(&self, point: Point<f64>, within: f64) -> Option<f64> {
        if out_of_reach(&self.area.bounds, point, within) {
            return None;
        }
        let pad = degrees_north(within);
        let plane = Plane::touching(point);
        let near = self.parts().iter().filter(|part| !out_of_reach(&part.bounds, point, within));
        let edges = near.flat_map(|part| {
            let sorted = part.sorted(self.area);
            let bands = &sorted.bands;
            sorted.edges(self.area, bands.at(point.y() - pad), bands.at(point.y() + pad))
        });
        let spots = edges.map(|edge| plane.nearest(&edge));
        let (_, spot) = spots.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let distance = Geodesic.distance(point, spot) / 1000.0;
        (distance <= within).then_some(distance)
    }

    fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| {
            let parts = self.area.parts();
            parts.map(|(bounds, edges)| Part { bounds, edges, sorted: OnceLock::new() }).collect()
        })
    }
}

impl Part {
    fn sorted(&self, area: &Area) -> &Sorted {
        self.sorted.get_or_init(|| Sorted::new(area, self))
    }
}

impl Sorted {
    fn new(area: &Area, part: &Part) -> Self {
        let count = part.edges.iter().map(ExactSizeIterator::len).sum::<usize>();
        let count = (count / EDGES_PER_BAND).clamp(1, MOST_BANDS);
        let height = part.bounds.height().max(f64::MIN_POSITIVE);
        let bands = Bands { south: part.bounds.min().y, per_degree: count as f64 / height, count };
        let numbers = part.edges.iter().cloned().flatten();
        let spans: Vec<_> = numbers
            .filter_map(|number| {
                let edge = Edge::new(area.edge(number)?);
                Some((number, bands.at(edge.south.y)..bands.at(edge.north.y) + 1))
            })
            .collect();
        // Count each band's edges, turn the counts into where each band ends, and fill from there.
        let mut starts = vec![0; count + 1];
        for (_, span) in &spans {
            starts[span.clone()].iter_mut().for_each(|start| *start += 1);
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut edges = vec![0; total];
        for (number, span) in spans {
            for start in &mut starts[span] {
                *start -= 1;
                edges[*start] = number;
            }
        }
        Sorted { bands, starts, edges }
    }

    /// The edges of a range of bands.
    fn edges(&self, area: &Area, first: usize, last: usize) -> impl Iterator<Item = Edge> {
        let range = self.starts.get(first).zip(self.starts.get(last + 1));
        let numbers = range.and_then(|(&from, &to)| self.edges.get(from..to)).unwrap_or_default();
        numbers.iter().filter_map(|&number| area.edge(number)).map(Edge::new)
    }
}

/// A plane that touches the ellipsoid at a point, in kilometres.
struct Plane {
    origin: Point<f64>,
    per_degree_x: f64,
    per_degree_y: f64,
}

impl Plane {
    fn touching(origin: Point<f64>) -> Self {
        let (sin, cos) = origin.y().to_radians().sin_cos();
        let w = 1.0 - ECCENTRICITY_2 * sin * sin;
        let meridian = RADIUS_KM * (1.0 - ECCENTRICITY_2) / (w * w.sqrt());
        let across = RADIUS_KM / w.sqrt() * cos;
        Plane { origin, per_degree_x: across.to_radians(), per_degree_y: meridian.to_radians() }
    }

    fn flat(&self, at: Coord<f64>) -> (f64, f64) {
        // The short way round, for points on either side of the antimeridian.
        let mut x = at.x - self.origin.x();
        if x > 180.0 {
            x -= 360.0;
        } else if x < -180.0 {
            x += 360.0;
        }
        (x * self.per_degree_x, (at.y - self.origin.y()) * self.per_degree_y)
    }

    /// The squared distance from the origin to an edge, and the spot on it that is nearest.
    fn nearest(&self, edge: &Edge) -> (f64, Point<f64>) {
        let ((ax, ay), (bx, by)) = (self.flat(edge.south), self.flat(edge.north));
        let (dx, dy) = (bx - ax, by - ay);
        let length = dx * dx + dy * dy;
        let along =
            if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = (ax + along * dx, ay + along * dy);
        let spot = Point::new(
            edge.south.x + along * (edge.north.x - edge.south.x),
            edge.south.y + along * (edge.north.y - edge.south.y),
        );
        (x * x + y * y, spot)
    }
}

/// At most how many degrees of latitude a distance is.
fn degrees_north(km: f64) -> f64 {
    km / SHORTEST_DEGREE_KM
}

/// At most how many degrees of longitude a distance is, from somewhere no nearer to a pole than
/// `latitude`: all round where it may reach past a pole.
fn degrees_east(km: f64, latitude: f64) -> f64 {
    let north = degrees_north(km);
    // Meridians draw together: the farthest latitude in reach decides.
    let cos = (latitude.abs() + north).min(90.0).to_radians().cos();
    if cos > north / 180.0 { north / cos } else { 360.0 }
}

/// Whether a box holds the point.
fn holds(bounds: &Rect<f64>, point: Point<f64>) -> bool {
    let (min, max) = (bounds.min(), bounds.max());
    (min.y..=max.y).contains(&point.y()) && (min.x..=max.x).contains(&point.x())
}

/// Whether a box is surely farther from the point than `km`.
fn out_of_reach(bounds: &Rect<f64>, point: Point<f64>, km: f64) -> bool {
    let (x, y) = point.x_y();
    let (min, max) = (bounds.min(), bounds.max());
    let pad = degrees_north(km);
    if y < min.y - pad || y > max.y + pad {
        return true;
    }
    let pad = degrees_east(km, y);
    let beside = |x: f64| (min.x - pad..=max.x + pad).contains(&x);
    !(beside(x) || beside(x - 360.0) || beside(x + 360.0))
}
