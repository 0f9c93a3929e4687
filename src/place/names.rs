//! Names of countries and provinces in any spelling.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::basemap::Area;
use crate::error::{Error, Result};
use crate::letters;
use crate::site::Unit;

/// Aliases by code, beyond the names that the basemap has.
const COUNTRY_ALIASES: &str = include_str!("../../data/places/countries.toml");
const PROVINCE_ALIASES: &str = include_str!("../../data/places/provinces.toml");

/// Words for a kind of province, which may stand beside its name or be left out.
const KINDS: [&str; 32] = [
    "autonomous region",
    "special administrative region",
    "autonomous republic",
    "autonomous oblast",
    "province",
    "sheng",
    "zizhiqu",
    "shi",
    "municipality",
    "state",
    "oblast",
    "oblysy",
    "oblasty",
    "krai",
    "kray",
    "republic",
    "respublika",
    "region",
    "county",
    "district",
    "department",
    "prefecture",
    "territory",
    "governorate",
    "canton",
    "bibhag",
    "lääni",
    "län",
    "省",
    "市",
    "自治区",
    "特别行政区",
];

const MOST_SUGGESTIONS: usize = 3;

/// The aliases of the embedded tables, by code.
#[derive(Default)]
pub struct Aliases {
    countries: BTreeMap<String, Vec<String>>,
    provinces: BTreeMap<String, Vec<String>>,
}

impl Aliases {
    /// Reads the tables.
    pub fn embedded() -> Result<Self> {
        let read = |what, text| toml::from_str(text).map_err(|error| Error::embedded(what, error));
        Ok(Aliases {
            countries: read("aliases of countries", COUNTRY_ALIASES)?,
            provinces: read("aliases of provinces", PROVINCE_ALIASES)?,
        })
    }
}

/// The names of all countries, or of all provinces.
pub struct Names(Lookup);

impl Names {
    /// Collects the names of countries and their aliases.
    pub fn countries(areas: impl Iterator<Item = &'static Area>, aliases: &Aliases) -> Self {
        let mut names = Lookup::default();
        areas.for_each(|area| names.add(area, &[&area.iso_a2]));
        names.add_aliases(&aliases.countries);
        names.sort();
        Names(names)
    }

    /// Collects the names of provinces and their aliases.
    pub fn provinces(areas: impl Iterator<Item = &'static Area>, aliases: &Aliases) -> Self {
        let mut names = Lookup::default();
        areas.for_each(|area| names.add(area, &[]));
        names.add_aliases(&aliases.provinces);
        names.sort();
        Names(names)
    }

    /// The country of that name.
    pub fn country(&self, text: &str) -> Option<Unit> {
        match *self.0.find(text, None) {
            [one] => Some(one.unit.clone()),
            _ => None,
        }
    }

    /// The provinces of that name, in one country or in all; a list gives each.
    pub fn units(&self, text: &str, country: Option<&str>) -> Vec<Unit> {
        let whole = self.province(text, country);
        if !whole.is_empty() {
            return whole;
        }
        let mut units: Vec<Unit> = Vec::new();
        for part in text.split([',', ';', '/', '、', '，']).flat_map(|part| part.split(" and ")) {
            for unit in self.province(part, country) {
                if !units.contains(&unit) {
                    units.push(unit);
                }
            }
        }
        units
    }

    fn province(&self, text: &str, country: Option<&str>) -> Vec<Unit> {
        let mut found = self.0.find(text, country);
        if found.is_empty() {
            found = self.0.find(without_kind(text), country);
        }
        if found.is_empty()
            && let Some(country) = country
        {
            let code = text.trim();
            found = self
                .0
                .units
                .values()
                .copied()
                .filter(|area| {
                    let short = area.unit.code.split_once('-').map(|(_, short)| short);
                    area.country == country && short.is_some_and(|s| s.eq_ignore_ascii_case(code))
                })
                .collect();
        }
        found.into_iter().map(|area| area.unit.clone()).collect()
    }
}

/// Names spelled much like `text`, the likeliest first, then those that hold it as a word
/// (`South Korea` for `Korea`).
pub fn suggest(Names(lookup): &Names, text: &str) -> Vec<String> {
    let bare = folded(text);
    let wanted: Vec<char> = bare.chars().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let allowed = (wanted.len() / 3).max(1);
    let mut near: Vec<(usize, &str)> = Vec::new();
    for Entry { name, area, .. } in &lookup.folded {
        let distance = edits(&wanted, &name.chars().collect::<Vec<_>>(), allowed);
        near.extend(distance.map(|distance| (distance, &*area.unit.name)));
    }
    for area in lookup.units.values() {
        let mut words = area.unit.name.split(|c: char| !c.is_alphanumeric());
        if words.any(|word| folded(word) == bare) {
            near.push((1, &area.unit.name));
        }
    }
    near.sort_unstable();
    let mut names: Vec<String> = Vec::new();
    for (_, name) in near {
        if !names.iter().any(|known| known == name) {
            names.push(name.into());
        }
    }
    names.truncate(MOST_SUGGESTIONS);
    names
}

/// Areas by spelling: sorted lists, which take a third of the memory of maps.
#[derive(Default)]
struct Lookup {
    units: BTreeMap<&'static str, &'static Area>,
    /// By the spelling itself, in small letters: tells Shǎnxī (Shaanxi) from Shānxī (Shanxi).
    exact: Vec<Entry>,
    /// By the bare letters and digits.
    folded: Vec<Entry>,
}

/// An area that goes by a name; `chief` if that is its code or its name in English or Chinese.
struct Entry {
    name: Box<str>,
    area: &'static Area,
    chief: bool,
}

impl Lookup {
    fn add(&mut self, area: &'static Area, codes: &[&str]) {
        self.units.insert(&area.unit.code, area);
        let chief: [&str; 3] = [&area.unit.code, &area.unit.name, &area.name_zh];
        for name in chief.iter().chain(codes) {
            self.insert(name, area, true);
        }
        for name in &area.names {
            self.insert(name, area, false);
        }
        for kind in ["省", "市", "自治区", "特别行政区"] {
            if let Some(short) = area.name_zh.strip_suffix(kind) {
                self.insert(short, area, true);
            }
        }
    }

    fn add_aliases(&mut self, aliases: &BTreeMap<String, Vec<String>>) {
        for (code, aliases) in aliases {
            let Some(&area) = self.units.get(code.as_str()) else { continue };
            for alias in aliases {
                self.insert(alias, area, true);
            }
        }
    }

    fn insert(&mut self, name: &str, area: &'static Area, chief: bool) {
        for (entries, name) in [(&mut self.exact, exact(name)), (&mut self.folded, folded(name))] {
            if !name.is_empty() {
                entries.push(Entry { name: name.into(), area, chief });
            }
        }
    }

    /// Makes the lists ready to search: areas of one name stay in the order they were added in.
    fn sort(&mut self) {
        for entries in [&mut self.exact, &mut self.folded] {
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            entries.shrink_to_fit();
        }
    }

    /// The areas of that name; of several, those for which it is the chief one, if any.
    fn find(&self, text: &str, country: Option<&str>) -> Vec<&'static Area> {
        for (entries, name) in [(&self.exact, exact(text)), (&self.folded, folded(text))] {
            let start = entries.partition_point(|entry| *entry.name < *name);
            let named = entries.iter().skip(start).take_while(|entry| *entry.name == *name);
            let found: Vec<&Entry> = named
                .filter(|entry| country.is_none_or(|country| entry.area.country == country))
                .collect();
            let any_chief = found.iter().any(|entry| entry.chief);
            let mut areas: Vec<&'static Area> = Vec::new();
            for entry in found.iter().filter(|entry| entry.chief || !any_chief) {
                if !areas.iter().any(|area| area.unit.code == entry.area.unit.code) {
                    areas.push(entry.area);
                }
            }
            if !areas.is_empty() {
                return areas;
            }
        }
        Vec::new()
    }
}

/// The spelling in small letters, composed.
fn exact(name: &str) -> String {
    if name.is_ascii() {
        return name.trim().to_ascii_lowercase();
    }
    name.trim().to_lowercase().nfc().collect()
}

/// The bare letters and digits in small letters: no diacritics, spaces or punctuation.
fn folded(name: &str) -> String {
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return name.to_ascii_lowercase();
    }
    letters::plain(&name.replace('&', "and")).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The name without a word for its kind at either end.
fn without_kind(name: &str) -> &str {
    let name = name.trim().trim_end_matches("(?)").trim_end();
    for kind in KINDS {
        let at = name.len().checked_sub(kind.len());
        if let Some((rest, last)) = at.and_then(|at| name.split_at_checked(at))
            && last.eq_ignore_ascii_case(kind)
            && (!kind.is_ascii() || rest.ends_with(char::is_whitespace))
        {
            return rest.trim_end();
        }
        if let Some((first, rest)) = name.split_at_checked(kind.len())
            && first.eq_ignore_ascii_case(kind)
            && rest.starts_with(char::is_whitespace)
        {
            let rest = rest.trim_start();
            return rest.strip_prefix("of ").unwrap_or(rest);
        }
    }
    name
}

/// The edits (insert, delete, replace, swap neighbours) from one name to the other, if at most
/// `allowed`.
fn edits(a: &[char], b: &[char], allowed: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    // Row i, column j: the edits from the first i letters of a to the first j of b.
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1);
            best = best.min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    Some(rows[a.len()][b.len()]).filter(|&distance| distance <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basemap::{self, Scale};

    #[test]
    fn every_alias_is_of_a_unit() {
        let aliases = Aliases::embedded().unwrap();
        let countries = basemap::countries(Scale::Fine).unwrap();
        for code in aliases.countries.keys() {
            assert!(countries.iter().any(|area| area.unit.code == *code), "{code}");
        }
        let provinces = basemap::provinces().unwrap();
        for code in aliases.provinces.keys() {
            assert!(provinces.iter().any(|area| area.unit.code == *code), "{code}");
        }
    }
}
