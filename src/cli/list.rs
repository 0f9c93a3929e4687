//! `reemap list`: sites in a table.

use reemap::Result;
use reemap::select::{country_of, province_of};
use reemap::site::{Status, Unit};
use reemap::table::{Table, Value};

use super::args::{DataArgs, FilterArgs, OutputArgs, TableFormat};
use super::count::print;
use super::load::load;
use super::terminal::Terminal;

/// List sites: id, name, country, province, segment, REE type, status
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap list --country China --status active
  reemap list --name obo
  reemap list --ree-type heavy --limit 20 --format md

On a terminal, long cells are cut to its width; elsewhere they are whole. (?) marks a status
that the source doubts or assumes. For all properties see reemap export.")]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Show at most this many sites
    #[arg(long, value_name = "N", help_heading = "Output")]
    limit: Option<usize>,
    /// The form of the table
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    format: TableFormat,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let selection = args.filter.selection();
    let loaded = load(&args.data, &selection, terminal)?;
    let (sites, _) = loaded.select(&selection, terminal)?;
    let shown = args.limit.unwrap_or(sites.len()).min(sites.len());

    let unit = |unit: Option<Unit>| unit.map_or(Value::None, |unit| unit.name.into());
    let rows = sites.iter().take(shown).map(|site| {
        let certain = site.status_certain || site.status == Status::Unknown;
        let doubt = if certain { "" } else { "(?)" };
        vec![
            site.id.as_str().into(),
            site.name.as_str().into(),
            unit(country_of(site, loaded.gazetteer)),
            unit(province_of(site, loaded.gazetteer)),
            site.segments.to_string().into(),
            site.ree_type.value.name().into(),
            format!("{}{doubt}", site.status).into(),
        ]
    });
    let mut table = Table {
        columns: vec!["id", "name", "country", "province", "segment", "ree_type", "status"],
        rows: rows.collect(),
        ..Table::default()
    };
    match sites.len() {
        all if shown < all => {
            terminal.notices.note(format!("the first {shown} of {all} sites are shown (--limit)"));
        }
        1 => table.remarks.push("1 site".into()),
        all => table.remarks.push(format!("{all} sites")),
    }
    print(&table, args.format, &args.output, &loaded.inputs(), terminal)
}
