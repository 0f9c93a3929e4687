//! `reemap describe`: what a file holds, whatever it is.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use reemap::Result;
use reemap::output::{self, printable};
use reemap::source::describe::{self, Description};
use reemap::source::{self, Input};
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

A cell of white space counts as empty. The type is what all filled cells can be read as.")]
pub struct Args {
    /// An xlsx workbook, csv, GeoJSON, shapefile or file geodatabase, or a folder or zip of these
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

/// The columns of text that goes to no terminal.
const WIDTH: usize = 120;

/// What a path holds.
#[derive(Serialize)]
struct Contents {
    inputs: Vec<Input>,
    layers: Vec<Description>,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let progress = terminal.progress("reading");
    let mut contents = Contents { inputs: Vec::new(), layers: Vec::new() };
    for source in source::open(&args.path)? {
        for note in source.notes {
            terminal.notices.note(note);
        }
        for layer in &source.layers {
            let described = describe::describe(layer)?;
            // Reasons are kept for the first rows only; the rest count all the same.
            let skipped = usize::try_from(described.skipped).unwrap_or(usize::MAX);
            let more = skipped.saturating_sub(described.skipped_reasons.len());
            let skipped = &mut terminal.notices.skipped;
            skipped.extend(described.skipped_reasons.iter().cloned());
            skipped.extend((0..more).map(|_| format!("{}: another row", layer.at)));
            contents.layers.push(described);
        }
        contents.inputs.extend(source.inputs);
    }
    drop(progress);

    let inputs: Vec<PathBuf> = contents.inputs.iter().map(|input| input.path.clone()).collect();
    let width = terminal.width().unwrap_or(WIDTH);
    output::write(&args.output.target(), &inputs, |out| match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &contents)?;
            writeln!(out)
        }
        Format::Text => write_text(&contents, width, out),
    })
}

fn write_text(contents: &Contents, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for input in &contents.inputs {
        writeln!(out, "{}", printable(&input.path.display().to_string()))?;
        writeln!(out, "  {} bytes, SHA-256 {}", input.bytes, input.sha256)?;
    }
    for layer in &contents.layers {
        writeln!(out)?;
        for line in layer.text(width).lines() {
            writeln!(out, "{}", printable(line))?;
        }
    }
    Ok(())
}
