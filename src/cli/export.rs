//! `reemap export`: sites as data for other programs.

use std::io::{self, IsTerminal};

use reemap::crs::System;
use reemap::export::columns::Survey;
use reemap::export::plan::To;
use reemap::export::projected::{Projected, on_this_thread};
use reemap::export::{Block, Columns, Format, Metadata, Order, Plan, Tally};
use reemap::output::{self, Target};
use reemap::property::Column;
use reemap::select::Selection;
use reemap::site::{Needs, Site};
use reemap::{Error, Result};

use super::args::{DataArgs, FilterArgs, OutputArgs};
use super::load::{Loaded, load_to_pass};
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

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let target = args.output.target();
    let format = match (args.format, &target) {
        (Some(format), _) => format,
        (None, Target::File(path)) => Format::of_path(path).unwrap_or(Format::GeoJson),
        (None, Target::Stdout) => Format::GeoJson,
    };
    if target.is_stdout() && !format.is_text() && io::stdout().is_terminal() {
        return Err(Error::usage(format!("{} is nothing to read on a terminal", format.title()))
            .with_hint("name a file with -o, or send it through a pipe"));
    }
    let projected = args.crs.as_deref().map(Projected::new).transpose()?.flatten();
    let system = projected.as_ref().map(|projected| &projected.system);
    let written_in = args.crs.as_deref().filter(|_| system.is_some());
    // What can't be written is told before the work, not after it.
    Plan { format, columns: &Columns::all(), order: args.order }.check(system)?;
    let selection = args.filter.selection();
    let loaded = load_to_pass(&args.data, &selection, terminal)?;
    let columns = columns(&args.properties, &loaded, &selection, format, terminal)?;
    let plan = Plan { format, columns: &columns, order: args.order };
    if let Some(system) = system {
        note(system, format, terminal);
    }
    let filter = selection.resolve(loaded.gazetteer)?.describe().map(str::to_owned);
    let mut needs = Needs::default();
    plan.needs(&mut needs);
    let mut tally = Tally::default();
    output::write_with_scratch(&target, &loaded.inputs(), |out, scratch| {
        let mut writer = plan.writer(system, To { out, scratch })?;
        let add = |block: &mut Block, site: &Site| {
            on_this_thread(written_in, |projected| plan.add(site, projected, block));
        };
        let take = |block: Block| {
            tally.join(&block.tally);
            writer.take(block)
        };
        loaded.pass(&selection, needs, terminal, Block::default, add, take)?;
        let mut metadata = Metadata::of(&tally, filter.as_deref(), loaded.rules.version());
        metadata.corrections.clone_from(&loaded.collection.corrected);
        metadata.coast_km = loaded.coast_km;
        metadata.crs = system.map(|system| system.title.clone());
        writer.finish(&metadata)
    })?;
    if let (Some(system), 1..) = (system, tally.lost()) {
        let (lost, title) = (tally.lost(), &system.title);
        let have = if lost == 1 { "site has" } else { "sites have" };
        terminal.notices.note(format!("{lost} {have} no place in {title} and no coordinates"));
    }
    Ok(())
}

/// The columns of these names, or all properties; the user's own have the types of their values.
fn columns(
    names: &[String],
    loaded: &Loaded,
    selection: &Selection,
    format: Format,
    terminal: &mut Terminal,
) -> Result<Columns> {
    if names.is_empty() {
        return Ok(Columns::all());
    }
    let mut columns = Columns::named(names, &loaded.own_columns())?;
    if columns.are_open() && format != Format::Csv {
        let mut needs = Needs::default();
        let own = columns.fields().iter().filter(|field| matches!(field.column, Column::Own(..)));
        own.for_each(|field| needs.column(&field.column));
        let start = || Survey::new(&columns);
        let mut all = start();
        // What there is to say of the data is said when they are written.
        terminal.quietly(|terminal| {
            loaded.pass(selection, needs, terminal, start, Survey::add, |survey| {
                all.join(&survey);
                Ok::<(), Error>(())
            })
        })?;
        columns.settle(&all);
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
fn note(system: &System, format: Format, terminal: &mut Terminal) {
    let title = &system.title;
    if let Some(note) = system.note.as_ref().filter(|note| note.shows()) {
        terminal.notices.note(format!("{title}: what is written is {}", note.text));
    }
    if format == Format::GeoJson {
        terminal.notices.note(format!(
            "the GeoJSON is in {title}, as its crs member says; programs that go by RFC 7946 \
             expect WGS 84"
        ));
    }
}
