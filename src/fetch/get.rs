//! Fetching: a source's files, all or none, into the cache.

use time::OffsetDateTime;

use super::cache::Cache;
use super::catalogue::{Asking, Listing};
use super::client::Client;
use super::download::{Getting, Wanted};
use super::event::Event;
use super::keep::Keep;
use super::names;
use super::record::Record;
use super::retry::Retries;
use super::sources::{Source, Sources};
use crate::error::{At, Error, Result};

/// How to fetch.
#[derive(Debug)]
pub struct Settings {
    /// Who asks.
    pub client: Client,
    /// How often.
    pub retries: Retries,
    /// The most bytes of one dataset.
    pub most: u64,
    /// Whether to fetch again what is there.
    pub force: bool,
    /// Whether to take a file that is not the version known.
    pub accept_new: bool,
}

/// What came of fetching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The files were fetched.
    Fetched(Record),
    /// They were there already.
    There(Record),
}

/// Fetches the files of a source into the cache, unless they are there. All are checked before the
/// first takes its place, so that a failure leaves what was there.
///
/// # Errors
/// A catalogue or server that doesn't give what is wanted; files that are not what they have to be,
/// or too large; a cache that can't be written.
pub fn fetch(
    source: &Source,
    sources: &Sources,
    cache: &Cache,
    settings: &Settings,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Outcome> {
    if let Some(record) = there(source, cache, settings.force)? {
        return Ok(Outcome::There(record));
    }
    let mut waited = false;
    let keep = Keep::lock(cache, &source.name, &mut |event| {
        waited |= event == Event::Waiting;
        watch(event);
    })?;
    // Who waited finds what the other fetched just now, and was told to fetch again no sooner.
    if let Some(record) = there(source, cache, settings.force && !waited)? {
        return Ok(Outcome::There(record));
    }
    match get(source, sources, cache, &keep, settings, watch) {
        Ok(record) => Ok(Outcome::Fetched(record)),
        Err(error) => {
            keep.leave();
            Err(error)
        }
    }
}

/// The record of a source whose files are there, unless they are to be fetched again.
fn there(source: &Source, cache: &Cache, force: bool) -> Result<Option<Record>> {
    if force {
        return Ok(None);
    }
    Ok(cache.record(&source.name)?.filter(|record| cache.holds(record)))
}

fn get(
    source: &Source,
    sources: &Sources,
    cache: &Cache,
    keep: &Keep,
    settings: &Settings,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Record> {
    let (client, retries) = (&settings.client, settings.retries);
    let Listing { item, files } = match &sources.catalogue {
        Some(catalogue) if source.urls.is_empty() => {
            let asking = Asking { catalogue, client, retries };
            asking.list(source, settings.accept_new, watch)?
        }
        _ => addresses(source, settings.accept_new)?,
    };
    let listed: u64 = files.iter().filter_map(|file| file.bytes).sum();
    if listed > settings.most {
        let [listed, most] = [listed, settings.most].map(|bytes| bytes.div_ceil(1_000_000));
        let reason = format!("{} has {listed} MB; at most {most} MB are fetched", source.name);
        return Err(Error::not_found(reason).with_hint("--max-size MB allows more"));
    }

    // A record that can't be read is one of files that are fetched again.
    let old = cache.record(&source.name).ok().flatten();
    let getting = Getting { client, retries };
    let mut room = settings.most;
    let mut got = Vec::new();
    for wanted in &files {
        let part = keep.part(wanted, old.as_ref())?;
        let file = getting.get(wanted, &part, room, watch)?;
        room = room.saturating_sub(file.bytes);
        got.push(file);
    }
    let fetched = now();
    let day = fetched.split('T').next().unwrap_or_default();
    let record = Record {
        name: source.name.clone(),
        title: source.title().into(),
        doi: source.doi().map(Into::into),
        licence: source.licence().map(Into::into),
        item,
        folder: keep.fresh(day),
        fetched,
        by: concat!("reemap ", env!("CARGO_PKG_VERSION")).into(),
        file: got,
    };
    keep.put(&record)?;
    Ok(record)
}

/// The files of a source that lists their addresses itself.
fn addresses(source: &Source, accept_new: bool) -> Result<Listing> {
    let mut files: Vec<Wanted> = Vec::new();
    for url in &source.urls {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let refused = |reason: &str| Error::input(At::file(url), reason);
        if let Some(reason) = names::refused(&name) {
            return Err(refused(&format!("names no file that can be kept: {reason}")));
        }
        if files.iter().any(|known| known.name.eq_ignore_ascii_case(&name)) {
            return Err(refused("names a file as another address does"));
        }
        let mut wanted = Wanted { name, urls: vec![url.clone()], ..Wanted::default() };
        wanted.page.clone_from(&source.page);
        if let Some(known) = source.known(&wanted.name).filter(|_| !accept_new) {
            wanted.hold_to(known).map_err(|reason| refused(&reason))?;
        }
        files.push(wanted);
    }
    Ok(Listing { item: source.page.clone(), files })
}

/// The time, in UTC, as RFC 3339 writes it.
fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (date, time) = (now.date(), now.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
