//! The place that a site counts for: the one found, else the one stated.

use std::borrow::Cow;

use crate::place::Gazetteer;
use crate::site::{Place, Site, Unit};

/// The country that a site counts for: the one found, else the one stated.
pub fn country_of(site: &Site, gazetteer: &Gazetteer) -> Option<Unit> {
    with_country(site, gazetteer, |unit| unit.cloned())
}

/// The province that a site counts for: the one found, else the one stated, if it is one.
pub fn province_of(site: &Site, gazetteer: &Gazetteer) -> Option<Unit> {
    with_province(site, gazetteer, |unit| unit.cloned())
}

/// The same without a copy where a place was found.
pub fn with_country<T>(
    site: &Site,
    gazetteer: &Gazetteer,
    then: impl FnOnce(Option<&Unit>) -> T,
) -> T {
    then(Stated::of(site).countries(gazetteer).first())
}

/// Likewise for the province.
pub fn with_province<T>(
    site: &Site,
    gazetteer: &Gazetteer,
    then: impl FnOnce(Option<&Unit>) -> T,
) -> T {
    match Stated::of(site).provinces(gazetteer).as_ref() {
        [one] => then(Some(one)),
        _ => then(None),
    }
}

/// A place found beside the place stated.
pub(super) struct Stated<'a> {
    pub place: &'a Place,
    pub country: Option<&'a str>,
    pub province: Option<&'a str>,
}

impl<'a> Stated<'a> {
    pub fn of(site: &'a Site) -> Self {
        Stated {
            place: &site.place,
            country: site.stated_country.as_deref(),
            province: site.stated_province.as_deref(),
        }
    }

    /// The country found, else the one stated.
    pub fn countries(&self, gazetteer: &Gazetteer) -> Cow<'a, [Unit]> {
        match &self.place.country {
            Some(unit) => Cow::Borrowed(std::slice::from_ref(unit)),
            None => Cow::Owned(
                self.country.and_then(|name| gazetteer.country(name)).into_iter().collect(),
            ),
        }
    }

    /// The province found, else those stated, which may be several (`Fujian, Guangdong`).
    pub fn provinces(&self, gazetteer: &Gazetteer) -> Cow<'a, [Unit]> {
        if let Some(unit) = &self.place.province {
            return Cow::Borrowed(std::slice::from_ref(unit));
        }
        let Some(name) = self.province else { return Cow::Borrowed(&[]) };
        Cow::Owned(match self.countries(gazetteer).first() {
            Some(country) => gazetteer.province_in(&country.code, name),
            None => gazetteer.province(name),
        })
    }
}
