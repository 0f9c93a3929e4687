//! One file, from its address to a whole and checked `.part`.
//!
//! What has come stays in `FILE.part`, and `FILE.part.toml` says of which version it is, so that a
//! run that was interrupted, however roughly, is gone on with: by `Range`, and by `If-Range` only
//! where the server still has that version (RFC 9110, sections 13.1.5 and 14).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use md5::Md5;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ureq::http::{HeaderMap, StatusCode, header};

use super::client::{Client, LATER, Rest, is_page, text};
use super::event::Event;
use super::record;
use super::retry::{Failure, Passing, Retries};
use super::sources::Known;
use crate::error::{At, Error, Result};

/// A try that brings so many new bytes was worth it: the next failure is the first again.
const WORTH: u64 = 1 << 20;

/// A file that is wanted, and what it has to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Its name in the cache.
    pub name: String,
    /// Where it may be had; the next serves where one refuses.
    pub urls: Vec<String>,
    /// Its size, where it is known.
    pub bytes: Option<u64>,
    /// Its MD5 in lower-case hexadecimals, where it is known.
    pub md5: Option<String>,
    /// Its SHA-256, likewise.
    pub sha256: Option<String>,
    /// Whether it only describes other files.
    pub metadata: bool,
    /// The page on which a person finds it.
    pub page: Option<String>,
}

/// The version of a part: where it came from, and what the server said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Version {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
}

/// The part of a file that is there.
pub(super) struct Part {
    /// The file that grows.
    pub path: PathBuf,
    version: PathBuf,
}

/// How to get files.
pub(super) struct Getting<'a> {
    pub client: &'a Client,
    pub retries: Retries,
}

impl Part {
    /// The part of a file in a folder.
    pub fn of(folder: &Path, name: &str) -> Self {
        Part {
            path: folder.join(format!("{name}.part")),
            version: folder.join(format!("{name}.part.toml")),
        }
    }

    /// How much of it is there.
    fn len(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |meta| meta.len())
    }

    /// What version it is of, where that was written down.
    fn version(&self) -> Option<Version> {
        toml::from_str(&fs::read_to_string(&self.version).ok()?).ok()
    }

    /// Starts anew, with a version.
    fn begin(&self, version: &Version) -> Result<File> {
        // The bytes of the old version go first: a new one must never be taken to describe them.
        let file = File::create(&self.path).map_err(|cause| Error::io(&self.path, cause))?;
        let text = toml::to_string(version).unwrap_or_default();
        fs::write(&self.version, text).map_err(|cause| Error::io(&self.version, cause))?;
        Ok(file)
    }

    /// Removes it.
    pub fn remove(&self) {
        // What can't be removed is begun anew all the same.
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_file(&self.version);
    }
}

impl Wanted {
    /// Adds what is known of the file to what the catalogue says.
    ///
    /// # Errors
    /// A catalogue that says otherwise, as a clause.
    pub fn hold_to(&mut self, known: &Known) -> std::result::Result<(), String> {
        let name = &self.name;
        if let (Some(bytes), Some(other)) = (known.bytes, self.bytes)
            && bytes != other
        {
            return Err(format!("lists {name} with {other} bytes; reemap knows it with {bytes}"));
        }
        let sums =
            [("MD5", &known.md5, &mut self.md5), ("SHA-256", &known.sha256, &mut self.sha256)];
        for (sum, known, listed) in sums {
            match (known, &listed) {
                (Some(known), Some(other)) if !known.eq_ignore_ascii_case(other) => {
                    return Err(format!(
                        "lists {name} with the {sum} {other}; reemap knows it with {known}"
                    ));
                }
                (Some(known), None) => *listed = Some(known.to_ascii_lowercase()),
                _ => {}
            }
        }
        self.bytes = self.bytes.or(known.bytes);
        Ok(())
    }

    /// Whether another can be the same file, listed twice: what both say of it is the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
            && agree(&self.bytes, &other.bytes)
            && agree(&self.md5, &other.md5)
            && agree(&self.sha256, &other.sha256)
    }

    /// Whether a file is it, as far as a sum of it is known.
    pub fn is(&self, path: &Path) -> bool {
        let large =
            fs::metadata(path).is_ok_and(|meta| self.bytes.is_none_or(|all| all == meta.len()));
        if !large || (self.md5.is_none() && self.sha256.is_none()) {
            return false;
        }
        Sums::of(path).is_ok_and(|sums| {
            self.md5.as_ref().is_none_or(|md5| *md5 == sums.md5)
                && self.sha256.as_ref().is_none_or(|sha256| *sha256 == sums.sha256)
        })
    }
}

impl Version {
    fn of(url: &str, headers: &HeaderMap) -> Self {
        let owned = |name| text(headers, name).map(str::to_owned);
        Version {
            url: url.into(),
            etag: owned(header::ETAG),
            last_modified: owned(header::LAST_MODIFIED),
        }
    }

    /// What tells the server that this version is meant: a strong tag, or else a time.
    fn validator(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|tag| !tag.starts_with("W/"));
        strong.or(self.last_modified.as_deref())
    }
}

impl Getting<'_> {
    /// Gets a file of at most `most` bytes into its part; every byte of it is checked.
    ///
    /// # Errors
    /// No address that gives it; a file that is not what it has to be, of which nothing stays.
    pub fn get(
        &self,
        wanted: &Wanted,
        part: &Part,
        most: u64,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<record::File> {
        let mut first = None;
        for url in &wanted.urls {
            let mut best = part.len();
            let attempt = |watch: &mut dyn FnMut(Event<'_>)| {
                self.attempt(wanted, url, part, most, &mut best, watch)
            };
            match self.retries.run(url, watch, attempt) {
                Ok(file) => return Ok(file),
                // The best address comes first, and so does the error that tells most.
                Err(Failure::Refused(error) | Failure::GivenUp(error)) => {
                    first = first.or(Some(error));
                }
                Err(failure) => return Err(failure.settled()),
            }
        }
        let none = || Error::not_found(format!("no address of {} is known", wanted.name));
        Err(first.unwrap_or_else(none))
    }

    /// Goes on with the part, or starts it. `best` is the most of it that was ever there.
    fn attempt(
        &self,
        wanted: &Wanted,
        url: &str,
        part: &Part,
        most: u64,
        best: &mut u64,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> std::result::Result<record::File, Failure> {
        let sums = wanted.md5.is_some() || wanted.sha256.is_some();
        let known = part.version().filter(|version| version.url == url);
        let have = part.len();
        if sums && Some(have) == wanted.bytes {
            let version =
                known.unwrap_or_else(|| Version { url: url.into(), ..Version::default() });
            return self.check(wanted, url, part, version, have > 0);
        }
        // Without a sum to hold the whole to, pieces of two versions would pass for one.
        let fits = |version: &Version| {
            have > 0
                && wanted.bytes.is_none_or(|all| have < all)
                && (sums || version.validator().is_some())
        };
        let known = known.filter(fits);
        let rest = known.as_ref().map(|version| Rest { from: have, version: version.validator() });

        let response = self.client.get(url, rest.as_ref())?;
        let headers = response.headers();
        if is_page(headers) && !wanted.name.to_lowercase().contains(".htm") {
            return Err(Failure::Refused(self.page(wanted, url)));
        }
        if let Some(coding) = text(headers, header::CONTENT_ENCODING).filter(|c| *c != "identity") {
            let reason = format!("sends it packed ({coding}), which was not asked for");
            return Err(Failure::Refused(Error::input(At::file(url), reason)));
        }
        let version = Version::of(url, headers);
        let resumed = response.status() == StatusCode::PARTIAL_CONTENT;
        let length = response.body().content_length();
        let total = if resumed {
            let range = text(headers, header::CONTENT_RANGE).and_then(range);
            match (range, &known) {
                (Some((from, total)), Some(known)) if from == have && known.agrees(&version) => {
                    total
                }
                _ => return Err(self.anew(part, "sends another part than was asked for")),
            }
        } else if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            // Where a version was asked for, it is still that one, and nothing of it is missing.
            let all =
                text(headers, header::CONTENT_RANGE).and_then(|text| text.strip_prefix("bytes */"));
            let whole = all.and_then(|all| all.trim().parse().ok()) == Some(have);
            return match known.filter(|version| whole && version.validator().is_some()) {
                Some(version) => self.check(wanted, url, part, version, true),
                None => Err(self.anew(part, "has no such part")),
            };
        } else {
            length
        };
        if let (Some(total), Some(bytes)) = (total, wanted.bytes)
            && total != bytes
        {
            let reason = format!("has {total} bytes in place of the {bytes} that are listed");
            return Err(Failure::Refused(Error::input(At::file(url), reason)));
        }
        let expected = wanted.bytes.or(total);
        if expected.is_some_and(|bytes| bytes > most) {
            return Err(Failure::Final(too_large(url, most)));
        }

        let file = if resumed {
            OpenOptions::new()
                .append(true)
                .open(&part.path)
                .map_err(|cause| Error::io(&part.path, cause))
        } else {
            part.begin(&version)
        };
        let file = file.map_err(Failure::Final)?;
        let start = if resumed { have } else { 0 };
        watch(Event::File { name: &wanted.name, at: start, of: expected });
        let came = Came { part, url, expected, most };
        let mut at = start;
        let body = &mut response.into_body().into_reader();
        let mut written = came.write(file, &mut at, body, self.client, watch);
        if let Some(expected) = expected.filter(|expected| written.is_ok() && at < *expected) {
            let reason = format!("ended after {at} of {expected} bytes");
            written = Err(Failure::passing(reason, Some(LATER)));
        }
        // Bytes that come again and again are no progress.
        let anew = at >= best.saturating_add(WORTH);
        *best = at.max(*best);
        match written {
            Ok(()) => {}
            Err(Failure::Passing(passing)) => {
                return Err(Failure::Passing(Passing { anew, ..passing }));
            }
            Err(failure) => return Err(failure),
        }
        self.check(wanted, url, part, version, resumed)
    }

    /// Holds a whole part to its sums. Where it was put together of pieces, it is got once more, in one.
    fn check(
        &self,
        wanted: &Wanted,
        url: &str,
        part: &Part,
        version: Version,
        pieced: bool,
    ) -> std::result::Result<record::File, Failure> {
        let sums = Sums::of(&part.path).map_err(Failure::Final)?;
        let expected = [("MD5", &wanted.md5, &sums.md5), ("SHA-256", &wanted.sha256, &sums.sha256)];
        for (sum, expected, found) in expected {
            let Some(expected) = expected.as_ref().filter(|expected| *expected != found) else {
                continue;
            };
            part.remove();
            let reason = format!("is not what it has to be: its {sum} is {found}, not {expected}");
            return Err(match pieced {
                true => Failure::passing(reason, None),
                false => {
                    Failure::Final(Error::input(At::file(url), reason).with_hint(
                        "nothing of it was kept; try again later, or ask who publishes it",
                    ))
                }
            });
        }
        Ok(record::File {
            name: wanted.name.clone(),
            url: url.into(),
            bytes: sums.bytes,
            sha256: sums.sha256,
            md5: sums.md5,
            etag: version.etag,
            last_modified: version.last_modified,
            metadata: wanted.metadata,
        })
    }

    /// Drops the part, to begin anew.
    fn anew(&self, part: &Part, reason: &str) -> Failure {
        part.remove();
        Failure::passing(reason, None)
    }

    /// The error of an address that gives a page for people.
    fn page(&self, wanted: &Wanted, url: &str) -> Error {
        let error = Error::input(At::file(url), "answers with a web page in place of the file");
        match &wanted.page {
            Some(page) => error.with_hint(format!(
                "a person may be asked for there: open {page} in a browser, download {}, and give \
                 it with --data",
                wanted.name
            )),
            None => error,
        }
    }
}

impl Version {
    /// Whether another can be the same version: what both say is the same.
    fn agrees(&self, other: &Self) -> bool {
        agree(&self.etag, &other.etag) && agree(&self.last_modified, &other.last_modified)
    }
}

/// Whether two statements are the same, where both are made.
fn agree<T: PartialEq>(one: &Option<T>, two: &Option<T>) -> bool {
    one.is_none() || two.is_none() || one == two
}

/// What comes of a file, on its way into the part.
struct Came<'a> {
    part: &'a Part,
    url: &'a str,
    expected: Option<u64>,
    most: u64,
}

impl Came<'_> {
    /// Writes what comes; `at` is how much is there.
    fn write(
        &self,
        mut file: File,
        at: &mut u64,
        body: &mut dyn Read,
        client: &Client,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> std::result::Result<(), Failure> {
        let refused = |cause| Failure::Final(Error::io(&self.part.path, cause));
        let limit = self.expected.unwrap_or(self.most);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(client.broken(self.url, cause)),
            };
            *at += count as u64;
            if *at > limit {
                drop(file);
                self.part.remove();
                return Err(match self.expected {
                    Some(expected) => {
                        let reason = format!("sends more than the {expected} bytes it should have");
                        Failure::Refused(Error::input(At::file(self.url), reason))
                    }
                    None => Failure::Final(too_large(self.url, self.most)),
                });
            }
            file.write_all(buffer.get(..count).unwrap_or_default()).map_err(refused)?;
            watch(Event::Bytes(*at));
        }
        // What is renamed later has to be on the disk.
        file.sync_all().map_err(refused)
    }
}

fn too_large(url: &str, most: u64) -> Error {
    let reason = format!("is more than the {} MB that are still allowed", most / 1_000_000);
    Error::input(At::file(url), reason).with_hint("--max-size MB allows more for each dataset")
}

/// The first byte and the whole length of a `Content-Range`: `bytes 100-199/200`.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = range.split_once('-')?;
    Some((from.trim().parse().ok()?, total.trim().parse().ok()))
}

/// What a file's bytes come to.
struct Sums {
    bytes: u64,
    md5: String,
    sha256: String,
}

impl Sums {
    fn of(path: &Path) -> Result<Self> {
        let refused = |cause| Error::io(path, cause);
        let mut file = File::open(path).map_err(refused)?;
        let (mut md5, mut sha256, mut bytes) = (Md5::new(), Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    let read = buffer.get(..count).unwrap_or_default();
                    md5.update(read);
                    sha256.update(read);
                    bytes += count as u64;
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(refused(cause)),
            }
        }
        let hex = |digest: &[u8]| digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Sums { bytes, md5: hex(&md5.finalize()), sha256: hex(&sha256.finalize()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_that_is_sent_is_understood() {
        assert_eq!(range("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(range("bytes 0-9/*"), Some((0, None)));
        for odd in ["bytes */200", "100-199/200", "bytes x-199/200", "bytes 100"] {
            assert_eq!(range(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_weak_tag_names_no_version() {
        let version = |etag: &str, time: Option<&str>| Version {
            etag: Some(etag.into()),
            last_modified: time.map(Into::into),
            ..Version::default()
        };
        assert_eq!(version("\"a\"", None).validator(), Some("\"a\""));
        assert_eq!(version("W/\"a\"", Some("Mon")).validator(), Some("Mon"));
        assert_eq!(version("W/\"a\"", None).validator(), None);
        assert!(!version("\"a\"", None).agrees(&version("\"b\"", None)));
    }
}
