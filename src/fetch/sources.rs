//! What can be fetched, from `data/sources.toml` or a file of a user's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::names;
use crate::dataset::{self, About};
use crate::error::{At, Error, Result};
use crate::select::nearest;
use crate::site::Dataset;

/// What can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Where items are listed.
    pub catalogue: Option<Catalogue>,
    /// The sources, by the names that their files are found by.
    #[serde(default)]
    pub source: BTreeMap<String, Source>,
}

/// The addresses of a catalogue that speaks as ScienceBase does.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// An item as JSON; `{id}` stands for its id.
    pub item: String,
    /// The items of a DOI as JSON; `{doi}` stands for it.
    pub find: Option<String>,
    /// Where a DOI leads to the page of its item; `{doi}` stands for it.
    pub resolver: Option<String>,
    /// A file of an item; `{id}` and `{name}` stand for them.
    pub file: Option<String>,
}

/// One source: an item of the catalogue, or addresses.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The name that its files are found by.
    #[serde(skip)]
    pub name: String,
    /// Other names that it goes by.
    #[serde(default)]
    pub aliases: Vec<String>,
    title: Option<String>,
    doi: Option<String>,
    licence: Option<String>,
    /// A page about it, where it is no item of the catalogue.
    pub page: Option<String>,
    /// The catalogue's id of its item.
    pub item: Option<String>,
    /// Which of the item's files are wanted: those that fit the first of these patterns that any
    /// fits.
    #[serde(default)]
    pub files: Vec<String>,
    /// Patterns of files that are wanted and read too.
    #[serde(default)]
    pub with: Vec<String>,
    /// Patterns of files that describe the others and hold no data.
    #[serde(default)]
    pub metadata: Vec<String>,
    /// The addresses of its files, where it is no item.
    #[serde(default)]
    pub urls: Vec<String>,
    /// What is known of its files.
    #[serde(default)]
    pub known: Vec<Known>,
}

/// What is known of a file: which version is meant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: Option<u64>,
    /// Its MD5, in hexadecimals.
    pub md5: Option<String>,
    /// Its SHA-256, in hexadecimals.
    pub sha256: Option<String>,
}

impl Sources {
    /// The text of the sources that ship with the program.
    pub const TEXT: &'static str = include_str!("../../data/sources.toml");

    /// The sources that ship with the program.
    ///
    /// # Errors
    /// Broken ones: a defect of the program.
    pub fn embedded() -> Result<Self> {
        Self::parse(Self::TEXT).map_err(|reason| Error::embedded("data/sources.toml", reason))
    }

    /// The sources of a user's file.
    ///
    /// # Errors
    /// A file that can't be read, or doesn't say what is to be fetched.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|cause| Error::io(path, cause))?;
        Self::parse(&text).map_err(|reason| {
            Error::input(At::file(path), reason)
                .with_hint("reemap fetch --show-sources prints those that ship with the program")
        })
    }

    fn parse(text: &str) -> std::result::Result<Self, String> {
        let mut sources: Sources = toml::from_str(text).map_err(|error| error.to_string())?;
        for (name, source) in &mut sources.source {
            source.name.clone_from(name);
        }
        let listed = sources.catalogue.iter();
        let listed = listed
            .flat_map(|c| [Some(&c.item), c.find.as_ref(), c.resolver.as_ref(), c.file.as_ref()]);
        let urls = sources.source.values().flat_map(|source| &source.urls);
        if let Some(url) = listed.flatten().chain(urls).find(|url| !url.starts_with("https://")) {
            return Err(format!("the address {url:?} does not begin with https://"));
        }
        for source in sources.source.values() {
            let name = &source.name;
            if let Some(bad) =
                [name].into_iter().chain(&source.aliases).find(|name| !names::is_plain(name))
            {
                let why = "is not of lower-case letters, digits and hyphens";
                return Err(format!("the name {bad:?} {why}"));
            }
            let listed =
                sources.catalogue.is_some() && (source.item.is_some() || source.doi().is_some());
            if source.urls.is_empty() && !listed {
                return Err(format!("{name}: neither urls nor an item of a catalogue are given"));
            }
            if source.urls.is_empty() && source.files.is_empty() {
                return Err(format!("{name}: files doesn't say which of the item's are wanted"));
            }
        }
        Ok(sources)
    }

    /// The source of a name or alias.
    ///
    /// # Errors
    /// [`Error::Usage`], with what may have been meant, for a name that is none.
    pub fn find(&self, word: &str) -> Result<&Source> {
        self.get(word).ok_or_else(|| {
            let known: Vec<&str> = self.source.keys().map(String::as_str).collect();
            let hint = match nearest(word, known.iter().copied()).first() {
                Some(near) => format!("did you mean {near}?"),
                None => format!("one of: {}", known.join(", ")),
            };
            Error::usage(format!("unknown source {word:?}")).with_hint(hint)
        })
    }

    /// The source of a name or alias; none where there is none.
    pub fn get(&self, word: &str) -> Option<&Source> {
        let by_alias =
            || self.source.values().find(|source| source.aliases.iter().any(|alias| alias == word));
        self.source.get(word).or_else(by_alias)
    }
}

impl Source {
    /// What the dataset of its name is; none where that is no dataset's.
    fn about(&self) -> Option<&'static About> {
        let dataset = Dataset::ALL.into_iter().find(|dataset| dataset.name() == self.name)?;
        dataset::about(dataset)
    }

    /// Its title, by its own word or its dataset's.
    pub fn title(&self) -> &str {
        let title = self.title.as_deref();
        title.or_else(|| Some(&self.about()?.title)).unwrap_or(&self.name)
    }

    /// Its DOI, likewise.
    pub fn doi(&self) -> Option<&str> {
        self.doi.as_deref().or_else(|| self.about()?.doi.as_deref())
    }

    /// What is known of its file of a name.
    pub fn known(&self, name: &str) -> Option<&Known> {
        self.known.iter().find(|known| known.name == name)
    }

    /// Its licence, likewise.
    pub fn licence(&self) -> Option<&str> {
        self.licence.as_deref().or_else(|| Some(&self.about()?.licence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_that_ship_are_whole() {
        let sources = Sources::embedded().unwrap();
        for (name, source) in &sources.source {
            assert_ne!(source.title(), name, "{name} has no title");
            assert!(source.licence().is_some(), "{name}");
        }
        assert_eq!(sources.get("global-ree").unwrap().doi(), Some("10.5066/F7DR2TN4"));
        for (alias, name) in [("china", "china-gis"), ("africa", "africa-gis")] {
            assert_eq!(sources.find(alias).unwrap().name, name);
        }
        let error = sources.find("chna-gis").unwrap_err();
        assert_eq!((error.exit_code(), error.hint()), (2, Some("did you mean china-gis?")));
    }

    #[test]
    fn sources_of_ones_own_are_held_to_https_and_plain_names() {
        let refused = |text: &str| Sources::parse(text).unwrap_err();
        let plain = "[source.mine]\nurls = [\"http://example.org/a.zip\"]";
        assert!(refused(plain).contains("does not begin with https://"));
        let up = "[source.\"../up\"]\nurls = [\"https://example.org/a.zip\"]";
        assert!(refused(up).contains("lower-case letters"));
        assert!(refused("[source.mine]\nitem = \"1\"").contains("neither urls nor an item"));
        assert!(refused("[source.mine]\nurl = \"x\"").contains("unknown field"));
    }
}
