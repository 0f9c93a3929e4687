//! `reemap link`: the same site in several databases.

use std::path::PathBuf;

use clap::ValueEnum;
use reemap::link::{self, Request, Reviewed, Verdict, write};
use reemap::site::{Dataset, Site};
use reemap::{Result, output, select};

use super::args::{DataArgs, FilterArgs, OutputArgs, TableFormat};
use super::count::print;
use super::load::load_beside;
use super::terminal::Terminal;

/// Find the same site in several databases: the global database, the GIS compilations, the curated
/// list, your own points
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap link --data AFR_Mineral_Deposits.geojson --from global-ree --to africa-gis
  reemap link --data my-sites.csv --to points --candidates
  reemap link --data AFR_Mineral_Deposits.geojson --format csv --candidates -o links.csv
  reemap link --data AFR_Mineral_Deposits.geojson --reviewed links.csv --format jsonld

The files of --data are compared with each other and with the embedded tables of the datasets that
they don't hold; records of one database are not compared with each other. A pair is linked, a
candidate or refused by the likeness of names, the distance beyond what the locations' precision
explains, commodities and provinces; the last column says why.

To review: write the CSV with --candidates, put accepted or rejected in its column review, and
feed it back with --reviewed; what is accepted or rejected there overrides the score, and the
output says so.

CSV and JSON have the columns of SSSOM. JSON-LD holds the linked pairs only; exact matches and
accepted pairs are owl:sameAs.")]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Datasets of the subjects (left side); default: all
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    from: Vec<String>,
    /// Datasets of the objects (right side); default: all
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    to: Vec<String>,
    /// Link no records farther apart than this, whatever their names
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    within: Option<f64>,
    /// Link no pair below this confidence (0 to 1)
    #[arg(long, value_name = "N", value_parser = share)]
    min_confidence: Option<f64>,
    /// Link each record to at most one of another database: the best
    #[arg(long)]
    one_to_one: bool,
    /// Show candidates and refusals too
    #[arg(long)]
    candidates: bool,
    /// A reviewed table: CSV with subject_id, object_id and review (accepted, rejected)
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    reviewed: Option<PathBuf>,
    /// The form of the links; by default that of the output file's name, else table
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    format: Option<Format>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

/// The form in which links are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// SSSOM's columns, comma-separated
    Csv,
    /// The same as JSON
    Json,
    /// owl:sameAs and SKOS
    Jsonld,
}

impl Format {
    fn of(output: &OutputArgs) -> Self {
        let end = output.output.as_ref().and_then(|path| path.extension()?.to_str());
        match end.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Format::Csv,
            Some("json") => Format::Json,
            Some("jsonld") => Format::Jsonld,
            _ => Format::Table,
        }
    }
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    // What can't be understood is told before the work.
    let datasets =
        |words: &[String]| select::words(words, "dataset", &Dataset::ALL, |dataset| dataset.name());
    let (from, to) = (datasets(&args.from)?, datasets(&args.to)?);
    let reviewed = args.reviewed.as_deref().map(Reviewed::read).transpose()?;
    let mut selection = args.filter.selection();
    if selection.dataset.is_empty() {
        selection.dataset.push("all".into());
    }
    let loaded = load_beside(&args.data, terminal)?;
    let selector = selection.resolve(loaded.gazetteer)?;
    let sites: Vec<&Site> =
        loaded.collection.sites.iter().filter(|site| selector.matches(site)).collect();
    for dataset in from.iter().chain(&to) {
        if !sites.iter().any(|site| site.dataset == *dataset) {
            terminal.notices.note(format!(
                "no site of the dataset {} is here; give its files with --data",
                dataset.name()
            ));
        }
    }

    let request = Request {
        from,
        to,
        within_km: args.within,
        min_confidence: args.min_confidence,
        one_to_one: args.one_to_one,
    };
    let progress = terminal.progress("linking");
    let mut links = link::link(&sites, &request, loaded.gazetteer)?;
    drop(progress);
    let mut remarks = Vec::new();
    if let Some(reviewed) = &reviewed {
        let used = reviewed.apply(&mut links, &sites, &mut terminal.notices)?;
        remarks.push(format!(
            "{} accepted and {} rejected in review ({}), which overrides the score",
            used.accepted,
            used.rejected,
            reviewed.file().display()
        ));
    }
    let count = |verdict| links.iter().filter(|link| link.verdict == verdict).count();
    let (linked, candidates) = (count(Verdict::Linked), count(Verdict::Candidate));
    remarks.push(format!(
        "{linked} linked, {candidates} candidates and {} refused{}",
        count(Verdict::Refused),
        if args.candidates { "" } else { "; --candidates shows the others too" }
    ));
    if !args.candidates {
        links.retain(|link| link.verdict == Verdict::Linked);
    }

    let mut inputs = loaded.inputs();
    inputs.extend(args.reviewed);
    let version = write::version()?;
    let format = args.format.unwrap_or_else(|| Format::of(&args.output));
    let target = args.output.target();
    if format != Format::Table {
        remarks.iter().for_each(|remark| terminal.notices.note(remark));
    }
    match format {
        Format::Table => {
            let mut table = write::short(&links);
            table.remarks = remarks;
            print(&table, TableFormat::Table, &args.output, &inputs, terminal)
        }
        Format::Csv => {
            let table = write::full(&links, &version);
            print(&table, TableFormat::Csv, &args.output, &inputs, terminal)
        }
        Format::Json => {
            output::write(&target, &inputs, |out| write::json(&links, &version, &remarks, out))
        }
        Format::Jsonld => {
            output::write(&target, &inputs, |out| write::json_ld(&links, &remarks, out))
        }
    }
}

fn kilometres(text: &str) -> std::result::Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "a number of kilometres".to_string())?;
    if number.is_finite() && number >= 0.0 { Ok(number) } else { Err("0 or more".into()) }
}

fn share(text: &str) -> std::result::Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "a number from 0 to 1".to_string())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("from 0 to 1".into()) }
}
