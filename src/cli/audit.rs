//! `reemap audit`: what of the data is wrong, doubtful, or would be counted twice.

use std::collections::HashSet;

use clap::ValueEnum;
use reemap::audit::report::Report;
use reemap::audit::{self, Cells, Finding, Severity, Table};
use reemap::output::{self, Target};
use reemap::{Result, select, table};

use super::args::{DataArgs, FilterArgs, OutputArgs};
use super::load::load_watched;
use super::terminal::Terminal;

/// Audit the data: wrong places, records entered or counted twice, statuses, damaged cells
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap audit
  reemap audit --data Global_REE_occurrence_database.xlsx --data All_Global_REE_references.csv
  reemap audit --data Global_REE_occurrence_database.xlsx --country China --severity info
  reemap audit --rule coordinates-swapped --rule on-water --format csv -o places.csv
  reemap audit --data Global_REE_occurrence_database.xlsx --format corrections -o fixes.csv
  reemap figures --data Global_REE_occurrence_database.xlsx --apply-corrections fixes.csv
  reemap audit --rules

A count for each rule comes first, then the findings. The catalogue that ships with the program
keeps cleaned facts; rules that need the files as they are say so and are not run on it.

Corrections: --format corrections writes the proposals as CSV (record, key, column, from, to,
reason, reviewed_by). Look at each line, put your name in reviewed_by, remove the others, and give
the file to any command with --apply-corrections.

With --strict the exit code is 1 where there are findings of severity warn or error among those
asked for.")]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Only the findings of this rule (repeatable); --rules lists them
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    /// List findings from this severity upward: info, warn, error; all are counted
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    severity: Level,
    /// Print the table of rules (TOML): what each checks, why, and its thresholds
    #[arg(long, exclusive = true)]
    rules: bool,
    /// The form of the report; corrections is a CSV of the proposals, to review and give to
    /// --apply-corrections
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    format: Format,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
    Md,
    Corrections,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    Info,
    Warn,
    Error,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    if args.rules {
        return output::write(&Target::Stdout, &[], |out| out.write_all(Table::TEXT.as_bytes()));
    }
    let rules = rules(&args.rule)?;
    let selection = args.filter.selection();
    let mut cells = Cells::default();
    let loaded = load_watched(&args.data, &selection, Some(&mut cells), terminal)?;
    let audit = audit::audit(&loaded.collection, &cells, loaded.gazetteer, &loaded.rules)?;
    let (sites, _) = loaded.select(&selection, terminal)?;
    let selected: HashSet<&str> = sites.iter().map(|site| site.id.as_str()).collect();
    let asked = |finding: &Finding| {
        let of_rule = rules.is_empty() || rules.contains(&finding.rule);
        let of_record = match finding.records.as_slice() {
            [] => selection.is_empty(),
            records => records.iter().any(|record| selected.contains(record.id.as_str())),
        };
        of_rule && of_record
    };
    let lowest = match args.severity {
        Level::Info => Severity::Info,
        Level::Warn => Severity::Warn,
        Level::Error => Severity::Error,
    };
    let report = Report::new(&audit, lowest, asked);
    terminal.found = report.at_least(lowest.max(Severity::Warn));

    let target = args.output.target();
    let format = match args.format {
        Format::Table => table::Format::Text,
        Format::Csv => table::Format::Csv,
        Format::Json => table::Format::Json,
        Format::Md => table::Format::Markdown,
        Format::Corrections => {
            let mut lines = 0;
            output::write(&target, &loaded.inputs(), |out| {
                lines = report.write_corrections(out)?;
                Ok(())
            })?;
            terminal.notices.note(match lines {
                0 => "no finding listed proposes a correction".into(),
                lines => format!(
                    "{lines} corrections proposed; look at each, put your name in reviewed_by, \
                     remove the others, and give the file to --apply-corrections"
                ),
            });
            return Ok(());
        }
    };
    if args.format == Format::Csv {
        // It holds rows only; what is left out is told beside them.
        for not_run in &audit.not_run {
            let (rule, needs) = (not_run.rule, &not_run.needs);
            terminal.notices.note(format!("{rule} is not run, for want of {needs}"));
        }
    }
    if target.is_stdout() && format == table::Format::Text {
        let (width, color) = (terminal.width(), terminal.colors_stdout());
        return output::print(|out| report.write(format, width, color, out));
    }
    output::write(&target, &loaded.inputs(), |out| report.write(format, None, false, out))
}

/// The rules asked for, by their ids.
fn rules(asked: &[String]) -> Result<Vec<&'static str>> {
    let ids: Vec<&str> = Table::embedded()?.rule.iter().map(|rule| rule.id.as_str()).collect();
    select::words(asked, "rule", &ids, |id| id)
}
