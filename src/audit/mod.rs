//! Data quality: what of the databases' rows is wrong, doubtful, or would be counted twice.
//!
//! The rules stand in one table, `data/rules/audit.toml`, and run over sites that are read,
//! classified and located, with what [`Cells`] kept of their rows: one pass over the files. A rule
//! says what it found and what it expected; where data give it, it proposes the correction. Nothing
//! is corrected here: that is for a person, and for [`crate::dataset::Corrections`].

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::classify;
use crate::dataset::{Collection, Corrected};
use crate::error::Result;
use crate::place::Gazetteer;
use crate::site::Site;

pub use self::cells::Cells;
pub use self::rules::{Rule, Table};

mod cells;
mod location;
mod names;
mod nesting;
mod points;
mod references;
pub mod report;
mod rules;
mod statuses;
mod text;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, or folded by the reader.
    Info,
    /// Probably wrong, or misleading for a count or a map.
    Warn,
    /// A cell is wrong as it stands.
    Error,
}

impl Severity {
    /// The name used in files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Error => "error",
        }
    }
}

/// A record that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordRef {
    /// The site's id, `global-ree:8181`.
    pub id: String,
    /// The row's own key (`OBJECTID`), where it has one.
    pub key: Option<String>,
    /// The site's name.
    pub name: String,
    /// The file.
    pub file: String,
    /// The row in it.
    pub row: u64,
}

impl RecordRef {
    /// A site's record.
    pub fn of(site: &Site) -> Self {
        RecordRef {
            id: site.id.clone(),
            key: site.record.key.clone(),
            name: site.name.clone(),
            file: site.record.file.clone(),
            row: site.record.row,
        }
    }
}

/// A cell that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellRef {
    /// The column, as the file names it.
    pub column: String,
    /// The value.
    pub value: String,
}

/// A cell as it stands and as it might.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The record's id.
    pub record: String,
    /// Its key, where it has one.
    pub key: Option<String>,
    /// The column.
    pub column: String,
    /// The value that stands there.
    pub from: String,
    /// The value proposed.
    pub to: String,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The records, the first the one that it is chiefly about; none where it is about a dataset.
    pub records: Vec<RecordRef>,
    /// The cells that it rests on, of the first record.
    pub cells: Vec<CellRef>,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What is proposed, in words, where data give it.
    pub proposal: Option<String>,
    /// The same as changes of cells, where it is that simple.
    pub changes: Vec<Change>,
}

/// A rule that could not run, and what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotRun {
    /// The rule's id.
    pub rule: &'static str,
    /// What it needs.
    pub needs: String,
}

/// All findings.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    /// The version of the rules.
    pub rules_version: &'static str,
    /// How many records were audited.
    pub records: usize,
    /// The findings, by rule in the order of the table, then by record.
    pub findings: Vec<Finding>,
    /// The rules that could not run on these data.
    pub not_run: Vec<NotRun>,
    /// What was corrected before, where a file of corrections was given.
    pub corrected: Option<Corrected>,
}

/// What the rules run over.
struct Matter<'a> {
    sites: &'a [Site],
    collection: &'a Collection,
    cells: &'a Cells,
    gazetteer: &'a Gazetteer,
    classify: &'a classify::Rules,
}

/// Where rules leave their findings.
struct Sink {
    table: &'static Table,
    findings: Vec<Finding>,
    /// Rules that ran.
    ran: HashSet<&'static str>,
}

impl Sink {
    /// The rule of an id, which runs now.
    fn rule(&mut self, id: &str) -> Result<&'static Rule> {
        let rule = self.table.rule(id)?;
        self.ran.insert(&rule.id);
        Ok(rule)
    }

    /// A finding of a rule, in its softer case where `soft`.
    fn add(&mut self, rule: &'static Rule, soft: bool, records: &[&Site]) -> &mut Finding {
        let softer = rule.softer.as_ref().filter(|_| soft).map(|softer| softer.severity);
        self.findings.push(Finding {
            rule: &rule.id,
            severity: softer.unwrap_or(rule.severity),
            records: records.iter().map(|site| RecordRef::of(site)).collect(),
            cells: Vec::new(),
            found: String::new(),
            expected: String::new(),
            proposal: None,
            changes: Vec::new(),
        });
        // It was pushed just now.
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

impl Finding {
    /// Adds a cell that the finding rests on, where there is one.
    fn cell(&mut self, column: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.cells.push(CellRef { column: column.into(), value: value.into() });
        }
        self
    }

    /// Adds the cells that tell of a site's location.
    fn location(&mut self, matter: &Matter<'_>, site: &Site) -> &mut Self {
        let columns = matter.cells.location(site);
        if let (Some(point), Some([longitude, latitude])) = (site.point, columns) {
            self.cell(latitude, Some(&point.y().to_string()));
            self.cell(longitude, Some(&point.x().to_string()));
        }
        self.cell("Loc_Note", matter.cells.text(site, "Loc_Note"))
    }

    /// Says what was found and what was expected.
    fn says(&mut self, found: impl Into<String>, expected: impl Into<String>) -> &mut Self {
        (self.found, self.expected) = (found.into(), expected.into());
        self
    }

    /// Proposes to change a cell of a site.
    fn change(&mut self, site: &Site, column: &str, from: &str, to: &str) -> &mut Self {
        self.changes.push(Change {
            record: site.id.clone(),
            key: site.record.key.clone(),
            column: column.into(),
            from: from.into(),
            to: to.into(),
        });
        self
    }
}

/// Audits a collection whose sites are classified and located; `cells` has looked on while its
/// files were read.
///
/// # Errors
/// Embedded rules that are broken.
pub fn audit(
    collection: &Collection,
    cells: &Cells,
    gazetteer: &Gazetteer,
    classify: &classify::Rules,
) -> Result<Audit> {
    let table = Table::embedded()?;
    let sites = collection.sites.as_slice();
    let matter = Matter { sites, collection, cells, gazetteer, classify };
    let mut sink = Sink { table, findings: Vec::new(), ran: HashSet::new() };
    location::run(&matter, &mut sink)?;
    let nested = nesting::run(&matter, &mut sink)?;
    points::run(&matter, &nested, &mut sink)?;
    statuses::run(&matter, &mut sink)?;
    references::run(&matter, &mut sink)?;
    text::run(&matter, &mut sink)?;

    let Sink { mut findings, ran, .. } = sink;
    // Stable: within a rule the order is that of the rows.
    findings.sort_by_key(|finding| table.rule.iter().position(|rule| rule.id == finding.rule));
    let not_run = table.rule.iter().filter(|rule| !ran.contains(rule.id.as_str()));
    let not_run = not_run.map(|rule| NotRun {
        rule: &rule.id,
        needs: rule.needs.clone().unwrap_or_else(|| "sites".into()),
    });
    Ok(Audit {
        rules_version: &table.version,
        records: sites.len(),
        not_run: not_run.collect(),
        corrected: collection.corrected.clone(),
        findings,
    })
}

/// Ids, for people: the first few, and how many more.
fn listed<'a>(ids: impl Iterator<Item = &'a str>, most: usize) -> String {
    let ids: Vec<&str> = ids.collect();
    let more = ids.len().saturating_sub(most);
    let first = ids.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}
