//! `reemap export`: sites as data for other programs.

use std::collections::BTreeSet;

use reemap::export::columns::Survey;
use reemap::export::plan::To;
use reemap::export::projected::Projected;
use reemap::export::{Block, Columns, Format, Metadata, Order, Plan};
use reemap::output::Target;
use reemap::site::Site;
use reemap::{Error, Result, output};

use super::args::{DataArgs, FilterArgs, OutputArgs};
use super::load::load;
use super::terminal::Terminal;

/// Write sites as GeoJSON, CSV, FlatGeobuf, GeoPackage or GeoParquet, with the same properties
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap export -o sites.geojson
  reemap export --status active --country China --format csv -o china.csv
  reemap export --data Global_REE_occurrence_database.xlsx | jq .metadata
  reemap export --bbox 110,22,117,27 --ree-type heavy
  reemap export --country China --crs EPSG:32649 -o utm.csv
  reemap export --crs EPSG:3857 -o web-mercator.geojson
  reemap export -o sites.gpkg
  reemap export --properties name,country,ree_type,treo_mt -o sites.parquet
  reemap export --data mines.csv --properties name,country,grade --order hilbert -o mines.parquet

Formats and how files of them end: geojson (.geojson, .json), geojsonseq (.geojsons: RFC 8142),
geojsonl (.geojsonl, .ndjson: a feature a line), csv, flatgeobuf (.fgb), geopackage (.gpkg),
geoparquet (.parquet). All but the sequences and CSV say where their sites are from.

A site without location is written with a null geometry. In CSV, text that a spreadsheet
would run as a formula gets an apostrophe before it.

With --crs, CSV has the columns x, y and crs at its end, beside longitude and latitude. GeoJSON
has its coordinates in that system and names it in the crs member of GeoJSON 2008, which QGIS and
GDAL read; RFC 7946 knows WGS 84 only.")]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The format; by default that of the output file's name, else geojson
    #[arg(long, value_name = "FORMAT", help_heading = "Output", value_parser = format)]
    format: Option<Format>,
    /// Only these properties, flat and in this order, separated by commas: names of reemap's
    /// (such as name, country, ree_type) or columns of your own table
    #[arg(long, value_name = "LIST", help_heading = "Output", value_delimiter = ',')]
    properties: Vec<String>,
    /// input, or hilbert: neighbours on the map are neighbours in the file, which lets readers
    /// skip more of it (GeoParquet; holds all rows in memory)
    #[arg(long, value_name = "ORDER", help_heading = "Output", value_parser = order)]
    #[arg(default_value = "input", hide_default_value = true)]
    order: Order,
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

/// How many sites are made ready at a time.
const BLOCK: usize = 1024;

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let target = args.output.target();
    let format = match (args.format, &target) {
        (Some(format), _) => format,
        (None, Target::File(path)) => Format::of_path(path).unwrap_or(Format::GeoJson),
        (None, Target::Stdout) => Format::GeoJson,
    };
    if format.needs_file() && target.is_stdout() {
        return Err(Error::usage(format!("{} can only be written to a file", format.title()))
            .with_hint("name it with -o"));
    }
    let system = match &args.crs {
        Some(text) => Projected::new(text)?,
        None => None,
    };
    let written_in = system.as_ref().map(|system| &system.system);
    // What can't be written is told before the work, not after it.
    let all = Columns::all();
    Plan { format, columns: &all, order: args.order }.check(written_in)?;
    let selection = args.filter.selection();
    let loaded = load(&args.data, &selection, terminal)?;
    let (sites, selector) = loaded.select(&selection, terminal)?;
    let columns = columns(&args.properties, &sites)?;
    let plan = Plan { format, columns: &columns, order: args.order };
    if let Some(system) = &system {
        note(system, format, &sites, terminal);
    }
    let mut metadata = Metadata::new(&sites, selector.describe(), loaded.rules.version());
    metadata.corrections.clone_from(&loaded.collection.corrected);
    metadata.crs = written_in.map(|system| system.title.clone());
    output::write_beside(&target, &loaded.inputs(), |out, path| {
        let mut writer = plan.writer(written_in, To { out, path })?;
        for sites in sites.chunks(BLOCK) {
            let mut block = Block::default();
            sites.iter().for_each(|site| plan.add(site, system.as_ref(), &mut block));
            writer.take(block)?;
        }
        writer.finish(&metadata)
    })
}

/// The columns of these names, or all properties; the user's own have the types of their values.
fn columns(names: &[String], sites: &[&Site]) -> Result<Columns> {
    if names.is_empty() {
        return Ok(Columns::all());
    }
    let own: BTreeSet<&String> = sites.iter().flat_map(|site| site.own.names.iter()).collect();
    let own: Vec<String> = own.into_iter().cloned().collect();
    let mut columns = Columns::named(names, &own)?;
    if columns.are_open() {
        let mut survey = Survey::new(&columns);
        sites.iter().for_each(|site| survey.add(site));
        columns.settle(&survey);
    }
    Ok(columns)
}

fn format(name: &str) -> std::result::Result<Format, String> {
    let names = Format::ALL.map(Format::name).join(", ");
    Format::named(name).ok_or_else(|| format!("one of: {names}"))
}

fn order(name: &str) -> std::result::Result<Order, String> {
    match name {
        "input" => Ok(Order::Input),
        "hilbert" => Ok(Order::Hilbert),
        _ => Err("one of: input, hilbert".into()),
    }
}

/// Says what a user of the file should know of its coordinates.
fn note(system: &Projected, format: Format, sites: &[&Site], terminal: &mut Terminal) {
    let title = &system.system.title;
    if let Some(note) = system.system.note.as_ref().filter(|note| note.shows()) {
        terminal.notices.note(format!("{title}: what is written is {}", note.text));
    }
    if format == Format::GeoJson {
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
