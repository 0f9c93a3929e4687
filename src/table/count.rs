//! Sites counted by any keys.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::{NONE_FOUND, Table, Value, unit_cells};
use crate::areas::{self, Area, Areas};
use crate::place::Gazetteer;
use crate::select::{with_country, with_province};
use crate::site::{Part, Site, Unit};

/// What stands for the deposit type of sites whose source states none.
const NONE_STATED: &str = "(none stated)";

/// What sites are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The province found, else the one stated.
    Province,
    /// The country found, else the one stated.
    Country,
    /// The segment of the supply chain; a site of several stands in the row of each.
    Segment,
    /// Light, mixed, heavy, unknown.
    ReeType,
    /// The exact status.
    Status,
    /// The status folded to active, past, none, unknown.
    Activity,
    /// The main deposit type: the first that the source states.
    DepositType,
    /// The dataset.
    Dataset,
    /// The area of the user's own; see [`Counter::by_areas`].
    Area,
}

impl Key {
    /// All keys.
    pub const ALL: [Key; 9] = [
        Key::Province,
        Key::Country,
        Key::Segment,
        Key::ReeType,
        Key::Status,
        Key::Activity,
        Key::DepositType,
        Key::Dataset,
        Key::Area,
    ];

    /// The name used in flags.
    pub fn name(self) -> &'static str {
        match self {
            Key::Province => "province",
            Key::Country => "country",
            Key::Segment => "segment",
            Key::ReeType => "ree-type",
            Key::Status => "status",
            Key::Activity => "activity",
            Key::DepositType => "deposit-type",
            Key::Dataset => "dataset",
            Key::Area => "area",
        }
    }

    /// The key of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Key::ALL.into_iter().find(|key| key.name().eq_ignore_ascii_case(name.trim()))
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            Key::Province => &["province_code", "province"],
            Key::Country => &["country_code", "country"],
            Key::Segment => &["segment"],
            Key::ReeType => &["ree_type"],
            Key::Status => &["status"],
            Key::Activity => &["activity"],
            Key::DepositType => &["deposit_type"],
            Key::Dataset => &["dataset"],
            Key::Area => &["area_code", "area"],
        }
    }

    /// The part of a site that it asks for.
    pub fn part(self) -> Part {
        match self {
            Key::Province => Part::Province,
            Key::Country => Part::Country,
            Key::Segment | Key::ReeType => Part::Class,
            Key::Status | Key::Activity | Key::DepositType => Part::Source,
            Key::Dataset | Key::Area => Part::Point,
        }
    }
}

fn area_cells(area: Option<&Area>) -> [Value; 2] {
    match area {
        Some(area) => [area.code.as_str().into(), area.name.as_str().into()],
        None => [Value::None, NONE_FOUND.into()],
    }
}

/// Counts sites by one key, or by each combination of several: a row each, the most first.
///
/// Each site counts once, so that the counts add up to the sites: under its exact status and
/// under the first of its deposit types. Only by segment a site counts more than once, in each
/// that it is in; the total is of sites all the same, and a remark says how many these are.
pub fn count(sites: &[&Site], by: &[Key], gazetteer: &Gazetteer) -> Table {
    let mut counter = Counter::new(by, gazetteer);
    sites.iter().for_each(|site| counter.add(site));
    counter.table()
}

/// Counts of sites under way, as [`count`] gives them.
#[derive(Clone)]
pub struct Counter<'g> {
    by: Vec<Key>,
    gazetteer: &'g Gazetteer,
    areas: Option<&'g Areas>,
    /// The values met of each key.
    values: Vec<Values>,
    /// How many sites have each combination of values, by their numbers.
    counts: HashMap<Vec<u32>, u64>,
    /// The combination under way.
    numbers: Vec<u32>,
    sites: u64,
    /// Sites of several deposit types, and of several segments.
    several: [u64; 2],
}

/// The values of a key, numbered as they are met.
#[derive(Clone, Default)]
struct Values {
    numbers: HashMap<String, u32>,
    /// A cell for each of the key's columns.
    cells: Vec<Vec<Value>>,
}

impl Values {
    /// The number of the value of that name.
    fn number(&mut self, name: &str, cells: impl FnOnce() -> Vec<Value>) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.cells.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.cells.push(cells());
        number
    }

    fn unit(&mut self, unit: Option<&Unit>) -> u32 {
        match unit {
            Some(unit) => self.number(&unit.code, || unit_cells(Some(unit.clone())).to_vec()),
            None => self.number("", || unit_cells(None).to_vec()),
        }
    }

    fn word(&mut self, word: &str) -> u32 {
        self.number(word, || vec![word.into()])
    }
}

impl<'g> Counter<'g> {
    /// A count that nothing was added to.
    pub fn new(by: &[Key], gazetteer: &'g Gazetteer) -> Self {
        Counter {
            by: by.to_vec(),
            gazetteer,
            areas: None,
            values: vec![Values::default(); by.len()],
            counts: HashMap::new(),
            numbers: vec![0; by.len()],
            sites: 0,
            several: [0; 2],
        }
    }

    /// The same by these areas, where [`Key::Area`] asks for them.
    pub fn by_areas(self, areas: Option<&'g Areas>) -> Self {
        Counter { areas, ..self }
    }

    /// Counts a site.
    pub fn add(&mut self, site: &Site) {
        self.sites += 1;
        self.several[0] += u64::from(site.deposit_types.len() > 1);
        self.several[1] += u64::from(site.segments.are_several());
        let each_segment = if self.by.contains(&Key::Segment) { usize::MAX } else { 1 };
        for segment in site.segments.iter().take(each_segment) {
            let keys = self.by.iter().zip(&mut self.values);
            for ((key, values), number) in keys.zip(&mut self.numbers) {
                *number = match key {
                    Key::Province => with_province(site, self.gazetteer, |unit| values.unit(unit)),
                    Key::Country => with_country(site, self.gazetteer, |unit| values.unit(unit)),
                    Key::Segment => values.word(segment.name()),
                    Key::ReeType => values.word(site.ree_type.value.name()),
                    Key::Status => values.word(site.status.name()),
                    Key::Activity => values.word(site.status.activity().name()),
                    Key::DepositType => {
                        let first = site.deposit_types.first();
                        values.word(first.map_or(NONE_STATED, |term| term.name.as_str()))
                    }
                    Key::Dataset => values.word(site.dataset.name()),
                    Key::Area => {
                        let area =
                            self.areas.zip(site.point).and_then(|(areas, at)| areas.find(at));
                        let name = area.map_or("", |area| &area.key);
                        values.number(name, || area_cells(area).to_vec())
                    }
                };
            }
            match self.counts.get_mut(&self.numbers) {
                Some(count) => *count += 1,
                None => {
                    self.counts.insert(self.numbers.clone(), 1);
                }
            }
        }
    }

    /// Adds the counts of other sites by the same keys.
    pub fn join(&mut self, other: Counter<'_>) {
        let (of_segments, of_types) = (other.several[1], other.several[0]);
        self.sites += other.sites;
        self.several[0] += of_types;
        self.several[1] += of_segments;
        for (cells, count) in other.rows() {
            let mut numbers = Vec::with_capacity(self.by.len());
            for ((key, values), cells) in self.by.iter().zip(&mut self.values).zip(cells) {
                let name = match (key, cells.as_slice()) {
                    // Of areas the code may be missing, or not be the only one of its kind.
                    (Key::Area, [Value::Text(code), Value::Text(name)]) => {
                        Cow::Owned(areas::key(code, name))
                    }
                    (_, [Value::Text(name), ..]) => Cow::Borrowed(name.as_str()),
                    _ => Cow::Borrowed(""),
                };
                numbers.push(values.number(&name, || cells.clone()));
            }
            *self.counts.entry(numbers).or_default() += count;
        }
    }

    /// Each combination of values that sites have, the cells of each key, and how many have it.
    fn rows(&self) -> impl Iterator<Item = (Vec<&Vec<Value>>, u64)> {
        self.counts.iter().map(|(numbers, count)| {
            let cells = self.values.iter().zip(numbers);
            (
                cells.filter_map(|(values, number)| values.cells.get(*number as usize)).collect(),
                *count,
            )
        })
    }

    /// The table.
    pub fn table(&self) -> Table {
        // A country and its code sort by the name, which stands second.
        let mut rows: Vec<(Vec<&Vec<Value>>, u64)> = self.rows().collect();
        rows.sort_by_cached_key(|(cells, count)| {
            let names = cells.iter().map(|cells| cells.last().map(|cell| cell.text().into_owned()));
            let names: Vec<Option<String>> = names.collect();
            let cells: Vec<Vec<Value>> = cells.iter().map(|cells| (*cells).clone()).collect();
            (Reverse(*count), names, cells)
        });
        let mut columns: Vec<&'static str> =
            self.by.iter().flat_map(|key| key.columns()).copied().collect();
        let mut total = vec![Value::None; columns.len()];
        if let Some(first) = total.first_mut() {
            *first = "total".into();
        }
        columns.push("count");
        total.push(Value::Count(self.sites));
        let row = |(cells, count): (Vec<&Vec<Value>>, u64)| {
            cells.into_iter().flatten().cloned().chain([Value::Count(count)]).collect()
        };
        Table {
            columns,
            rows: rows.into_iter().map(row).collect(),
            total: Some(total),
            remarks: self.remarks(),
        }
    }

    /// How many sites count under the first of several values, and how many in several rows.
    fn remarks(&self) -> Vec<String> {
        let (all, [of_types, of_segments]) = (self.sites, self.several);
        let mut remarks = Vec::new();
        if self.by.contains(&Key::DepositType) && of_types > 0 {
            remarks.push(format!(
                "{of_types} of {all} sites have several deposit types and count under the first"
            ));
        }
        if self.by.contains(&Key::Segment) {
            match of_segments {
                0 => {}
                1 => remarks
                    .push(format!("1 of {all} sites is in several segments and counts in each")),
                several => remarks.push(format!(
                    "{several} of {all} sites are in several segments and count in each"
                )),
            }
        }
        remarks
    }
}
