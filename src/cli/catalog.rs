//! `reemap catalog`: the embedded catalogue, made from the official files.

use std::path::PathBuf;

use reemap::Result;
use reemap::dataset::{self, Dictionary};

use super::args::CacheArgs;
use super::terminal::Terminal;

/// Make the embedded catalogue from the official files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap catalog --data Global_REE_occurrence_database.xlsx \\
      --data Global_REE_nonspatial_table.csv -o data/catalog

The program holds the catalogue that stood in data/catalog when it was built.")]
pub struct Args {
    /// The official files, folders or zips (repeatable), or what reemap fetch got: global-ree
    #[arg(long, value_name = "PATH|NAME", required = true, help_heading = "Input")]
    data: Vec<PathBuf>,
    #[command(flatten)]
    cache: CacheArgs,
    /// The folder to write to
    #[arg(long, short, value_name = "DIR", help_heading = "Output")]
    output: PathBuf,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let progress = terminal.progress("reading");
    let collection = dataset::read(
        &args.cache.paths(&args.data)?,
        &Dictionary::default(),
        &mut terminal.notices,
    )?;
    let written = dataset::catalog::make(&collection, &args.output)?;
    drop(progress);
    for file in written {
        terminal.notices.note(format!("wrote {}", file.display()));
    }
    Ok(())
}
