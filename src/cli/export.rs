//! `reemap export`: sites as data for other programs.

use reemap::crs::System;
use reemap::export::columns::Survey;
use reemap::export::plan::To;
use reemap::export::projected::Projected;
use reemap::export::{Block, Columns, Format, Metadata, Order, Plan, Tally};
use reemap::output::Target;
use reemap::property::Needs;
use reemap::select::Selection;
use reemap::site::Site;
use reemap::{Error, Result, output};

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
    if format.needs_file() && target.is_stdout() {
        return Err(Error::usage(format!("{} can only be written to a file", format.title()))
            .with_hint("name it with -o"));
    }
    let projected = || args.crs.as_deref().map_or(Ok(None), Projected::new);
    let system = projected()?.map(|projected| projected.system);
    // What can't be written is told before the work, not after it.
    let all = Columns::all();
    Plan { format, columns: &all, order: args.order }.check(system.as_ref())?;
    let selection = args.filter.selection();
    let loaded = load_to_pass(&args.data, &selection, terminal)?;
    let columns = columns(&args.properties, &loaded, &selection, terminal)?;
    let plan = Plan { format, columns: &columns, order: args.order };
    if let Some(system) = &system {
        note(system, format, terminal);
    }

    let mut needs = Needs::default();
    plan.needs(&mut needs);
    let mut tally = Tally::default();
    let start = || Ready { projected: projected().ok().flatten(), ..Ready::default() };
    let add = |ready: &mut Ready, site: &Site| {
        let projected = ready.projected.as_ref();
        let nowhere = |point| projected.is_some_and(|it| it.coordinates(point).is_none());
        ready.nowhere += u64::from(site.point.is_some_and(nowhere));
        plan.add(site, projected, &mut ready.block);
    };
    let mut nowhere = 0;
    output::write_beside(&target, &loaded.inputs(), |out, path| {
        let mut writer = plan.writer(system.as_ref(), To { out, path })?;
        let take = |ready: Ready| {
            nowhere += ready.nowhere;
            tally.join(&ready.block.tally);
            writer.take(ready.block)
        };
        loaded.pass(&selection, needs, terminal, start, add, take)?;
        let selector = selection.resolve(loaded.gazetteer)?;
        let mut metadata = Metadata::of(&tally, selector.describe(), loaded.rules.version());
        metadata.corrections.clone_from(&loaded.collection.corrected);
        metadata.coast_km = loaded.coast_km;
        metadata.crs = system.as_ref().map(|system| system.title.clone());
        writer.finish(&metadata)
    })?;
    if let (Some(system), true) = (&system, nowhere > 0) {
        let have = if nowhere == 1 { "site has" } else { "sites have" };
        let title = &system.title;
        terminal.notices.note(format!("{nowhere} {have} no place in {title} and no coordinates"));
    }
    Ok(())
}

/// Sites of a stretch of the input, ready to be written.
#[derive(Default)]
struct Ready {
    block: Block,
    projected: Option<Projected>,
    /// Sites that have a location, and none in the coordinate system that is written.
    nowhere: u64,
}

/// The columns of these names, or all properties; the user's own have the types of their values.
fn columns(
    names: &[String],
    loaded: &Loaded,
    selection: &Selection,
    terminal: &mut Terminal,
) -> Result<Columns> {
    if names.is_empty() {
        return Ok(Columns::all());
    }
    let mut columns = Columns::named(names, &loaded.own_columns())?;
    if columns.are_open() {
        let mut needs = Needs::default();
        columns.fields().iter().for_each(|field| needs.column(&field.column));
        let start = || Survey::new(&columns);
        let mut survey = start();
        // What there is to note is noted by the pass that writes.
        terminal.quietly(|terminal| {
            let take = |seen: Survey| {
                survey.join(&seen);
                Ok::<(), Error>(())
            };
            loaded.pass(selection, needs, terminal, start, Survey::add, take)
        })?;
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
