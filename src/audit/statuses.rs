//! Rules on statuses: how they are spelt, how sure they are, and as of when.

use std::collections::BTreeMap;

use super::{Matter, Sink};
use crate::dataset::status::{Source, Statuses};
use crate::dataset::{self, terms};
use crate::error::Result;
use crate::figure::legend::grouped;
use crate::site::{Activity, Dataset, Site, Status};

/// How many letters a misspelt word may be off.
const SLIPS: usize = 2;

/// Runs the rules.
pub(super) fn run(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    words(matter, sink)?;
    uncertain(matter, sink)?;
    years(matter, sink)?;
    dated(matter, sink)
}

/// The column of a dataset's statuses, and whose words they are.
fn column(dataset: Dataset) -> Option<(&'static str, Source)> {
    match dataset {
        Dataset::GlobalRee | Dataset::GlobalReeNonspatial => Some(("P_Status", Source::GlobalRee)),
        Dataset::Curated | Dataset::Points => None,
        _ => Some(("LocOpStat", Source::Gis)),
    }
}

/// Words of statuses that are misspelt, folded or not known. The embedded catalogue keeps none.
fn words(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    if !matter.cells.any() {
        return Ok(());
    }
    let statuses = Statuses::embedded()?;
    let [misspelt, folded, unknown] =
        [sink.rule("status-misspelt")?, sink.rule("status-folded")?, sink.rule("status-unknown")?];
    let mut folds: BTreeMap<(Dataset, &str), (Status, Vec<&Site>)> = BTreeMap::new();
    for site in matter.sites.iter().filter(|site| site.record.file != "embedded") {
        let (Some((column, source)), Some(stated)) = (column(site.dataset), &site.stated_status)
        else {
            continue;
        };
        let (word, certain) = terms::undoubted(stated);
        let status = statuses.fold(source, Some(stated)).map(|folded| folded.status);
        if status.is_some_and(|status| status.label() == word) {
            continue;
        }
        match (nearest_label(&word, status), status) {
            (Some(label), _) => {
                let right = format!("{label}{}", if certain { "" } else { "(?)" });
                let finding = sink.add(misspelt, false, &[site]);
                finding.cell(column, Some(stated));
                finding.says(format!("the status {stated:?} is misspelt"), format!("{right:?}"));
                finding.proposal = Some(format!("{column} {right:?}"));
                finding.change(site, column, stated, &right);
            }
            (None, Some(status)) => {
                folds.entry((site.dataset, stated)).or_insert((status, Vec::new())).1.push(site);
            }
            (None, None) => {
                // The rows of one facility are merged, their statuses joined.
                let joined =
                    stated.split("; ").all(|one| statuses.fold(source, Some(one)).is_some());
                let counts = site.status;
                let (found, expected) = match joined {
                    true => (
                        format!("its rows state several statuses, {stated}; it counts as {counts}"),
                        "one status",
                    ),
                    false => (
                        format!("the status {stated:?} is not known; it counts as {counts}"),
                        "a word of data/rules/status.toml",
                    ),
                };
                sink.add(unknown, false, &[site]).cell(column, Some(stated)).says(found, expected);
            }
        }
    }
    for ((dataset, stated), (status, sites)) in folds {
        let column = column(dataset).map_or("status", |(column, _)| column);
        sink.add(folded, false, &sites).cell(column, Some(stated)).says(
            format!("{} folded: {stated:?} counts as {status}", records(sites.len())),
            format!("{:?}", status.label()),
        );
    }
    Ok(())
}

/// The status's label, or of an unknown word any, that a word misspells: other letters, and few.
fn nearest_label(word: &str, status: Option<Status>) -> Option<&'static str> {
    let word = word.to_lowercase();
    let labels = Status::ALL.iter().filter(|one| status.is_none_or(|status| status == **one));
    labels.map(|status| status.label()).find(|label| {
        let label = label.to_lowercase();
        let slips = strsim::osa_distance(&word, &label);
        slips > 0 && slips <= SLIPS && word.chars().count() > 3 * SLIPS
    })
}

/// Statuses that the source doubts, once for each word.
fn uncertain(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let rule = sink.rule("status-uncertain")?;
    let mut words: BTreeMap<(Dataset, &str), Vec<&Site>> = BTreeMap::new();
    for site in matter.sites {
        if !site.status_certain
            && site.status != Status::Unknown
            && let Some(stated) = &site.stated_status
        {
            words.entry((site.dataset, stated)).or_default().push(site);
        }
    }
    for ((dataset, stated), sites) in words {
        let column = column(dataset).map_or("status", |(column, _)| column);
        sink.add(rule, false, &sites).cell(column, Some(stated)).says(
            format!("{} with the status {stated:?}", records(sites.len())),
            "a status that the source doesn't doubt",
        );
    }
    Ok(())
}

/// Sites at work whose years of production ended long ago.
fn years(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    if !matter.cells.has("P_Years") {
        return Ok(());
    }
    let rule = sink.rule("status-years")?;
    let (as_of, margin) = (rule.as_of.unwrap_or_default(), rule.years.unwrap_or_default());
    for site in matter.sites.iter().filter(|site| site.status.activity() == Activity::Active) {
        let Some(text) = matter.cells.text(site, "P_Years") else { continue };
        let years = years_in(text);
        let Some(last) = years.iter().max().filter(|last| as_of - **last >= margin) else {
            continue;
        };
        let lone = years.len() == 1;
        let stated = site.stated_status.as_deref().unwrap_or_default();
        let finding = sink.add(rule, lone, &[site]);
        finding.cell("P_Status", Some(stated)).cell("P_Years", Some(text)).says(
            format!("at work ({stated}), and the last year of production stated is {last}"),
            format!("years of production to about {as_of}, or a past producer"),
        );
    }
    Ok(())
}

/// The years that a text names.
fn years_in(text: &str) -> Vec<i32> {
    let numbers = text.split(|letter: char| !letter.is_ascii_digit());
    numbers
        .filter(|number| number.len() == 4)
        .filter_map(|number| number.parse().ok())
        .filter(|year| (1500..2100).contains(year))
        .collect()
}

/// As of when sites count as at work.
fn dated(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let rule = sink.rule("status-dated")?;
    for dataset in Dataset::ALL {
        let active = matter.sites.iter().filter(|site| site.dataset == dataset);
        let active = active.filter(|site| site.status.activity() == Activity::Active).count();
        if let (1.., Some(about)) = (active, dataset::about(dataset)) {
            sink.add(rule, false, &[]).says(
                format!("{}: {} at work, as of {}", dataset.name(), records(active), about.as_of),
                "to be read as of that date",
            );
        }
    }
    Ok(())
}

fn records(count: usize) -> String {
    if count == 1 { "1 record".into() } else { format!("{} records", grouped(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_spelling_is_told_from_another_word() {
        let near = |word, status| nearest_label(word, status);
        assert_eq!(near("No produciton", Some(Status::NoProduction)), Some("No production"));
        assert_eq!(near("Prodcuer", None), Some("Producer"));
        assert_eq!(near("No Production", Some(Status::NoProduction)), None);
        assert_eq!(near("C&M", Some(Status::CareAndMaintenance)), None);
        assert_eq!(near("Placer", None), None);
    }

    #[test]
    fn years_are_read_from_ranges_and_lists() {
        assert_eq!(years_in("1) 1966–1982, 2) 1984-1985(?)"), [1966, 1982, 1984, 1985]);
        assert_eq!(years_in("not known; 12345 t"), [] as [i32; 0]);
    }
}
