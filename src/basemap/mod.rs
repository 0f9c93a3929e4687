//! The basemap: countries, first-level provinces, land boundaries and lakes of Natural Earth.
//!
//! The data is embedded (`data/basemap/`, made by `build.py` there) and decoded when first asked
//! for, layer by layer. Polygons follow the even-odd rule, whichever way their rings turn, and are
//! cut at the antimeridian: some edges run along ±180° (and along 90° S in Antarctica) without
//! being a coast or a border.
//!
//! Units are those of ISO 3166. Boundaries are Natural Earth's, which show who is in control on
//! the ground: Taiwan, Hong Kong and Macau are countries of their own here (`TWN`, `HKG`, `MAC`)
//! with one province each (`CN-TW`, `CN-HK`, `CN-MO`); the Paracel Islands are part of Hainan
//! (`CN-HI`). An area that ISO counts under another country (Baikonur, Clipperton, the Coral Sea
//! Islands) is part of that country. Where ISO has no code (Kosovo, Northern Cyprus, the Spratly
//! Islands) Natural Earth's `ADM0_A3` stands in.

use std::sync::{Arc, OnceLock};

use geo::{LineString, MultiPolygon, Point, Polygon, Rect};

use self::topology::Topology;
use crate::error::{Error, Result};
use crate::site::Unit;

mod topology;

/// What to print beside a map drawn with this data.
pub const CREDIT: &str = "Boundaries: Natural Earth; no position on sovereignty is implied.";

/// The data and its version.
pub const SOURCE: &str = "Natural Earth 5.1";

/// The countries and regions that a map of China's provinces shows: the mainland, Hong Kong,
/// Macau and Taiwan.
pub const GREATER_CHINA: [&str; 4] = ["CHN", "HKG", "MAC", "TWN"];

/// How detailed a layer is. Only [`Scale::Fine`] is fit for finding a point's country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scale {
    /// 1:110 million, for small maps of the world.
    Coarse,
    /// 1:50 million, for maps of the world and of continents.
    Medium,
    /// 1:10 million, for maps of a country.
    Fine,
}

/// A country or a province with its outline.
#[derive(Debug, Clone)]
pub struct Area {
    /// Code and English name.
    pub unit: Unit,
    /// The Chinese name, in simplified characters; empty where there is none.
    pub name_zh: String,
    /// The country's code; for a country its own.
    pub country: String,
    /// The country's ISO 3166-1 alpha-2 code; empty where there is none.
    pub iso_a2: String,
    /// What kind of province it is, in English (`Province`, `Autonomous Region`); may be empty.
    pub kind: String,
    /// Other names and spellings in the source.
    pub names: Vec<String>,
    /// Where a country's label goes.
    pub label: Option<Point<f64>>,
    /// The box around the outline, in degrees; around all of it where the outline is simplified.
    pub bounds: Rect<f64>,
    outline: Outline,
}

/// Where an area's outline comes from.
#[derive(Debug, Clone)]
struct Outline {
    topology: Arc<Topology>,
    feature: usize,
    /// What it is simplified to, in degrees.
    tolerance: f64,
}

impl Area {
    /// The outline in degrees, built anew at each call.
    pub fn shape(&self) -> MultiPolygon<f64> {
        let Outline { topology, feature, tolerance } = &self.outline;
        topology.simplified_shape(*feature, *tolerance)
    }

    /// Those polygons of the outline of which something may be seen, by the boxes around them,
    /// simplified to a tolerance in degrees. Neighbours simplified alike still fit.
    pub fn shape_seen(
        &self,
        tolerance: f64,
        seen: impl Fn(&Rect<f64>) -> bool,
    ) -> MultiPolygon<f64> {
        self.outline.topology.shape_seen(self.outline.feature, tolerance, seen)
    }

    /// The area with its outline simplified to a tolerance in degrees.
    fn simplified(&self, tolerance: f64) -> Area {
        let outline = Outline { tolerance, ..self.outline.clone() };
        Area { outline, ..self.clone() }
    }
}

/// What kind of boundary a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineClass {
    /// Agreed.
    International,
    /// Disputed, indefinite or a line of control: drawn dashed.
    Disputed,
    /// The limit of a lease or a zone inside a country.
    Other,
}

/// A land boundary between countries.
#[derive(Debug, Clone)]
pub struct Line {
    /// The kind.
    pub class: LineClass,
    /// The line in degrees.
    pub shape: LineString<f64>,
}

/// A layer of areas, decoded, with the arcs that neighbours share.
pub(crate) struct Layer {
    pub(crate) topology: Arc<Topology>,
    pub(crate) areas: Vec<Area>,
}

/// One embedded file and what it decodes to, once.
struct File<T: 'static> {
    what: &'static str,
    bytes: &'static [u8],
    decode: fn(&[u8]) -> std::result::Result<T, String>,
    value: OnceLock<std::result::Result<T, String>>,
}

impl<T> File<T> {
    const fn new(
        what: &'static str,
        bytes: &'static [u8],
        decode: fn(&[u8]) -> std::result::Result<T, String>,
    ) -> Self {
        File { what, bytes, decode, value: OnceLock::new() }
    }

    fn get(&self) -> Result<&T> {
        let value = self.value.get_or_init(|| (self.decode)(self.bytes));
        value.as_ref().map_err(|reason| Error::embedded(self.what, reason))
    }
}

/// Declares the embedded file `data/basemap/NAME.topo`.
macro_rules! embedded {
    ($static:ident: $type:ty = $file:literal, $decode:expr) => {
        static $static: File<$type> = File::new(
            concat!("basemap ", $file),
            include_bytes!(concat!("../../data/basemap/", $file, ".topo")),
            $decode,
        );
    };
}

embedded!(COUNTRIES_COARSE: Layer = "countries_110m", decode_countries);
embedded!(COUNTRIES_MEDIUM: Layer = "countries_50m", decode_countries);
embedded!(COUNTRIES_FINE: Layer = "countries_10m", decode_countries);
embedded!(PROVINCES_CHINA: Layer = "provinces_china", decode_provinces);
embedded!(PROVINCES_WORLD: Layer = "provinces_world", decode_provinces);
embedded!(BOUNDARIES_COARSE: Vec<Line> = "boundaries_110m", decode_lines);
embedded!(BOUNDARIES_MEDIUM: Vec<Line> = "boundaries_50m", decode_lines);
embedded!(BOUNDARIES_FINE: Vec<Line> = "boundaries_10m", decode_lines);
embedded!(LAKES_COARSE: Vec<Polygon<f64>> = "lakes_110m", decode_lakes);
embedded!(LAKES_MEDIUM: Vec<Polygon<f64>> = "lakes_50m", decode_lakes);
embedded!(LAKES_FINE: Vec<Polygon<f64>> = "lakes_10m", decode_lakes);

fn country_layer(scale: Scale) -> Result<&'static Layer> {
    match scale {
        Scale::Coarse => COUNTRIES_COARSE.get(),
        Scale::Medium => COUNTRIES_MEDIUM.get(),
        Scale::Fine => COUNTRIES_FINE.get(),
    }
}

/// The layers that hold provinces of these countries; the world is large and China common.
fn province_layers(countries: &[&str]) -> Result<Vec<&'static Layer>> {
    let china = |code: &&str| GREATER_CHINA.contains(code);
    let mut layers = Vec::new();
    if countries.iter().any(china) {
        layers.push(PROVINCES_CHINA.get()?);
    }
    if !countries.iter().all(china) {
        layers.push(PROVINCES_WORLD.get()?);
    }
    Ok(layers)
}

/// The countries, by code.
pub fn countries(scale: Scale) -> Result<&'static [Area]> {
    Ok(&country_layer(scale)?.areas)
}

/// All first-level provinces of the world at 1:10 million, by country and code, China's first.
pub fn provinces() -> Result<Vec<&'static Area>> {
    let layers = [PROVINCES_CHINA.get()?, PROVINCES_WORLD.get()?];
    Ok(layers.into_iter().flat_map(|layer| &layer.areas).collect())
}

/// What places are found in: countries, provinces of China and those of the world.
#[cfg(test)]
pub(crate) fn place_layers() -> Result<[&'static Layer; 3]> {
    Ok([COUNTRIES_FINE.get()?, PROVINCES_CHINA.get()?, PROVINCES_WORLD.get()?])
}

/// The provinces of one country (alpha-3 code), by code; none for an unknown country.
pub fn provinces_of(country: &str) -> Result<Vec<&'static Area>> {
    let layers = province_layers(&[country])?.into_iter();
    Ok(layers.flat_map(|layer| &layer.areas).filter(|area| area.country == country).collect())
}

/// The provinces of these countries with outlines simplified to a tolerance in degrees.
///
/// Neighbours share the simplified border, and [`province_lines`] with the same tolerance runs
/// along it. Islands and lakes smaller than a square of that side are left out, but for a
/// province's largest part.
pub fn provinces_simplified(countries: &[&str], tolerance: f64) -> Result<Vec<Area>> {
    let layers = province_layers(countries)?.into_iter();
    let areas = layers.flat_map(|layer| &layer.areas);
    let chosen = areas.filter(|area| countries.contains(&area.country.as_str()));
    Ok(chosen.map(|area| area.simplified(tolerance)).collect())
}

/// The borders between the provinces of these countries, each once: neither coasts nor borders
/// with other countries. A `tolerance` in degrees simplifies them; 0 keeps every point.
pub fn province_lines(countries: &[&str], tolerance: f64) -> Result<Vec<LineString<f64>>> {
    let mut lines = Vec::new();
    for layer in province_layers(countries)? {
        let chosen = |index: usize| {
            layer.areas.get(index).is_some_and(|area| countries.contains(&area.country.as_str()))
        };
        lines.extend(layer.topology.shared_arcs(chosen, tolerance));
    }
    Ok(lines)
}

/// Land boundaries between countries.
pub fn boundaries(scale: Scale) -> Result<&'static [Line]> {
    let lines = match scale {
        Scale::Coarse => BOUNDARIES_COARSE.get()?,
        Scale::Medium => BOUNDARIES_MEDIUM.get()?,
        Scale::Fine => BOUNDARIES_FINE.get()?,
    };
    Ok(lines)
}

/// Lakes: 24, 412, and at the finest scale the 186 most prominent in their full detail.
pub fn lakes(scale: Scale) -> Result<&'static [Polygon<f64>]> {
    let lakes = match scale {
        Scale::Coarse => LAKES_COARSE.get()?,
        Scale::Medium => LAKES_MEDIUM.get()?,
        Scale::Fine => LAKES_FINE.get()?,
    };
    Ok(lakes)
}

type Decoded<T> = std::result::Result<T, String>;

fn decode_countries(bytes: &[u8]) -> Decoded<Layer> {
    decode_areas(bytes, |attributes, outline, bounds| {
        let [code, iso_a2, name, name_zh, x, y, names] = attributes;
        let label = x.parse().ok().zip(y.parse().ok());
        Area {
            unit: Unit { code: code.clone(), name },
            name_zh,
            country: code,
            iso_a2,
            kind: "Country".into(),
            names: split_names(&names),
            label: label.map(|(x, y)| Point::new(x, y)),
            bounds,
            outline,
        }
    })
}

fn decode_provinces(bytes: &[u8]) -> Decoded<Layer> {
    decode_areas(bytes, |attributes, outline, bounds| {
        let [code, country, iso_a2, name, name_zh, kind, names] = attributes;
        Area {
            unit: Unit { code, name },
            name_zh,
            country,
            iso_a2,
            kind,
            names: split_names(&names),
            label: None,
            bounds,
            outline,
        }
    })
}

fn decode_areas<const N: usize>(
    bytes: &[u8],
    area: impl Fn([String; N], Outline, Rect<f64>) -> Area,
) -> Decoded<Layer> {
    let (topology, attributes) = Topology::decode(bytes)?;
    let topology = Arc::new(topology);
    let areas = attributes.into_iter().enumerate().map(|(feature, attributes)| {
        let attributes = attributes.try_into().map_err(|_| "wrong number of attributes")?;
        let bounds = topology.bounds(feature).ok_or("an area without an outline")?;
        let outline = Outline { topology: Arc::clone(&topology), feature, tolerance: 0.0 };
        Ok(area(attributes, outline, bounds))
    });
    let areas = areas.collect::<Decoded<_>>()?;
    Ok(Layer { topology, areas })
}

fn decode_lines(bytes: &[u8]) -> Decoded<Vec<Line>> {
    let (topology, attributes) = Topology::decode(bytes)?;
    let mut lines = Vec::new();
    for (feature, attributes) in attributes.iter().enumerate() {
        let [class] = attributes.as_slice() else {
            return Err("wrong number of attributes".into());
        };
        let class = match class.as_str() {
            "international" => LineClass::International,
            "disputed" => LineClass::Disputed,
            "other" => LineClass::Other,
            _ => return Err(format!("unknown class {class:?}")),
        };
        lines.extend(topology.lines(feature).map(|shape| Line { class, shape }));
    }
    Ok(lines)
}

fn decode_lakes(bytes: &[u8]) -> Decoded<Vec<Polygon<f64>>> {
    let (topology, attributes) = Topology::decode(bytes)?;
    Ok((0..attributes.len()).flat_map(|feature| topology.shape(feature).0).collect())
}

fn split_names(names: &str) -> Vec<String> {
    names.split('|').filter(|name| !name.is_empty()).map(String::from).collect()
}
