//! `reemap export`: sites as GeoJSON or CSV.

use clap::ValueEnum;
use reemap::export::{self, Metadata};
use reemap::{Result, output};

use super::args::{DataArgs, FilterArgs, OutputArgs};
use super::load::load;
use super::terminal::Terminal;

/// Write sites as GeoJSON (RFC 7946) or CSV, with the same properties
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap export -o sites.geojson
  reemap export --status active --country China --format csv -o china.csv
  reemap export --data Global_REE_occurrence_database.xlsx | jq .metadata
  reemap export --bbox 110,22,117,27 --ree-type heavy

A site without location is written with a null geometry. In CSV, text that a spreadsheet
would run as a formula gets an apostrophe before it.")]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The format; by default that of the output file's name, else geojson
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    format: Option<Format>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

/// The form in which sites are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Geojson,
    Csv,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let selection = args.filter.selection();
    let loaded = load(&args.data, &selection, terminal)?;
    let (sites, selector) = loaded.select(&selection, terminal)?;
    let target = args.output.target();
    let by_name = match &target {
        output::Target::File(path)
            if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv")) =>
        {
            Format::Csv
        }
        _ => Format::Geojson,
    };
    output::write(&target, &loaded.inputs(), |out| match args.format.unwrap_or(by_name) {
        Format::Geojson => {
            let metadata = Metadata::new(&sites, selector.describe(), loaded.rules.version());
            export::geojson::write(&sites, &metadata, out)
        }
        Format::Csv => export::csv::write(&sites, out),
    })
}
