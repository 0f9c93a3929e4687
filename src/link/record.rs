//! What a record tells, prepared once for all its comparisons.

use super::names::Names;
use super::rules::Rules;
use crate::place::Gazetteer;
use crate::select::{country_of, province_of};
use crate::site::{Dataset, Segment, Site};

/// A site, prepared.
pub struct Record<'a> {
    /// The site.
    pub site: &'a Site,
    /// Its names.
    pub names: Names,
    /// The countries found and stated, by their codes.
    pub countries: Vec<String>,
    /// The province, by its code, where it is one.
    pub province: Option<String>,
    /// The groups of its commodities.
    pub commodities: Vec<&'a str>,
    /// Whether it states commodities that are of no group.
    pub states_others: bool,
    /// The classes of its deposit types.
    pub classes: Vec<&'a str>,
    /// What it is, as far as that is known.
    pub work: Work,
    /// Kilometres by which its point may miss the site.
    pub tolerance_km: f64,
    /// Whether it stands for an area.
    pub area: bool,
}

/// What kind of place a record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Rock: a deposit, or a mine in it.
    Rock,
    /// A plant.
    Plant,
    /// Not known.
    Unknown,
}

impl Record<'_> {
    /// The database that it is of; each file of the user's own points counts as one.
    pub fn source(&self) -> (Dataset, &str) {
        let points = self.site.dataset == Dataset::Points;
        (self.site.dataset, if points { &self.site.record.file } else { "" })
    }

    /// Who publishes the database: tables of one publisher seldom list a site twice.
    pub fn is_of_one_publisher(&self, other: &Record) -> bool {
        let global = |dataset| matches!(dataset, Dataset::GlobalRee | Dataset::GlobalReeNonspatial);
        global(self.site.dataset) && global(other.site.dataset)
    }
}

/// Prepares sites.
pub fn prepare<'a>(
    sites: &[&'a Site],
    gazetteer: &Gazetteer,
    rules: &'static Rules,
) -> Vec<Record<'a>> {
    sites.iter().map(|site| Record::new(site, gazetteer, rules)).collect()
}

impl<'a> Record<'a> {
    fn new(site: &'a Site, gazetteer: &Gazetteer, rules: &'static Rules) -> Self {
        let names = Names::of(site, rules);
        let stated = site.stated_country.as_deref().and_then(|name| gazetteer.country(name));
        let mut countries: Vec<String> =
            country_of(site, gazetteer).into_iter().chain(stated).map(|unit| unit.code).collect();
        countries.dedup();
        let products = site.products.iter().map(|product| product.commodity.as_str());
        let stated = site.commodities.iter().map(|term| term.name.as_str());
        let (mut commodities, mut states_others) = (Vec::new(), false);
        for text in stated.chain(products) {
            let groups = rules.commodity(text);
            states_others |= groups.is_empty() && text != "not stated";
            for group in groups.iter().map(String::as_str) {
                if !commodities.contains(&group) {
                    commodities.push(group);
                }
            }
        }
        let mut classes: Vec<&str> = Vec::new();
        for term in &site.deposit_types {
            classes.extend(rules.deposit_classes(&term.name));
        }
        classes.sort_unstable();
        classes.dedup();
        let kind = site.kind.as_ref().map(|term| term.name.as_str()).unwrap_or_default();
        Record {
            work: work(site, kind, &names),
            tolerance_km: tolerance(site, kind, rules),
            area: kind.contains("district")
                || kind.contains("area")
                || names.many
                || site.name.to_lowercase().ends_with(" area"),
            province: province_of(site, gazetteer).map(|unit| unit.code),
            site,
            names,
            countries,
            commodities,
            states_others,
            classes,
        }
    }
}

fn work(site: &Site, kind: &str, names: &Names) -> Work {
    let kind = kind.to_lowercase();
    let has = |segment| site.segments.has(segment);
    if kind.contains("mine") && !kind.contains("mineral")
        || kind.contains("quarr")
        || kind.contains("deposit")
        || kind.contains("exploration")
        || matches!(site.dataset, Dataset::GlobalRee | Dataset::GlobalReeNonspatial)
    {
        Work::Rock
    } else if kind.contains("plant") || kind.contains("refiner") || kind.contains("smelter") {
        Work::Plant
    } else if has(Segment::Upstream) {
        Work::Rock
    } else if has(Segment::Midstream) || has(Segment::Downstream) || names.plant {
        Work::Plant
    } else {
        Work::Unknown
    }
}

/// Kilometres to a degree of latitude.
const DEGREE_KM: f64 = 111.2;

/// Kilometres by which the point of a record may miss the site: the most of what its kind allows,
/// what is left out by rounding its coordinates, and how far off land it lies.
fn tolerance(site: &Site, kind: &str, rules: &Rules) -> f64 {
    let curated = site.curation.as_ref().and_then(|c| rules.precision.of_curated(&c.precision));
    let mut km = curated.unwrap_or_else(|| rules.precision.of_kind(kind));
    if let Some(point) = site.point {
        km = km.max(rounding(point.x()).min(rounding(point.y())) / 2.0 * DEGREE_KM);
    }
    km.max(site.place.distance_km.unwrap_or_default())
}

/// The step that a coordinate is rounded to, in degrees: a power of ten, or a whole minute.
///
/// A trailing zero can't be seen in a number, so a caller takes the finer of the two coordinates.
fn rounding(degrees: f64) -> f64 {
    let whole = |value: f64| (value - value.round()).abs() < 1e-6;
    for decimals in 0..4 {
        let step = 10_f64.powi(-decimals);
        if whole(degrees / step) {
            return step;
        }
    }
    // Minutes written as decimals have rounding of their own: 18.1667, 34.883.
    let minutes = degrees * 60.0;
    if (minutes - minutes.round()).abs() < 0.031 { 1.0 / 60.0 } else { 1e-4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_told_by_decimals_and_minutes() {
        for (degrees, step) in [
            (31.0, 1.0),
            (18.1, 0.1),
            (36.25, 0.01),
            (17.2126, 1e-4),
            (26.716_667, 1.0 / 60.0),
            (114.8376, 1e-4),
        ] {
            assert!((rounding(degrees) - step).abs() < 1e-9, "{degrees}: {}", rounding(degrees));
        }
    }
}
