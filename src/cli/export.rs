//! `reemap export`: sites as GeoJSON or CSV.

use clap::ValueEnum;
use reemap::export::projected::Projected;
use reemap::export::{self, Metadata};
use reemap::site::Site;
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
  reemap export --country China --crs EPSG:32649 -o utm.csv
  reemap export --crs EPSG:3857 -o web-mercator.geojson

A site without location is written with a null geometry. In CSV, text that a spreadsheet
would run as a formula gets an apostrophe before it.

With --crs, CSV has the columns x, y and crs at its end, beside longitude and latitude. GeoJSON
has its coordinates in that system and names it in the crs member of GeoJSON 2008, which QGIS and
GDAL read; RFC 7946 knows WGS 84 only.")]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The format; by default that of the output file's name, else geojson
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    format: Option<Format>,
    /// The coordinate system in place of WGS 84: an EPSG code, a PROJ string, WKT, or a built-in
    /// projection
    #[arg(
        long,
        value_name = "CODE_OR_STRING",
        help_heading = "Output",
        allow_hyphen_values = true
    )]
    crs: Option<String>,
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
    let system = match &args.crs {
        Some(text) => Projected::new(text)?,
        None => None,
    };
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
    let format = args.format.unwrap_or(by_name);
    if let Some(system) = &system {
        note(system, format, &sites, terminal);
    }
    let system = system.as_ref();
    output::write(&target, &loaded.inputs(), |out| match format {
        Format::Geojson => {
            let mut metadata = Metadata::new(&sites, selector.describe(), loaded.rules.version());
            metadata.corrections.clone_from(&loaded.collection.corrected);
            metadata.crs = system.map(|system| system.system.title.clone());
            export::geojson::write_in(system, &sites, &metadata, out)
        }
        Format::Csv => export::csv::write_in(system, &sites, out),
    })
}

/// Says what a user of the file should know of its coordinates.
fn note(system: &Projected, format: Format, sites: &[&Site], terminal: &mut Terminal) {
    let title = &system.system.title;
    if let Some(note) = system.system.note.as_ref().filter(|note| note.shows()) {
        terminal.notices.note(format!("{title}: what is written is {}", note.text));
    }
    if format == Format::Geojson {
        terminal.notices.note(format!(
            "the GeoJSON is in {title}, as its crs member says; programs that go by RFC 7946 \
             expect WGS 84"
        ));
    }
    let points = sites.iter().filter_map(|site| site.point);
    let lost = points.filter(|point| system.coordinates(*point).is_none()).count();
    if lost > 0 {
        let have = if lost == 1 { "site has" } else { "sites have" };
        terminal.notices.note(format!("{lost} {have} no place in {title} and no coordinates"));
    }
}
