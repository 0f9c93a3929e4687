//! Filters: what a user asks for, and which sites that selects.
//!
//! A [`Selection`] holds the words of flags or of a figure's TOML, which are the same. It is
//! resolved once against the gazetteer into a [`Selector`], which then answers for each site.
//! Repeated values are alternatives; different filters narrow. What the words can't say, an
//! expression in [`cql2`] can.

use std::collections::BTreeSet;
use std::sync::Arc;

use geo::Point;
use serde::Deserialize;

use crate::dataset::status;
use crate::error::Result;
use crate::place::Gazetteer;
use crate::site::{Activity, Dataset, Needs, Part, Port, ReeType, Segment, Site, Status, Unit};

use self::bbox::boxes;
use self::cql2::Filter;
use self::stated::Stated;
use self::words::word;

pub use self::bbox::Bbox;
pub use self::stated::{country_of, province_of, with_country, with_province};
pub use self::words::{fold, nearest, places, words};

mod bbox;
pub mod cql2;
mod stated;
mod words;

/// The filters as a user words them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Selection {
    /// Countries, by any name or ISO code.
    pub country: Vec<String>,
    /// Provinces, by any name or ISO code.
    pub province: Vec<String>,
    /// Segments of the supply chain; a site of several is selected by any of them.
    pub segment: Vec<String>,
    /// Light, mixed, heavy, unknown.
    #[serde(alias = "ree_type")]
    pub ree_type: Vec<String>,
    /// Folded (`active`, `past`, `none`, `unknown`) or exact (`producer`, …) statuses.
    pub status: Vec<String>,
    /// Only sites whose status the source neither doubts nor assumes.
    pub certain: bool,
    /// Parts of names of deposit types or subtypes.
    #[serde(alias = "deposit_type")]
    pub deposit_type: Vec<String>,
    /// Datasets, or `all`. Where none is named, all but `curated`, so that counts are those
    /// of the official databases.
    pub dataset: Vec<String>,
    /// Boxes in degrees.
    #[serde(deserialize_with = "boxes")]
    pub bbox: Vec<Bbox>,
    /// Parts of names of sites.
    pub name: Vec<String>,
    /// An expression in CQL2, such as `treo_percent > 1 AND status <> 'closed'`; see
    /// `docs/filters.md`.
    pub r#where: Option<String>,
}

/// A status as filters name it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum StatusTest {
    Folded(Activity),
    Exact(Status),
}

/// A selection whose words are understood; asks once for each site.
#[derive(Clone)]
pub struct Selector<'g> {
    gazetteer: &'g Gazetteer,
    countries: BTreeSet<String>,
    provinces: BTreeSet<String>,
    segments: Vec<Segment>,
    ree_types: Vec<ReeType>,
    statuses: Vec<StatusTest>,
    certain: bool,
    deposit_types: Vec<String>,
    datasets: Vec<Dataset>,
    boxes: Vec<Bbox>,
    names: Vec<String>,
    filter: Option<Arc<Filter>>,
    description: Option<String>,
}

impl Selection {
    /// Whether anything is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Selection::default()
    }

    /// This selection with each filter that `other` names taken from there.
    pub fn overridden_by(self, other: Selection) -> Selection {
        fn either<T>(own: Vec<T>, other: Vec<T>) -> Vec<T> {
            if other.is_empty() { own } else { other }
        }
        Selection {
            country: either(self.country, other.country),
            province: either(self.province, other.province),
            segment: either(self.segment, other.segment),
            ree_type: either(self.ree_type, other.ree_type),
            status: either(self.status, other.status),
            certain: self.certain || other.certain,
            deposit_type: either(self.deposit_type, other.deposit_type),
            dataset: either(self.dataset, other.dataset),
            bbox: either(self.bbox, other.bbox),
            name: either(self.name, other.name),
            r#where: other.r#where.or(self.r#where),
        }
    }

    /// Each word that has to name something, alone: its filter's key, its number there, and the
    /// selection of it. Provinces keep the countries, in which they are looked for.
    pub(crate) fn words(&self) -> Vec<(&'static str, usize, Selection)> {
        let none = Selection::default;
        let mut words = Vec::new();
        let mut add = |key, list: &[String], of: &dyn Fn(Vec<String>) -> Selection| {
            let each = list.iter().enumerate();
            words.extend(each.map(|(number, word)| (key, number, of(vec![word.clone()]))));
        };
        add("country", &self.country, &|country| Selection { country, ..none() });
        let in_countries =
            |province| Selection { province, country: self.country.clone(), ..none() };
        add("province", &self.province, &in_countries);
        add("segment", &self.segment, &|segment| Selection { segment, ..none() });
        add("ree-type", &self.ree_type, &|ree_type| Selection { ree_type, ..none() });
        add("status", &self.status, &|status| Selection { status, ..none() });
        add("dataset", &self.dataset, &|dataset| Selection { dataset, ..none() });
        let expression = self.r#where.clone().map(|text| vec![text]).unwrap_or_default();
        add("where", &expression, &|text| Selection { r#where: text.into_iter().next(), ..none() });
        words
    }

    /// Understands each word of the selection.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage), with what may have been meant, for a word that names nothing.
    pub fn resolve<'g>(&self, gazetteer: &'g Gazetteer) -> Result<Selector<'g>> {
        let (countries, provinces) = places(&self.country, &self.province, gazetteer)?;

        let filter = self.r#where.as_deref().map(Filter::parse).transpose()?;
        let segments = words(&self.segment, "segment", Segment::ALL, |value| value.name())?;
        let ree_types = words(&self.ree_type, "REE type", ReeType::ALL, |value| value.name())?;
        let tests: Vec<StatusTest> = Activity::ALL
            .iter()
            .map(|&activity| StatusTest::Folded(activity))
            .chain(
                Status::ALL
                    .iter()
                    .filter(|&&status| status != Status::Unknown)
                    .map(|&status| StatusTest::Exact(status)),
            )
            .collect();
        // The folded words first: `active` is also a word of one source for one of its statuses.
        let test = |text: &String| {
            let known = word(text, "status", &tests, |test| match test {
                StatusTest::Folded(activity) => activity.name(),
                StatusTest::Exact(status) => status.name(),
            });
            known.or_else(|error| match status::from_words(text) {
                Some(exact) => Ok(StatusTest::Exact(exact)),
                None => Err(error),
            })
        };
        let statuses = self.status.iter().map(test).collect::<Result<Vec<_>>>()?;

        let all = self.dataset.iter().any(|name| name.eq_ignore_ascii_case("all"));
        let named: Vec<String> =
            self.dataset.iter().filter(|name| !name.eq_ignore_ascii_case("all")).cloned().collect();
        let named = words(&named, "dataset", &Dataset::ALL, |dataset| dataset.name())?;
        let datasets = match (all, named.is_empty()) {
            (true, _) => Dataset::ALL.to_vec(),
            (false, false) => named,
            (false, true) => {
                Dataset::ALL.into_iter().filter(|&dataset| dataset != Dataset::Curated).collect()
            }
        };

        Ok(Selector {
            description: self.description(&countries, &provinces),
            gazetteer,
            countries: countries.into_iter().map(|unit| unit.code).collect(),
            provinces: provinces.into_iter().map(|unit| unit.code).collect(),
            segments,
            ree_types,
            statuses,
            certain: self.certain,
            deposit_types: self.deposit_type.iter().map(|text| fold(text)).collect(),
            datasets,
            boxes: self.bbox.clone(),
            names: self.name.iter().map(|text| fold(text)).collect(),
            filter: filter.map(Arc::new),
        })
    }

    /// The selection in one line, with countries and provinces by their English names.
    fn description(&self, countries: &[Unit], provinces: &[Unit]) -> Option<String> {
        let names = |units: &[Unit]| units.iter().map(|unit| unit.name.clone()).collect();
        let filters: [(&str, Vec<String>); 9] = [
            ("country", names(countries)),
            ("province", names(provinces)),
            ("segment", self.segment.clone()),
            ("ree-type", self.ree_type.clone()),
            ("status", self.status.clone()),
            ("deposit-type", self.deposit_type.clone()),
            ("dataset", self.dataset.clone()),
            ("bbox", self.bbox.iter().map(Bbox::to_string).collect()),
            ("name", self.name.clone()),
        ];
        let certain = self.certain.then(|| "status is certain".to_string());
        let parts: Vec<String> = filters
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(flag, values)| format!("{flag} = {}", values.join(" or ")))
            .chain(certain)
            .chain(self.r#where.as_deref().map(|text| format!("where: {}", one_line(text))))
            .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

impl Selector<'_> {
    /// Whether a site is selected. A filter on something that is not known of the site does
    /// not select it, unless it asks for `unknown`.
    pub fn matches(&self, site: &Site) -> bool {
        self.datasets.contains(&site.dataset)
            && (self.segments.is_empty()
                || self.segments.iter().any(|segment| site.segments.has(*segment)))
            && is_among(&self.ree_types, site.ree_type.value)
            && (!self.certain || site.status_certain)
            && (self.statuses.is_empty()
                || self.statuses.iter().any(|test| match *test {
                    StatusTest::Folded(activity) => site.status.activity() == activity,
                    StatusTest::Exact(status) => site.status == status,
                }))
            && self.matches_point(site.point)
            && self.matches_place(&Stated::of(site))
            && (self.deposit_types.is_empty()
                || site.deposit_types.iter().any(|term| holds(&term.name, &self.deposit_types))
                || site
                    .deposit_subtype
                    .as_ref()
                    .is_some_and(|text| holds(text, &self.deposit_types)))
            && self.matches_name(std::iter::once(&site.name).chain(&site.other_names))
            && self.filter.as_ref().is_none_or(|filter| filter.matches_site(site))
    }

    /// The expression of `where`, for a reader of rows that asks it before it makes sites.
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_deref()
    }

    /// Refuses names in `where` that are neither a property of reemap nor one of `own`, the columns
    /// of the plain points that were read.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage), with what may have been meant.
    pub fn check(&self, own: &[&str]) -> Result<()> {
        self.filter.as_ref().map_or(Ok(()), |filter| filter.check(own))
    }

    /// Whether a port is selected; only the filters on place, name and dataset apply, and an
    /// expression that asks of nothing else.
    pub fn matches_port(&self, port: &Port) -> bool {
        let stated = Stated {
            place: &port.place,
            country: port.stated_country.as_deref(),
            province: port.stated_province.as_deref(),
        };
        self.datasets.contains(&port.dataset)
            && self.matches_point(port.point)
            && self.matches_place(&stated)
            && self.matches_name(std::iter::once(&port.name))
            && self.filter.as_ref().is_none_or(|filter| filter.matches_port(port))
    }

    /// Adds what of a site the filters ask for.
    pub fn needs(&self, needs: &mut Needs) {
        let asked = [
            (!self.countries.is_empty(), Part::Country),
            (!self.provinces.is_empty(), Part::Province),
            (!self.segments.is_empty() || !self.ree_types.is_empty(), Part::Class),
            (!self.names.is_empty(), Part::Record),
        ];
        asked.into_iter().filter(|(asked, _)| *asked).for_each(|(_, part)| needs.part(part));
        self.filter().into_iter().flat_map(Filter::columns).for_each(|column| needs.column(column));
    }

    /// The filter in one line, with countries and provinces by their English names; none
    /// where nothing is filtered.
    pub fn describe(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Whether sites of a dataset can be selected.
    pub fn includes(&self, dataset: Dataset) -> bool {
        self.datasets.contains(&dataset)
    }

    fn matches_point(&self, point: Option<Point<f64>>) -> bool {
        self.boxes.is_empty()
            || point.is_some_and(|point| self.boxes.iter().any(|bbox| bbox.contains(point)))
    }

    fn matches_place(&self, stated: &Stated<'_>) -> bool {
        let among = |units: &[Unit], codes: &BTreeSet<String>| {
            units.iter().any(|unit| codes.contains(&unit.code))
        };
        (self.countries.is_empty() || among(&stated.countries(self.gazetteer), &self.countries))
            && (self.provinces.is_empty()
                || among(&stated.provinces(self.gazetteer), &self.provinces))
    }

    fn matches_name<'a>(&self, mut names: impl Iterator<Item = &'a String>) -> bool {
        self.names.is_empty() || names.any(|name| holds(name, &self.names))
    }
}

fn is_among<T: PartialEq>(wanted: &[T], value: T) -> bool {
    wanted.is_empty() || wanted.contains(&value)
}

fn holds(text: &str, parts: &[String]) -> bool {
    let text = fold(text);
    parts.iter().any(|part| text.contains(part.as_str()))
}

/// Text of several lines as one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
