//! Where a point lies: its country and province, and the names by which people call them.
//!
//! A point is in a country or province by the even-odd rule on the 1:10 million polygons of
//! [`crate::basemap`]. Each point belongs to one unit at most, also on a border: there to the unit
//! on its east, on a border that runs due east to the one on its north. Where polygons overlap,
//! the first code in the alphabet has it. A point in no country (a placer, a port) belongs to the
//! nearest one within [`TOLERANCE_KM`], and the answer says so.
//!
//! [`nearest_ports`] finds where a site's metals may leave its country.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use geo::Point;

use self::index::Index;
use self::names::{Aliases, Names};
use crate::basemap::{self, Scale};
use crate::error::{Error, Result};
use crate::site::{Place, PlaceBasis, Port, Site, Unit};

pub use self::port::nearest_ports;

mod index;
mod names;
mod port;

/// How far from a country a point may lie and still count as in it, in kilometres.
pub const TOLERANCE_KM: f64 = 25.0;

/// A province looked for around a point whose country is known may lie a little farther off
/// than the country, since the provinces' coasts are on a coarser grid.
const PROVINCE_TOLERANCE_KM: f64 = TOLERANCE_KM + 0.1;

/// The countries and provinces of the world, by location and by name.
pub struct Gazetteer {
    countries: Vec<Index>,
    provinces: BTreeMap<&'static str, Vec<Index>>,
    aliases: Aliases,
    /// Collected when a country's name is first looked up.
    country_names: OnceLock<Names>,
    /// Collected when a province's name is first looked up.
    province_names: OnceLock<Names>,
}

impl Gazetteer {
    /// The gazetteer of the embedded basemap, built when first asked for.
    pub fn embedded() -> Result<&'static Gazetteer> {
        static EMBEDDED: OnceLock<std::result::Result<Gazetteer, String>> = OnceLock::new();
        EMBEDDED
            .get_or_init(|| Gazetteer::new().map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|reason| Error::embedded("gazetteer", reason))
    }

    fn new() -> Result<Self> {
        let countries = basemap::countries(Scale::Fine)?;
        let mut provinces: BTreeMap<&str, Vec<Index>> = BTreeMap::new();
        for area in basemap::provinces()? {
            provinces.entry(&area.country).or_default().push(Index::new(area));
        }
        let aliases = Aliases::embedded()?;
        Ok(Gazetteer {
            countries: countries.iter().map(Index::new).collect(),
            provinces,
            aliases,
            country_names: OnceLock::new(),
            province_names: OnceLock::new(),
        })
    }

    fn country_names(&self) -> &Names {
        self.country_names.get_or_init(|| {
            Names::countries(self.countries.iter().map(|country| country.area), &self.aliases)
        })
    }

    fn province_names(&self) -> &Names {
        self.province_names.get_or_init(|| {
            let provinces = self.provinces.values().flatten();
            Names::provinces(provinces.map(|province| province.area), &self.aliases)
        })
    }

    /// The country and province that a point (longitude, latitude in degrees, WGS 84) lies in.
    ///
    /// A point off the globe, or not a number, lies nowhere.
    pub fn find(&self, point: Point<f64>) -> Place {
        let (x, y) = point.x_y();
        if !((-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y)) {
            return Place::default();
        }
        // Areas are cut at the antimeridian; a point on it is taken with those on its east.
        let point = if x == 180.0 { Point::new(-180.0, y) } else { point };
        let Some((country, distance)) = self.country_at(point) else {
            return Place::default();
        };
        let near = distance > 0.0;
        Place {
            country: Some(country.area.unit.clone()),
            province: self.province_at(&country.area.unit.code, point),
            basis: if near { PlaceBasis::Nearest } else { PlaceBasis::Within },
            distance_km: near.then_some(distance),
        }
    }

    /// The country that the point lies in, or else the nearest one and its distance.
    fn country_at(&self, point: Point<f64>) -> Option<(&Index, f64)> {
        let inside = self.countries.iter().find(|country| country.contains(point));
        inside
            .map(|country| (country, 0.0))
            .or_else(|| nearest(&self.countries, point, TOLERANCE_KM))
    }

    /// The country's province that the point lies in, or else the nearest one of that country.
    fn province_at(&self, country: &str, point: Point<f64>) -> Option<Unit> {
        let provinces = self.provinces.get(country)?;
        let inside = provinces.iter().find(|province| province.contains(point));
        let found = inside.or_else(|| {
            nearest(provinces, point, PROVINCE_TOLERANCE_KM).map(|(province, _)| province)
        });
        found.map(|province| province.area.unit.clone())
    }

    /// The geodesic distance from a point to a country or province by its code, if that is
    /// `within` kilometres: 0 inside. None for a code that no area has.
    pub fn distance_km(&self, code: &str, point: Point<f64>, within: f64) -> Option<f64> {
        let areas = self.countries.iter().chain(self.provinces.values().flatten());
        let area = areas.into_iter().find(|area| area.area.unit.code == code)?;
        if area.contains(point) { Some(0.0) } else { area.distance_km(point, within) }
    }

    /// Fills the place of each site that has a location.
    pub fn locate(&self, sites: &mut [Site]) {
        for site in sites {
            site.place = site.point.map(|point| self.find(point)).unwrap_or_default();
        }
    }

    /// The same for ports.
    pub fn locate_ports(&self, ports: &mut [Port]) {
        for port in ports {
            port.place = port.point.map(|point| self.find(point)).unwrap_or_default();
        }
    }

    /// The country of that name: English, formal English, Chinese, a common alias, or ISO
    /// alpha-2 or alpha-3; letter case, diacritics, punctuation and a `(?)` aside.
    pub fn country(&self, text: &str) -> Option<Unit> {
        self.country_names().country(text)
    }

    /// The provinces of that name in any country: English, local, pinyin, Chinese (with or
    /// without 省, 市, 自治区), an alias, or ISO 3166-2. A list (`Fujian, Guangdong`) gives each.
    pub fn province(&self, text: &str) -> Vec<Unit> {
        self.province_names().units(text, None)
    }

    /// The same within one country (by its code), where the part of the ISO code after the
    /// hyphen will do too (`JX`).
    pub fn province_in(&self, country: &str, text: &str) -> Vec<Unit> {
        self.province_names().units(text, Some(country))
    }

    /// Countries spelled much like `text`, or with it as a word in their name, the likeliest
    /// first; for "did you mean".
    pub fn suggest_countries(&self, text: &str) -> Vec<String> {
        names::suggest(self.country_names(), text)
    }

    /// Provinces, likewise.
    pub fn suggest_provinces(&self, text: &str) -> Vec<String> {
        names::suggest(self.province_names(), text)
    }
}

/// The area nearest to a point and its geodesic distance, if that is `within` kilometres.
fn nearest(areas: &[Index], point: Point<f64>, within: f64) -> Option<(&Index, f64)> {
    let mut best: Option<(&Index, f64)> = None;
    for candidate in areas {
        let reach = best.map_or(within, |(_, distance)| distance);
        if let Some(distance) = candidate.distance_km(point, reach)
            && best.is_none_or(|(_, shortest)| distance < shortest)
        {
            best = Some((candidate, distance));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::LinesIter;

    /// How many of these areas claim the point.
    fn claims(areas: &[Index], point: Point<f64>) -> usize {
        areas.iter().filter(|area| area.contains(point)).count()
    }

    #[test]
    fn each_point_of_a_border_between_provinces_belongs_to_one() {
        let gazetteer = Gazetteer::embedded().unwrap();
        let provinces = &gazetteer.provinces["CHN"];
        let mut points = 0;
        for line in basemap::province_lines(&["CHN"], 0.0).unwrap() {
            for edge in line.lines_iter() {
                for point in [Point(edge.start), (Point(edge.start) + Point(edge.end)) / 2.0] {
                    // A border may end at the coast or at another country.
                    let inner = point != line.points().next().unwrap();
                    let count = claims(provinces, point);
                    assert!(count == 1 || (!inner && count == 0), "{point:?}: {count}");
                    points += 1;
                }
            }
        }
        assert!(points > 20_000, "{points}");
    }
}
