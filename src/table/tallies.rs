//! Sites of each country and each province, by all classes at once.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Table, Value, unit_cells};
use crate::place::Gazetteer;
use crate::select::{country_of, province_of};
use crate::site::{Activity, Dataset, ReeType, Segment, Site, Unit};

/// A row for each country and dataset that has sites: how many, and of what status, type and
/// segment. Datasets may list the same site, so their counts stand apart. Taiwan, Hong Kong and
/// Macau are rows of their own.
pub fn countries(sites: &[&Site], gazetteer: &Gazetteer) -> Table {
    let mut tallies: BTreeMap<(Dataset, Option<Unit>), Tally> = BTreeMap::new();
    for site in sites {
        tallies.entry((site.dataset, country_of(site, gazetteer))).or_default().add(site);
    }
    let cells = |unit| unit_cells(unit).to_vec();
    tally_table(
        &["code", "name", "dataset"],
        tallies.into_iter().map(|((dataset, unit), tally)| (dataset, cells(unit), tally)),
    )
}

/// A row for each province and dataset, likewise.
pub fn provinces(sites: &[&Site], gazetteer: &Gazetteer) -> Table {
    let mut tallies: BTreeMap<(Dataset, [Option<Unit>; 2]), Tally> = BTreeMap::new();
    for site in sites {
        let units = [province_of(site, gazetteer), country_of(site, gazetteer)];
        tallies.entry((site.dataset, units)).or_default().add(site);
    }
    let cells = |units: [Option<Unit>; 2]| units.into_iter().flat_map(unit_cells).collect();
    tally_table(
        &["code", "name", "country_code", "country", "dataset"],
        tallies.into_iter().map(|((dataset, units), tally)| (dataset, cells(units), tally)),
    )
}

/// Sites of one unit, by each class. The counts of each class add up to the sites, save that
/// sites in several segments count in each and once more in the last column; the active sites of
/// a segment are beside the segment's.
#[derive(Default)]
struct Tally {
    sites: u64,
    classes: [u64; Tally::COLUMNS.len()],
}

impl Tally {
    const COLUMNS: [&'static str; 16] = [
        "active",
        "past",
        "no_production",
        "status_unknown",
        "light",
        "mixed",
        "heavy",
        "ree_type_unknown",
        "upstream",
        "upstream_active",
        "midstream",
        "midstream_active",
        "downstream",
        "downstream_active",
        "segment_unknown",
        "several_segments",
    ];

    fn add(&mut self, site: &Site) {
        let status = match site.status.activity() {
            Activity::Active => 0,
            Activity::Past => 1,
            Activity::None => 2,
            Activity::Unknown => 3,
        };
        let ree_type = match site.ree_type.value {
            ReeType::Light => 4,
            ReeType::Mixed => 5,
            ReeType::Heavy => 6,
            ReeType::Unknown => 7,
        };
        self.sites += 1;
        self.classes[status] += 1;
        self.classes[ree_type] += 1;
        for segment in site.segments.iter() {
            let segment = match segment {
                Segment::Upstream => 8,
                Segment::Midstream => 10,
                Segment::Downstream => 12,
                Segment::Unknown => 14,
            };
            self.classes[segment] += 1;
            if status == 0 && segment < 14 {
                self.classes[segment + 1] += 1;
            }
        }
        if site.segments.are_several() {
            self.classes[15] += 1;
        }
    }
}

fn tally_table(
    unit_columns: &[&'static str],
    tallies: impl Iterator<Item = (Dataset, Vec<Value>, Tally)>,
) -> Table {
    let mut rows: Vec<(Dataset, Vec<Value>, Tally)> = tallies.collect();
    // Dataset by dataset; in each, sites of no unit come last, however many.
    rows.sort_by_cached_key(|(dataset, cells, tally)| {
        let nowhere = cells.first() == Some(&Value::None);
        (*dataset, nowhere, Reverse(tally.sites), cells.get(1).cloned())
    });
    let rows = rows.into_iter().map(|(dataset, mut cells, tally)| {
        cells.push(dataset.name().into());
        (cells, tally)
    });
    let rows: Vec<(Vec<Value>, Tally)> = rows.collect();
    let mut columns = unit_columns.to_vec();
    columns.push("sites");
    columns.extend(Tally::COLUMNS);

    let mut sums = Tally::default();
    for (_, tally) in &rows {
        sums.sites += tally.sites;
        for (sum, count) in sums.classes.iter_mut().zip(tally.classes) {
            *sum += count;
        }
    }
    let mut label = vec![Value::None; unit_columns.len()];
    if let Some(first) = label.first_mut() {
        *first = "total".into();
    }
    let row = |mut cells: Vec<Value>, tally: &Tally| {
        cells.push(Value::Count(tally.sites));
        cells.extend(tally.classes.map(Value::Count));
        cells
    };
    Table {
        columns,
        total: Some(row(label, &sums)),
        rows: rows.into_iter().map(|(cells, tally)| row(cells, &tally)).collect(),
        remarks: Vec::new(),
    }
}
