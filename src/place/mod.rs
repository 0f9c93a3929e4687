//! Where a point lies: its country and province, and the names by which people call them.
//!
//! A point is in a country or province by the even-odd rule on the 1:10 million polygons of
//! [`crate::basemap`]. Each point belongs to one unit at most, also on a border: there to the unit
//! on its east, on a border that runs due east to the one on its north. Where polygons overlap,
//! the first code in the alphabet has it. A point in no country (a placer, a port) belongs to the
//! nearest one within [`TOLERANCE_KM`], and the answer says so.
//!
//! [`nearest_ports`] finds where a site's metals may leave its country.

use std::sync::OnceLock;

use geo::{Coord, Point};

use self::grid::Grid;
use self::names::{Aliases, Names};
use self::units::Units;
use crate::basemap::{self, Scale};
use crate::error::{Error, Result};
use crate::site::{Place, PlaceBasis, Port, Site, Unit};

pub use self::port::nearest_ports;
pub use self::units::UnitIndex;

mod edge;
pub(crate) mod grid;
mod names;
mod port;
#[cfg(test)]
mod tests;
mod units;

/// How far from a country a point may lie and still count as in it, in kilometres, unless another
/// distance is asked for.
pub const TOLERANCE_KM: f64 = 25.0;

/// A province looked for around a point whose country is known may lie a little farther off
/// than the country, since the provinces' coasts are on a coarser grid.
const PROVINCE_SLACK_KM: f64 = 0.1;

/// Countries and provinces by location, made from the basemap by a test of this module, which
/// says how.
static GRIDS: &[u8] = include_bytes!("../../data/places/grids.bin");

/// The countries and provinces of the world, by location and by name.
pub struct Gazetteer {
    units: Units,
    countries: Grid,
    provinces: Grid,
    /// Collected when a country's name is first looked up.
    country_names: OnceLock<Names>,
    /// Collected when a province's name is first looked up.
    province_names: OnceLock<Names>,
}

/// Where a point lies, by the units' indices: see [`Gazetteer::unit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Located {
    /// The country.
    pub country: Option<UnitIndex>,
    /// The province, where it was asked for.
    pub province: Option<UnitIndex>,
    /// How the country was found.
    pub basis: PlaceBasis,
}

/// How much of a place is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The country alone.
    Country,
    /// The country and the province.
    Province,
}

impl Gazetteer {
    /// The gazetteer of the embedded basemap, built when first asked for.
    pub fn embedded() -> Result<&'static Gazetteer> {
        static EMBEDDED: OnceLock<std::result::Result<Gazetteer, String>> = OnceLock::new();
        EMBEDDED
            .get_or_init(Gazetteer::new)
            .as_ref()
            .map_err(|reason| Error::embedded("gazetteer", reason))
    }

    fn new() -> std::result::Result<Self, String> {
        let [countries, provinces] = grid::packed::read(GRIDS)?;
        Ok(Gazetteer {
            units: Units::embedded()?,
            countries,
            provinces,
            country_names: OnceLock::new(),
            province_names: OnceLock::new(),
        })
    }

    /// The names that `collect` gives, collected once; none if the basemap is broken, which its
    /// tests rule out.
    fn country_names(&self) -> &Names {
        self.country_names.get_or_init(|| {
            let countries = basemap::countries(Scale::Fine).unwrap_or_default();
            Names::countries(countries.iter(), &Aliases::embedded().unwrap_or_default())
        })
    }

    fn province_names(&self) -> &Names {
        self.province_names.get_or_init(|| {
            let provinces = basemap::provinces().unwrap_or_default();
            Names::provinces(provinces.into_iter(), &Aliases::embedded().unwrap_or_default())
        })
    }

    /// The country and province that a point (longitude, latitude in degrees, WGS 84) lies in.
    ///
    /// A point off the globe, or not a number, lies nowhere.
    pub fn find(&self, point: Point<f64>) -> Place {
        self.find_within(point, TOLERANCE_KM)
    }

    /// The same with another distance than [`TOLERANCE_KM`] at which a point off the coast still
    /// counts as in a country, in kilometres; with 0 none does.
    pub fn find_within(&self, point: Point<f64>, coast_km: f64) -> Place {
        let (located, distance_km) = self.search(point, Depth::Province, coast_km, true);
        let unit = |index: Option<UnitIndex>| index.map(|index| self.unit(index).clone());
        Place {
            country: unit(located.country),
            province: unit(located.province),
            basis: located.basis,
            distance_km,
        }
    }

    /// The same by index and without the distance, which takes neither memory nor, but for points
    /// off the coast, much time; see [`TOLERANCE_KM`] for `coast_km`.
    pub fn locate_point(&self, point: Point<f64>, depth: Depth, coast_km: f64) -> Located {
        self.search(point, depth, coast_km, false).0
    }

    /// Fills a place in the memory that it has, as far as is asked for; with the distance as
    /// [`Self::find_within`] gives it, else without.
    pub fn fill(
        &self,
        point: Option<Point<f64>>,
        depth: Depth,
        coast_km: f64,
        exact: bool,
        place: &mut Place,
    ) {
        let found = point.map(|point| self.search(point, depth, coast_km, exact));
        let (located, distance_km) = found.unwrap_or_default();
        let fill = |unit: &mut Option<Unit>, index: Option<UnitIndex>| match (unit.as_mut(), index)
        {
            (Some(unit), Some(index)) => unit.clone_from(self.unit(index)),
            (_, index) => *unit = index.map(|index| self.unit(index).clone()),
        };
        fill(&mut place.country, located.country);
        fill(&mut place.province, located.province);
        (place.basis, place.distance_km) = (located.basis, distance_km.filter(|_| exact));
    }

    /// A unit by its index.
    pub fn unit(&self, index: UnitIndex) -> &Unit {
        self.units.get(index)
    }

    fn search(
        &self,
        point: Point<f64>,
        depth: Depth,
        coast_km: f64,
        exact: bool,
    ) -> (Located, Option<f64>) {
        let nowhere = (Located::default(), None);
        let (x, y) = point.x_y();
        if !((-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y)) {
            return nowhere;
        }
        // Areas are cut at the antimeridian; a point on it is taken with those on its east.
        let point = Coord { x: if x == 180.0 { -180.0 } else { x }, y };
        let found = self.countries.find(point, |_| true);
        let mut about_km = None;
        let (country, basis, km) = match found.area {
            Some(country) => (country, PlaceBasis::Within, None),
            None => {
                let may_be_near = coast_km > 0.0 && (found.near || coast_km > TOLERANCE_KM);
                let near = may_be_near
                    .then(|| self.countries.nearest(point, coast_km, exact, |_| true))
                    .flatten();
                about_km = near.map(|near| near.about_km);
                match near {
                    // On the very edge, on the side that is not the country's.
                    Some(near) if near.km == Some(0.0) => (near.area, PlaceBasis::Within, None),
                    Some(near) => (near.area, PlaceBasis::Nearest, near.km),
                    None => return nowhere,
                }
            }
        };
        let province = (depth == Depth::Province)
            .then(|| self.province_at(point, country, coast_km.max(TOLERANCE_KM), about_km))
            .flatten();
        let country = Some(self.units.country(country));
        (Located { country, province, basis }, km)
    }

    /// The country's province that the point lies in, or else the nearest one of that country.
    /// Where the country is about so many kilometres away, so is likely its province.
    fn province_at(
        &self,
        point: Coord<f64>,
        country: u32,
        within: f64,
        about_km: Option<f64>,
    ) -> Option<UnitIndex> {
        let provinces = self.units.provinces_of(country);
        let wanted = |province: u32| provinces.contains(&province);
        let nearest = |within| self.provinces.nearest(point, within, false, wanted);
        let found = self.provinces.find(point, wanted).area.or_else(|| {
            let first = about_km.and_then(|km| nearest(km * 1.01 + 2.0 * PROVINCE_SLACK_KM));
            first.or_else(|| nearest(within + PROVINCE_SLACK_KM)).map(|near| near.area)
        });
        found.map(|province| self.units.province(province))
    }

    /// The geodesic distance from a point to a country or province by its code, if that is
    /// `within` kilometres: 0 inside. None for a code that no area has.
    pub fn distance_km(&self, code: &str, point: Point<f64>, within: f64) -> Option<f64> {
        let (grid, area) = match self.units.position(code)? {
            (true, country) => (&self.countries, country),
            (false, province) => (&self.provinces, province),
        };
        let wanted = |other: u32| other == area;
        if grid.find(point.0, wanted).area.is_some() {
            return Some(0.0);
        }
        grid.nearest(point.0, within, true, wanted).and_then(|near| near.km)
    }

    /// Fills the place of each site that has a location.
    pub fn locate(&self, sites: &mut [Site]) {
        self.locate_within(sites, TOLERANCE_KM);
    }

    /// The same with another distance than [`TOLERANCE_KM`]; see [`Gazetteer::find_within`].
    pub fn locate_within(&self, sites: &mut [Site], coast_km: f64) {
        for site in sites {
            let place = site.point.map(|point| self.find_within(point, coast_km));
            site.place = place.unwrap_or_default();
        }
    }

    /// The place of each port that has a location, by the usual distance off the coast.
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
