//! Names of records as the audit compares them.

use std::collections::HashMap;

use geo::{Distance, Geodesic};

use super::Table;
use crate::select::fold;
use crate::site::{Dataset, Site};

/// A name for comparison: letters and digits only, no diacritics, small.
pub(super) fn bare(name: &str) -> String {
    fold(name).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The geodesic distance between two sites in kilometres, where both have a point.
pub(super) fn distance_km(a: &Site, b: &Site) -> Option<f64> {
    Some(Geodesic.distance(a.point?, b.point?) / 1000.0)
}

/// Whether two sites are of one database, its tables together.
pub(super) fn is_same_database(a: &Site, b: &Site) -> bool {
    database(a.dataset) == database(b.dataset)
}

/// The dataset, the global database's two tables as one.
pub(super) fn database(dataset: Dataset) -> Dataset {
    match dataset {
        Dataset::GlobalReeNonspatial => Dataset::GlobalRee,
        dataset => dataset,
    }
}

/// Whether two sites are stated in one country; true where one states none.
pub(super) fn is_same_country(a: &Site, b: &Site) -> bool {
    match (&a.stated_country, &b.stated_country) {
        (Some(a), Some(b)) => bare(a) == bare(b),
        _ => true,
    }
}

/// Sites by their names.
pub(super) struct Index<'a> {
    sites: &'a [Site],
    main: HashMap<String, Vec<usize>>,
    other: HashMap<String, Vec<usize>>,
}

impl<'a> Index<'a> {
    /// Indexes sites.
    pub fn new(sites: &'a [Site], table: &Table) -> Self {
        let (mut main, mut other) = (HashMap::new(), HashMap::new());
        for (index, site) in sites.iter().enumerate() {
            let add = |to: &mut HashMap<String, Vec<usize>>, name: &str| {
                let name = bare(name);
                if !name.is_empty() && !table.is_no_name(&name) {
                    to.entry(name).or_default().push(index);
                }
            };
            add(&mut main, &site.name);
            site.other_names.iter().for_each(|name| add(&mut other, name));
        }
        Index { sites, main, other }
    }

    /// The nearest site of that main name to a site, in its database and country and within the
    /// distance.
    pub fn main(&self, bare: &str, near: usize, within_km: f64) -> Option<usize> {
        self.nearest(self.main.get(bare)?, near, within_km)
    }

    /// The same by main name, else by any other.
    pub fn any(&self, bare: &str, near: usize, within_km: f64) -> Option<usize> {
        let other = || self.nearest(self.other.get(bare)?, near, within_km);
        self.main(bare, near, within_km).or_else(other)
    }

    fn nearest(&self, among: &[usize], near: usize, within_km: f64) -> Option<usize> {
        let site = self.sites.get(near)?;
        let within = among.iter().filter(|&&index| index != near).filter_map(|&index| {
            let other = self.sites.get(index)?;
            let fits = is_same_database(site, other) && is_same_country(site, other);
            let km = distance_km(site, other).filter(|km| fits && *km <= within_km)?;
            Some((km, index))
        });
        within.min_by(|(a, i), (b, j)| a.total_cmp(b).then(i.cmp(j))).map(|(_, index)| index)
    }
}
