//! `reemap fetch`: the official files into the cache, and what is there.

use std::path::PathBuf;

use reemap::fetch::cache::Cache;
use reemap::fetch::sources::{Source, Sources};
use reemap::output::{self, Target};
use reemap::table::{Table, Value};
use reemap::{Error, Result};

use super::args::{CacheArgs, OutputArgs, TableFormat};
use super::count::print;
#[cfg(feature = "fetch")]
use super::fetching::fetch;
use super::terminal::Terminal;

/// Fetch the official files, for --data NAME; without a name, list what there is to fetch and what
/// was fetched
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap fetch
  reemap fetch china-gis
  reemap count --by province --data china-gis
  reemap fetch all --check

Files come over TLS from where they were published, as data/sources.toml of the program says
(--show-sources). Size and checksum are held to what the catalogue and the program know. A run that
was interrupted is gone on with by the next. Proxies are those of HTTPS_PROXY, ALL_PROXY and
NO_PROXY; trusted are the authorities of the system, or those of SSL_CERT_FILE.")]
pub struct Args {
    /// global-ree, china-gis, africa-gis, indo-pacific-gis, southwest-asia-gis, natural-earth; or all
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Fetch again what is there
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
    /// Fetch nothing; hold what is there to its record, byte for byte
    #[arg(long)]
    check: bool,
    /// Take a file that is not the version that the program knows
    #[arg(long)]
    pub accept_new: bool,
    /// Print the sources that ship with the program
    #[arg(long, exclusive = true)]
    show_sources: bool,
    #[command(flatten)]
    cache: CacheArgs,
    /// Fetch from the sources of this file in place of the program's own
    #[arg(long, value_name = "FILE.toml", help_heading = "Input")]
    sources: Option<PathBuf>,
    /// Trust the authorities of this file too (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub ca_file: Option<PathBuf>,
    /// Give a try up after so long without a connection, an answer or a next byte
    #[arg(long, value_name = "SECONDS", help_heading = "Network", default_value = "30")]
    #[arg(value_parser = seconds)]
    pub timeout: f64,
    /// Try again so often where the network or a server fails
    #[arg(long, value_name = "N", help_heading = "Network", default_value = "4")]
    pub retries: u32,
    /// Wait so long before the first retry; twice as long before each next one, up to a minute
    #[arg(long, value_name = "SECONDS", help_heading = "Network", default_value = "1")]
    #[arg(value_parser = pause)]
    pub retry_delay: f64,
    /// The most to fetch for one dataset, in millions of bytes
    #[arg(long, value_name = "MB", help_heading = "Network", default_value = "4000")]
    pub max_size: u64,
    /// The form of the list
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    format: TableFormat,
    #[command(flatten)]
    output: OutputArgs,
}

/// A word for all sources.
const ALL: &str = "all";

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    if args.show_sources {
        return output::write(&Target::Stdout, &[], |out| out.write_all(Sources::TEXT.as_bytes()));
    }
    let sources = match &args.sources {
        Some(path) => Sources::read(path)?,
        None => Sources::embedded()?,
    };
    let cache = Cache::at(args.cache.cache.as_deref())?;
    let names = names(&args.names, &sources, &cache, args.check)?;
    let mut errors = if args.check {
        check(&names, &cache, terminal)?
    } else if args.names.is_empty() {
        Vec::new()
    } else {
        let wanted: Vec<&Source> = names.iter().filter_map(|name| sources.get(name)).collect();
        fetch(&args, &wanted, &sources, &cache, terminal)?
    };

    if let Some(last) = errors.pop() {
        errors.iter().for_each(|error| terminal.print_error(error));
        return Err(last);
    }
    let rows = names.iter().map(|name| row(name, &sources, &cache)).collect();
    let columns = vec!["name", "state", "fetched", "bytes", "files", "title", "folder"];
    let table = Table { columns, rows, ..Table::default() };
    print(&table, args.format, &args.output, &[], terminal)
}

/// The datasets that are meant: those named, else all that can be fetched or are there.
fn names(asked: &[String], sources: &Sources, cache: &Cache, check: bool) -> Result<Vec<String>> {
    let all = || sources.source.keys().cloned();
    let mut names: Vec<String> = Vec::new();
    for word in asked {
        match word.as_str() {
            ALL if check => names.extend(cache.names()),
            ALL => names.extend(all()),
            // What was fetched from sources of a user's own is checked without them.
            word if check && cache.record(word).is_ok_and(|record| record.is_some()) => {
                names.push(word.into());
            }
            word => names.push(sources.find(word)?.name.clone()),
        }
    }
    if asked.is_empty() {
        names = cache.names();
        if !check {
            names.extend(all());
            names.sort();
        }
    }
    let mut seen = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    Ok(names)
}

/// What is there of a dataset, as a row of the list.
fn row(name: &str, sources: &Sources, cache: &Cache) -> Vec<Value> {
    let title = sources.get(name).map(Source::title);
    match cache.record(name) {
        Ok(Some(record)) => {
            let files: Vec<&str> = record.file.iter().map(|file| file.name.as_str()).collect();
            let folder = cache.place(&record).display().to_string();
            let state = if cache.holds(&record) { "fetched" } else { "damaged" };
            vec![
                name.into(),
                state.into(),
                record.fetched.as_str().into(),
                Value::Count(record.file.iter().map(|file| file.bytes).sum()),
                files.join("; ").as_str().into(),
                title.unwrap_or(&record.title).into(),
                folder.as_str().into(),
            ]
        }
        other => {
            let state = if other.is_ok() { "not fetched" } else { "damaged" };
            let title = title.map_or(Value::None, Value::from);
            vec![
                name.into(),
                state.into(),
                Value::None,
                Value::None,
                Value::None,
                title,
                Value::None,
            ]
        }
    }
}

/// Holds the files of datasets to their records.
fn check(names: &[String], cache: &Cache, terminal: &Terminal) -> Result<Vec<Error>> {
    let progress = terminal.progress("checking");
    let mut errors = Vec::new();
    for name in names {
        let again = format!("reemap fetch --force {name} gets it again");
        match cache.record(name) {
            Err(error) => errors.push(error),
            Ok(None) => errors.push(
                Error::not_found(format!("{name} was not fetched"))
                    .with_hint(format!("reemap fetch {name} gets it")),
            ),
            Ok(Some(record)) => {
                let wrong = cache.check(&record)?;
                if !wrong.is_empty() {
                    let reason = format!("{name} is damaged: {}", wrong.join("; "));
                    errors.push(Error::not_found(reason).with_hint(again));
                }
            }
        }
    }
    drop(progress);
    Ok(errors)
}

/// The same without what is needed for it.
#[cfg(not(feature = "fetch"))]
fn fetch(_: &Args, _: &[&Source], _: &Sources, _: &Cache, _: &Terminal) -> Result<Vec<Error>> {
    Err(Error::not_found("this reemap was built without the feature fetch").with_hint(
        "cargo install --path . builds it with the feature; what another reemap fetched is found \
         all the same",
    ))
}

/// Longer than a day nobody waits.
const LONGEST: f64 = 86_400.0;

fn seconds(text: &str) -> std::result::Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.001..=LONGEST).contains(number));
    number.ok_or_else(|| format!("a number of seconds, up to {LONGEST}"))
}

fn pause(text: &str) -> std::result::Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=LONGEST).contains(number));
    number.ok_or_else(|| format!("a number of seconds from 0 to {LONGEST}"))
}
