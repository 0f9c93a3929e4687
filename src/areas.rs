//! Areas of the user's own: the polygons of any file that can be read, with a name each, found by
//! point like countries and provinces ([`crate::place`]).
//!
//! A point is in an area by the even-odd rule, holes and all; on a border it is in the area on its
//! east, on one that runs due east in the one on its north. Where areas overlap, the first in the
//! file has it. There is no tolerance: a point off the coast of an area is in none.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use geo::{Coord, Geometry, Point, Polygon};

use crate::dataset::name_column;
use crate::error::{At, Error, Notices, Result};
use crate::parallel;
use crate::place::grid::build::Lines;
use crate::place::grid::{Division, Grid};
use crate::source::block::{self, Wanted};
use crate::source::crs::to_wgs84;
use crate::source::{self, Cell, Layer, Row};

/// Spellings of a column of codes, lower case, the likeliest first.
const CODE: [&str; 14] = [
    "iso_3166_2",
    "code",
    "iso_code",
    "shapeiso",
    "iso",
    "iso_a3",
    "iso3",
    "geoid",
    "nuts_id",
    "adm1_code",
    "hasc_1",
    "gid_1",
    "id",
    "shapeid",
];

/// Points to a square of the grid, about.
const POINTS_PER_SQUARE: usize = 16;
const MOST_SQUARES: usize = 1 << 18;

/// Degrees beyond which a coordinate is none on Earth; from the Greenwich meridian eastwards a
/// whole turn and a half again, as files that cross the antimeridian have it.
const FARTHEST: [f64; 2] = [540.0, 90.000_001];

/// A polygon, or several, with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// The code, where the file has a column of codes; may be empty.
    pub code: String,
    /// The name.
    pub name: String,
    /// Code and name in one, for telling areas apart.
    pub key: String,
}

/// The areas of a file, by location.
pub struct Areas {
    /// The file.
    pub path: PathBuf,
    areas: Vec<Area>,
    /// The area of each row with polygons, by the grid's numbers.
    of_row: Vec<u32>,
    grid: Grid,
    /// Degrees from west to east.
    extent: [f64; 2],
}

/// What is taken from a block of rows.
#[derive(Default)]
struct Taken {
    rows: Vec<(String, String, Vec<Polygon<f64>>)>,
    /// Rows with a geometry that is no polygon.
    others: u64,
    failed: Vec<Error>,
}

impl Areas {
    /// Reads the areas of a file, named by a column: the one given, else one called like a name.
    /// Rows of the same code and name are one area.
    ///
    /// # Errors
    /// A file that can't be read, or that holds no polygons or several layers of them; a column
    /// that there is not; coordinates that are none.
    pub fn read(path: &Path, name: Option<&str>, notices: &mut Notices) -> Result<Self> {
        let sources = source::open(path)?;
        let layers = sources.iter().flat_map(|source| &source.layers).filter(|layer| layer.spatial);
        let mut found: Vec<(&Layer, Vec<Taken>)> = Vec::new();
        for layer in layers {
            let taken = Self::take(layer, name, notices)?;
            if taken.iter().any(|taken| !taken.rows.is_empty()) {
                found.push((layer, taken));
            }
        }
        let (layer, taken) = match found.len() {
            0 => {
                return Err(Error::input(At::file(path), "holds no polygons to count by")
                    .with_hint("give a GeoJSON, a shapefile or a file geodatabase of areas"));
            }
            1 => found.remove(0),
            _ => {
                let names: Vec<&str> = found.iter().map(|(layer, _)| layer.name.as_str()).collect();
                let reason = format!("holds several layers of polygons: {}", names.join(", "));
                return Err(Error::input(At::file(path), reason)
                    .with_hint("give one of them in a file of its own"));
            }
        };
        layer.notes.iter().for_each(|note| notices.note(format!("{}: {note}", layer.at)));
        let others: u64 = taken.iter().map(|taken| taken.others).sum();
        if others > 0 {
            notices.note(format!("{}: {others} rows that are no polygons are no areas", layer.at));
        }
        let mut areas: Vec<Area> = Vec::new();
        let mut of_row = Vec::new();
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut lines = Lines::default();
        let mut bounds = Bounds::default();
        for (code, name, polygons) in taken.into_iter().flat_map(|taken| taken.rows) {
            let row = of_row.len() as u32;
            let key = key(&code, &name);
            let number = *known.entry(key).or_insert_with_key(|key| {
                areas.push(Area { code, name, key: key.clone() });
                areas.len() as u32 - 1
            });
            of_row.push(number);
            for polygon in &polygons {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    ring.0.iter().for_each(|point| bounds.add(*point));
                    lines.add(ring.0.iter().copied(), [Some(row), None]);
                }
            }
        }
        let division = bounds.division();
        let extent = [bounds.west, bounds.east];
        let grid = lines.into_grid(division).ok_or_else(|| {
            Error::input(At::file(path), "has more than 65,000 areas in one small place")
                .with_hint("give the areas in several files, or fewer of them")
        })?;
        Ok(Areas { path: path.into(), areas, of_row, grid, extent })
    }

    /// The polygons of a layer with code and name.
    fn take(layer: &Layer, name: Option<&str>, notices: &mut Notices) -> Result<Vec<Taken>> {
        let column = match name {
            Some(name) => Some(layer.column(name.trim()).ok_or_else(|| {
                let reason = format!("{} has no column \"{name}\"", layer.at);
                Error::usage(reason).with_hint(format!("its columns: {}", columns(layer)))
            })?),
            None => name_column(layer),
        };
        let code = CODE.iter().find_map(|code| layer.column(code)).filter(|at| Some(*at) != column);
        let wanted = Wanted::columns([column, code].into_iter().flatten());
        let blocks = match to_wgs84(&layer.crs, &layer.at)? {
            Some(_) => block::gathered(layer.rows_wgs84()?),
            None => layer.blocks()?,
        };
        let work = |block: Result<Box<dyn block::Block>>| {
            let mut taken = Taken::default();
            match block {
                Ok(block) => block.read(&wanted, &mut |row| match row {
                    Ok(row) => taken.row(row, layer, code, column),
                    Err(error) => taken.failed.push(error),
                }),
                Err(error) => taken.failed.push(error),
            }
            taken
        };
        let mut all = Vec::new();
        parallel::in_order(blocks, work, |mut taken: Taken| {
            taken.failed.drain(..).try_for_each(|error| notices.skip(error))?;
            all.push(taken);
            Ok::<_, Error>(())
        })?;
        if column.is_none() && all.iter().any(|taken| !taken.rows.is_empty()) {
            let reason = format!("{} has no column that is called like a name", layer.at);
            let hint = match layer.columns.is_empty() {
                true => "give each area a property with its name".to_owned(),
                false => format!("say which it is with --area-name: {}", columns(layer)),
            };
            return Err(Error::usage(reason).with_hint(hint));
        }
        Ok(all)
    }

    /// The area that a point (longitude, latitude in degrees, WGS 84) lies in.
    pub fn find(&self, point: Point<f64>) -> Option<&Area> {
        let Coord { x, y } = point.0;
        let [west, east] = self.extent;
        // A file may tell of the far side of the antimeridian beyond ±180°.
        let turns = [0.0, 360.0, -360.0].into_iter().map(|turn| x + turn);
        let found = turns
            .filter(|x| (west..=east).contains(x))
            .find_map(|x| self.grid.find(Coord { x, y }, |_| true).area)?;
        self.areas.get(*self.of_row.get(found as usize)? as usize)
    }

    /// All areas, in the file's order.
    pub fn all(&self) -> &[Area] {
        &self.areas
    }
}

/// Code and name in one.
pub(crate) fn key(code: &str, name: &str) -> String {
    format!("{code}\t{name}")
}

/// The names of a layer's columns.
fn columns(layer: &Layer) -> String {
    let names: Vec<&str> = layer.columns.iter().map(|column| column.name.as_str()).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

impl Taken {
    fn row(&mut self, row: &Row, layer: &Layer, code: Option<usize>, name: Option<usize>) {
        let polygons = match &row.geometry {
            Some(Geometry::Polygon(polygon)) => vec![polygon.clone()],
            Some(Geometry::MultiPolygon(polygons)) => polygons.0.clone(),
            Some(_) => return self.others += 1,
            None => return,
        };
        let rings = polygons
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let on_earth =
            |point: &Coord<f64>| point.x.abs() <= FARTHEST[0] && point.y.abs() <= FARTHEST[1];
        if let Some(point) = rings.flat_map(|ring| &ring.0).find(|point| !on_earth(point)) {
            let reason = format!("{}, {} is no longitude and latitude", point.x, point.y);
            return self.failed.push(Error::row(layer.at.clone().row(row.number), reason));
        }
        let text = |column: Option<usize>| {
            let text = row.cells.get(column?).and_then(Cell::text)?;
            Some(text.into_owned())
        };
        let code = text(code).unwrap_or_default();
        let name = text(name).unwrap_or_else(|| match code.as_str() {
            "" => format!("Area {}", row.number),
            code => code.to_owned(),
        });
        self.rows.push((code, name, polygons));
    }
}

/// The box around points, and how many there are.
struct Bounds {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    points: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        let (most, least) = (f64::INFINITY, f64::NEG_INFINITY);
        Bounds { west: most, south: most, east: least, north: least, points: 0 }
    }
}

impl Bounds {
    fn add(&mut self, Coord { x, y }: Coord<f64>) {
        self.west = self.west.min(x);
        self.east = self.east.max(x);
        self.south = self.south.min(y);
        self.north = self.north.max(y);
        self.points += 1;
    }

    /// The box in squares, whose sides are a power of two: the smallest that aren't too many.
    fn division(&self) -> Division {
        let most = (self.points / POINTS_PER_SQUARE).clamp(64, MOST_SQUARES) as f64;
        let mut side = 1.0 / 1024.0;
        loop {
            let start = |at: f64| (at / side).floor() * side;
            let corner = [start(self.west), start(self.south)];
            let count = |from: f64, to: f64| ((to - from) / side).floor() + 1.0;
            let (columns, rows) = (count(corner[0], self.east), count(corner[1], self.north));
            if columns * rows <= most || side > 1024.0 {
                return Division::new(corner, side, columns as usize, rows as usize);
            }
            side *= 2.0;
        }
    }
}
