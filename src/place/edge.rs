//! One edge of a polygon: whether a ray from a point crosses it, and how near it comes.

use geo::{Coord, Point};

/// WGS 84: the equatorial radius in kilometres and the first eccentricity squared.
const RADIUS_KM: f64 = 6378.137;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_14;

/// An edge from its southern to its northern end, so that both areas beside a border ask the very
/// same question.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// The southern end; of an edge due east, the western one.
    pub south: Coord<f64>,
    /// The northern end.
    pub north: Coord<f64>,
}

impl Edge {
    /// The edge between two points.
    pub fn new(a: Coord<f64>, b: Coord<f64>) -> Self {
        let upward = a.y < b.y || (a.y == b.y && a.x <= b.x);
        if upward { Edge { south: a, north: b } } else { Edge { south: b, north: a } }
    }

    /// Whether the point is at a latitude of the edge: its southern end counts, its northern one
    /// doesn't, so that two edges that meet are never both taken, and none due east is.
    pub fn spans(&self, y: f64) -> bool {
        self.south.y <= y && y < self.north.y
    }

    /// Whether the edge, which spans the point's latitude, lies east of the point. Exact: a point
    /// on the edge has it not on its east.
    pub fn is_east_of(&self, point: Coord<f64>) -> bool {
        let Edge { south, north } = *self;
        if point.x < south.x.min(north.x) {
            return true;
        }
        if point.x >= south.x.max(north.x) {
            return false;
        }
        robust::orient2d(flat(south), flat(north), flat(point)) > 0.0
    }

    /// Whether a ray from the point due east crosses the edge.
    #[cfg(test)]
    pub fn is_crossed_from(&self, point: Coord<f64>) -> bool {
        self.spans(point.y) && self.is_east_of(point)
    }
}

fn flat(at: Coord<f64>) -> robust::Coord<f64> {
    robust::Coord { x: at.x, y: at.y }
}

/// A plane that touches the ellipsoid at a point, in kilometres. Near the point distances on it
/// are right to about a thousandth, less so near the poles: see [`Plane::error`].
pub struct Plane {
    /// Where it touches.
    pub origin: Coord<f64>,
    /// Kilometres to a degree of longitude.
    pub per_degree_x: f64,
    /// Kilometres to a degree of latitude.
    pub per_degree_y: f64,
    /// The tangent of the latitude, without its sign.
    tangent: f64,
}

/// A box around what lies within reach of a point, in degrees.
pub struct Reach {
    km: f64,
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl Plane {
    /// The plane at a point.
    pub fn touching(origin: Coord<f64>) -> Self {
        let (sin, cos) = origin.y.to_radians().sin_cos();
        let w = 1.0 - ECCENTRICITY_2 * sin * sin;
        let meridian = RADIUS_KM * (1.0 - ECCENTRICITY_2) / (w * w.sqrt());
        let across = RADIUS_KM / w.sqrt() * cos;
        Plane {
            origin,
            per_degree_x: across.to_radians(),
            per_degree_y: meridian.to_radians(),
            tangent: (sin / cos).abs().min(57.0),
        }
    }

    /// The same plane for edges that are told a whole turn east or west of where the point is.
    pub fn turned(&self, degrees: f64) -> Self {
        let origin = Coord { x: self.origin.x + degrees, y: self.origin.y };
        Plane { origin, ..*self }
    }

    /// By what part a distance may be wrong here, at most, about.
    pub fn error(&self, km: f64) -> f64 {
        0.002 + km / RADIUS_KM * (1.0 + self.tangent)
    }

    /// What lies within so many kilometres.
    pub fn reach(&self, km: f64) -> Reach {
        let (x, y) = (km / self.per_degree_x, km / self.per_degree_y);
        let Coord { x: east, y: north } = self.origin;
        Reach { km, west: east - x, east: east + x, south: north - y, north: north + y }
    }

    /// The squared distance from the origin to an edge, and the spot on it that is nearest; none
    /// if that is beyond reach.
    pub fn nearest(&self, [a, b]: [Coord<f64>; 2], reach: &Reach) -> Option<(f64, Point<f64>)> {
        // Most edges are told apart by their box.
        if (a.y > reach.north && b.y > reach.north)
            || (a.y < reach.south && b.y < reach.south)
            || (a.x > reach.east && b.x > reach.east)
            || (a.x < reach.west && b.x < reach.west)
        {
            return None;
        }
        let edge = Edge::new(a, b);
        let flat = |at: Coord<f64>| {
            let [x, y] = [at.x - self.origin.x, at.y - self.origin.y];
            (x * self.per_degree_x, y * self.per_degree_y)
        };
        let ((ax, ay), (bx, by)) = (flat(edge.south), flat(edge.north));
        let (dx, dy) = (bx - ax, by - ay);
        let length = dx * dx + dy * dy;
        let along =
            if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = (ax + along * dx, ay + along * dy);
        let squared = x * x + y * y;
        (squared <= reach.km * reach.km).then(|| {
            let spot = Point::new(
                edge.south.x + along * (edge.north.x - edge.south.x),
                edge.south.y + along * (edge.north.y - edge.south.y),
            );
            (squared, spot)
        })
    }
}
