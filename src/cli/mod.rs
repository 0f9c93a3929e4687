//! The command line: one file per command, each of which loads, calls the library and prints.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use reemap::{Error, Result};

use self::terminal::{Color, Terminal, left_out};

mod args;
mod ask;
mod audit;
mod catalog;
mod count;
mod describe;
mod explain;
mod export;
mod fetch;
#[cfg(feature = "fetch")]
mod fetching;
mod figures;
mod link;
mod list;
mod load;
mod map;
mod picture;
mod terminal;
mod version;

/// Maps, tables and data of rare-earth sites, from the official databases
///
/// Without --data the catalogue that ships with the program serves: the facts of the USGS
/// Global Rare Earth Element Occurrence Database, and Chinese plants from public sources.
#[derive(Debug, Parser)]
#[command(name = "reemap", version, long_version = version::LONG.as_str(), after_help = AFTER_HELP, max_term_width = 100)]
struct Cli {
    /// Print no notes and no progress; errors only
    #[arg(long, short, global = true, help_heading = "Global options")]
    quiet: bool,

    /// When to use colours; NO_COLOR is honoured
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    color: Color,

    /// Fail (exit code 1) where rows or layers of the input had to be left out, or an audit finds
    /// something
    #[arg(long, global = true, help_heading = "Global options")]
    strict: bool,

    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  reemap figures
  reemap count --by province --status active --country China
  reemap export --segment midstream --dataset all -o plants.geojson
  reemap explain \"Bayan Obo\"

Exit codes:
  0  done
  1  failed: an input can't be read, a site is not found, an output can't be written,
     or rows or layers were left out, or an audit has findings, under --strict
  2  the request can't be understood: unknown flag, country, status, …";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the maps, with the tables and data behind them
    Figures(figures::Args),
    /// Make one map
    Map(map::Args),
    /// Write sites as GeoJSON or CSV
    Export(export::Args),
    /// Count sites by province, country, segment, …
    Count(count::Args),
    /// List sites in a table
    List(list::Args),
    /// Audit the data: wrong places, records counted twice, damaged cells, …
    Audit(audit::Args),
    /// Explain one site: its classes, and the cells and rules they rest on
    Explain(explain::Args),
    /// Find the same site in several databases
    Link(link::Args),
    /// Describe a file: layers, columns, types, values
    Describe(describe::Args),
    /// Fetch the official files, for --data NAME
    Fetch(fetch::Args),
    /// Make the embedded catalogue from the official files
    Catalog(catalog::Args),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Printing help into a closed pipe is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut terminal = Terminal::new(cli.color, cli.quiet);
    let result = run(cli.command, &mut terminal);
    terminal.print_notices();
    let (skipped, lost) = (terminal.notices.skipped_rows(), terminal.notices.lost.len());
    let found = terminal.found;
    let result = match result {
        Ok(()) if cli.strict && (skipped, lost) != (0, 0) => Err(strict(skipped, lost)),
        Ok(()) if cli.strict && found > 0 => Err(findings(found)),
        result => result,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal.print_error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(command: Command, terminal: &mut Terminal) -> Result<()> {
    match command {
        Command::Figures(args) => figures::run(args, terminal),
        Command::Map(args) => map::run(args, terminal),
        Command::Export(args) => export::run(args, terminal),
        Command::Count(args) => count::run(args, terminal),
        Command::List(args) => list::run(args, terminal),
        Command::Audit(args) => audit::run(args, terminal),
        Command::Explain(args) => explain::run(args, terminal),
        Command::Link(args) => link::run(args, terminal),
        Command::Describe(args) => describe::run(args, terminal),
        Command::Fetch(args) => fetch::run(args, terminal),
        Command::Catalog(args) => catalog::run(args, terminal),
    }
}

fn findings(found: u64) -> Error {
    let findings = if found == 1 { "1 finding".into() } else { format!("{found} findings") };
    Error::not_found(format!("{findings} of severity warn or error; --strict allows none"))
}

fn strict(skipped: u64, lost: usize) -> Error {
    let layers = match lost {
        0 => None,
        1 => Some("1 layer was left out".to_owned()),
        lost => Some(format!("{lost} layers were left out")),
    };
    let rows = (skipped > 0).then(|| left_out(skipped));
    let all: Vec<String> = layers.into_iter().chain(rows).collect();
    Error::not_found(format!("{}; --strict allows none", all.join(", and ")))
        .with_hint("mend what is named above, or run without --strict")
}
