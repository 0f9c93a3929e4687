//! `reemap describe`: what a file holds, whatever it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use geo::{BoundingRect, Geometry};
use reemap::error::Notices;
use reemap::source::{self, Cell, Crs, Format as FileFormat, Input, Layer};
use reemap::table::{self, Table, Value};
use reemap::{Result, output};
use serde::Serialize;

use super::args::OutputArgs;
use super::terminal::Terminal;

/// Describe a file, folder or zip: its layers, and each column's type, fill and values
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap describe Global_REE_occurrence_database.xlsx
  reemap describe AFR_Mineral_Facilities.geojson --format json
  reemap describe downloads/

FILLED counts the cells that hold something (white space is nothing). TYPE is what all of
them can be read as.")]
pub struct Args {
    /// An xlsx workbook, csv, GeoJSON or shapefile, or a folder or zip of these
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The form of the description
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: Format,
    #[command(flatten)]
    output: OutputArgs,
}

/// The form of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A column with more values than this is not tallied further.
const TALLIED: usize = 10_000;
/// So many of the commonest values are shown.
const TOP: usize = 4;
/// Longer values are cut, in characters.
const LONGEST: usize = 80;

/// What a path holds.
#[derive(Serialize)]
struct Description {
    inputs: Vec<Input>,
    layers: Vec<LayerProfile>,
}

/// What a layer holds.
#[derive(Serialize)]
struct LayerProfile {
    name: String,
    file: String,
    format: &'static str,
    crs: String,
    rows: u64,
    geometry: BTreeMap<&'static str, u64>,
    bounds: Option<[f64; 4]>,
    columns: Vec<ColumnProfile>,
}

/// What a column holds.
#[derive(Serialize)]
struct ColumnProfile {
    name: String,
    alias: Option<String>,
    declared_type: Option<&'static str>,
    /// What every filled cell can be read as.
    #[serde(rename = "type")]
    kind: &'static str,
    filled: u64,
    /// How many different values; none where there are too many to tally.
    distinct: Option<usize>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    /// The commonest values, the most frequent first.
    top: Vec<Frequent>,
}

/// A value and how often it stands.
#[derive(Serialize)]
struct Frequent {
    value: String,
    count: u64,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let progress = terminal.progress("reading");
    let mut description = Description { inputs: Vec::new(), layers: Vec::new() };
    for source in source::open(&args.path)? {
        for note in source.notes {
            terminal.notices.note(note);
        }
        for layer in &source.layers {
            description.layers.push(profile(layer, &mut terminal.notices)?);
        }
        description.inputs.extend(source.inputs);
    }
    drop(progress);

    let inputs: Vec<PathBuf> = description.inputs.iter().map(|input| input.path.clone()).collect();
    let target = args.output.target();
    match args.format {
        Format::Json => output::write(&target, &inputs, |out| {
            serde_json::to_writer_pretty(&mut *out, &description)?;
            writeln!(out)
        }),
        Format::Text if target.is_stdout() => {
            let (width, color) = (terminal.width(), terminal.colors_stdout());
            output::print(|out| write_text(&description, width, color, out))
        }
        Format::Text => {
            output::write(&target, &inputs, |out| write_text(&description, None, false, out))
        }
    }
}

fn profile(layer: &Layer, notices: &mut Notices) -> Result<LayerProfile> {
    for note in &layer.notes {
        notices.note(format!("{}: {note}", layer.at));
    }
    let mut tallies: Vec<Tally> = layer.columns.iter().map(|_| Tally::default()).collect();
    let mut rows = 0;
    let mut geometry: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut bounds: Option<[f64; 4]> = None;
    for row in layer.rows()? {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                notices.skip(error)?;
                continue;
            }
        };
        rows += 1;
        for (tally, cell) in tallies.iter_mut().zip(&row.cells) {
            tally.add(cell);
        }
        if let Some(shape) = &row.geometry {
            *geometry.entry(kind(shape)).or_default() += 1;
            if let Some(rect) = shape.bounding_rect() {
                let (low, high) = (rect.min(), rect.max());
                let [west, south, east, north] = bounds.unwrap_or([low.x, low.y, high.x, high.y]);
                bounds =
                    Some([west.min(low.x), south.min(low.y), east.max(high.x), north.max(high.y)]);
            }
        }
    }
    Ok(LayerProfile {
        name: layer.name.clone(),
        file: layer.at.file.display().to_string(),
        format: match layer.format {
            FileFormat::Xlsx => "xlsx",
            FileFormat::Csv => "csv",
            FileFormat::GeoJson => "geojson",
            FileFormat::Shapefile => "shapefile",
        },
        crs: match &layer.crs {
            Crs::Wgs84 => "WGS 84".into(),
            Crs::Unstated => "not stated, taken as WGS 84".into(),
            Crs::Other(text) => text.clone(),
        },
        rows,
        geometry,
        bounds,
        columns: layer
            .columns
            .iter()
            .zip(tallies)
            .map(|(column, tally)| tally.column(column))
            .collect(),
    })
}

fn kind(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::Point(_) => "point",
        Geometry::MultiPoint(_) => "multipoint",
        Geometry::Line(_) | Geometry::LineString(_) => "line",
        Geometry::MultiLineString(_) => "multiline",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "polygon",
        Geometry::MultiPolygon(_) => "multipolygon",
        Geometry::GeometryCollection(_) => "collection",
    }
}

/// The values of a column so far.
#[derive(Default)]
struct Tally {
    filled: u64,
    kinds: BTreeSet<&'static str>,
    range: Option<(f64, f64)>,
    values: HashMap<String, u64>,
    overflow: bool,
}

impl Tally {
    fn add(&mut self, cell: &Cell) {
        let Some(text) = cell.text() else { return };
        self.filled += 1;
        let number = cell.number();
        self.kinds.insert(match (cell, number) {
            (Cell::Boolean(_), _) => "boolean",
            (_, Some(number)) if number.fract() == 0.0 => "integer",
            (_, Some(_)) => "real",
            _ => "text",
        });
        if let Some(number) = number {
            let (low, high) = self.range.unwrap_or((number, number));
            self.range = Some((low.min(number), high.max(number)));
        }
        let shown = match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.into_owned(),
        };
        if let Some(count) = self.values.get_mut(&shown) {
            *count += 1;
        } else if self.values.len() < TALLIED {
            self.values.insert(shown, 1);
        } else {
            self.overflow = true;
        }
    }

    fn column(self, column: &source::Column) -> ColumnProfile {
        let kind = match self.kinds.iter().copied().collect::<Vec<_>>().as_slice() {
            [] => "empty",
            ["integer", "real"] => "real",
            [one] => one,
            _ => "text",
        };
        let numeric = matches!(kind, "integer" | "real");
        let range = self.range.filter(|_| numeric);
        let distinct = self.values.len();
        let mut top: Vec<Frequent> =
            self.values.into_iter().map(|(value, count)| Frequent { value, count }).collect();
        top.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        top.truncate(TOP);
        ColumnProfile {
            name: column.name.clone(),
            alias: column.alias.clone(),
            declared_type: column.declared,
            kind,
            filled: self.filled,
            distinct: (!self.overflow).then_some(distinct),
            minimum: range.map(|(low, _)| low),
            maximum: range.map(|(_, high)| high),
            top,
        }
    }
}

fn write_text(
    description: &Description,
    width: Option<usize>,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for input in &description.inputs {
        let name = input.path.display().to_string();
        writeln!(out, "{}", output::printable(&name))?;
        writeln!(out, "  {} bytes, SHA-256 {}", input.bytes, input.sha256)?;
    }
    for layer in &description.layers {
        let title = format!(
            "Layer {} ({}): {} rows, {} columns",
            layer.name,
            layer.format,
            layer.rows,
            layer.columns.len()
        );
        writeln!(out, "\n{}", output::printable(&title))?;
        if layer.geometry.is_empty() {
            writeln!(out, "  geometry: none")?;
        } else {
            let kinds: Vec<String> =
                layer.geometry.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            writeln!(out, "  geometry: {}", kinds.join(", "))?;
            writeln!(out, "  coordinates: {}", output::printable(&layer.crs))?;
        }
        if let Some([west, south, east, north]) = layer.bounds {
            writeln!(out, "  bounds (W,S,E,N): {west},{south},{east},{north}")?;
        }
        columns_table(layer).write(table::Format::Text, width, color, out)?;
    }
    Ok(())
}

fn columns_table(layer: &LayerProfile) -> Table {
    let aliased = layer.columns.iter().any(|column| column.alias.is_some());
    let mut columns = vec!["column", "type", "filled", "distinct", "values"];
    if aliased {
        columns.insert(1, "alias");
    }
    let rows = layer.columns.iter().map(|column| {
        let mut cells = vec![
            column.name.as_str().into(),
            column.kind.into(),
            Value::Count(column.filled),
            column.distinct.map_or_else(
                || format!("> {TALLIED}").into(),
                |distinct| Value::Count(distinct as u64),
            ),
            values(column).into(),
        ];
        if aliased {
            cells.insert(1, column.alias.as_deref().unwrap_or_default().into());
        }
        cells
    });
    Table { columns, rows: rows.collect(), ..Table::default() }
}

/// The range of a column of many numbers, else its commonest values.
fn values(column: &ColumnProfile) -> String {
    if let (Some(low), Some(high)) = (column.minimum, column.maximum)
        && column.distinct.is_none_or(|distinct| distinct > TOP)
    {
        return format!("{low} to {high}");
    }
    let times = |value: &Frequent| match value.count {
        1 => value.value.clone(),
        count => format!("{} ×{count}", value.value),
    };
    let mut shown: Vec<String> = column.top.iter().map(times).collect();
    if column.distinct.is_none_or(|distinct| distinct > column.top.len()) {
        shown.push("…".into());
    }
    shown.join(" | ")
}
