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
        let several = several(short);
        let joined = several.iter().all(|one| listed.contains(one.as_str()));
        let meant = match joined {
            true => Some(several.join("; ")),
            false => same.or_else(near).map(str::to_owned),
        };
        let count = match sites.len() {
            1 => "1 record cites".into(),
            count => format!("{count} records cite"),
        };
        let lower = short.to_lowercase();
        let unpublished = rule.unpublished.iter().any(|word| lower.contains(word.as_str()));
        let finding = sink.add(rule, same.is_some() || joined || unpublished, &sites);
        finding.cell("Ref_List", Some(short)).says(
            format!("{count} {short:?}, which the table of references doesn't hold"),
            "an entry of that short form",
        );
        finding.proposal = meant.map(|entry| format!("{entry:?}"));
    }
    Ok(())
}

/// The short references that one entry of a list stands for: those with a comma or a colon between
/// them, and those of several years, `Elliott (2012e,h)`.
fn several(short: &str) -> Vec<String> {
    let short = short.strip_prefix("see ").unwrap_or(short);
    let whole = short.replace("): ", ");").replace("), ", ");");
    let mut found = Vec::new();
    for entry in whole.split(';') {
        let years = entry.split_once(" (").and_then(|(name, rest)| {
            let years: Vec<&str> = rest.strip_suffix(')')?.split(',').map(str::trim).collect();
            Some((name, years))
        });
        match years {
            Some((name, years)) if years.len() > 1 => {
                let mut last = "";
                for year in years {
                    if year.len() >= 4 {
                        last = year.get(..4).unwrap_or_default();
                        found.push(format!("{name} ({year})"));
                    } else {
                        found.push(format!("{name} ({last}{year})"));
                    }
                }
            }
            _ => found.push(entry.to_owned()),
        }
    }
    found
}

/// The years of a short reference with their letters, `1991c`: all from the first digit on.
fn years(bare: &str) -> String {
    let first = bare.find(|letter: char| letter.is_ascii_digit());
    first.and_then(|first| bare.get(first..)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_references_are_taken_apart() {
        assert_eq!(several("Elliott (2012e,h)"), ["Elliott (2012e)", "Elliott (2012h)"]);
        assert_eq!(several("Ollett (2012d), Reed (2011)"), ["Ollett (2012d)", "Reed (2011)"]);
        assert_eq!(several("see Kirillov (2010)"), ["Kirillov (2010)"]);
        assert_eq!(several("Finland (2012, 2014)"), ["Finland (2012)", "Finland (2014)"]);
        assert_eq!(several("Xie and others (2016)"), ["Xie and others (2016)"]);
    }
}
