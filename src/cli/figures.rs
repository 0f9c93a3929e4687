//! `reemap figures`: the maps, with the tables and data behind them.

use std::path::{Path, PathBuf};

use reemap::export::manifest::{Manifest, Output};
use reemap::export::summary::{self, Drawn};
use reemap::export::{self, Metadata};
use reemap::figure::spec::{self, BUILT_IN, Figure};
use reemap::figure::{self, Material};
use reemap::output::{self, Target};
use reemap::select::Selection;
use reemap::site::Site;
use reemap::{Error, Result, parallel, table};

use super::args::DataArgs;
use super::ask::note_others;
use super::load::load;
use super::picture::{PictureArgs, PictureFormat};
use super::terminal::Terminal;

/// Make the maps (Figures 1, 2, 3 and 7), with the tables and data behind them
///
/// Writes figure1.svg, figure1.png, … figure7.png, sites.geojson, provinces.csv, countries.csv,
/// summary.md and manifest.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap figures
  reemap figures --only 2,3 --format png --width 120
  reemap figures --show 2 > mine.toml   # to change, and to draw by reemap map --figure mine.toml
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
    format: Vec<PictureFormat>,
    /// Print the TOML text of a built-in figure, to copy and change, and make nothing
    #[arg(long, value_name = "N", help_heading = "Output", exclusive = true)]
    show: Option<String>,
    #[command(flatten)]
    picture: PictureArgs,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    if let Some(name) = &args.show {
        let text = spec::built_in(name)?;
        return output::write(&Target::Stdout, &[], |out| out.write_all(text.as_bytes()));
    }
    let wanted = wanted(&args.only)?;
    if args.out.exists() && !args.out.is_dir() {
        return Err(Error::usage(format!("{} is a file, not a folder", args.out.display()))
            .with_hint("--out takes the folder that all files are written to"));
    }
    let all = Selection { dataset: vec!["all".into()], ..Selection::default() };
    let loaded = load(&args.data, &all, terminal)?;
    // A figure that can't be made doesn't keep the others from being made.
    let (mut figures, mut refused) = (Vec::new(), None);
    for (name, mut figure) in wanted {
        loaded.tell_corrected(&mut figure)?;
        match loaded.require_for(&figure) {
            Ok(()) => figures.push((name, figure)),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().next().unwrap_or_default();
                terminal
                    .notices
                    .note(format!("{name} is not made: {}", reason.trim_end_matches(':')));
                refused = refused.or(Some(error));
            }
        }
    }
    let sites: Vec<&Site> = loaded.collection.sites.iter().collect();
    note_others(&sites, &mut terminal.notices);
    let rules = loaded.rules.version();
    let mut writer = Writer { folder: &args.out, inputs: loaded.inputs(), outputs: Vec::new() };
    let mut manifest = Manifest::new(&loaded.collection, rules)?;
    manifest.coast_km = loaded.coast_km;

    let progress = terminal.progress("drawing");
    let material = loaded.material();
    let mut drawn = Vec::new();
    let mut pictures = Vec::new();
    let draw = |(name, figure): &(String, Figure)| draw_one(name, figure, &material, &args);
    parallel::in_order(figures.iter(), draw, |picture| picture.map(|p| pictures.push(p)))?;
    for (picture, (name, figure)) in pictures.into_iter().zip(&figures) {
        for (format, bytes) in &picture.files {
            writer.write(&format!("{}.{}", picture.drawn.name, format.ending()), bytes)?;
        }
        terminal.note_height(name, picture.too_high);
        if picture.drawn.counts.drawn == 0 {
            terminal.notices.note(format!("{name} shows no site: no data given is what it draws"));
        } else {
            loaded.note_unused(figure, name, &mut terminal.notices)?;
        }
        manifest.figures.insert(picture.drawn.name.clone(), picture.drawn.counts.clone());
        drawn.push(picture.drawn);
    }
    drop(progress);

    let mut metadata = Metadata::new(&sites, None, rules);
    metadata.corrections.clone_from(&loaded.collection.corrected);
    metadata.coast_km = loaded.coast_km;
    writer.write_with("sites.geojson", |out| export::geojson::write(&sites, &metadata, out))?;
    for (name, table) in [
        ("provinces.csv", table::provinces(&sites, loaded.gazetteer)),
        ("countries.csv", table::countries(&sites, loaded.gazetteer)),
    ] {
        writer.write_with(name, |out| table.write(table::Format::Csv, None, false, out))?;
    }
    let notices = &terminal.notices;
    let notes: Vec<_> = notices.notes.iter().chain(&notices.skipped).cloned().collect();
    let text = summary::write(&manifest, &loaded.collection.sites, &drawn, &notes);
    writer.write("summary.md", text.as_bytes())?;
    manifest.outputs = writer.outputs.clone();
    let text = serde_json::to_string_pretty(&manifest)
        .map_err(|e| Error::Draw { what: "manifest.json".into(), reason: e.to_string() })?;
    writer.write("manifest.json", format!("{text}\n").as_bytes())?;
    let count = writer.outputs.len();
    terminal.report(&format!("{count} files in {}", args.out.display()));
    for Drawn { name, title, counts } in &drawn {
        terminal.report(&format!("  {name}: {title}: {} sites", counts.drawn));
    }
    refused.map_or(Ok(()), Err)
}

/// The figures asked for, each with its name in files.
fn wanted(only: &[String]) -> Result<Vec<(String, Figure)>> {
    let mut names: Vec<&str> = Vec::new();
    for name in only {
        spec::built_in(name)?;
        let name = name.trim();
        let name = name.strip_prefix("figure").unwrap_or(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        names = BUILT_IN.iter().map(|(name, _)| *name).collect();
    }
    names.into_iter().map(|name| Ok((format!("figure{name}"), Figure::open(name)?))).collect()
}

/// A figure and its files.
struct Picture {
    drawn: Drawn,
    files: Vec<(PictureFormat, Vec<u8>)>,
    too_high: Option<f64>,
}

fn draw_one(name: &str, spec: &Figure, material: &Material, args: &Args) -> Result<Picture> {
    let mut figure = spec.clone();
    args.picture.apply(&mut figure);
    let picture = figure::draw(&figure, material)?;
    let files = args.picture.files(&picture.scene, &args.format)?;
    let drawn = Drawn { name: name.into(), title: picture.scene.title, counts: picture.counts };
    Ok(Picture { drawn, files, too_high: picture.too_high })
}

/// Writes files into one folder and keeps account of them.
struct Writer<'a> {
    folder: &'a Path,
    inputs: Vec<PathBuf>,
    outputs: Vec<Output>,
}

impl Writer<'_> {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let target = Target::File(self.folder.join(name));
        output::write(&target, &self.inputs, |out| out.write_all(bytes))?;
        self.outputs.push(Output::new(name, bytes));
        Ok(())
    }

    fn write_with(
        &mut self,
        name: &str,
        body: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
    ) -> Result<()> {
        let mut bytes = Vec::new();
        body(&mut bytes).map_err(|cause| Error::io(self.folder.join(name), cause))?;
        self.write(name, &bytes)
    }
}
