//! The network's part of `reemap fetch`: what is asked for, and what a user sees meanwhile.

use std::time::Duration;

use reemap::fetch::cache::Cache;
use reemap::fetch::record::{File, Record};
use reemap::fetch::sources::{Source, Sources};
use reemap::fetch::{self, Client, Event, Outcome, Retries, Settings};
use reemap::figure::legend::grouped;
use reemap::{Error, Result};

use super::fetch::Args;
use super::terminal::{Progress, Terminal};

/// Fetches sources, and gives the errors of those that could not be.
pub fn fetch(
    args: &Args,
    wanted: &[&Source],
    sources: &Sources,
    cache: &Cache,
    terminal: &Terminal,
) -> Result<Vec<Error>> {
    let settings = Settings {
        client: Client::new(Duration::from_secs_f64(args.timeout), args.ca_file.as_deref())?,
        retries: Retries { count: args.retries, first: Duration::from_secs_f64(args.retry_delay) },
        most: args.max_size.saturating_mul(1_000_000),
        force: args.force,
        accept_new: args.accept_new,
    };
    let mut errors = Vec::new();
    for source in wanted {
        let mut shown = Shown { terminal, progress: Some(terminal.progress("asking")) };
        let outcome =
            fetch::fetch(source, sources, cache, &settings, &mut |event| shown.event(event));
        drop(shown);
        match outcome {
            Ok(Outcome::Fetched(record)) => terminal.report(&told("fetched", &record)),
            Ok(Outcome::There(record)) => {
                terminal.report(&told("there already (--force fetches it again)", &record));
            }
            Err(error) => errors.push(error),
        }
    }
    Ok(errors)
}

/// A line on a dataset.
fn told(state: &str, record: &Record) -> String {
    let file = |file: &File| format!("{} ({} bytes)", file.name, grouped(file.bytes as usize));
    let files: Vec<String> = record.file.iter().map(file).collect();
    format!("{}: {state}: {}", record.name, files.join(", "))
}

/// What a user sees while files come.
struct Shown<'a> {
    terminal: &'a Terminal,
    progress: Option<Progress>,
}

impl Shown<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Bytes(at) => self.progress.iter().for_each(|progress| progress.reach(at)),
            Event::File { name, at, of } => {
                self.progress = None;
                self.progress = Some(self.terminal.progress_from(name, at, of));
            }
            Event::Waiting => self.say("another reemap fetches the same; waiting for it"),
            Event::Pause { reason, pause } => {
                self.say(&format!("{reason}; trying again in {} s", pause.as_secs_f64()));
            }
        }
    }

    /// Says a line, where no bar is.
    fn say(&mut self, text: &str) {
        self.progress = None;
        self.terminal.report(text);
        self.progress = Some(self.terminal.progress("waiting"));
    }
}
