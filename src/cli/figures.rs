//! `reemap figures`: the maps, with the tables and data behind them.

use std::path::PathBuf;

use clap::ValueEnum;
use reemap::{Error, Result};

use super::args::DataArgs;
use super::terminal::Terminal;

/// Make the maps (Figures 1, 2, 3 and 7), with the tables and data behind them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap figures
  reemap figures --only 2,3 --format png --width 180
  reemap figures --data Global_REE_occurrence_database.xlsx --out maps")]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "output", help_heading = "Output")]
    out: PathBuf,
    /// Only these figures, such as 2,3
    #[arg(long, value_name = "N", value_delimiter = ',', help_heading = "Output")]
    only: Vec<String>,
    /// The formats of the pictures
    #[arg(
        long,
        value_name = "FORMAT",
        value_delimiter = ',',
        default_value = "svg,png",
        help_heading = "Output"
    )]
    format: Vec<Format>,
    /// The width of the pictures in millimetres
    #[arg(long, value_name = "MM", help_heading = "Output")]
    width: Option<f64>,
}

/// The form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Svg,
    Png,
}

pub fn run(_: Args, _: &mut Terminal) -> Result<()> {
    Err(Error::usage("not built yet"))
}
