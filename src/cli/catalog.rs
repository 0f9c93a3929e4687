//! `reemap catalog`: the embedded catalogue, made from the official files.

use std::path::PathBuf;

use reemap::{Error, Result};

use super::terminal::Terminal;

/// Make the embedded catalogue from the official files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap catalog --data Global_REE_occurrence_database.xlsx \\
      --data All_Global_REE_references.csv -o data/catalog

The program holds the catalogue that stood in data/catalog when it was built.")]
pub struct Args {
    /// The official files, folders or zips (repeatable)
    #[arg(long, value_name = "PATH", required = true, help_heading = "Input")]
    data: Vec<PathBuf>,
    /// The folder to write to
    #[arg(long, short, value_name = "DIR", help_heading = "Output")]
    output: PathBuf,
}

pub fn run(_: Args, _: &mut Terminal) -> Result<()> {
    Err(Error::usage("not built yet"))
}
