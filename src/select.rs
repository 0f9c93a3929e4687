//! Filters: what a user asks for, and which sites that selects.
//!
//! A [`Selection`] holds the words of flags or of a figure's TOML, which are the same. It is
//! resolved once against the gazetteer into a [`Selector`], which then answers for each site.
//! Repeated values are alternatives; different filters narrow.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::dataset::status;
use crate::error::{Error, Result};
use crate::letters;
use crate::place::Gazetteer;
use crate::property::{Needs, Part};
use crate::site::{Activity, Dataset, Place, Port, ReeType, Segment, Site, Status, Unit};
use geo::Point;
use serde::Deserialize;

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
}

/// A box in degrees of longitude and latitude, its edges included. Where `west > east` it
/// crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "[f64; 4]")]
pub struct Bbox {
    /// The western edge.
    pub west: f64,
    /// The southern edge.
    pub south: f64,
    /// The eastern edge.
    pub east: f64,
    /// The northern edge.
    pub north: f64,
}

impl Bbox {
    /// Whether a point lies inside or on the edge.
    pub fn contains(&self, point: Point<f64>) -> bool {
        let (x, y) = (point.x(), point.y());
        let between = if self.west <= self.east {
            self.west <= x && x <= self.east
        } else {
            x >= self.west || x <= self.east
        };
        between && self.south <= y && y <= self.north
    }
}

impl TryFrom<[f64; 4]> for Bbox {
    type Error = String;

    fn try_from([west, south, east, north]: [f64; 4]) -> std::result::Result<Self, String> {
        let bbox = Bbox { west, south, east, north };
        if ![west, east].iter().all(|x| (-180.0..=180.0).contains(x)) {
            return Err(format!("{bbox}: longitudes run from -180 to 180"));
        }
        if ![south, north].iter().all(|y| (-90.0..=90.0).contains(y)) {
            return Err(format!("{bbox}: latitudes run from -90 to 90 (the order is W,S,E,N)"));
        }
        if south > north {
            return Err(format!("{bbox}: south lies north of north (the order is W,S,E,N)"));
        }
        Ok(bbox)
    }
}

impl FromStr for Bbox {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let edges = text
            .split(',')
            .map(|edge| edge.trim().parse::<f64>())
            .collect::<std::result::Result<Vec<_>, _>>()
            .ok()
            .and_then(|edges| <[f64; 4]>::try_from(edges).ok())
            .ok_or("a box is four numbers, W,S,E,N in degrees, such as 73,18,135,54")?;
        Bbox::try_from(edges)
    }
}

impl fmt::Display for Bbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.west, self.south, self.east, self.north)
    }
}

/// One box as four numbers, or a list of boxes.
fn boxes<'de, D: serde::Deserializer<'de>>(source: D) -> std::result::Result<Vec<Bbox>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Boxes {
        One([f64; 4]),
        Many(Vec<[f64; 4]>),
    }
    let boxes = match Boxes::deserialize(source) {
        Ok(Boxes::One(edges)) => vec![edges],
        Ok(Boxes::Many(boxes)) => boxes,
        Err(_) => return Err(serde::de::Error::custom("bbox is four numbers, [W, S, E, N]")),
    };
    boxes.into_iter().map(|edges| Bbox::try_from(edges).map_err(serde::de::Error::custom)).collect()
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
        words
    }

    /// Understands each word of the selection.
    ///
    /// # Errors
    /// [`Error::Usage`], with what may have been meant, for a word that names nothing.
    pub fn resolve<'g>(&self, gazetteer: &'g Gazetteer) -> Result<Selector<'g>> {
        let (countries, provinces) = places(&self.country, &self.province, gazetteer)?;

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
    }

    /// Whether a port is selected; only the filters on place, name and dataset apply.
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

/// The country that a site counts for: the one found, else the one stated.
pub fn country_of(site: &Site, gazetteer: &Gazetteer) -> Option<Unit> {
    Stated::of(site).countries(gazetteer).first().cloned()
}

/// The province that a site counts for: the one found, else the one stated, if it is one.
pub fn province_of(site: &Site, gazetteer: &Gazetteer) -> Option<Unit> {
    match Stated::of(site).provinces(gazetteer).as_ref() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// A place found beside the place stated.
struct Stated<'a> {
    place: &'a Place,
    country: Option<&'a str>,
    province: Option<&'a str>,
}

impl<'a> Stated<'a> {
    fn of(site: &'a Site) -> Self {
        Stated {
            place: &site.place,
            country: site.stated_country.as_deref(),
            province: site.stated_province.as_deref(),
        }
    }

    /// The country found, else the one stated.
    fn countries(&self, gazetteer: &Gazetteer) -> Cow<'a, [Unit]> {
        match &self.place.country {
            Some(unit) => Cow::Borrowed(std::slice::from_ref(unit)),
            None => Cow::Owned(
                self.country.and_then(|name| gazetteer.country(name)).into_iter().collect(),
            ),
        }
    }

    /// The province found, else those stated, which may be several (`Fujian, Guangdong`).
    fn provinces(&self, gazetteer: &Gazetteer) -> Cow<'a, [Unit]> {
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

/// Text for comparison: letter case, diacritics and the width of white space aside.
pub fn fold(text: &str) -> String {
    letters::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The candidates nearest to a misspelt word, the best first; none where nothing is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = fold(word);
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &fold(candidate)), candidate))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

fn is_among<T: PartialEq>(wanted: &[T], value: T) -> bool {
    wanted.is_empty() || wanted.contains(&value)
}

fn holds(text: &str, parts: &[String]) -> bool {
    let text = fold(text);
    parts.iter().any(|part| text.contains(part.as_str()))
}

/// The countries and provinces of these names, as the filters take them.
///
/// # Errors
/// [`Error::Usage`], with what may have been meant, for a name that no place goes by.
pub fn places(
    countries: &[String],
    provinces: &[String],
    gazetteer: &Gazetteer,
) -> Result<(Vec<Unit>, Vec<Unit>)> {
    let countries =
        countries.iter().map(|name| country(name, gazetteer)).collect::<Result<Vec<Unit>>>()?;
    let mut found = Vec::new();
    for name in provinces {
        found.extend(province(name, &countries, gazetteer)?);
    }
    Ok((countries, found))
}

/// The country of that name. A part of a country that people also call one (French Guiana) is a
/// province here, and counting all of France for it would mislead.
fn country(name: &str, gazetteer: &Gazetteer) -> Result<Unit> {
    let unit = gazetteer.country(name).ok_or_else(|| unknown_place("country", name, gazetteer))?;
    let parts = gazetteer.province_in(&unit.code, name);
    match parts.first() {
        Some(part) if fold(&part.name) == fold(name) && fold(&unit.name) != fold(name) => {
            let reason = format!("{} is a province of {} here", part.name, unit.name);
            Err(Error::usage(reason).with_hint(format!("--province {:?} selects it", part.name)))
        }
        _ => Ok(unit),
    }
}

/// The provinces of that name, in any country; where that gives none, in the countries asked
/// for, in which a short code (`JX`) is enough.
fn province(name: &str, countries: &[Unit], gazetteer: &Gazetteer) -> Result<Vec<Unit>> {
    let mut units = gazetteer.province(name);
    if units.is_empty() {
        units = countries.iter().flat_map(|c| gazetteer.province_in(&c.code, name)).collect();
    }
    if units.is_empty() {
        return Err(unknown_place("province", name, gazetteer));
    }
    Ok(units)
}

/// What to say of a name that no country, or no province, goes by.
fn unknown_place(what: &str, name: &str, gazetteer: &Gazetteer) -> Error {
    let is_country = what == "country";
    let near = if is_country {
        gazetteer.suggest_countries(name)
    } else {
        gazetteer.suggest_provinces(name)
    };
    let of_other_kind = || match is_country {
        true => gazetteer.province(name).first().map(|unit| ("province", unit.name.clone())),
        false => gazetteer.country(name).map(|unit| ("country", unit.name)),
    };
    let hint = if let Some((kind, other)) = of_other_kind() {
        format!("{other} is a {kind} here: --{kind} {other:?}")
    } else if near.is_empty() {
        format!("give the {what}'s English or Chinese name or its ISO code")
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Error::usage(format!("unknown {what} {name:?}")).with_hint(hint)
}

/// The values that words name.
///
/// # Errors
/// [`Error::Usage`], with what may have been meant, for a word that names none.
pub fn words<T: Copy>(
    words: &[String],
    what: &str,
    values: &[T],
    name: impl Fn(&T) -> &'static str,
) -> Result<Vec<T>> {
    words.iter().map(|text| word(text, what, values, &name)).collect()
}

/// The value that a word names.
fn word<T: Copy>(
    text: &str,
    what: &str,
    values: &[T],
    name: impl Fn(&T) -> &'static str,
) -> Result<T> {
    let named = values.iter().find(|value| name(value).eq_ignore_ascii_case(text.trim()));
    named.copied().ok_or_else(|| {
        let names: Vec<&str> = values.iter().map(&name).collect();
        let near = nearest(text, names.iter().copied());
        let hint = match near.first() {
            Some(near) => format!("did you mean {near}?"),
            None => format!("one of: {}", names.join(", ")),
        };
        Error::usage(format!("unknown {what} {text:?}")).with_hint(hint)
    })
}
