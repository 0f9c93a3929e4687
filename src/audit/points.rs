//! Rules on points and ids that several records share, and on points that stand for none.

use std::collections::{BTreeMap, HashMap};

use super::names::{bare, database, distance_km};
use super::nesting::Nested;
use super::{Matter, Sink, listed};
use crate::error::Result;
use crate::site::{Dataset, Site};

/// How many names a finding lists.
const LISTED: usize = 12;

/// Degrees of latitude to a kilometre, at most.
const DEGREES_PER_KM: f64 = 1.0 / 110.5;

/// Runs the rules.
pub(super) fn run(matter: &Matter<'_>, nested: &Nested, sink: &mut Sink) -> Result<()> {
    round(matter, sink)?;
    same_point(matter, sink)?;
    same_name(matter, nested, sink)?;
    same_id(matter, sink)?;
    unread(matter, sink)
}

/// Both coordinates are whole degrees.
fn round(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let rule = sink.rule("round-coordinates")?;
    for site in matter.sites {
        let Some(point) = site.point.filter(|p| p.x().fract() == 0.0 && p.y().fract() == 0.0)
        else {
            continue;
        };
        let finding = sink.add(rule, false, &[site]);
        finding.location(matter, site).says(
            format!("latitude {} and longitude {} are whole degrees", point.y(), point.x()),
            "a point no coarser than the site",
        );
    }
    Ok(())
}

/// Records at exactly one point.
fn same_point(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let rule = sink.rule("same-coordinates")?;
    let mut groups: HashMap<(Dataset, u64, u64), Vec<&Site>> = HashMap::new();
    let mut order = Vec::new();
    for site in matter.sites {
        let Some(point) = site.point else { continue };
        let key = (database(site.dataset), point.x().to_bits(), point.y().to_bits());
        let group = groups.entry(key).or_default();
        if group.is_empty() {
            order.push(key);
        }
        group.push(site);
    }
    for key in order {
        let Some(group) = groups.get(&key).filter(|group| group.len() > 1) else { continue };
        let soft = !matches!(key.0, Dataset::GlobalRee | Dataset::Points);
        let names: Vec<String> =
            group.iter().map(|site| format!("{} {}", site.source_id, site.name)).collect();
        let list = listed(names.iter().map(String::as_str), LISTED);
        let finding = sink.add(rule, soft, group);
        if let Some(site) = group.first() {
            // Its note may say that the two share a point on purpose.
            finding.location(matter, site);
        }
        let count = group.len();
        finding.says(format!("{count} records at one point: {list}"), "a point of its own");
    }
    Ok(())
}

/// Sites that bear a name, by their places, and whether it is their main one.
type Bearers = Vec<(usize, bool)>;

/// Records of one name that lie near each other.
fn same_name(matter: &Matter<'_>, nested: &Nested, sink: &mut Sink) -> Result<()> {
    let rule = sink.rule("same-name-nearby")?;
    let (within, letters) = (rule.within_km.unwrap_or_default(), rule.letters.unwrap_or_default());
    // Each name with the sites that bear it, and whether as their main name.
    // Two tables of one compilation list one site on purpose, as a deposit and as a project.
    let mut bearers: BTreeMap<(Dataset, &str, String), Bearers> = BTreeMap::new();
    for (number, site) in matter.sites.iter().enumerate().filter(|(_, site)| site.point.is_some()) {
        let others = site.other_names.iter().map(|name| (name, false));
        let database = database(site.dataset);
        for (name, main) in std::iter::once((&site.name, true)).chain(others) {
            let name = bare(name);
            if name.chars().count() >= letters && !sink.table.is_no_name(&name) {
                let group = bearers.entry((database, table(site), name)).or_default();
                if group.last().is_none_or(|(last, _)| *last != number) {
                    group.push((number, main));
                }
            }
        }
    }
    let mut pairs: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for group in bearers.values_mut().filter(|group| group.len() > 1) {
        let site = |number: usize| matter.sites.get(number);
        let latitude = |number: usize| site(number).and_then(|s| s.point).map_or(0.0, |p| p.y());
        group.sort_by(|(a, _), (b, _)| latitude(*a).total_cmp(&latitude(*b)));
        for (place, (a, a_main)) in group.iter().enumerate() {
            let reach = latitude(*a) + within * DEGREES_PER_KM;
            let near = group.iter().skip(place + 1).take_while(|(b, _)| latitude(*b) <= reach);
            for (b, _) in near.filter(|(_, b_main)| *a_main || *b_main) {
                let pair = (*a.min(b), *a.max(b));
                let is_nested = nested.contains(&pair) || nested.contains(&(pair.1, pair.0));
                let km = site(*a).zip(site(*b)).and_then(|(a, b)| distance_km(a, b));
                // At one point they are found by that.
                if let Some(km) = km.filter(|km| *km <= within && *km > 0.0 && !is_nested) {
                    pairs.insert(pair, km);
                }
            }
        }
    }
    for ((a, b), km) in pairs {
        let (Some(a), Some(b)) = (matter.sites.get(a), matter.sites.get(b)) else { continue };
        let name = |site: &Site| match site.other_names.is_empty() {
            true => site.name.clone(),
            false => format!("{} ({})", site.name, site.other_names.join("; ")),
        };
        // Two types of deposit that bear one place's name are two deposits.
        let types = |site: &Site| -> Vec<String> {
            site.deposit_types.iter().map(|term| term.name.clone()).collect()
        };
        let (ours, theirs) = (types(a), types(b));
        let apart =
            !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(|one| theirs.contains(one));
        let told = match apart {
            true => format!("; of other types: {}, and {}", ours.join("; "), theirs.join("; ")),
            false => String::new(),
        };
        let finding = sink.add(rule, apart, &[a, b]);
        finding.cell("Name", Some(&a.name)).says(
            format!("{} and {} {}, {km:.1} km away{told}", name(a), b.source_id, name(b)),
            "one record, or one that is said to be part of the other",
        );
    }
    Ok(())
}

/// The table within its dataset; the global database's two are one.
fn table(site: &Site) -> &str {
    match database(site.dataset) {
        Dataset::GlobalRee => "",
        _ => &site.record.table,
    }
}

/// Records of one id.
fn same_id(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let rule = sink.rule("id-twice")?;
    let mut groups: BTreeMap<(Dataset, &str, &str), Vec<&Site>> = BTreeMap::new();
    for site in matter.sites.iter().filter(|site| site.dataset != Dataset::Points) {
        let key = (database(site.dataset), table(site), site.source_id.as_str());
        groups.entry(key).or_default().push(site);
    }
    for ((_, _, id), group) in groups.into_iter().filter(|(_, group)| group.len() > 1) {
        let records: Vec<String> = group
            .iter()
            .map(|site| {
                let key = site.record.key.as_deref().unwrap_or("none");
                format!("{} (key {key}, {})", site.name, site.record.table)
            })
            .collect();
        let list = listed(records.iter().map(String::as_str), LISTED);
        let finding = sink.add(rule, false, &group);
        let column =
            if group.iter().any(|s| s.dataset == Dataset::GlobalRee) { "ID_No" } else { "id" };
        finding.cell(column, Some(id));
        finding
            .says(format!("{} records with the id {id}: {list}", group.len()), "an id of its own");
    }
    Ok(())
}

/// Rows and locations that can't be read.
fn unread(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    if !matter.cells.any() {
        return Ok(());
    }
    let rule = sink.rule("location-unread")?;
    for site in matter.sites {
        let unread = matter.cells.of(site).map(|kept| kept.unread.as_slice()).unwrap_or_default();
        for text in unread {
            sink.add(rule, false, &[site]).says(text, "a location in degrees");
        }
    }
    for text in &matter.cells.lost {
        sink.add(rule, false, &[]).says(text, "a row with an id");
    }
    Ok(())
}
