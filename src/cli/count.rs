//! `reemap count`: how many sites, by what.

use std::path::PathBuf;

use reemap::areas::Areas;
use reemap::select::nearest;
use reemap::site::Needs;
use reemap::table::{self, Counter, Key};
use reemap::{Error, Result, output};

use super::args::{DataArgs, FilterArgs, OutputArgs, TableFormat};
use super::ask::Asks;
use super::load::load_to_pass;
use super::terminal::Terminal;

/// Count sites by one key, or by each combination of several
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap count --by province --status active --country China
  reemap count --by country,ree-type --format csv -o types.csv
  reemap count --by segment --dataset all --format md
  reemap count --by area --areas districts.geojson --data points.csv

Each site counts once, so the counts add up to the sites: a site of several deposit types
counts under the first that its source states. By segment alone a site may count more than once:
in each segment that it is in; the total is of sites, and a remark says how many count more than
once. Country and province are those found from the
location, else those stated.")]
pub struct Args {
    /// province, country, segment, ree-type, status, activity, deposit-type, dataset, area;
    /// several separated by commas
    #[arg(long, value_name = "KEY", required = true, value_delimiter = ',', value_parser = key)]
    by: Vec<Key>,
    #[command(flatten)]
    data: DataArgs,
    /// Your own polygons to count by, with --by area: a GeoJSON, shapefile or file geodatabase; where
    /// they overlap, the first in the file counts. NAME/FILE is a file that reemap fetch got
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    areas: Option<PathBuf>,
    /// The column that names the areas, where it isn't called like a name
    #[arg(long, value_name = "COLUMN", help_heading = "Input", requires = "areas")]
    area_name: Option<String>,
    /// The form of the table
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    format: TableFormat,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    if args.by.contains(&Key::Area) != args.areas.is_some() {
        let usage = "--by area and --areas FILE go together";
        return Err(Error::usage(usage).with_hint("--areas gives the polygons to count by"));
    }
    let areas_path = args.areas.map(|path| args.data.cache.path(&path)).transpose()?;
    let areas = areas_path
        .as_deref()
        .map(|path| Areas::read(path, args.area_name.as_deref(), &mut terminal.notices))
        .transpose()?;
    let selection = args.filter.selection();
    let loaded = load_to_pass(&args.data, &selection, terminal)?;
    let asks = if args.by.contains(&Key::Segment) { Asks::Segments } else { Asks::Sites };
    loaded.require(&selection, asks)?;
    let mut by = args.by;
    let mut seen = Vec::new();
    by.retain(|key| {
        !seen.contains(key) && {
            seen.push(*key);
            true
        }
    });
    let mut needs = Needs::default();
    by.iter().for_each(|key| needs.part(key.part()));
    let start = || Counter::new(&by, loaded.gazetteer).by_areas(areas.as_ref());
    let mut all = start();
    loaded.pass(&selection, needs, terminal, start, Counter::add, |part| {
        all.join(part);
        Ok::<(), Error>(())
    })?;
    let table = all.table();
    if matches!(args.format, TableFormat::Csv | TableFormat::Json) {
        // These hold rows only; how the rows count is told beside them.
        table.remarks.iter().for_each(|remark| terminal.notices.note(remark));
    }
    let mut inputs = loaded.inputs();
    inputs.extend(areas_path);
    print(&table, args.format, &args.output, &inputs, terminal)
}

/// Writes a table where and how the user asks.
pub fn print(
    table: &table::Table,
    format: TableFormat,
    output: &OutputArgs,
    inputs: &[std::path::PathBuf],
    terminal: &Terminal,
) -> Result<()> {
    let target = output.target();
    let (width, color) = if target.is_stdout() {
        (terminal.width(), terminal.colors_stdout())
    } else {
        (None, false)
    };
    let body = |out: &mut dyn std::io::Write| table.write(format.into(), width, color, out);
    if target.is_stdout() && format == TableFormat::Table {
        output::print(body)
    } else {
        output::write(&target, inputs, body)
    }
}

fn key(text: &str) -> std::result::Result<Key, String> {
    Key::from_name(text).ok_or_else(|| {
        let names = Key::ALL.map(Key::name);
        match nearest(text, names).first() {
            Some(near) => format!("did you mean {near}?"),
            None => format!("one of: {}", names.join(", ")),
        }
    })
}
