//! Ids of records: distinct within a table, and from those of other tables.

use std::collections::{HashMap, HashSet};

use geo::Point;

use crate::site::{Port, Record, Site};

/// A record with an id and a place.
pub(super) trait Identified {
    /// The id.
    fn id(&self) -> &str;
    /// The id that the source's own gives, before it was made distinct.
    fn stated_id(&self) -> String;
    fn set_id(&mut self, id: String);
    fn point(&self) -> Option<Point<f64>>;
    fn record(&self) -> &Record;
}

impl Identified for Site {
    fn id(&self) -> &str {
        &self.id
    }

    fn stated_id(&self) -> String {
        format!("{}:{}", self.dataset.name(), self.source_id)
    }

    fn set_id(&mut self, id: String) {
        self.id = id;
    }

    fn point(&self) -> Option<Point<f64>> {
        self.point
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Identified for Port {
    fn id(&self) -> &str {
        &self.id
    }

    fn stated_id(&self) -> String {
        self.id.split('#').next().unwrap_or(&self.id).to_owned()
    }

    fn set_id(&mut self, id: String) {
        self.id = id;
    }

    fn point(&self) -> Option<Point<f64>> {
        self.point
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

/// Makes the ids of a table's records distinct. Of records with one id the first keeps it (the
/// lowest key where keys are numbers, whatever the order of rows); another adds its key where
/// keys differ, `global-ree:3352#3175`, else its number among them, `africa-gis:ZAF001#2`.
pub(super) fn distinguish<R: Identified>(records: &mut [R]) {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        groups.entry(record.id().to_owned()).or_default().push(index);
    }
    // The order of the map has no bearing: each group is renamed by itself.
    for (id, mut members) in groups.into_iter().filter(|(_, members)| members.len() > 1) {
        let key = |index: &usize| -> Option<u64> {
            records.get(*index)?.record().key.as_deref()?.parse().ok()
        };
        let mut keys: Vec<Option<u64>> = members.iter().map(key).collect();
        members.sort_by_key(|index| (key(index).unwrap_or(u64::MAX), *index));
        keys.sort_unstable();
        keys.dedup();
        let keyed = keys.len() == members.len() && !keys.contains(&None);
        for (place, index) in members.into_iter().enumerate().skip(1) {
            let Some(record) = records.get_mut(index) else { continue };
            let id = match &record.record().key {
                Some(key) if keyed => format!("{id}#{key}"),
                _ => format!("{id}#{}", place + 1),
            };
            record.set_id(id);
        }
    }
}

/// How the ids of a table meet those of the tables before.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Records that were known, with the same id at the same place: left out.
    pub repeated: usize,
    /// Records that lie elsewhere than those with their id: kept, under an id of their own.
    pub elsewhere: usize,
    /// The ids that stand for others of the table now.
    pub renamed: HashMap<String, String>,
}

/// Leaves out the records of a table that are known, and tells the ids of the rest from known ones.
/// An id alone doesn't make a record known: two releases may number anew.
pub(super) fn tell_apart<R: Identified>(records: &mut Vec<R>, known: &[R]) -> Met {
    let own: HashSet<String> = records.iter().map(Identified::stated_id).collect();
    let mut known_ids: HashSet<&str> = HashSet::new();
    // Known records that are not met yet; each can be met once.
    let mut open: HashMap<String, Vec<&R>> = HashMap::new();
    for record in known {
        known_ids.insert(record.id());
        let stated = record.stated_id();
        if own.contains(&stated) {
            open.entry(stated).or_default().push(record);
        }
    }
    let mut meet = |record: &R, by_id: bool| -> Option<String> {
        let open = open.get_mut(&record.stated_id())?;
        let index = open.iter().position(|known| {
            (!by_id || known.id() == record.id()) && is_same_place(known.point(), record.point())
        })?;
        Some(open.remove(index).id().to_owned())
    };
    // Those that have their id too go first, so that none takes the place of another.
    let by_id: Vec<Option<String>> = records.iter().map(|record| meet(record, true)).collect();
    let met: Vec<Option<String>> = records
        .iter()
        .zip(by_id)
        .map(|(record, met)| met.or_else(|| meet(record, false)))
        .collect();

    let mut found = Met::default();
    let mut taken: HashSet<String> = records.iter().map(|record| record.id().to_owned()).collect();
    let mut numbers: HashMap<String, u64> = HashMap::new();
    let mut met = met.into_iter();
    records.retain_mut(|record| {
        let old = record.id().to_owned();
        if let Some(id) = met.next().flatten() {
            found.repeated += 1;
            if id != old {
                found.renamed.insert(old, id);
            }
            return false;
        }
        if known_ids.contains(old.as_str()) {
            found.elsewhere += 1;
            let stated = record.stated_id();
            let number = numbers.entry(stated.clone()).or_insert(1);
            let id = loop {
                *number += 1;
                let id = format!("{stated}#{number}");
                if !known_ids.contains(id.as_str()) && taken.insert(id.clone()) {
                    break id;
                }
            };
            record.set_id(id.clone());
            found.renamed.insert(old, id);
        }
        true
    });
    found
}

/// How far apart, in degrees, two records may put one place: some 50 m, as rounding does.
const SAME_PLACE: f64 = 0.0005;

/// Whether two records are of one place, or both of none.
pub(super) fn is_same_place(a: Option<Point<f64>>, b: Option<Point<f64>>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            (a.x() - b.x()).abs() <= SAME_PLACE && (a.y() - b.y()).abs() <= SAME_PLACE
        }
        _ => false,
    }
}
