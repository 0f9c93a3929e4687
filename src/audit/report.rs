//! How an audit is written: for people, as data, and as a file of corrections to review.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Audit, Finding, NotRun, Severity};
use crate::dataset::Corrected;
use crate::dataset::corrections::COLUMNS;
use crate::export::csv::{io_error, shielded};
use crate::output::printable;
use crate::table::{Format, Table, Value};

/// How many records of a finding are named one by one, for people.
const NAMED: usize = 4;
/// The most letters of a cell that people are shown.
const SHOWN: usize = 160;

/// What is shown of an audit.
pub struct Report<'a> {
    /// The audit.
    pub audit: &'a Audit,
    /// The findings that are shown one by one.
    pub findings: Vec<&'a Finding>,
    /// How many findings of each rule there are, the ones not shown too.
    pub counts: Vec<Count>,
}

/// How many findings a rule has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The rule's id.
    pub rule: &'static str,
    /// The severity.
    pub severity: Severity,
    /// Findings of that severity.
    pub findings: u64,
    /// Records that they name.
    pub records: u64,
}

impl<'a> Report<'a> {
    /// A report of the findings that `counted` takes, of which those from a severity upward are
    /// shown one by one.
    pub fn new(audit: &'a Audit, lowest: Severity, counted: impl Fn(&Finding) -> bool) -> Self {
        let all: Vec<&Finding> = audit.findings.iter().filter(|one| counted(one)).collect();
        let mut counts: Vec<Count> = Vec::new();
        for finding in &all {
            let (rule, severity) = (finding.rule, finding.severity);
            let records = finding.records.len() as u64;
            match counts.iter_mut().find(|one| one.rule == rule && one.severity == severity) {
                Some(count) => {
                    count.findings += 1;
                    count.records += records;
                }
                None => counts.push(Count { rule, severity, findings: 1, records }),
            }
        }
        counts.sort_by_key(|count| std::cmp::Reverse(count.severity));
        let findings = all.into_iter().filter(|finding| finding.severity >= lowest).collect();
        Report { audit, findings, counts }
    }

    /// How many findings there are of a severity or graver.
    pub fn at_least(&self, severity: Severity) -> u64 {
        let graver = self.counts.iter().filter(|count| count.severity >= severity);
        graver.map(|count| count.findings).sum()
    }

    /// Writes the report.
    pub fn write(
        &self,
        format: Format,
        width: Option<usize>,
        color: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(width, color, out),
            Format::Csv => self.table().write(Format::Csv, None, false, out),
            Format::Json => self.write_json(out),
            Format::Markdown => self.write_markdown(out),
        }
    }

    /// Writes the changes that the findings shown propose, a line each, for a person to review:
    /// only a line that bears a reviewer's name is applied.
    pub fn write_corrections(&self, out: &mut dyn Write) -> io::Result<usize> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(COLUMNS).map_err(io_error)?;
        let mut lines = 0;
        for finding in &self.findings {
            for change in &finding.changes {
                let reason = format!("{}: {}", finding.rule, finding.found);
                let value = |text: &str| match text.parse::<f64>() {
                    Ok(_) => text.to_owned(),
                    Err(_) => shielded(text).into_owned(),
                };
                let id = change.record.split('#').next().unwrap_or(&change.record);
                csv.write_record([
                    id,
                    &shielded(change.key.as_deref().unwrap_or_default()),
                    &shielded(&change.column),
                    &value(&change.from),
                    &value(&change.to),
                    &reason,
                    "",
                ])
                .map_err(io_error)?;
                lines += 1;
            }
        }
        csv.flush()?;
        Ok(lines)
    }

    /// A row for each finding.
    fn table(&self) -> Table {
        let rows = self.findings.iter().map(|finding| {
            let first = finding.records.first();
            let text = |text: Option<&str>| text.map_or(Value::None, Value::from);
            let rest: Vec<&str> =
                finding.records.iter().skip(1).map(|record| record.id.as_str()).collect();
            vec![
                finding.rule.into(),
                finding.severity.name().into(),
                text(first.map(|record| record.id.as_str())),
                text(first.and_then(|record| record.key.as_deref())),
                text(first.map(|record| record.name.as_str())),
                text(first.map(|record| record.file.as_str())),
                first.map_or(Value::None, |record| Value::Count(record.row)),
                cells(finding).into(),
                finding.found.as_str().into(),
                finding.expected.as_str().into(),
                text(finding.proposal.as_deref()),
                rest.join("; ").into(),
            ]
        });
        Table {
            columns: vec![
                "rule",
                "severity",
                "record",
                "key",
                "name",
                "file",
                "row",
                "cells",
                "found",
                "expected",
                "proposal",
                "other_records",
            ],
            rows: rows.collect(),
            ..Table::default()
        }
    }

    fn summary(&self) -> Table {
        let rows = self.counts.iter().map(|count| {
            vec![
                count.severity.name().into(),
                count.rule.into(),
                Value::Count(count.findings),
                Value::Count(count.records),
            ]
        });
        Table {
            columns: vec!["severity", "rule", "findings", "records"],
            rows: rows.collect(),
            ..Table::default()
        }
    }

    /// What is said below the counts: findings not shown, rules not run.
    fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> =
            self.audit.corrected.iter().map(ToString::to_string).collect();
        let hidden = self.at_least(Severity::Info) - self.findings.len() as u64;
        if hidden > 0 {
            remarks.push(format!("{hidden} findings are counted and not listed (--severity info)"));
        }
        let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for NotRun { rule, needs: what } in &self.audit.not_run {
            needs.entry(what).or_default().push(rule);
        }
        for (what, rules) in needs {
            remarks.push(format!("not run, for want of {what}: {}", rules.join(", ")));
        }
        remarks
    }

    fn write_text(&self, width: Option<usize>, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let summary = Table { remarks: self.remarks(), ..self.summary() };
        summary.write(Format::Text, width, color, out)?;
        let (on, off) = if color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        let mut last = "";
        for finding in &self.findings {
            if finding.rule != last {
                writeln!(out, "\n{on}{}{off}", finding.rule)?;
                last = finding.rule;
            }
            let who = match finding.records.as_slice() {
                [] => String::new(),
                [one] => format!("{}  {}", one.id, one.name),
                several => named(several.iter().map(|record| record.id.as_str()), several.len()),
            };
            let lead = match who.is_empty() {
                true => "  ".into(),
                false => format!("  {who}: "),
            };
            writeln!(out, "{}{}", printable(&lead), printable(&finding.found))?;
            for cell in finding.cells.iter().filter(|cell| cell.column == "Loc_Note") {
                let text: String = cell.value.chars().take(SHOWN).collect();
                writeln!(out, "      {}: {}", cell.column, printable(&text))?;
            }
            if let Some(proposal) = &finding.proposal {
                writeln!(out, "      proposed: {}", printable(proposal))?;
            }
        }
        Ok(())
    }

    fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# Audit\n")?;
        let (records, version) = (self.audit.records, self.audit.rules_version);
        writeln!(out, "{records} records, rules {version}.\n")?;
        let summary = Table { remarks: self.remarks(), ..self.summary() };
        summary.write(Format::Markdown, None, false, out)?;
        writeln!(out, "\n## Findings\n")?;
        self.table().write(Format::Markdown, None, false, out)
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Whole<'a> {
            generator: &'static str,
            version: &'static str,
            rules_version: &'static str,
            records: usize,
            corrections: &'a Option<Corrected>,
            counts: &'a [Count],
            not_run: &'a [NotRun],
            findings: &'a [&'a Finding],
        }
        let whole = Whole {
            generator: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            rules_version: self.audit.rules_version,
            records: self.audit.records,
            corrections: &self.audit.corrected,
            counts: &self.counts,
            not_run: &self.audit.not_run,
            findings: &self.findings,
        };
        serde_json::to_writer_pretty(&mut *out, &whole)?;
        writeln!(out)
    }
}

/// The cells of a finding in one text.
fn cells(finding: &Finding) -> String {
    let cells = finding.cells.iter().map(|cell| format!("{}={}", cell.column, cell.value));
    cells.collect::<Vec<_>>().join("; ")
}

fn named<'t>(ids: impl Iterator<Item = &'t str>, count: usize) -> String {
    let first = ids.take(NAMED).collect::<Vec<_>>().join(", ");
    if count > NAMED { format!("{first} and {} more", count - NAMED) } else { first }
}
