//! The sources' status words, folded to one vocabulary by `data/rules/status.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::terms;
use crate::error::{Error, Notices, Result};
use crate::site::{Site, Status};

/// Where a status word comes from; each source has words of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `P_Status` of the global database.
    GlobalRee,
    /// `LocOpStat` of the GIS compilations.
    Gis,
}

/// A status, and whether it can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// The status.
    pub status: Status,
    /// False where the source doubts or assumes it, or it isn't known.
    pub certain: bool,
}

/// The rules that fold status words.
#[derive(Debug)]
pub struct Statuses {
    global_ree: BTreeMap<String, Folded>,
    gis: BTreeMap<String, Folded>,
}

/// The rules as the file holds them.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    global_ree: BTreeMap<String, String>,
    gis: BTreeMap<String, String>,
}

impl Statuses {
    /// The rules that ship with the program.
    pub fn embedded() -> Result<&'static Self> {
        static RULES: OnceLock<std::result::Result<Statuses, String>> = OnceLock::new();
        RULES
            .get_or_init(|| Self::parse(include_str!("../../data/rules/status.toml")))
            .as_ref()
            .map_err(|reason| Error::embedded("data/rules/status.toml", reason))
    }

    fn parse(text: &str) -> std::result::Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        Ok(Statuses { global_ree: folded(file.global_ree)?, gis: folded(file.gis)? })
    }

    /// What a status word folds to; none for a word that the rules don't know. No word at all
    /// is `unknown`.
    pub fn fold(&self, source: Source, stated: Option<&str>) -> Option<Folded> {
        let Some(stated) = stated else {
            return Some(Folded { status: Status::Unknown, certain: false });
        };
        let (word, undoubted) = terms::undoubted(stated);
        let words = match source {
            Source::GlobalRee => &self.global_ree,
            Source::Gis => &self.gis,
        };
        let found = *words.get(&word.to_lowercase())?;
        let known = found.status != Status::Unknown;
        Some(Folded { certain: known && found.certain && undoubted, ..found })
    }

    /// Gives a site the status its source states; an unknown word is noted and gives `unknown`.
    pub fn apply(
        &self,
        source: Source,
        stated: Option<String>,
        site: &mut Site,
        notices: &mut Notices,
    ) {
        let folded = self.fold(source, stated.as_deref()).unwrap_or_else(|| {
            if let Some(word) = &stated {
                notices.note(format!(
                    "{}: the status \"{word}\" is not known and counts as unknown",
                    site.record.file
                ));
            }
            Folded { status: Status::Unknown, certain: false }
        });
        site.status = folded.status;
        site.status_certain = folded.certain;
        site.stated_status = stated;
    }
}

fn folded(
    words: BTreeMap<String, String>,
) -> std::result::Result<BTreeMap<String, Folded>, String> {
    words.into_iter().map(|(word, status)| Ok((word.to_lowercase(), parse(&status)?))).collect()
}

/// The status that words name: its name (`past-producer`) or a spelling of any source in
/// `data/rules/status.toml` (`Past producer`, `Not known`), letter case and a `(?)` aside.
pub fn from_words(words: &str) -> Option<Status> {
    let (words, _) = terms::undoubted(words);
    Status::from_name(&words).or_else(|| {
        let rules = Statuses::embedded().ok()?;
        let words = words.to_lowercase();
        let folded = rules.global_ree.get(&words).or_else(|| rules.gis.get(&words))?;
        Some(folded.status)
    })
}

/// Reads a status by its name, uncertain where `(?)` follows.
pub fn parse(text: &str) -> std::result::Result<Folded, String> {
    let (name, certain) = terms::undoubted(text);
    let status = Status::from_name(&name).ok_or_else(|| format!("no status is named {name}"))?;
    Ok(Folded { status, certain })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(source: Source, word: &str) -> (Status, bool) {
        let folded = Statuses::embedded().unwrap().fold(source, Some(word)).unwrap();
        (folded.status, folded.certain)
    }

    #[test]
    fn words_fold_with_their_doubt() {
        assert_eq!(fold(Source::GlobalRee, "Producer"), (Status::Producer, true));
        assert_eq!(fold(Source::GlobalRee, "No produciton(?)"), (Status::NoProduction, false));
        assert_eq!(fold(Source::GlobalRee, "No Production"), (Status::NoProduction, true));
        assert_eq!(fold(Source::Gis, "Assumed Active"), (Status::AssumedActive, false));
        assert_eq!(fold(Source::Gis, "C&M"), (Status::CareAndMaintenance, true));
        assert_eq!(Statuses::embedded().unwrap().fold(Source::Gis, Some("Placer")), None);
    }

    #[test]
    fn an_unknown_status_is_never_certain() {
        assert_eq!(fold(Source::GlobalRee, "Not known"), (Status::Unknown, false));
        let none = Statuses::embedded().unwrap().fold(Source::Gis, None).unwrap();
        assert_eq!((none.status, none.certain), (Status::Unknown, false));
    }

    #[test]
    fn statuses_are_found_by_the_sources_words() {
        for (words, status) in [
            ("Past producer", Status::PastProducer),
            ("past byproduct producer(?)", Status::PastByproduct),
            ("not known", Status::Unknown),
            ("No produciton", Status::NoProduction),
            ("Assumed Active", Status::AssumedActive),
            ("C&M", Status::CareAndMaintenance),
            ("care-and-maintenance", Status::CareAndMaintenance),
        ] {
            assert_eq!(from_words(words), Some(status), "{words}");
        }
        assert_eq!(from_words("past"), None);
    }

    #[test]
    fn an_unknown_word_is_named() {
        let mut site = Site::new(crate::site::Dataset::AfricaGis, "X", "X");
        let mut notices = Notices::default();
        Statuses::embedded().unwrap().apply(
            Source::Gis,
            Some("Placer".into()),
            &mut site,
            &mut notices,
        );
        assert_eq!((site.status, site.status_certain), (Status::Unknown, false));
        assert!(notices.notes[0].contains("\"Placer\""), "{:?}", notices.notes);
    }
}
