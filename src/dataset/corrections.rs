//! Corrections of cells: a file that a person has reviewed, applied before rows become sites.
//!
//! Each line names a record, a column, the value that stands there and the one that shall. A line
//! whose value doesn't stand there, or that nobody has reviewed, stops the run: a correction is
//! never applied by guess, and never without being told of.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::terms::clean;
use crate::error::{At, Error, Result};
use crate::site::{Dataset, Record};
use crate::source::{Cell, Input};

/// The columns of a file of corrections, in order.
pub const COLUMNS: [&str; 7] = ["record", "key", "column", "from", "to", "reason", "reviewed_by"];

/// One corrected cell, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The record's id, `global-ree:8181`.
    pub record: String,
    /// Its key in its table (`OBJECTID`), where several records have that id.
    #[serde(default)]
    pub key: String,
    /// The column, as the file names it.
    pub column: String,
    /// The value that stands there.
    #[serde(default)]
    pub from: String,
    /// The value that shall stand there.
    #[serde(default)]
    pub to: String,
    /// Why.
    pub reason: String,
    /// Who has looked at it.
    #[serde(default)]
    pub reviewed_by: String,
}

/// The lines of a TOML file of corrections: `[[correction]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    correction: Vec<Correction>,
}

/// What was corrected, for every output to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Corrected {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Cells corrected.
    pub cells: usize,
    /// Records that they stand in.
    pub records: usize,
}

impl std::fmt::Display for Corrected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let s = |count: usize| if count == 1 { "" } else { "s" };
        let Corrected { file, cells, records, .. } = self;
        let file = file.display();
        write!(
            f,
            "{cells} cell{} of {records} record{} corrected by {file}",
            s(*cells),
            s(*records)
        )
    }
}

/// A file of corrections, and how far it has been used.
#[derive(Debug)]
pub struct Corrections {
    input: Input,
    lines: Vec<Line>,
    /// The lines of each record, by its id without what tells it from others of the same.
    by_record: HashMap<String, Vec<usize>>,
}

/// A correction, where it stands, and what it met.
#[derive(Debug)]
struct Line {
    number: u64,
    correction: Correction,
    /// The layer and key of the rows that it names, to find one that names several.
    met: BTreeSet<(String, Option<String>)>,
    applied: bool,
    /// Why it does not fit, where it met a row that it doesn't.
    misfit: Option<String>,
}

impl Corrections {
    /// Reads a file of corrections, TOML by its ending, else CSV.
    ///
    /// # Errors
    /// A file that can't be read; lines without a reason or a reviewer.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|cause| Error::io(path, cause))?;
        let is_toml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
        let corrections = if is_toml { from_toml(path, &text)? } else { from_csv(path, &text)? };
        let mut by_record: HashMap<String, Vec<usize>> = HashMap::new();
        let mut lines: Vec<Line> = Vec::new();
        let mut cells: HashMap<[String; 3], u64> = HashMap::new();
        for (number, mut correction) in corrections {
            let what = [
                ("record", &correction.record),
                ("column", &correction.column),
                ("reason", &correction.reason),
                ("reviewed_by", &correction.reviewed_by),
            ];
            if let Some((name, _)) = what.into_iter().find(|(_, value)| value.trim().is_empty()) {
                let at = At::file(path).row(number).column(name);
                return Err(Error::input(at, "is empty").with_hint(
                    "each correction needs a record, a column, a reason, and the name of the \
                     person who has reviewed it",
                ));
            }
            let record = correction.record.trim().to_owned();
            let (id, key) = record.split_once('#').unwrap_or((&record, ""));
            // An id that was made distinct holds the key; one by number alone does not.
            if correction.key.trim().is_empty() {
                correction.key = key.to_owned();
            }
            check(&correction).map_err(|(column, reason)| {
                Error::input(At::file(path).row(number).column(column), reason)
            })?;
            let cell = [id, correction.key.trim(), correction.column.trim()];
            if let Some(before) = cells.insert(cell.map(str::to_lowercase), number) {
                let reason = format!("corrects the same cell as line {before}");
                return Err(Error::input(At::file(path).row(number), reason)
                    .with_hint("keep one of the two"));
            }
            by_record.entry(id.to_lowercase()).or_default().push(lines.len());
            lines.push(Line {
                number,
                correction,
                met: BTreeSet::new(),
                applied: false,
                misfit: None,
            });
        }
        Ok(Corrections { input: Input::of(path), lines, by_record })
    }

    /// Corrects the cells of a row: of the record with that id, in the layer at `place`.
    pub(super) fn apply(
        &mut self,
        place: &str,
        id: &str,
        record: &Record,
        column: impl Fn(&str) -> Option<usize>,
        cells: &mut [Cell],
    ) {
        let id = id.split('#').next().unwrap_or(id).to_lowercase();
        for index in self.by_record.get(&id).into_iter().flatten() {
            let Some(line) = self.lines.get_mut(*index) else { continue };
            let Correction { key, column: name, from, to, .. } = &line.correction;
            if !key.trim().is_empty() && record.key.as_deref() != Some(key.trim()) {
                continue;
            }
            line.met.insert((place.to_owned(), record.key.clone()));
            let Some(cell) = column(name.trim()).and_then(|column| cells.get_mut(column)) else {
                line.misfit = Some(format!("{place} has no column {name}"));
                continue;
            };
            if stands(cell, from) {
                *cell = corrected(cell, to);
                line.applied = true;
            } else {
                let found = cell.text().unwrap_or_default().into_owned();
                line.misfit = Some(format!("{name} holds {found:?}, not {from:?}"));
            }
        }
    }

    /// Whether any correction is of the record with that id.
    pub(super) fn concerns(&self, id: &str) -> bool {
        self.by_record.contains_key(&id.split('#').next().unwrap_or(id).to_lowercase())
    }

    /// What was corrected, once all rows are read, and a note on the lines that are of datasets
    /// which were not; `read` are those that were.
    ///
    /// # Errors
    /// Lines that name no record, or several, or whose value doesn't stand there.
    pub(super) fn finish(
        &self,
        read: impl Fn(Dataset) -> bool,
    ) -> Result<(Corrected, Option<String>)> {
        let (mut misfits, mut aside, mut records) = (Vec::new(), 0, BTreeSet::new());
        let mut cells = 0;
        for line in &self.lines {
            let Correction { record, .. } = &line.correction;
            let dataset = record.split(':').next().unwrap_or_default();
            let known =
                Dataset::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(dataset));
            let layers: BTreeSet<&String> = line.met.iter().map(|(layer, _)| layer).collect();
            let reason = match (known, &line.misfit) {
                (None, _) => Some("no dataset has such a record".to_owned()),
                (Some(dataset), _) if line.met.is_empty() && !read(dataset) => {
                    aside += 1;
                    continue;
                }
                _ if line.met.is_empty() => Some("no record has that id and key".to_owned()),
                _ if line.met.len() > layers.len() => {
                    let keys = line.met.iter().filter_map(|(_, key)| key.as_deref());
                    let keys = keys.collect::<Vec<_>>().join(", ");
                    Some(format!("several records have that id; give the key, one of {keys}"))
                }
                (_, Some(misfit)) if !line.applied => Some(misfit.clone()),
                _ => None,
            };
            match reason {
                Some(reason) => {
                    misfits.push(format!("\n  line {}, {record}: {reason}", line.number))
                }
                None => {
                    cells += 1;
                    records.insert((record.to_lowercase(), &line.correction.key));
                }
            }
        }
        if !misfits.is_empty() {
            let (count, all) = (misfits.len(), self.lines.len());
            let reason =
                format!("{count} of {all} corrections don't fit the data:{}", misfits.concat());
            return Err(Error::input(At::file(&self.input.path), reason)
                .with_hint("mend or remove these lines; nothing was made"));
        }
        let corrected = Corrected {
            file: self.input.path.clone(),
            sha256: self.input.checked()?.sha256,
            cells,
            records: records.len(),
        };
        let note = (aside > 0).then(|| {
            let file = self.input.path.display();
            let are =
                if aside == 1 { "1 correction is" } else { &format!("{aside} corrections are") };
            format!("{file}: {are} of datasets that are not read here")
        });
        Ok((corrected, note))
    }

    /// The file.
    pub(super) fn input(&self) -> &Input {
        &self.input
    }
}

/// The columns by which records are told apart; another value there would make another record.
const IDENTIFIERS: [&str; 4] = ["OBJECTID", "ID_No", "FeatureUID", "id"];

/// Whether a line may be applied at all, whatever stands in the cell; else the column that is wrong
/// and why.
fn check(correction: &Correction) -> std::result::Result<(), (&'static str, String)> {
    let Correction { column, from, to, .. } = correction;
    let column = column.trim();
    if IDENTIFIERS.iter().any(|id| id.eq_ignore_ascii_case(column)) {
        return Err(("column", format!("{column} names the record and can't be corrected")));
    }
    if from == to {
        return Err(("to", "is what stands there already".into()));
    }
    // An empty coordinate takes a site off the map, which a reviewer may want.
    let most = match column.to_lowercase().as_str() {
        "latitude" => 90.0,
        "longitude" => 180.0,
        _ => return Ok(()),
    };
    let fits = |number: f64| (-most..=most).contains(&number);
    match to.trim().is_empty() || to.trim().parse().is_ok_and(fits) {
        true => Ok(()),
        false => Err(("to", format!("{to:?} is no {column} in degrees, -{most} to {most}"))),
    }
}

fn from_toml(path: &Path, text: &str) -> Result<Vec<(u64, Correction)>> {
    let file: File = toml::from_str(text).map_err(|error| {
        Error::input(At::file(path), format!("is no list of corrections: {error}"))
    })?;
    Ok((1..).zip(file.correction).collect())
}

fn from_csv(path: &Path, text: &str) -> Result<Vec<(u64, Correction)>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let hint = format!("its columns are {}", COLUMNS.join(", "));
    let damaged = |error: csv::Error| {
        let at = match error.position() {
            Some(position) => At::file(path).row(position.line()),
            None => At::file(path),
        };
        Error::input(at, format!("is no list of corrections: {error}")).with_hint(hint.clone())
    };
    let header = reader.headers().map_err(damaged)?.clone();
    let mut record = csv::StringRecord::new();
    let mut lines = Vec::new();
    while reader.read_record(&mut record).map_err(damaged)? {
        let number = record.position().map_or(0, csv::Position::line);
        let correction: Correction = record.deserialize(Some(&header)).map_err(damaged)?;
        // What shields a value from a spreadsheet is not of the value.
        let bare = |text: String| match text.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.to_owned(),
            _ => text,
        };
        let Correction { key, column, from, to, .. } = correction.clone();
        let [key, column, from, to] = [key, column, from, to].map(bare);
        lines.push((number, Correction { key, column, from, to, ..correction }));
    }
    Ok(lines)
}

/// Whether a value stands in a cell: the same text, or text that cleans to the same, or the same
/// number.
fn stands(cell: &Cell, value: &str) -> bool {
    let found = match cell {
        Cell::Text(text) | Cell::Cut(text) => text.clone(),
        cell => cell.text().unwrap_or_default().into_owned(),
    };
    let number = |text: &str| text.trim().parse::<f64>().ok();
    clean(&found) == clean(value) || number(&found).is_some_and(|n| number(value) == Some(n))
}

/// The cell that a value makes, a number where one stood there.
fn corrected(cell: &Cell, value: &str) -> Cell {
    if value.trim().is_empty() {
        return Cell::Empty;
    }
    match (cell, value.trim().parse::<f64>()) {
        (Cell::Integer(_) | Cell::Real(_), Ok(number)) => Cell::Real(number),
        _ => Cell::Text(value.to_owned()),
    }
}
