//! An index on one area's edges: bands of latitude, each with the edges that cross it.

use geo::{Coord, Distance, Geodesic, Line, Point, Rect};

use crate::basemap::Area;

/// Edges to a band, about: few enough to try all, enough not to repeat long ones too often.
const EDGES_PER_BAND: usize = 8;
const MOST_BANDS: usize = 4096;

/// A degree of latitude is nowhere shorter than this, in kilometres; used to look far enough.
const SHORTEST_DEGREE_KM: f64 = 110.5;

/// WGS 84: the equatorial radius in kilometres and the first eccentricity squared.
const RADIUS_KM: f64 = 6378.137;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_14;

/// The edges of an area by latitude.
pub struct Index {
    area: &'static Area,
    bands: Bands,
    /// Where each band starts in `edges`; one more than there are bands.
    starts: Vec<usize>,
    /// The edges of each band, by the numbers that the area gives them.
    edges: Vec<u32>,
}

/// Bands of equal height from the south of an area to its north.
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
    /// Indexes an area.
    pub fn new(area: &'static Area) -> Self {
        let count = area.edges().map(|run| run.len()).sum::<usize>() / EDGES_PER_BAND;
        let count = count.clamp(1, MOST_BANDS);
        let height = area.bounds.height().max(f64::MIN_POSITIVE);
        let bands = Bands { south: area.bounds.min().y, per_degree: count as f64 / height, count };
        let each_entry = |enter: &mut dyn FnMut(usize, u32)| {
            for number in area.edges().flatten() {
                let Some(edge) = area.edge(number).map(Edge::new) else { continue };
                for band in bands.at(edge.south.y)..=bands.at(edge.north.y) {
                    enter(band, number);
                }
            }
        };
        // Count each band's edges, turn the counts into where each band ends, and fill from there.
        let mut starts = vec![0; count + 1];
        each_entry(&mut |band, _| starts[band] += 1);
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut edges = vec![0; total];
        each_entry(&mut |band, number| {
            starts[band] -= 1;
            edges[starts[band]] = number;
        });
        Index { area, bands, starts, edges }
    }

    /// The edges of a range of bands.
    fn edges(&self, first: usize, last: usize) -> impl Iterator<Item = Edge> + '_ {
        let range = self.starts.get(first).zip(self.starts.get(last + 1));
        let numbers = range.and_then(|(&from, &to)| self.edges.get(from..to)).unwrap_or_default();
        numbers.iter().filter_map(|&number| self.area.edge(number)).map(Edge::new)
    }

    /// Whether the point is inside by the even-odd rule.
    pub fn contains(&self, point: Point<f64>) -> bool {
        let (x, y) = point.x_y();
        let band = self.bands.at(y);
        self.edges(band, band).filter(|edge| edge.is_east_of(x, y)).count() % 2 == 1
    }

    /// The geodesic distance to the nearest edge, if that is `within` kilometres.
    ///
    /// The nearest spot is found on a plane that touches the globe at the point, where it is
    /// right to a millionth at such distances; the distance to it is then the geodesic one.
    pub fn distance_km(&self, point: Point<f64>, within: f64) -> Option<f64> {
        let pad = degrees_north(within);
        let (first, last) = (self.bands.at(point.y() - pad), self.bands.at(point.y() + pad));
        let plane = Plane::touching(point);
        let (_, spot) = self
            .edges(first, last)
            .map(|edge| plane.nearest(&edge))
            .min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let distance = Geodesic.distance(point, spot) / 1000.0;
        (distance <= within).then_some(distance)
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
pub fn degrees_north(km: f64) -> f64 {
    km / SHORTEST_DEGREE_KM
}

/// At most how many degrees of longitude a distance is, from somewhere no nearer to a pole than
/// `latitude`: all round where it may reach past a pole.
pub fn degrees_east(km: f64, latitude: f64) -> f64 {
    let north = degrees_north(km);
    // Meridians draw together: the farthest latitude in reach decides.
    let cos = (latitude.abs() + north).min(90.0).to_radians().cos();
    if cos > north / 180.0 { north / cos } else { 360.0 }
}

/// Whether a box is surely farther from the point than `km`.
pub fn out_of_reach(bounds: &Rect<f64>, point: Point<f64>, km: f64) -> bool {
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
