//! `reemap map`: one map.

use std::path::PathBuf;

use reemap::{Error, Result};

use super::args::{DataArgs, FilterArgs};
use super::terminal::Terminal;

/// Make one map, by a built-in figure's name or a TOML file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap map --figure 2 -o china.svg
  reemap map --figure 1 --ree-type heavy -o heavy.png
  reemap map --figure mine.toml --data Global_REE_occurrence_database.xlsx -o mine.svg")]
pub struct Args {
    /// A built-in figure (1, 2, 3, 7) or a TOML file
    #[arg(long, value_name = "NAME_OR_TOML")]
    figure: String,
    #[command(flatten)]
    data: DataArgs,
    /// The picture to write; its name ends in .svg or .png
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: PathBuf,
    #[command(flatten)]
    filter: FilterArgs,
}

pub fn run(_: Args, _: &mut Terminal) -> Result<()> {
    Err(Error::usage("not built yet"))
}
