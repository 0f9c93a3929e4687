//! The catalogue's JSON: which files an item has, and which of them are wanted.
//!
//! ScienceBase's own description is its [item core
//! model](https://www.usgs.gov/sciencebase-instructions-and-documentation/item-core-model). Files
//! stand in `files`, and those of a shapefile or raster in `facets`. Files of some size lie in the
//! cloud: `publishedS3Uri` leads to them, while `downloadUri` may lead to a page for people.

use serde::Deserialize;

use super::client::Client;
use super::download::Wanted;
use super::event::Event;
use super::names;
use super::retry::{Failure, Retries};
use super::sources::{Catalogue, Source};
use crate::error::{At, Error, Result};

/// What to do where a catalogue's answer makes no sense.
const LOOK: &str = "the service may be down, or a proxy may ask you to log in: open the address in \
                    a browser";

/// An item of the catalogue, as far as it is needed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    id: Option<String>,
    identifiers: Option<Vec<Identifier>>,
    files: Option<Vec<Listed>>,
    facets: Option<Vec<Facet>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Identifier {
    r#type: Option<String>,
    key: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Facet {
    files: Option<Vec<Listed>>,
}

/// A file as an item lists it.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Listed {
    name: Option<String>,
    size: Option<serde_json::Value>,
    checksum: Option<Checksum>,
    #[serde(rename = "publishedS3Uri")]
    published: Option<String>,
    download_uri: Option<String>,
    url: Option<String>,
}

#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(default)]
struct Checksum {
    r#type: Option<String>,
    value: Option<String>,
}

/// What a search finds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Found {
    items: Option<Vec<Item>>,
}

/// A source's files, with the page that lists them.
#[derive(Debug)]
pub(super) struct Listing {
    /// The page of the item.
    pub item: Option<String>,
    /// The files that are wanted.
    pub files: Vec<Wanted>,
}

/// How to speak with a catalogue.
pub(super) struct Asking<'a> {
    pub catalogue: &'a Catalogue,
    pub client: &'a Client,
    pub retries: Retries,
}

impl Asking<'_> {
    /// The files of a source that are wanted. Its item goes by its id; where there is none of that
    /// id, or it has another DOI, by its DOI.
    ///
    /// # Errors
    /// A catalogue that doesn't answer, or not as expected; an item without the files wanted; a file
    /// of another version than is known, unless `accept_new`.
    pub fn list(
        &self,
        source: &Source,
        accept_new: bool,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<Listing> {
        let by_id = source.item.as_ref().map(|id| self.item(id, source.doi(), watch));
        let (address, item) = match (by_id, source.doi()) {
            (Some(Ok(found)), _) => found,
            (Some(Err(Failure::Refused(error))), Some(doi)) => {
                self.find(doi, watch)?.ok_or_else(|| error.with_hint(at_doi(doi)))?
            }
            (Some(Err(failure)), _) => return Err(failure.settled()),
            (None, Some(doi)) => self.find(doi, watch)?.ok_or_else(|| {
                Error::not_found(format!("the catalogue has no item of the DOI {doi}"))
                    .with_hint(at_doi(doi))
            })?,
            (None, None) => {
                return Err(Error::not_found(format!("{} has no item", source.name)));
            }
        };
        let files = self.wanted(source, &item, &address, accept_new)?;
        Ok(Listing { item: Some(page(&address)), files })
    }

    /// The item of an id, where it has the DOI or none.
    fn item(
        &self,
        id: &str,
        doi: Option<&str>,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> std::result::Result<(String, Item), Failure> {
        let url = self.catalogue.item.replace("{id}", id);
        let item: Item = self.json(&url, watch)?;
        let dois: Vec<String> = item.dois().collect();
        match doi {
            Some(doi) if !dois.is_empty() && !dois.contains(&plain(doi)) => {
                let reason = format!("is of the DOI {}, not {doi}", dois.join(", "));
                Err(Failure::Refused(Error::input(At::file(&url), reason)))
            }
            _ => Ok((url, item)),
        }
    }

    /// The item of a DOI: the one that the catalogue finds, else the one that the DOI leads to.
    fn find(&self, doi: &str, watch: &mut dyn FnMut(Event<'_>)) -> Result<Option<(String, Item)>> {
        // Some items have it with "doi:" before it, others without.
        let keys = [format!("doi:{doi}"), doi.to_owned()];
        for url in self
            .catalogue
            .find
            .iter()
            .flat_map(|find| keys.iter().map(|key| find.replace("{doi}", &encoded(key))))
        {
            // It is said to refuse some of the searches that its own page describes.
            let found = match self.json::<Found>(&url, watch) {
                Err(Failure::Refused(_)) => continue,
                found => found.map_err(Failure::settled)?,
            };
            let mut items = found.items.unwrap_or_default();
            items.retain(|item| item.dois().any(|other| other == plain(doi)));
            if let [Item { id: Some(id), .. }] = items.as_slice() {
                return self.item(id, Some(doi), watch).map(Some).map_err(Failure::settled);
            }
        }
        let Some(resolver) = &self.catalogue.resolver else { return Ok(None) };
        let url = resolver.replace("{doi}", doi);
        let landed = match self.retries.run(&url, watch, |_| self.client.landing(&url)) {
            Err(Failure::Refused(_)) => return Ok(None),
            landed => landed.map_err(Failure::settled)?,
        };
        // The page of an item has the address of its JSON, but for what asks for that.
        let start = self.catalogue.item.split("{id}").next().unwrap_or_default();
        let id = page(&landed).strip_prefix(start).map(str::to_owned);
        match id.filter(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric())) {
            Some(id) => self.item(&id, Some(doi), watch).map(Some).map_err(Failure::settled),
            None => Ok(None),
        }
    }

    fn json<T: serde::de::DeserializeOwned>(
        &self,
        url: &str,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> std::result::Result<T, Failure> {
        let bytes = self.retries.run(url, watch, |_| self.client.short(url))?;
        serde_json::from_slice(&bytes).map_err(|cause| {
            let page = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
            let reason = match page {
                true => "answers with a web page, not with JSON".to_owned(),
                false => format!("does not answer as a catalogue does: {cause}"),
            };
            Failure::Final(Error::input(At::file(url), reason).with_hint(LOOK))
        })
    }

    /// The files of an item that a source's patterns want.
    fn wanted(
        &self,
        source: &Source,
        item: &Item,
        address: &str,
        accept_new: bool,
    ) -> Result<Vec<Wanted>> {
        let listed = item.listed();
        let fitting = |pattern: &String| -> Vec<&Listed> {
            listed.iter().copied().filter(|file| names::fits(pattern, file.name())).collect()
        };
        let main = source.files.iter().map(fitting).find(|files| !files.is_empty());
        let Some(main) = main else {
            let names: Vec<&str> = listed.iter().take(10).map(|file| file.name()).collect();
            let reason = format!("lists no file that fits {}", source.files.join(" or "));
            return Err(Error::input(At::file(address), reason)
                .with_hint(format!("it lists: {}", or_nothing(&names.join(", ")))));
        };
        let with = source.with.iter().flat_map(fitting).map(|file| (file, false));
        let metadata = source.metadata.iter().flat_map(fitting).map(|file| (file, true));
        let all = main.into_iter().map(|file| (file, false)).chain(with).chain(metadata);
        let mut wanted: Vec<Wanted> = Vec::new();
        for (file, metadata) in all {
            let one = self.one(source, item, file, metadata, address, accept_new)?;
            match wanted.iter().find(|known| known.name.eq_ignore_ascii_case(&one.name)) {
                None => wanted.push(one),
                // A file may fit several patterns, and stand among the files and in a facet.
                Some(known) if known.is_same(&one) => {}
                Some(_) => {
                    let reason = format!("lists two files of the name {}", one.name);
                    return Err(Error::input(At::file(address), reason));
                }
            }
        }
        Ok(wanted)
    }

    /// One of them, with all its addresses and what it has to be.
    fn one(
        &self,
        source: &Source,
        item: &Item,
        file: &Listed,
        metadata: bool,
        address: &str,
        accept_new: bool,
    ) -> Result<Wanted> {
        let name = file.name().to_owned();
        let at = || At::file(address);
        if let Some(reason) = names::refused(&name) {
            let reason = format!("lists a file by the name {name:?}, which is refused: {reason}");
            return Err(Error::input(at(), reason));
        }
        let mut urls: Vec<String> = file.urls().map(str::to_owned).collect();
        if let (Some(template), Some(id)) = (&self.catalogue.file, &item.id) {
            urls.push(template.replace("{id}", &encoded(id)).replace("{name}", &encoded(&name)));
        }
        let mut seen = Vec::new();
        urls.retain(|url| {
            !seen.contains(url) && {
                seen.push(url.clone());
                true
            }
        });
        if urls.is_empty() {
            return Err(Error::input(at(), format!("gives no address of {name}")));
        }
        let mut wanted = Wanted {
            bytes: file.bytes(),
            md5: file.checksum("md5"),
            sha256: file.checksum("sha256"),
            page: Some(page(address)),
            name,
            urls,
            metadata,
        };
        if let Some(known) = source.known(&wanted.name).filter(|_| !accept_new) {
            wanted.hold_to(known).map_err(|reason| Error::input(at(), reason).with_hint(NEWER))?;
        }
        Ok(wanted)
    }
}

/// What to do where no item is found.
fn at_doi(doi: &str) -> String {
    format!(
        "https://doi.org/{doi} leads to its page: what is downloaded there is given with --data"
    )
}

/// What to do where a file is not the one that is known.
const NEWER: &str = "it may have been published anew: look at its page, then --accept-new takes it";

impl Item {
    /// The item's DOIs, without a resolver before them, in lower case.
    fn dois(&self) -> impl Iterator<Item = String> {
        let identifiers = self.identifiers.iter().flatten();
        identifiers
            .filter(|one| {
                one.r#type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("doi"))
            })
            .filter_map(|one| Some(plain(one.key.as_deref()?)))
    }

    /// The files that have a name, those of facets after the item's own.
    fn listed(&self) -> Vec<&Listed> {
        let facets = self.facets.iter().flatten().flat_map(|facet| facet.files.iter().flatten());
        let files = self.files.iter().flatten().chain(facets);
        files.filter(|file| file.name.is_some()).collect()
    }
}

impl Listed {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// The size, as a number or as text that spells one; 0 stands for one not known.
    fn bytes(&self) -> Option<u64> {
        let size = self.size.as_ref()?;
        size.as_u64().or_else(|| size.as_str()?.parse().ok()).filter(|bytes| *bytes > 0)
    }

    /// A checksum of a kind, in lower case.
    fn checksum(&self, kind: &str) -> Option<String> {
        let sum = self.checksum.as_ref()?;
        let stated: String =
            sum.r#type.as_deref()?.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let value = sum.value.as_deref()?.trim().to_lowercase();
        (stated == kind && !value.is_empty()).then_some(value)
    }

    /// Where it may be had, the best first.
    fn urls(&self) -> impl Iterator<Item = &str> {
        let urls = [&self.published, &self.download_uri, &self.url];
        urls.into_iter().flatten().map(String::as_str).filter(|url| !url.is_empty())
    }
}

/// A DOI without a resolver before it, in lower case: DOIs know no case.
fn plain(doi: &str) -> String {
    let doi = doi.trim().to_lowercase();
    let bare = ["doi:", "https://doi.org/", "http://doi.org/", "https://dx.doi.org/"]
        .iter()
        .find_map(|start| doi.strip_prefix(start));
    bare.unwrap_or(&doi).trim().to_owned()
}

/// The page of an item for people: its address without what asks for JSON.
fn page(address: &str) -> String {
    address.split('?').next().unwrap_or(address).to_owned()
}

/// Text as a part of an address, in the percent encoding of RFC 3986.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn or_nothing(list: &str) -> &str {
    if list.is_empty() { "nothing" } else { list }
}
