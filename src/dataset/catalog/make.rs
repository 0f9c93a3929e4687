//! Makes the catalogue's tables of the global database from the official files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{BETWEEN, Made, SCHEMA, Table};
use crate::classify::Rules;
use crate::dataset::{Collection, about, global_ree};
use crate::error::{Error, Result};
use crate::site::{Dataset, Fact, Note, Site, Status, Term};
use crate::source::Checked;

/// Writes `global-ree.csv`, `global-ree-nonspatial.csv` (where the collection holds that table)
/// and `global-ree.toml` (what they were made from) into a folder. Facts only: of the notes what they state, parsed, and of the references their short forms.
/// The same collection gives the same bytes. Gives the files written.
///
/// # Errors
/// A collection without that table; a folder that can't be written.
pub fn make(collection: &Collection, folder: &Path) -> Result<Vec<PathBuf>> {
    let of = |dataset: Dataset| -> Vec<&Site> {
        collection.sites.iter().filter(|site| site.dataset == dataset).collect()
    };
    let (sites, nonspatial) = (of(Dataset::GlobalRee), of(Dataset::GlobalReeNonspatial));
    if sites.is_empty() {
        return Err(Error::usage(
            "none of the files given is the table Global_REE, from which the catalogue is made",
        ));
    }
    std::fs::create_dir_all(folder).map_err(|cause| Error::io(folder, cause))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|cause| Error::io(&path, cause))?;
        Ok(path)
    };
    let mut written = vec![write(Table::GlobalRee.file(), &table(&sites)?)?];
    if !nonspatial.is_empty() {
        written.push(write(Table::GlobalReeNonspatial.file(), &table(&nonspatial)?)?);
    }
    let made = made(collection, &sites, &nonspatial)?;
    written.push(write("global-ree.toml", made.to_toml().as_bytes())?);
    Ok(written)
}

/// A table as csv.
fn table(sites: &[&Site]) -> Result<Vec<u8>> {
    let rules = Rules::embedded()?;
    let broken = |error: &dyn std::fmt::Display| Error::Embedded {
        what: "catalogue",
        reason: error.to_string(),
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(Table::GlobalRee.columns()).map_err(|error| broken(&error))?;
    for site in sites {
        let facts = |column: &str| {
            site.notes
                .iter()
                .filter(|note| note.column == column)
                .map(|note| facts(&rules, note))
                .collect::<Vec<_>>()
                .join(BETWEEN)
        };
        let [hree, lree, ratio, ree] = global_ree::NOTES.map(facts);
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let coordinate =
            |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let one = |term: &Option<Term>| term.as_ref().map(Term::to_string).unwrap_or_default();
        // An unknown status is never certain; it needs no mark.
        let certain = site.status_certain || site.status == Status::Unknown;
        let status = Term { name: site.status.name().into(), certain };
        writer
            .write_record(
                [
                    site.id.clone(),
                    site.source_id.clone(),
                    optional(&site.record.key),
                    site.name.clone(),
                    site.other_names.join(BETWEEN),
                    optional(&site.stated_country),
                    optional(&site.stated_province),
                    coordinate(site.point.map(|point| point.x())),
                    coordinate(site.point.map(|point| point.y())),
                    one(&site.kind),
                    joined(&site.deposit_types),
                    optional(&site.deposit_subtype),
                    joined(&site.commodities),
                    joined(&site.ree_minerals),
                    one(&site.stage),
                    status.to_string(),
                    hree,
                    lree,
                    ratio,
                    ree,
                    site.references.join(BETWEEN),
                ]
                .into_iter()
                .chain(site.resources.fields()),
            )
            .map_err(|error| broken(&error))?;
    }
    writer.into_inner().map_err(|error| broken(&error))
}

/// What a note states: as it came, or parsed from its text.
fn facts(rules: &Rules, note: &Note) -> String {
    match &note.text {
        Some(text) => Fact::join(&rules.parse_note(&note.column, text).0),
        None => Fact::join(&note.facts),
    }
}

fn joined(terms: &[Term]) -> String {
    terms.iter().map(Term::to_string).collect::<Vec<_>>().join(BETWEEN)
}

/// What the tables were made from.
fn made(collection: &Collection, sites: &[&Site], nonspatial: &[&Site]) -> Result<Made> {
    let files: BTreeSet<&str> =
        sites.iter().chain(nonspatial).map(|site| site.record.file.as_str()).collect();
    let sources: BTreeMap<String, about::Source> = collection
        .inputs
        .iter()
        // A member of a zip is named below the zip.
        .filter(|input| files.iter().any(|file| Path::new(file).starts_with(&input.path)))
        .filter_map(|input| {
            let name = input.path.file_name()?.to_string_lossy().into_owned();
            let checked = input
                .checked()
                .map(|Checked { sha256, bytes, .. }| about::Source { sha256, bytes });
            Some(checked.map(|source| (name, source)))
        })
        .collect::<Result<_>>()?;
    let without = nonspatial.len() as u64;
    Ok(Made {
        schema: SCHEMA,
        rows: sites.len() as u64,
        records_without_location: (without > 0).then_some(without),
        source: sources,
    })
}
