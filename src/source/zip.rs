//! Zip archives: members are unpacked to memory, or to temporary files where they are large, and
//! never under their own names.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ::zip::ZipArchive;
use ::zip::result::ZipResult;

use super::content::{Content, ReadSeek};
use super::encoding::Guess;
use super::gdb::{self, Geodatabase};
use super::kind::{HEAD, Kind, sniff};
use crate::error::{At, Error, Result};

/// Members above this size go to a temporary file.
const SPOOL: u64 = 32 << 20;

/// So do all once this much is held in memory.
const HELD: u64 = 256 << 20;

/// No member may be larger than this.
const LARGEST: u64 = 4 << 30;

/// Below this size any compression is plausible.
const PLAUSIBLE: u64 = 100 << 20;

/// Above it, data does not compress better than this.
const RATIO: u64 = 1000;

/// What an archive holds.
pub(super) struct Unpacked {
    /// Members that may be readable, by name.
    pub members: Vec<Content>,
    /// Members of other kinds, with what they are.
    pub others: Vec<(PathBuf, String)>,
    /// File geodatabases among them, by path.
    pub geodatabases: Vec<Geodatabase>,
}

/// Unpacks an archive.
pub(super) fn unpack(content: &Content) -> Result<Unpacked> {
    let mut archive = archive(content)?;
    let mut unpacked =
        Unpacked { members: Vec::new(), others: Vec::new(), geodatabases: Vec::new() };
    let names = (0..archive.len()).map(|index| {
        name(&mut archive, index).map_err(|error| {
            let reason = format!("is a damaged zip: of its member {}: {error}", index + 1);
            Error::input(content.at(), reason).with_hint("copy or download the file again")
        })
    });
    let names: Vec<_> = names.collect::<Result<_>>()?;
    let catalogs = names.iter().flatten().filter(|name| gdb::is_catalog(name));
    let mut geodatabases: BTreeMap<PathBuf, Vec<Content>> =
        catalogs.map(|name| (folder(name).to_path_buf(), Vec::new())).collect();
    let mut total = 0;
    for (index, name) in names.into_iter().enumerate() {
        let Some(name) = name else { continue };
        let path = content.path.join(&name);
        let mut tables = geodatabases.get_mut(folder(&name));
        if tables.is_some() && !gdb::is_table(&name) {
            continue;
        }
        let damaged = |reason: String| {
            Error::input(At::file(&path), format!("cannot be unpacked: {reason}"))
                .with_hint("unpack the archive, and give the folder")
        };
        let mut member = archive.by_index(index).map_err(|error| damaged(error.to_string()))?;
        let limit = limit(member.compressed_size());
        if member.size() > limit {
            return Err(too_large(&path));
        }
        let mut head = Vec::new();
        (&mut member)
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(|error| damaged(error.to_string()))?;
        let sample = Content::memory(path.clone(), head);
        if tables.is_none()
            && let Kind::Unknown(what) = sniff(&sample)?
        {
            unpacked.others.push((path, what));
            continue;
        }
        let spool = if total < HELD { SPOOL } else { HEAD };
        let head = sample.head(HEAD)?;
        let content =
            keep(path.clone(), head, member, limit, spool).map_err(|error| match error {
                Stop::Broken(error) => damaged(error.to_string()),
                Stop::TooLarge => too_large(&path),
            })?;
        total += content.size()?;
        if total > 4 * LARGEST {
            return Err(too_large(&path));
        }
        tables.as_mut().map_or(&mut unpacked.members, |tables| *tables).push(content);
    }
    unpacked.geodatabases = geodatabases
        .into_iter()
        .map(|(folder, files)| Geodatabase { path: content.path.join(folder), files })
        .collect();
    unpacked.members.sort_by(|a, b| a.path.cmp(&b.path));
    unpacked.others.sort();
    Ok(unpacked)
}

/// Refuses an archive whose members would fill the memory of a library that unpacks it unaware.
pub(super) fn guard(content: &Content) -> Result<()> {
    let mut archive = archive(content)?;
    for index in 0..archive.len() {
        let Ok(mut member) = archive.by_index(index) else { continue };
        let limit = limit(member.compressed_size()).min(1 << 30);
        // A member that breaks off is left for that library to report.
        let size = io::copy(&mut (&mut member).take(limit + 1), &mut io::sink()).unwrap_or(0);
        if size > limit {
            return Err(too_large(&content.path));
        }
    }
    Ok(())
}

fn archive(content: &Content) -> Result<ZipArchive<Box<dyn ReadSeek>>> {
    ZipArchive::new(content.open()?).map_err(|error| {
        Error::input(content.at(), format!("is a damaged zip: {error}"))
            .with_hint("copy or download the file again")
    })
}

fn limit(compressed: u64) -> u64 {
    compressed.saturating_mul(RATIO).clamp(PLAUSIBLE, LARGEST)
}

fn too_large(path: &Path) -> Error {
    Error::input(At::file(path), "unpacks to more than real data would")
        .with_hint("if it is sound, unpack it and give the folder")
}

/// A member's name with plain components only; none for folders and what systems leave behind.
fn name(archive: &mut ZipArchive<Box<dyn ReadSeek>>, index: usize) -> ZipResult<Option<PathBuf>> {
    let member = archive.by_index_raw(index)?;
    if member.is_dir() {
        return Ok(None);
    }
    let raw = member.name_raw();
    let mut guess = Guess::new();
    guess.field(raw);
    let name = guess.encoding().decode_without_bom_handling(raw).0;
    let parts =
        name.split(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..");
    let parts: Vec<&str> = parts.collect();
    let hidden = parts.iter().any(|part| part.starts_with('.') || *part == "__MACOSX");
    Ok((!hidden && !parts.is_empty()).then(|| parts.iter().collect()))
}

fn folder(name: &Path) -> &Path {
    name.parent().unwrap_or(Path::new(""))
}

enum Stop {
    Broken(io::Error),
    TooLarge,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Broken(error)
    }
}

/// Keeps the head and the rest of a member where they can be read again.
fn keep(
    path: PathBuf,
    head: Vec<u8>,
    rest: impl Read,
    limit: u64,
    spool: u64,
) -> std::result::Result<Content, Stop> {
    let mut rest = rest.take((limit + 1).saturating_sub(head.len() as u64));
    let mut bytes = head;
    let room = spool.saturating_sub(bytes.len() as u64);
    (&mut rest).take(room).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < spool {
        return Ok(Content::memory(path, bytes));
    }
    let mut file = tempfile::tempfile()?;
    file.write_all(&bytes)?;
    let size = bytes.len() as u64 + io::copy(&mut rest, &mut file)?;
    if size > limit {
        return Err(Stop::TooLarge);
    }
    Ok(Content::spooled(path, file))
}
