//! `reemap describe`: what a file holds, whatever it is, and what reemap makes of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::PathBuf;
use std::slice;

use clap::ValueEnum;
use reemap::classify::Rules;
use reemap::dataset::context::Origin;
use reemap::dataset::gis::roles::{Found, Role, Roles};
use reemap::dataset::{self, Aside, Collection, Dictionary, Opened, Schema};
use reemap::output::{self, printable};
use reemap::place::{self, Gazetteer};
use reemap::select::Selection;
use reemap::site::{Dataset, Needs, Segment, Site};
use reemap::source::describe::{self, Description};
use reemap::source::{Checked, Input, Layer};
use reemap::stream::Pass;
use reemap::table::{self, Table, Value};
use reemap::{Error, Notices, Result};
use serde::Serialize;

use super::args::{CacheArgs, DictionaryArgs, OutputArgs};
use super::terminal::Terminal;

/// Describe a file, folder or zip: its layers, each column's type, fill and values, and what
/// reemap reads them as
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  reemap describe Global_REE_occurrence_database.xlsx
  reemap describe CHN_GIS.gdb.zip
  reemap describe CHN_GIS.gdb.zip --metadata CHN_metadata/ --format roles -o roles.toml
  reemap describe AFR_Mineral_Facilities.geojson --format json
  reemap describe downloads/

A cell of white space counts as empty. The type is what all filled cells can be read as. For
layers of the USGS GIS compilations the roles of the columns are told, each with what settled
it: mapping (--roles), name, alias, metadata (FGDC) or values.")]
pub struct Args {
    /// An xlsx workbook, csv, GeoJSON, shapefile or file geodatabase, or a folder or zip of these; or
    /// what reemap fetch got: china-gis
    #[arg(value_name = "PATH|NAME")]
    path: PathBuf,
    #[command(flatten)]
    cache: CacheArgs,
    #[command(flatten)]
    dictionary: DictionaryArgs,
    /// The form of the description
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: Format,
    #[command(flatten)]
    output: OutputArgs,
}

/// The form of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// The roles of columns as a file for --roles, with what is open to fill in
    Roles,
}

/// How many kinds of products are listed.
const LISTED: usize = 15;

/// The columns of text that goes to no terminal.
const WIDTH: usize = 120;

/// What a path holds.
#[derive(Serialize)]
struct Contents {
    inputs: Vec<Checked>,
    layers: Vec<Described>,
}

/// A layer, and what reemap makes of it.
#[derive(Serialize)]
struct Described {
    #[serde(flatten)]
    layer: Description,
    reading: Reading,
    #[serde(skip)]
    roles: Option<Roles>,
}

/// What reemap makes of a layer.
#[derive(Serialize)]
struct Reading {
    /// What it is read as: `facilities`, `sites`, `references`, `context`, …; none where it isn't.
    role: Option<&'static str>,
    /// What maps call it by, where it is context.
    context: Option<String>,
    dataset: Option<Dataset>,
    /// Sites, ports or references that its rows give.
    count: u64,
    /// Its sites by segment of the supply chain; one of two segments counts in both.
    segments: Segments,
    /// The products of rare earths, by what is stated of them.
    rare_earths: Vec<Stated>,
    /// What the columns of a GIS compilation mean.
    columns: Vec<Found>,
    /// Roles that no column can be told to have.
    open: Vec<&'static str>,
    /// Why it isn't read, or what is open.
    reason: Option<String>,
}

pub fn run(args: Args, terminal: &mut Terminal) -> Result<()> {
    let progress = terminal.progress("reading");
    let dictionary = args.dictionary.read()?;
    let rules = Rules::embedded()?;
    let checked = |inputs: &[Input]| inputs.iter().map(Input::checked).collect::<Result<Vec<_>>>();
    let mut contents = Contents { inputs: checked(dictionary.inputs())?, layers: Vec::new() };
    let mut opened = Opened::default();
    let mut sources = Vec::new();
    for path in args.cache.paths(slice::from_ref(&args.path))? {
        sources.extend(dictionary.open(&path)?);
    }
    for source in sources {
        source.notes.into_iter().for_each(|note| terminal.notices.note(note));
        source.lost.into_iter().for_each(|lost| terminal.notices.lose(lost));
        for layer in &source.layers {
            opened.add(layer);
            let described = describe::describe(layer)?;
            let roles = roles(layer, &dictionary)?;
            let reading =
                Reading::of(layer, roles.as_ref(), &dictionary, &rules, &mut terminal.notices)?;
            contents.layers.push(Described { layer: described, reading, roles });
        }
        contents.inputs.extend(checked(&source.inputs)?);
    }
    for note in dictionary.unused(&opened) {
        terminal.notices.note(note);
    }
    drop(progress);

    let mappings = mappings(&contents.layers);
    if args.format == Format::Roles && mappings.is_empty() {
        let reason = format!("{} holds no layer of a GIS compilation", args.path.display());
        return Err(Error::not_found(reason)
            .with_hint("a layer is one by its columns FeatureUID and FeatureNam; for another, \
                        write a mapping that says what it lists and which columns are its id and name"));
    }
    let inputs: Vec<PathBuf> = contents.inputs.iter().map(|input| input.path.clone()).collect();
    let width = terminal.width().unwrap_or(WIDTH);
    output::write(&args.output.target(), &inputs, |out| match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &contents)?;
            writeln!(out)
        }
        Format::Text => write_text(&contents, width, out),
        Format::Roles => {
            writeln!(
                out,
                "# What the columns of {} mean.",
                printable(&args.path.display().to_string())
            )?;
            mappings.iter().try_for_each(|mapping| write!(out, "\n{mapping}"))
        }
    })
}

/// The mapping of each layer of a GIS compilation. A second one of a name, which a file can't hold
/// twice, is told in comments.
fn mappings(layers: &[Described]) -> Vec<String> {
    let mut known: Vec<(&str, String)> = Vec::new();
    let mut texts = Vec::new();
    for described in layers {
        let Some(mapping) = described.roles.as_ref().map(Roles::mapping) else { continue };
        let name = described.layer.name.as_str();
        match known.iter().find(|(other, _)| *other == name) {
            None => texts.push(mapping.clone()),
            Some((_, other)) if *other == mapping => continue,
            Some(_) => {
                let lines: Vec<String> =
                    mapping.lines().map(|line| format!("# {line}\n")).collect();
                let file = printable(&described.layer.file).into_owned();
                texts.push(format!("# Of the layer of this name in {file}:\n{}", lines.concat()));
            }
        }
        known.push((name, mapping));
    }
    texts
}

/// The roles of the columns of a layer of a GIS compilation; none for other layers.
fn roles(layer: &Layer, dictionary: &Dictionary) -> Result<Option<Roles>> {
    match dataset::recognise(layer, &dictionary.roles) {
        Ok(Schema::Gis(kind)) => Roles::settle(layer, kind, &dictionary.roles).map(Some),
        Ok(_) | Err(Error::Input { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is stated of products of rare earths, and where that puts them.
#[derive(Serialize)]
struct Stated {
    commodity: String,
    form: Option<String>,
    note: Option<String>,
    /// The segment of a facility with this product alone.
    segment: String,
    /// What that rests on.
    basis: String,
    products: u64,
}

/// The products of rare earths of sites, the most frequent first.
fn products(sites: &[Site], rules: &Rules) -> Vec<Stated> {
    // Products of which the same is stated, at places of one type, are classified once.
    let mut kinds = HashMap::new();
    for site in sites {
        for product in &site.products {
            let stated = (&product.commodity, &product.form, &product.note);
            let kind = kinds.entry((&site.kind, stated)).or_insert((0, site, product));
            kind.0 += 1;
        }
    }
    let mut counts: BTreeMap<[String; 5], u64> = BTreeMap::new();
    for (count, site, product) in kinds.into_values() {
        let mut alone = Site { products: vec![product.clone()], ..site.clone() };
        alone.commodities.clear();
        rules.classify(&mut alone);
        let nothing = [Segment::Unknown];
        if alone.segments.iter().eq(nothing) && !rules.is_rare_earth(&product.commodity) {
            continue;
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let key = [
            product.commodity.clone(),
            text(&product.form),
            text(&product.note),
            alone.segments.to_string(),
            alone.segments.basis(),
        ];
        *counts.entry(key).or_default() += count;
    }
    let mut stated: Vec<Stated> = counts
        .into_iter()
        .map(|([commodity, form, note, segment, basis], products)| {
            let some = |text: String| Some(text).filter(|text| !text.is_empty());
            Stated { commodity, form: some(form), note: some(note), segment, basis, products }
        })
        .collect();
    stated.sort_by_key(|stated| Reverse(stated.products));
    stated
}

/// How many sites there are of each segment; one of several counts in each.
type Segments = BTreeMap<Segment, u64>;

fn count(segments: &mut Segments, site: &Site) {
    for segment in site.segments.iter() {
        *segments.entry(segment).or_default() += 1;
    }
}

/// Counts the sites of tables of points, without holding them.
fn pass(
    aside: &[Aside],
    rules: &Rules,
    segments: &mut Segments,
    notices: &mut Notices,
) -> Result<u64> {
    let gazetteer = Gazetteer::embedded()?;
    let selector = Selection::default().resolve(gazetteer)?;
    let pass = Pass {
        held: &[],
        aside,
        rules,
        gazetteer,
        coast_km: place::TOLERANCE_KM,
        ports: &[],
        needs: Needs { class: true, ..Needs::default() },
        selector: &selector,
    };
    let take = |part: Segments| {
        part.into_iter()
            .for_each(|(segment, sites)| *segments.entry(segment).or_default() += sites);
        Ok::<(), Error>(())
    };
    let passed = pass.run(Segments::new, count, take, |_, _| {}, notices)?;
    if !aside.is_empty() && passed.rows == 0 && notices.skipped_rows() == 0 {
        notices.note("the table holds no rows");
    }
    Ok(passed.sites)
}

impl Reading {
    /// Reads a layer as other commands do, and counts what that gives.
    fn of(
        layer: &Layer,
        roles: Option<&Roles>,
        dictionary: &Dictionary,
        rules: &Rules,
        notices: &mut Notices,
    ) -> Result<Self> {
        let mut collection = Collection::default();
        let mut own = Notices::default();
        let mut segments = BTreeMap::new();
        // A table of points may be larger than memory.
        let mut reading = dataset::Reading { aside: true, ..dataset::Reading::plain(dictionary) };
        let added = collection.add_with(layer, &mut reading, &mut own);
        let passed = added.and_then(|()| pass(&collection.aside, rules, &mut segments, &mut own));
        let (streamed, refused) = match passed {
            Ok(sites) => (sites, None),
            Err(error @ Error::Input { .. }) => (0, Some(error.to_string())),
            Err(error) => return Err(error),
        };
        let schema = dataset::recognise(layer, &dictionary.roles).ok();
        let context = (schema == Some(Schema::Context)).then(|| Origin::of(layer));
        for site in &mut collection.sites {
            rules.classify(site);
            count(&mut segments, site);
        }
        // What the description of the layer says itself need not be said again.
        let told = |note: &String| layer.notes.iter().any(|known| note.ends_with(known.as_str()));
        own.notes.retain(|note| context.is_none() && !told(note));
        notices.join(own);
        let products = products(&collection.sites, rules);
        let table = collection.tables.first();
        let open = collection.unsettled.first();
        Ok(Reading {
            role: table
                .map(|table| table.role)
                .or(open.map(|open| open.kind.name()))
                .or(context.as_ref().map(|_| "context")),
            context: context.as_ref().map(|origin| origin.shortest().to_owned()),
            dataset: table
                .and_then(|table| table.dataset)
                .or(open.map(|open| open.dataset))
                .or(context.as_ref().and_then(|origin| origin.dataset)),
            count: table.map_or(0, |table| table.sites) + streamed,
            segments,
            rare_earths: products,
            columns: roles.map(Roles::found).unwrap_or_default(),
            open: roles.map(Roles::open).unwrap_or_default().into_iter().map(Role::key).collect(),
            reason: refused.or(open.and_then(|open| open.error().hint().map(str::to_owned))),
        })
    }

    fn write(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let dataset = self.dataset.map(|dataset| format!(" of {}", dataset.name()));
        let dataset = dataset.unwrap_or_default();
        match self.role {
            Some(role) if self.context.is_some() => {
                let handle = printable(self.context.as_deref().unwrap_or_default()).into_owned();
                writeln!(out, "read as: {role}{dataset}: reemap map --context {handle} draws it")?;
            }
            Some(role) => writeln!(out, "read as: {role}{dataset}: {}", self.counts())?,
            None => writeln!(out, "read as: nothing")?,
        }
        if !self.columns.is_empty() {
            writeln!(out)?;
            let text = |text: &str| Value::from(printable(text).as_ref());
            let rows = self.columns.iter().map(|found| {
                let alias = found.alias.as_ref().map(|alias| format!(" [{alias}]"));
                let role = found.role.and_then(Role::from_key).map_or("not settled", Role::name);
                vec![
                    role.into(),
                    text(&format!("{}{}", found.column, alias.unwrap_or_default())),
                    found.by.unwrap_or("–").into(),
                    Value::Count(found.filled as u64),
                    text(&match (&found.doubt, found.by) {
                        (None, _) => found.evidence(),
                        (Some(_), Some("values")) => {
                            format!("against its alias: {}", found.evidence())
                        }
                        (Some(_), _) => format!("doubtful: {}", found.evidence()),
                    }),
                ]
            });
            let table = Table {
                columns: vec!["role", "column", "by", "filled", "values"],
                rows: rows.collect(),
                ..Table::default()
            };
            table.write(table::Format::Text, Some(width), false, out)?;
        }
        self.write_products(width, out)?;
        if !self.open.is_empty() {
            let roles = self.open.iter().filter_map(|key| Role::from_key(key));
            let names: Vec<&str> = roles.map(Role::name).collect();
            let help = match self.reason {
                Some(_) => "",
                None => " (--format roles writes a mapping to fill in)",
            };
            writeln!(out, "open: {}{help}", names.join(", "))?;
        }
        for line in self.reason.iter().flat_map(|reason| reason.lines()) {
            writeln!(out, "  {}", printable(line))?;
        }
        Ok(())
    }

    /// The products of rare earths, and the segment that each is put in.
    fn write_products(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        if self.rare_earths.is_empty() {
            return Ok(());
        }
        let text = |text: &str| Value::from(printable(text).as_ref());
        let or_empty = |value: &Option<String>| text(value.as_deref().unwrap_or_default());
        let rows = self.rare_earths.iter().take(LISTED).map(|stated| {
            vec![
                Value::Count(stated.products),
                text(&stated.segment),
                text(&stated.basis),
                text(&stated.commodity),
                or_empty(&stated.form),
                or_empty(&stated.note),
            ]
        });
        let mut table = Table {
            columns: vec!["products", "segment", "by", "commodity", "form", "note"],
            rows: rows.collect(),
            ..Table::default()
        };
        let more = self.rare_earths.len().saturating_sub(LISTED);
        if more > 0 {
            table.remarks.push(format!("and {more} more kinds (--format json has all)"));
        }
        writeln!(
            out,
            "\nproducts of rare earths, each with the segment that it alone puts a site in"
        )?;
        table.write(table::Format::Text, Some(width), false, out)
    }

    /// What the rows give, in words.
    fn counts(&self) -> String {
        let what = match (self.role, self.count) {
            (Some("ports"), 1) => "port",
            (Some("ports"), _) => "ports",
            (Some("references"), 1) => "reference",
            (Some("references"), _) => "references",
            (_, 1) => "site",
            _ => "sites",
        };
        let segments: Vec<String> = self
            .segments
            .iter()
            .map(|(segment, count)| match segment {
                Segment::Unknown => format!("{count} of no segment"),
                segment => format!("{count} {segment}"),
            })
            .collect();
        let segments = match segments.is_empty() {
            true => String::new(),
            false => format!(" ({})", segments.join(", ")),
        };
        format!("{} {what}{segments}", self.count)
    }
}

fn write_text(contents: &Contents, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for input in &contents.inputs {
        writeln!(out, "{}", printable(&input.path.display().to_string()))?;
        writeln!(out, "  {} bytes, SHA-256 {}", input.bytes, input.sha256)?;
    }
    for described in &contents.layers {
        writeln!(out)?;
        for line in described.layer.text(width).lines() {
            writeln!(out, "{}", printable(line))?;
        }
        writeln!(out)?;
        described.reading.write(width, out)?;
    }
    Ok(())
}
