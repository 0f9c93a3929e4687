//! Rules on what a record rests on: references, notes, commodities.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::names::bare;
use super::{Matter, Sink};
use crate::error::Result;
use crate::site::{Dataset, Site};

/// How many letters a reference may be off and still be proposed.
const SLIPS: usize = 2;

/// Runs the rules.
pub(super) fn run(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    commodities(matter, sink)?;
    notes(matter, sink)?;
    references(matter, sink)
}

/// Records of the database of rare earths without them.
fn commodities(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let rule = sink.rule("no-rare-earths")?;
    let own = [Dataset::GlobalRee, Dataset::GlobalReeNonspatial];
    for site in matter.sites.iter().filter(|site| own.contains(&site.dataset)) {
        let names: Vec<&str> = site.commodities.iter().map(|term| term.name.as_str()).collect();
        if names.is_empty() || names.iter().any(|name| matter.classify.is_rare_earth(name)) {
            continue;
        }
        let list = names.join(", ");
        let minerals: Vec<&str> = site.ree_minerals.iter().map(|term| term.name.as_str()).collect();
        let minerals = minerals.join(", ");
        let finding = sink.add(rule, false, &[site]);
        finding.cell("Commods", Some(&list));
        finding.cell("REE_Mins", Some(minerals.as_str()).filter(|list| !list.is_empty()));
        finding.says(format!("the commodities {list} hold no rare earths"), "REE among them");
    }
    Ok(())
}

/// Notes that are not read, or not all of them.
fn notes(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let texts = |site: &Site| site.notes.iter().any(|note| note.text.is_some());
    if !matter.sites.iter().any(texts) {
        return Ok(());
    }
    let rule = sink.rule("note-unread")?;
    for site in matter.sites {
        for note in &site.notes {
            let Some(text) = &note.text else { continue };
            if let (_, Some(reason)) = matter.classify.parse_note(&note.column, text) {
                let finding = sink.add(rule, false, &[site]);
                finding.cell(&note.column, Some(text)).says(reason, "a statement that is read");
            }
        }
    }
    Ok(())
}

/// Short references without an entry.
fn references(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let entries = &matter.collection.references;
    if entries.is_empty() {
        return Ok(());
    }
    let rule = sink.rule("reference-unlisted")?;
    let listed: HashSet<&str> = entries.iter().map(|entry| entry.short.as_str()).collect();
    let mut unlisted: BTreeMap<&str, Vec<&Site>> = BTreeMap::new();
    let own = [Dataset::GlobalRee, Dataset::GlobalReeNonspatial];
    for site in matter.sites.iter().filter(|site| own.contains(&site.dataset)) {
        for short in site.references.iter().filter(|short| !listed.contains(short.as_str())) {
            unlisted.entry(short).or_default().push(site);
        }
    }
    let mut by_bare: HashMap<String, &str> = HashMap::new();
    for entry in entries {
        by_bare.entry(bare(&entry.short)).or_insert(&entry.short);
    }
    // Only entries of the same years can be meant.
    let mut by_years: HashMap<String, Vec<(&str, &str)>> = HashMap::new();
    for (bare, short) in &by_bare {
        by_years.entry(years(bare)).or_default().push((bare, short));
    }
    for (short, sites) in unlisted {
        let name = bare(short);
        let same = by_bare.get(&name).copied();
        let near = || {
            let near = by_years
                .get(&years(&name))?
                .iter()
                .map(|(bare, entry)| (strsim::osa_distance(&name, bare), *entry));
            let fits = near.filter(|(slips, _)| *slips <= SLIPS && name.chars().count() > 8);
            fits.min().map(|(_, entry)| entry)
        };
        let meant = same.or_else(near);
        let count = match sites.len() {
            1 => "1 record cites".into(),
            count => format!("{count} records cite"),
        };
        let lower = short.to_lowercase();
        let unpublished = rule.unpublished.iter().any(|word| lower.contains(word.as_str()));
        let finding = sink.add(rule, same.is_some() || unpublished, &sites);
        finding.cell("Ref_List", Some(short)).says(
            format!("{count} {short:?}, which the table of references doesn't hold"),
            "an entry of that short form",
        );
        finding.proposal = meant.map(|entry| format!("{entry:?}"));
    }
    Ok(())
}

/// The years of a short reference with their letters, `1991c`: all from the first digit on.
fn years(bare: &str) -> String {
    let first = bare.find(|letter: char| letter.is_ascii_digit());
    first.and_then(|first| bare.get(first..)).unwrap_or_default().to_owned()
}
