//! What a person has settled: a table of links, edited and fed back.
//!
//! It is the CSV that [`super::write`] makes, with `accepted` or `rejected` in the column
//! `review`; the rows without either are left to the score. Only `subject_id`, `object_id` and
//! `review` are needed; `predicate_id` and `comment` count where they are given.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Justification, Link, Predicate, Verdict, arrange};
use crate::error::{At, Error, Notices, Result};
use crate::site::Site;
use crate::source::{Cell, Layer, open};

/// The columns that are needed.
const NEEDED: [&str; 3] = ["subject_id", "object_id", "review"];

/// A reviewed table.
#[derive(Debug, Clone, Default)]
pub struct Reviewed {
    file: PathBuf,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    subject: String,
    object: String,
    accepted: bool,
    predicate: Option<Predicate>,
    number: u64,
}

/// How a reviewed table was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Pairs that it accepts.
    pub accepted: usize,
    /// Pairs that it rejects.
    pub rejected: usize,
}

impl Reviewed {
    /// Reads a reviewed table.
    ///
    /// # Errors
    /// A file that can't be read, without the columns, or with a word in `review` or `predicate_id`
    /// that means nothing: a review is not skipped in silence.
    pub fn read(path: &Path) -> Result<Self> {
        let sources = open(path)?;
        let mut layers = sources.iter().flat_map(|source| &source.layers);
        let (Some(layer), None) = (layers.next(), layers.next()) else {
            return Err(Error::input(At::file(path), "a reviewed table is one table")
                .with_hint("give the CSV that reemap link --format csv wrote"));
        };
        let [subject, object, review] = NEEDED.map(|name| layer.column(name));
        let (Some(subject), Some(object), Some(review)) = (subject, object, review) else {
            let reason = format!("a reviewed table needs the columns {}", NEEDED.join(", "));
            return Err(Error::input(layer.at.clone(), reason)
                .with_hint("give the CSV that reemap link --format csv wrote"));
        };
        let mut reviewed = Reviewed { file: path.to_path_buf(), rows: Vec::new() };
        for row in layer.rows()? {
            let row = row?;
            let text = |column: usize| {
                let text = row.cells.get(column).and_then(Cell::text);
                text.map(|text| text.trim().to_owned()).unwrap_or_default()
            };
            let wrong = |column: &str, word: &str, right: &str| {
                Error::input(
                    layer.at.clone().row(row.number).column(column),
                    format!("{word:?} is not {right}"),
                )
            };
            let word = text(review);
            let accepted = match word.to_lowercase().as_str() {
                "" => continue,
                "accepted" | "accept" | "yes" => true,
                "rejected" | "reject" | "no" => false,
                _ => {
                    let right = "accepted, rejected or empty";
                    return Err(wrong("review", &word, right));
                }
            };
            let predicate = predicate(layer, &text)
                .map_err(|word| wrong("predicate_id", &word, "a predicate of SKOS"))?;
            let number = row.number;
            let (subject, object) = (text(subject), text(object));
            reviewed.rows.push(Row { subject, object, accepted, predicate, number });
        }
        Ok(reviewed)
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Puts what was reviewed in place of what was scored. A pair of records that the data don't
    /// hold is noted and left out.
    ///
    /// # Errors
    /// Two rows that review one pair differently.
    pub fn apply<'a>(
        &self,
        links: &mut Vec<Link<'a>>,
        sites: &[&'a Site],
        notices: &mut Notices,
    ) -> Result<Used> {
        let by_id: HashMap<&str, &'a Site> =
            sites.iter().map(|site| (site.id.as_str(), *site)).collect();
        let mut at: HashMap<(&str, &str), usize> = HashMap::new();
        for (index, link) in links.iter().enumerate() {
            at.insert((&link.subject.id, &link.object.id), index);
        }
        let mut used = Used::default();
        let mut reviewed_at: HashMap<usize, (u64, bool)> = HashMap::new();
        for row in &self.rows {
            let found = by_id.get(row.subject.as_str()).zip(by_id.get(row.object.as_str()));
            let Some((subject, object)) = found else {
                notices.note(format!(
                    "{}, row {}: the data don't hold {} and {}; its review is left out",
                    self.file.display(),
                    row.number,
                    row.subject,
                    row.object
                ));
                continue;
            };
            // A pair may have been turned around since.
            let there = at.get(&(subject.id.as_str(), object.id.as_str())).copied();
            let turned = at.get(&(object.id.as_str(), subject.id.as_str())).copied();
            let index = match there.or(turned) {
                Some(index) => index,
                None => {
                    at.insert((&subject.id, &object.id), links.len());
                    links.push(unscored(subject, object));
                    links.len() - 1
                }
            };
            let Some(link) = links.get_mut(index) else { continue };
            let predicate = match turned {
                Some(_) => row.predicate.map(Predicate::turned),
                None => row.predicate,
            };
            if let Some(before) = reviewed_at.insert(index, (row.number, row.accepted))
                && before.1 != row.accepted
            {
                return Err(Error::input(
                    At::file(&self.file).row(row.number),
                    format!("contradicts the review of the same pair in row {}", before.0),
                )
                .with_hint("keep one of the two"));
            }
            settle(link, row.accepted, predicate);
            used.accepted += usize::from(row.accepted);
            used.rejected += usize::from(!row.accepted);
        }
        arrange(links);
        Ok(used)
    }
}

/// The predicate of a row, where it gives one; else the word that is none.
fn predicate(
    layer: &Layer,
    text: &dyn Fn(usize) -> String,
) -> std::result::Result<Option<Predicate>, String> {
    let word = layer.column("predicate_id").map(text).unwrap_or_default();
    match Predicate::from_name(&word) {
        None if !word.is_empty() => Err(word),
        found => Ok(found),
    }
}

/// A pair that the linker didn't compare.
fn unscored<'a>(subject: &'a Site, object: &'a Site) -> Link<'a> {
    Link {
        subject,
        object,
        predicate: Predicate::Close,
        verdict: Verdict::Refused,
        confidence: 0.0,
        justification: Justification::Manual,
        distance_km: None,
        name_similarity: 0.0,
        cardinality: None,
        reasons: Vec::new(),
        own_names: false,
    }
}

fn settle(link: &mut Link, accepted: bool, predicate: Option<Predicate>) {
    let scored = link.verdict.name();
    link.justification = Justification::Manual;
    link.confidence = 1.0;
    if accepted {
        link.verdict = Verdict::Linked;
        let known = predicate.unwrap_or(link.predicate);
        // Whoever accepts a pair without a word on how says that the two are one.
        link.predicate = if known == Predicate::Related { Predicate::Close } else { known };
    } else {
        link.verdict = Verdict::Refused;
    }
    let settled = if accepted { "accepted" } else { "rejected" };
    link.reasons.insert(0, format!("{settled} in review (by score: {scored})"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_means_nothing_stops() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("reviewed.csv");
        std::fs::write(&file, "subject_id,object_id,review\na,b,perhaps\n").unwrap();
        let error = Reviewed::read(&file).unwrap_err().to_string();
        assert!(error.contains("row 2") && error.contains("\"perhaps\""), "{error}");
        std::fs::write(&file, "subject_id,review\na,yes\n").unwrap();
        let error = Reviewed::read(&file).unwrap_err().to_string();
        assert!(error.contains("object_id"), "{error}");
    }
}
